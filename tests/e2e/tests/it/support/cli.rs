use std::{ffi::OsStr, path::Path};

use tokio::{process::Command, time::timeout};
use wagon_test_kit::{DEADLINE, Gateway};

/// A run of the binary that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) success: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Finished {
    /// What it printed, if it succeeded.
    #[track_caller]
    pub(crate) fn expect_success(self) -> String {
        assert!(self.success, "{self:#?}");
        self.stdout
    }

    /// What it complained about, if it failed.
    #[track_caller]
    pub(crate) fn expect_failure(self) -> String {
        assert!(!self.success, "{self:#?}");
        self.stderr
    }
}

/// Runs one of the commands that work on a data directory to its end.
pub(crate) async fn wagon<A: AsRef<OsStr>>(data_dir: &Path, args: impl IntoIterator<Item = A>) -> Finished {
    let mut command = Gateway::command();
    command.args(args).arg("--data-dir").arg(data_dir);
    run(command).await
}

/// Runs the binary to its end.
pub(crate) async fn run(mut command: Command) -> Finished {
    let output = timeout(DEADLINE, command.output()).await;
    let output = output
        .unwrap_or_else(|_| panic!("{command:?} does not end"))
        .expect("the gateway binary can be run");
    Finished {
        success: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
