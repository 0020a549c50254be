//! Child processes whose output is kept in files and that never outlive the test.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::process::{Child, Command};

use crate::env;

/// Lines of a log shown in a panic.
const TAIL: usize = 60;

/// A command with a clean environment that dies with its handle.
pub(crate) fn command(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    command
        .env_clear()
        .envs(env::inherited())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// Output of one or more runs of a process.
#[derive(Debug)]
pub(crate) struct LogFile(PathBuf);

impl LogFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// A handle to append to the log.
    pub(crate) fn stdio(&self) -> Stdio {
        let opened = File::options().create(true).append(true).open(&self.0);
        Stdio::from(opened.unwrap_or_else(|error| panic!("cannot open {}: {error}", self.0.display())))
    }

    pub(crate) fn read(&self) -> String {
        let bytes = std::fs::read(&self.0).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub(crate) fn tail(&self) -> String {
        let text = self.read();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(TAIL)..].join("\n")
    }
}

/// Asks the process to end, as a service manager would.
pub(crate) async fn terminate(child: &Child) -> io::Result<()> {
    let Some(pid) = child.id() else { return Ok(()) };
    // The standard library can only kill.
    command("kill")
        .arg("-TERM")
        .arg(pid.to_string())
        .status()
        .await
        .map(drop)
}
