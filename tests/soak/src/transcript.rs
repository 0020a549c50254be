//! The stanzas of a run in a file, to look up what happened to a message.

use std::path::Path;

use tokio::{fs::File, io::AsyncWriteExt as _, task::JoinHandle};
use wagon_test_kit::Admin;

/// Writes what the network sees to `path`, as server-sent events, until it ends.
pub(crate) async fn record(admin: &Admin, path: &Path) -> JoinHandle<()> {
    let mut file = File::create(path).await.expect("the transcript can be written");
    let mut live = reqwest::get(format!("{}/admin/trace/live", admin.url()))
        .await
        .expect("the network shows its stanzas");
    tokio::spawn(async move {
        while let Ok(Some(lines)) = live.chunk().await {
            file.write_all(&lines)
                .await
                .expect("the transcript can be written");
        }
        file.flush().await.expect("the transcript can be written");
    })
}
