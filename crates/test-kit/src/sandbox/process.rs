use tempfile::TempDir;
use tokio::process::Child;

use super::Admin;
use crate::{
    DEADLINE, env,
    process::{LogFile, command},
    wait_until,
};

/// What the binary prints before its address: clients are shown where to connect.
const SOCKET: &str = "ws://";

/// `wagon sandbox`: a network in a process of its own, which ends with its handle.
#[derive(Debug)]
pub struct SandboxProcess {
    admin: Admin,
    child: Child,
    log: LogFile,
    _home: TempDir,
}

impl SandboxProcess {
    /// Starts a network that forgets everything when it ends, and waits until it answers.
    pub async fn start() -> Self {
        let home = tempfile::tempdir().expect("a temporary directory can be made");
        let log = LogFile::new(home.path().join("sandbox.log"));
        let mut child = command(env::gateway_binary())
            .args(["sandbox", "--listen", "127.0.0.1:0"])
            .stdout(log.stdio())
            .stderr(log.stdio())
            .spawn()
            .unwrap_or_else(|error| panic!("the sandbox does not start: {error}"));
        let address = wait_until(DEADLINE, "the sandbox's address", async || {
            if let Ok(Some(status)) = child.try_wait() {
                panic!("the sandbox ended at once ({status}): {}", log.tail());
            }
            let printed = log.read();
            let address = printed
                .split_once(SOCKET)
                .and_then(|(_, rest)| rest.split_once('/'))
                .map(|(address, _)| address.to_owned());
            address.ok_or(printed)
        })
        .await;
        Self {
            admin: Admin::new(&format!("http://{address}")),
            child,
            log,
            _home: home,
        }
    }

    /// The control API.
    pub fn admin(&self) -> &Admin {
        &self.admin
    }

    /// The id of the process, for measurements.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// All output so far.
    pub fn log(&self) -> String {
        self.log.read()
    }
}
