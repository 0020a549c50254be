//! The processes, the numbers and the phones.

use tokio::{
    sync::{Mutex, watch},
    task::JoinSet,
};
use wagon_test_kit::{Account, Admin, Gateway, SandboxProcess, TestDatabase, V1};

use crate::{Options, transcript};

/// Everybody who talks.
pub(crate) struct World {
    pub(crate) network: SandboxProcess,
    pub(crate) gateway: Mutex<Gateway>,
    /// Where the gateway can be reached; changes with each start.
    pub(crate) reachable: watch::Receiver<V1>,
    moved: watch::Sender<V1>,
    pub(crate) numbers: Vec<Number>,
    pub(crate) phones: Vec<Account>,
    _database: Option<TestDatabase>,
}

/// A number that the gateway keeps connected.
#[derive(Debug, Clone)]
pub(crate) struct Number {
    pub(crate) account: Account,
    pub(crate) session: String,
}

impl World {
    pub(crate) async fn start(options: &Options) -> Self {
        let network = SandboxProcess::start().await;
        if let Some(path) = &options.transcript {
            transcript::record(network.admin(), path).await;
        }
        let mut builder = Gateway::builder()
            .env("DEFAULT_RATE_PER_MIN", "0")
            .env("DEFAULT_RATE_PER_HOUR", "0")
            // The first one keeps 40 MiB of debug information in memory, and memory is watched here.
            .env("RUST_BACKTRACE", "0");
        let mut database = None;
        if options.postgres {
            let fresh = TestDatabase::create().await;
            let fresh = fresh.expect("a Postgres run needs scripts/with-postgres.sh");
            builder = builder.database(fresh.url());
            database = Some(fresh);
        }
        let gateway = builder.sandbox(network.admin()).start().await;
        let v1 = gateway.v1();
        let (mut accounts, mut phones) = (Vec::new(), Vec::new());
        for number in 0..options.numbers {
            accounts.push(network.admin().account(&format!("Number {number}")).await);
            phones.push(network.admin().account(&format!("Phone {number}")).await);
        }
        let numbers = link(&v1, network.admin(), accounts).await;
        let (moved, reachable) = watch::channel(v1);
        Self {
            network,
            gateway: Mutex::new(gateway),
            reachable,
            moved,
            numbers,
            phones,
            _database: database,
        }
    }

    pub(crate) fn admin(&self) -> &Admin {
        self.network.admin()
    }

    /// The gateway's API, wherever it is now.
    pub(crate) fn v1(&self) -> V1 {
        self.reachable.borrow().clone()
    }

    /// Ends the gateway as a power cut would, and starts it again.
    pub(crate) async fn kill(&self) {
        let mut gateway = self.gateway.lock().await;
        gateway.kill_9().await;
        gateway.start_again().await;
        self.moved.send_replace(gateway.v1());
    }

    pub(crate) async fn gateway_pid(&self) -> Option<u32> {
        self.gateway.lock().await.pid()
    }
}

/// Numbers that are linked at a time; more would only wait for each other.
const AT_ONCE: usize = 4;

async fn link(v1: &V1, admin: &Admin, accounts: Vec<Account>) -> Vec<Number> {
    let mut numbers = Vec::with_capacity(accounts.len());
    for some in accounts.chunks(AT_ONCE) {
        let mut linking = JoinSet::new();
        for account in some {
            let (v1, admin, account) = (v1.clone(), admin.clone(), account.clone());
            linking.spawn_local(async move {
                let session = v1.paired_session(&admin, &account.pn).await;
                Number { account, session }
            });
        }
        numbers.extend(linking.join_all().await);
    }
    numbers.sort_by(|one, other| one.account.pn.cmp(&other.account.pn));
    numbers
}
