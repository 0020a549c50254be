use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Account, ChannelRecord, Channels, Directory, account::AccountRecord};
use crate::{
    Error,
    pki::{Pki, PkiRecord},
};

/// Version of the state file's layout.
const VERSION: u32 = 1;

/// Everything that survives a restart.
#[derive(Serialize, Deserialize)]
pub(crate) struct Snapshot {
    version: u32,
    pki: PkiRecord,
    accounts: Vec<AccountRecord>,
    #[serde(default)]
    channels: Vec<ChannelRecord>,
}

impl Snapshot {
    /// Copies the present state, one account at a time.
    pub(crate) async fn take(pki: &Pki, directory: &Directory, channels: &Channels) -> Self {
        // Before the accounts: a channel must not name one that is not in the file.
        let channels = channels.records();
        let mut accounts = Vec::new();
        for account in directory.all() {
            accounts.push(account.record().await);
        }
        Self {
            version: VERSION,
            pki: pki.record(),
            accounts,
            channels,
        }
    }

    pub(crate) fn restore(self) -> Result<(Pki, Directory, Channels), Error> {
        if self.version != VERSION {
            return Err(Error::CorruptState { what: "version" });
        }
        let accounts = self
            .accounts
            .into_iter()
            .map(|record| Account::restore(record).map(Arc::new));
        Ok((
            Pki::restore(&self.pki)?,
            Directory::with(accounts.collect::<Result<_, _>>()?),
            Channels::with(self.channels),
        ))
    }
}
