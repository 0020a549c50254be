use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    clock::Clock,
    faults::Faults,
    media::MediaHost,
    pairing::Pairing,
    phone::{
        self,
        scripts::{ScriptFile, ScriptName, Scripts},
    },
    pki::Pki,
    state::{Account, Calls, Channels, CreateError, Directory, Groups, Kept, Persistence},
    stats::Stats,
    trace::Traces,
};

/// The emulated network: what connections, phones and the admin API share.
///
/// Each part guards itself; there is no lock around the whole.
pub(crate) struct Network {
    /// Where clients reach us, also for media.
    pub(crate) addr: SocketAddr,
    pub(crate) clock: Clock,
    pub(crate) pki: Pki,
    pub(crate) directory: Directory,
    pub(crate) channels: Channels,
    pub(crate) groups: Groups,
    pub(crate) calls: Calls,
    pub(crate) media: MediaHost,
    pub(crate) pairing: Pairing,
    pub(crate) faults: Faults,
    pub(crate) scripts: Scripts,
    pub(crate) stats: Stats,
    pub(crate) traces: Traces,
    pub(crate) persistence: Persistence,
    pub(crate) tasks: TaskTracker,
    pub(crate) shutdown: CancellationToken,
    ids: AtomicU64,
}

impl Network {
    pub(crate) fn new(addr: SocketAddr, seed: u64, kept: Kept, persistence: Persistence) -> Self {
        Self {
            addr,
            clock: Clock::default(),
            pki: kept.pki,
            directory: kept.directory,
            channels: kept.channels,
            groups: kept.groups,
            calls: Calls::default(),
            media: MediaHost::new(),
            pairing: Pairing::default(),
            faults: Faults::new(seed),
            scripts: Scripts::built_in(),
            stats: Stats::default(),
            traces: Traces::default(),
            persistence,
            tasks: TaskTracker::new(),
            shutdown: CancellationToken::new(),
            // Stanza ids are built from these and unconfirmed stanzas outlive a restart.
            ids: AtomicU64::new(crate::clock::machine() << 20),
        }
    }

    /// A number that no connection and no stanza of ours has had.
    pub(crate) fn next_id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// Creates an account and switches its phone on.
    pub(crate) fn create_account(
        self: &Arc<Self>,
        pn: Option<&str>,
        lid: Option<&str>,
        name: Option<String>,
        script: ScriptName,
    ) -> Result<Arc<Account>, CreateError> {
        let online = self.scripts.get(&script).online;
        let account = self.directory.create(pn, lid, name, script)?;
        account.phone.set_online(online);
        phone::start(self, &account);
        self.persistence.touch();
        Ok(account)
    }

    /// Takes scripts and phones from a file. A phone that is there already only changes its script.
    pub(crate) fn apply(self: &Arc<Self>, file: ScriptFile) -> Result<(), CreateError> {
        self.scripts.add(file.scripts);
        for phone in file.phones {
            match self.directory.by_pn(&phone.pn) {
                Some(account) => self.give_script(&account, phone.script),
                None => {
                    self.create_account(Some(&phone.pn), None, phone.name, phone.script)?;
                }
            }
        }
        Ok(())
    }

    /// Makes a phone follow a script, and switches it on or off as that wants.
    pub(crate) fn give_script(&self, account: &Account, script: ScriptName) {
        account.phone.set_online(self.scripts.get(&script).online);
        account.phone.set_script(script);
        self.persistence.touch();
    }
}
