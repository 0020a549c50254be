//! Writing the state file.

use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::Snapshot;
use crate::{Error, network::Network};

/// How long changes gather before they are written.
const DEBOUNCE: Duration = Duration::from_millis(200);
/// Writing may take at most one part in this many of the time.
const BUSY_SHARE: u32 = 10;

/// Reads the state file, if there is one.
pub(crate) fn load(path: &Path) -> Result<Option<Snapshot>, Error> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(Error::ReadState {
                path: path.to_owned(),
                source,
            });
        }
    };
    serde_json::from_slice(&text)
        .map(Some)
        .map_err(|source| Error::ParseState {
            path: path.to_owned(),
            source,
        })
}

/// Collects the wish to write; does nothing for a sandbox in memory.
pub(crate) struct Persistence {
    path: Option<PathBuf>,
    changed: Notify,
}

impl Persistence {
    pub(crate) fn new(path: Option<PathBuf>) -> Self {
        Self {
            path,
            changed: Notify::new(),
        }
    }

    /// Notes that something worth keeping has changed.
    pub(crate) fn touch(&self) {
        if self.path.is_some() {
            self.changed.notify_one();
        }
    }

    /// Writes after changes until `shutdown`, and one last time once the network's tasks have ended.
    pub(crate) async fn run(&self, network: &Network, shutdown: CancellationToken) {
        let Some(path) = &self.path else { return };
        let mut pause = DEBOUNCE;
        while shutdown
            .run_until_cancelled(self.changed.notified())
            .await
            .is_some()
        {
            if shutdown
                .run_until_cancelled(tokio::time::sleep(pause))
                .await
                .is_none()
            {
                break;
            }
            pause = DEBOUNCE.max(write(path, network).await * BUSY_SHARE);
        }
        network.tasks.wait().await;
        write(path, network).await;
    }
}

/// Writes once and answers how long it took. A failure is reported and tried again with the next change.
async fn write(path: &Path, network: &Network) -> Duration {
    let start = Instant::now();
    let snapshot = Snapshot::take(network).await;
    let target = path.to_owned();
    let written = tokio::task::spawn_blocking(move || replace(&target, &snapshot)).await;
    match written {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "the state file cannot be written"),
        Err(error) => tracing::error!(%error, "writing the state file failed"),
    }
    start.elapsed()
}

/// A reader sees either the old file or the new one, never a part.
fn replace(path: &Path, snapshot: &Snapshot) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let temporary = path.with_extension("new");
    let file = std::fs::File::create(&temporary)?;
    let mut writer = io::BufWriter::new(file);
    serde_json::to_writer(&mut writer, snapshot)?;
    writer.into_inner()?.sync_all()?;
    std::fs::rename(&temporary, path)
}
