//! Sound and film in the form that WhatsApp plays, made by ffmpeg.
//!
//! The bytes come from strangers: ffmpeg gets a file and no network, one thread, a length of time and
//! a size it may not pass, and is killed when it is too slow.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use wagon_domain::{Caller, Capability, SessionId};
use wagon_outbound::Outbound;

use crate::error::Error;
use crate::messages::Origin;
use crate::sessions::Sessions;

const PROGRAM: &str = "ffmpeg";
/// What a file may have before and after.
const MOST_BYTES: usize = 50 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_mins(2);
const PROBE_PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Conversion {
    sessions: Sessions,
    outbound: Outbound,
    enabled: bool,
}

/// What to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Convert {
    /// A voice note.
    Voice,
    /// A film that every client plays.
    Video,
}

/// A file that was made.
#[derive(Debug)]
pub struct Converted {
    pub bytes: Vec<u8>,
    pub mimetype: &'static str,
}

impl Conversion {
    pub(crate) fn new(sessions: Sessions, outbound: Outbound, enabled: bool) -> Self {
        Self {
            sessions,
            outbound,
            enabled,
        }
    }

    /// Whether it is switched on and ffmpeg runs.
    pub async fn available(&self, caller: &Caller, session: &SessionId) -> Result<bool, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.enabled && runs().await)
    }

    pub async fn convert(
        &self,
        caller: &Caller,
        session: &SessionId,
        what: Convert,
        file: Origin,
    ) -> Result<Converted, Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        if !self.enabled || !runs().await {
            return Err(Error::NotOffered {
                what: "Media conversion is not available",
            });
        }
        let (bytes, _) = file.read(&self.outbound, MOST_BYTES).await?;
        let folder = tempfile::tempdir().map_err(Error::internal)?;
        let source = folder.path().join("source");
        tokio::fs::write(&source, &bytes).await.map_err(Error::internal)?;
        let made = folder.path().join(what.file_name());
        what.run(&source, &made).await?;
        let bytes = tokio::fs::read(&made).await.map_err(Error::internal)?;
        if bytes.is_empty() || bytes.len() >= MOST_BYTES {
            return Err(unusable("the result is empty or too large"));
        }
        Ok(Converted {
            bytes,
            mimetype: what.mimetype(),
        })
    }
}

impl Convert {
    const fn file_name(self) -> &'static str {
        match self {
            Self::Voice => "made.ogg",
            Self::Video => "made.mp4",
        }
    }

    const fn mimetype(self) -> &'static str {
        match self {
            Self::Voice => "audio/ogg; codecs=opus",
            Self::Video => "video/mp4",
        }
    }

    const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Voice => &[
                "-vn",
                "-map",
                "0:a:0",
                "-ac",
                "1",
                "-ar",
                "48000",
                "-c:a",
                "libopus",
                "-b:a",
                "32k",
                "-application",
                "voip",
            ],
            Self::Video => &[
                "-map",
                "0:v:0",
                "-map",
                "0:a:0?",
                "-c:v",
                "libx264",
                "-profile:v",
                "baseline",
                "-pix_fmt",
                "yuv420p",
                "-preset",
                "veryfast",
                "-vf",
                "scale='if(gt(iw,ih),min(1280,iw),-2)':'if(gt(iw,ih),-2,min(1280,ih))',scale=trunc(iw/2)*2:trunc(ih/2)*2",
                "-c:a",
                "aac",
                "-movflags",
                "+faststart",
            ],
        }
    }

    async fn run(self, source: &Path, made: &Path) -> Result<(), Error> {
        let mut command = Command::new(PROGRAM);
        command
            .env_clear()
            .args(["-nostdin", "-hide_banner", "-loglevel", "error"])
            // No playlist leads out of this machine, or to another file of it.
            .args(["-protocol_whitelist", "file", "-threads", "1", "-i"])
            .arg(source)
            .args(["-map_metadata", "-1"])
            .args(self.arguments())
            .args(["-threads", "1", "-fs", &MOST_BYTES.to_string(), "-y"])
            .arg(made)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        match tokio::time::timeout(PATIENCE, command.status()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(_)) => Err(unusable("the file is no sound or film that can be converted")),
            Ok(Err(error)) => Err(Error::internal(error)),
            Err(_) => Err(unusable("the conversion takes too long")),
        }
    }
}

async fn runs() -> bool {
    let mut command = Command::new(PROGRAM);
    command
        .env_clear()
        .arg("-version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let status = tokio::time::timeout(PROBE_PATIENCE, command.status()).await;
    matches!(status, Ok(Ok(status)) if status.success())
}

fn unusable(why: &str) -> Error {
    Error::Invalid {
        field: "media",
        message: why.to_owned(),
    }
}
