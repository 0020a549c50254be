use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use rand::RngExt as _;
use wacore_binary::{CompactString, Jid, Server};

use super::{
    Channel, ChannelRecord, Role,
    channel::{Follower, Mutes, Text},
};
use crate::state::lock;

/// What the numbers of groups and channels begin with.
const PREFIX: &str = "120363";
const INVITE_ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
const INVITE_LENGTH: usize = 22;

/// All channels.
#[derive(Default)]
pub(crate) struct Channels(Mutex<BTreeMap<CompactString, Arc<Channel>>>);

impl Channels {
    pub(crate) fn with(records: Vec<ChannelRecord>) -> Self {
        let channels = records
            .into_iter()
            .map(Channel::restore)
            .map(|channel| (channel.id.clone(), Arc::new(channel)));
        Self(Mutex::new(channels.collect()))
    }

    pub(crate) fn records(&self) -> Vec<ChannelRecord> {
        self.all().iter().map(|channel| channel.record()).collect()
    }

    pub(crate) fn create(
        &self,
        owner: &CompactString,
        name: &str,
        description: &str,
        now: u64,
    ) -> Arc<Channel> {
        let mut random = rand::rng();
        let mut channels = lock(&self.0);
        let id = loop {
            let number: u64 = random.random_range(0..1_000_000_000_000);
            let id = CompactString::from(format!("{PREFIX}{number:012}"));
            if !channels.contains_key(&id) {
                break id;
            }
        };
        let invite = (0..INVITE_LENGTH)
            .map(|_| char::from(INVITE_ALPHABET[random.random_range(0..INVITE_ALPHABET.len())]))
            .collect();
        let channel = Channel::new(id.clone(), invite, now);
        {
            let mut state = lock(&channel.state);
            let text = |text: &str| Text {
                text: text.to_owned(),
                time: now,
            };
            state.name = text(name);
            state.description = text(description);
            let owner_of_it = Follower {
                role: Role::Owner,
                mutes: Mutes::default(),
            };
            state.followers.insert(owner.clone(), owner_of_it);
        }
        let channel = Arc::new(channel);
        channels.insert(id, Arc::clone(&channel));
        channel
    }

    /// The channel with this address.
    pub(crate) fn get(&self, jid: &Jid) -> Option<Arc<Channel>> {
        lock(&self.0)
            .get(&jid.user)
            .filter(|_| jid.server == Server::Newsletter)
            .cloned()
    }

    pub(crate) fn by_invite(&self, invite: &str) -> Option<Arc<Channel>> {
        lock(&self.0)
            .values()
            .find(|channel| channel.invite == invite)
            .cloned()
    }

    pub(crate) fn remove(&self, channel: &Channel) {
        lock(&self.0).remove(&channel.id);
    }

    pub(crate) fn all(&self) -> Vec<Arc<Channel>> {
        lock(&self.0).values().cloned().collect()
    }

    /// What an account follows or runs.
    pub(crate) fn of(&self, account: &CompactString) -> Vec<Arc<Channel>> {
        let mut channels = self.all();
        channels.retain(|channel| channel.viewer(account).0 != Role::Guest);
        channels
    }
}
