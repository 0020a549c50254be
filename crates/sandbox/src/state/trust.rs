use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Mutex,
};

use serde::{Deserialize, Serialize};
use wacore::iq::tctoken::compute_cs_token;
use wacore_binary::CompactString;

use super::lock;
use crate::keys::base64_bytes;

/// Who may write to an account out of the blue, and to how many strangers it may write itself.
pub(crate) struct Trust(Mutex<TrustRecord>);

/// The stored form of [`Trust`], which is also the form in memory.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct TrustRecord {
    #[serde(default)]
    limits: Limits,
    /// Accounts that this one has a chat with.
    chats: BTreeSet<CompactString>,
    /// The tokens it has given to others, in hexadecimal, by their account.
    given: BTreeMap<CompactString, String>,
    /// Whose messages it takes without a token: derived from this, by its devices and by us.
    #[serde(with = "base64_bytes")]
    salt: Vec<u8>,
    /// When it opened chats.
    opened: VecDeque<u64>,
}

/// What the network holds an account to. Everything is off unless set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Limits {
    /// Whether strangers need a token to write to it.
    pub(crate) restricted: bool,
    /// Until when it may not open chats.
    pub(crate) time_lock_until: Option<u64>,
    /// How many chats it may open.
    pub(crate) new_chats: Option<Cap>,
    /// Whether its devices are told to send tokens of either kind.
    pub(crate) send_trusted_contact_tokens: bool,
    pub(crate) send_chat_tokens: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Cap {
    pub(crate) limit: usize,
    pub(crate) window_seconds: u64,
}

/// How much of a cap is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) limit: usize,
    pub(crate) used: usize,
    pub(crate) window: u64,
    /// When the oldest use is forgotten.
    pub(crate) ends: u64,
}

/// Why a message is refused, as an ack says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Distrust {
    /// The sender is locked, or the recipient wants a token.
    Token,
    /// The sender has opened as many chats as it may.
    Capped,
}

impl Distrust {
    pub(crate) fn code(self) -> u16 {
        match self {
            Self::Token => 463,
            Self::Capped => 475,
        }
    }
}

impl Default for Trust {
    fn default() -> Self {
        Self::restore(TrustRecord::default())
    }
}

impl Trust {
    pub(crate) fn restore(mut record: TrustRecord) -> Self {
        if record.salt.is_empty() {
            record.salt = rand::random::<[u8; 32]>().to_vec();
        }
        Self(Mutex::new(record))
    }

    pub(crate) fn record(&self) -> TrustRecord {
        lock(&self.0).clone()
    }

    pub(crate) fn limits(&self) -> Limits {
        lock(&self.0).limits.clone()
    }

    pub(crate) fn set_limits(&self, limits: Limits) {
        lock(&self.0).limits = limits;
    }

    /// What this account's devices derive their chat tokens from.
    pub(crate) fn salt(&self) -> Vec<u8> {
        lock(&self.0).salt.clone()
    }

    /// Gives an account a token, a new one each time.
    pub(crate) fn give_token(&self, to: &CompactString) -> Vec<u8> {
        let token = rand::random::<[u8; 16]>().to_vec();
        lock(&self.0).given.insert(to.clone(), hex::encode(&token));
        token
    }

    pub(crate) fn gave(&self, to: &CompactString, token: &[u8]) -> bool {
        lock(&self.0)
            .given
            .get(to)
            .is_some_and(|given| *given == hex::encode(token))
    }

    /// Whether the chat token for this hidden identity, `user@lid`, was made by this account.
    pub(crate) fn made_chat_token(&self, lid: &str, token: &[u8]) -> bool {
        compute_cs_token(&lock(&self.0).salt, lid) == token
    }

    pub(crate) fn knows(&self, other: &CompactString) -> bool {
        lock(&self.0).chats.contains(other)
    }

    /// Notes that there is a chat with the other account, which this one did not open.
    pub(crate) fn meet(&self, other: &CompactString) {
        let mut record = lock(&self.0);
        if !record.chats.contains(other) {
            record.chats.insert(other.clone());
        }
    }

    /// Opens a chat, if the limits allow it. A chat that is open already is none of their business.
    pub(crate) fn open_chat(&self, other: &CompactString, now: u64) -> Result<(), Distrust> {
        let mut record = lock(&self.0);
        if record.chats.contains(other) {
            return Ok(());
        }
        if record.time_lock(now).is_some() {
            return Err(Distrust::Token);
        }
        if record.usage(now).is_some_and(|usage| usage.used >= usage.limit) {
            return Err(Distrust::Capped);
        }
        record.chats.insert(other.clone());
        if record.limits.new_chats.is_some() {
            record.opened.push_back(now);
        }
        Ok(())
    }

    /// Until when the account may not open chats, if it may not now.
    pub(crate) fn time_lock(&self, now: u64) -> Option<u64> {
        lock(&self.0).time_lock(now)
    }

    pub(crate) fn new_chats(&self, now: u64) -> Option<Usage> {
        lock(&self.0).usage(now)
    }
}

impl TrustRecord {
    fn time_lock(&self, now: u64) -> Option<u64> {
        self.limits.time_lock_until.filter(|until| *until > now)
    }

    fn usage(&mut self, now: u64) -> Option<Usage> {
        let cap = self.limits.new_chats.as_ref()?;
        let window = cap.window_seconds;
        while self.opened.front().is_some_and(|opened| opened + window <= now) {
            self.opened.pop_front();
        }
        Some(Usage {
            limit: cap.limit,
            used: self.opened.len(),
            window,
            ends: self.opened.front().unwrap_or(&now) + window,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limited(limits: Limits) -> Trust {
        let trust = Trust::default();
        trust.set_limits(limits);
        trust
    }

    #[test]
    fn a_cap_counts_new_chats_and_forgets_them() {
        let cap = Cap {
            limit: 1,
            window_seconds: 60,
        };
        let trust = limited(Limits {
            new_chats: Some(cap),
            ..Limits::default()
        });
        assert_eq!(trust.open_chat(&"1".into(), 100), Ok(()));
        assert_eq!(trust.open_chat(&"1".into(), 100), Ok(()), "it is open");
        assert_eq!(trust.open_chat(&"2".into(), 159), Err(Distrust::Capped));
        assert_eq!(trust.open_chat(&"2".into(), 160), Ok(()), "the window has passed");
    }

    #[test]
    fn a_lock_keeps_from_strangers_only() {
        let trust = limited(Limits {
            time_lock_until: Some(200),
            ..Limits::default()
        });
        trust.meet(&"1".into());
        assert_eq!(trust.open_chat(&"1".into(), 100), Ok(()));
        assert_eq!(trust.open_chat(&"2".into(), 100), Err(Distrust::Token));
        assert_eq!(trust.open_chat(&"2".into(), 200), Ok(()));
    }

    #[test]
    fn tokens_are_for_one_account() {
        let trust = Trust::default();
        let token = trust.give_token(&"1".into());
        assert!(trust.gave(&"1".into(), &token) && !trust.gave(&"2".into(), &token));
        let newer = trust.give_token(&"1".into());
        assert!(!trust.gave(&"1".into(), &token) && trust.gave(&"1".into(), &newer));
    }
}
