use std::{ffi::OsString, fmt::Display, os::unix::process::ExitStatusExt as _, path::Path, time::Duration};

use serde::Deserialize;
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    time::timeout,
};
use wagon_crash_point::Step;

use crate::{
    Admin, DEADLINE, OpenWa, V1, env,
    http::{client, exchange},
    process::{LogFile, command, terminate},
    wait_until,
};

/// The administrator's API key of every gateway that the kit starts.
pub const MASTER_KEY: &str = "test-master-key-0123456789abcdef";

/// Tests ask as often as they like, unless they are about that.
const UNTHROTTLED: [(&str, &str); 3] = [
    ("RATE_LIMIT_SHORT_LIMIT", "0"),
    ("RATE_LIMIT_MEDIUM_LIMIT", "0"),
    ("RATE_LIMIT_LONG_LIMIT", "0"),
];

const ADDRESS_FILE: &str = "wagon.addr";

/// What the gateway writes into its data directory once it listens.
#[derive(Debug, Deserialize)]
struct Addresses {
    http: String,
    sandbox: Option<String>,
}

/// How to start a gateway; see [`Gateway::builder`].
#[derive(Debug)]
pub struct GatewayBuilder {
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    external_sandbox: bool,
}

impl GatewayBuilder {
    /// One more command-line argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// One more environment variable.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// A database other than the SQLite file in the data directory.
    #[must_use]
    pub fn database(self, url: impl Into<OsString>) -> Self {
        self.env("WAGON_DATABASE_URL", url)
    }

    /// A sandbox that runs already, instead of one inside the gateway.
    #[must_use]
    pub fn sandbox(mut self, sandbox: &Admin) -> Self {
        self.external_sandbox = true;
        self.arg("--sandbox-url").arg(sandbox.url())
    }

    /// Starts the gateway with an empty data directory and waits until it is ready.
    pub async fn start(self) -> Gateway {
        let data = tempfile::tempdir().expect("a temporary directory can be made");
        let log = LogFile::new(data.path().join("gateway.log"));
        let mut gateway = Gateway {
            options: self,
            data,
            log,
            running: None,
        };
        gateway.start_again().await;
        gateway
    }
}

/// The real binary as a child process, killed with its handle. Its data directory survives restarts.
#[derive(Debug)]
pub struct Gateway {
    options: GatewayBuilder,
    data: TempDir,
    log: LogFile,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    addresses: Addresses,
}

impl Gateway {
    /// A gateway with a sandbox of its own, unless told otherwise.
    pub fn builder() -> GatewayBuilder {
        GatewayBuilder {
            args: Vec::new(),
            env: Vec::new(),
            external_sandbox: false,
        }
    }

    /// Another run of the binary, for its other commands.
    pub fn command() -> Command {
        command(env::gateway_binary())
    }

