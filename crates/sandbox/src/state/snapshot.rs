use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    Account, ChannelRecord, Channels, Directory, GroupRecord, Groups, Pictures, account::AccountRecord,
    pictures::PicturesRecord,
};
use crate::{
    Error,
    network::Network,
    pki::{Pki, PkiRecord},
};

/// Version of the state file's layout.
const VERSION: u32 = 1;

/// The state file.
#[derive(Serialize, Deserialize)]
pub(crate) struct Snapshot {
    version: u32,
    pki: PkiRecord,
    accounts: Vec<AccountRecord>,
    #[serde(default)]
    channels: Vec<ChannelRecord>,
    #[serde(default)]
    groups: Vec<GroupRecord>,
    #[serde(default)]
    revoked_invites: Vec<String>,
    #[serde(default)]
    pictures: PicturesRecord,
}

/// Everything that survives a restart.
pub(crate) struct Kept {
    pub(crate) pki: Pki,
    pub(crate) directory: Directory,
    pub(crate) channels: Channels,
    pub(crate) groups: Groups,
}

impl Kept {
    /// A network that nobody has used yet.
    pub(crate) fn new() -> Self {
        Self {
            pki: Pki::generate(),
            directory: Directory::default(),
            channels: Channels::default(),
            groups: Groups::default(),
        }
    }
}

impl Snapshot {
    /// Copies the present state, one account at a time.
    pub(crate) async fn take(network: &Network) -> Self {
        // Before the accounts: neither must name one that is not in the file.
        let channels = network.channels.records();
        let (groups, revoked_invites) = network.groups.records();
        let mut accounts = Vec::new();
        for account in network.directory.all() {
            accounts.push(account.record().await);
        }
        Self {
            version: VERSION,
            pki: network.pki.record(),
            accounts,
            channels,
            groups,
            revoked_invites,
            pictures: network.directory.pictures.record(),
        }
    }

    pub(crate) fn restore(self) -> Result<Kept, Error> {
        if self.version != VERSION {
            return Err(Error::CorruptState { what: "version" });
        }
        let accounts = self
            .accounts
            .into_iter()
            .map(|record| Account::restore(record).map(Arc::new));
        let pictures = Pictures::restore(self.pictures);
        let directory = Directory::with(accounts.collect::<Result<_, _>>()?, pictures);
        Ok(Kept {
            pki: Pki::restore(&self.pki)?,
            channels: Channels::with(self.channels),
            groups: Groups::restore(self.groups, self.revoked_invites, &directory)?,
            directory,
        })
    }
}