    /// Where the HTTP APIs are, e.g. `http://127.0.0.1:2785`. Changes with every start.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.running().addresses.http)
    }

    /// The administrator as a caller of `/api/v1`.
    pub fn v1(&self) -> V1 {
        V1::new(&self.base_url(), MASTER_KEY)
    }

    /// The administrator as a caller of the OpenWA dialect.
    pub fn openwa(&self) -> OpenWa {
        OpenWa::new(&self.base_url(), MASTER_KEY)
    }

    /// The gateway's own sandbox.
    pub fn sandbox(&self) -> Admin {
        let address = self.running().addresses.sandbox.as_deref();
        Admin::new(&format!(
            "http://{}",
            address.expect("this gateway was started with an external sandbox")
        ))
    }

    /// The id of the process while it runs, for measurements.
    pub fn pid(&self) -> Option<u32> {
        self.running.as_ref()?.child.id()
    }

    /// The data directory.
    pub fn data_dir(&self) -> &Path {
        self.data.path()
    }

    /// All output of all runs so far.
    pub fn log(&self) -> String {
        self.log.read()
    }

    /// Ends the process as a power cut would.
    pub async fn kill_9(&mut self) {
        if let Some(mut running) = self.running.take() {
            running
                .child
                .kill()
                .await
                .unwrap_or_else(|error| self.fail("cannot be killed", &error));
        }
    }

    /// Ends the process in an orderly way, which has to succeed.
    pub async fn terminate(&mut self) {
        let Some(mut running) = self.running.take() else {
            return;
        };
        terminate(&running.child)
            .await
            .unwrap_or_else(|error| self.fail("cannot be told to end", &error));
        match timeout(DEADLINE, running.child.wait()).await {
            Ok(Ok(status)) if status.success() => {}
            Ok(Ok(status)) => self.fail("did not end in good order", &status),
            Ok(Err(error)) => self.fail("cannot be waited for", &error),
            Err(_) => self.fail("ignores that it should end", &"SIGTERM"),
        }
    }

    /// Starts the process again with the same options and data, and waits until it is ready.
    pub async fn start_again(&mut self) {
        self.launch(None).await;
    }

    /// Like [`start_again`](Self::start_again), but the process will end when it passes `step` for
    /// the given time.
    pub async fn start_to_crash(&mut self, step: Step, pass: usize) {
        self.launch(Some(format!("{}:{pass}", step.name()))).await;
    }

    /// Waits until the process has ended at its step.
    pub async fn crashed(&mut self) {
        let mut running = self.running.take().expect("the gateway runs");
        match timeout(DEADLINE, running.child.wait()).await {
            Ok(Ok(status)) if status.signal().is_some() => {}
            Ok(Ok(status)) => self.fail("ended in another way", &status),
            Ok(Err(error)) => self.fail("cannot be waited for", &error),
            Err(_) => self.fail("did not pass the step", &"it still runs"),
        }
    }

    async fn launch(&mut self, crash_at: Option<String>) {
        assert!(self.running.is_none(), "the gateway still runs");
        let address_file = self.data.path().join(ADDRESS_FILE);
        // What an earlier run left would be taken for this one's.
        let _ = std::fs::remove_file(&address_file);
        let mut command = command(env::gateway_binary());
        command
            .arg("serve")
            .args(["--listen", "127.0.0.1:0", "--data-dir"])
            .arg(self.data.path());
        if !self.options.external_sandbox {
            command.args(["--sandbox", "--sandbox-listen", "127.0.0.1:0"]);
        }
        command
            .args(&self.options.args)
            .env("API_MASTER_KEY", MASTER_KEY)
            .envs(UNTHROTTLED)
            .envs(self.options.env.iter().map(|(name, value)| (name, value)))
            .envs(crash_at.map(|step| ("CRASH_AT_STEP", step)))
            .stdout(self.log.stdio())
            .stderr(self.log.stdio());
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| self.fail("does not start", &error));

        let addresses: Addresses = wait_until(DEADLINE, "the gateway's addresses", async || {
            if let Ok(Some(status)) = child.try_wait() {
                self.fail("ended at once", &status);
            }
            let text = std::fs::read_to_string(&address_file).map_err(|error| error.to_string())?;
            serde_json::from_str(&text).map_err(|error| error.to_string())
        })
        .await;
        let ready = format!("http://{}/readyz", addresses.http);
        let http = client();
        wait_until(DEADLINE, "the gateway to be ready", async || {
            if let Ok(Some(status)) = child.try_wait() {
                self.fail("ended before it was ready", &status);
            }
            match exchange(http.get(&ready).timeout(Duration::from_secs(5))).await {
                Ok(answer) if answer.status == 200 => Ok(()),
                other => Err(format!("{other:?}")),
            }
        })
        .await;
        self.running = Some(Running { child, addresses });
    }

    fn running(&self) -> &Running {
        self.running
            .as_ref()
            .expect("the gateway was stopped by the test")
    }

    fn fail(&self, what: &str, why: &dyn Display) -> ! {
        panic!(
            "the gateway {what}: {why}; its log ends with:\n{}",
            self.log.tail()
        )
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // The log goes with the data directory.
        if std::thread::panicking() {
            eprintln!("the gateway's log ends with:\n{}", self.log.tail());
        }
    }
}
