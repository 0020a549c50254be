use std::{
    collections::{BTreeMap, HashMap},
    sync::Mutex,
};

use serde::{Deserialize, Serialize};
use wacore_binary::{CompactString, Jid, Server};

use super::Post;
use crate::state::{lock, presence::DeviceKey};

/// The first number of a message; clients take smaller ones for none.
const FIRST_SERVER_ID: u64 = 100;

/// A newsletter.
pub(crate) struct Channel {
    pub(crate) id: CompactString,
    /// What an invite link ends with.
    pub(crate) invite: String,
    pub(crate) created: u64,
    pub(super) state: Mutex<State>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) name: Text,
    pub(super) description: Text,
    pub(super) followers: BTreeMap<CompactString, Follower>,
    /// By server id.
    pub(super) posts: BTreeMap<u64, Post>,
    /// Devices that want to see counters move, until when.
    #[serde(skip)]
    pub(super) watchers: HashMap<DeviceKey, u64>,
}

/// A text and when it was set.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) time: u64,
}

/// What an account is to a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    Owner,
    Admin,
    Subscriber,
    Guest,
}

impl Role {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Subscriber => "subscriber",
            Self::Guest => "guest",
        }
    }

    fn may_post(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Follower {
    pub(super) role: Role,
    pub(super) mutes: Mutes,
}

/// Which kinds of a channel's news an account does not want to be told of.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Mutes {
    pub(crate) follower_activity: bool,
    pub(crate) admin_activity: bool,
}

/// Why an account may not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Denied {
    #[error("only the channel's admins may do this")]
    NotAnAdmin,
    #[error("only who follows the channel may do this")]
    NotAFollower,
    #[error("the owner cannot leave the channel")]
    OwnerStays,
    #[error("there is no such message in the channel")]
    NoSuchMessage,
}

/// A change of a message that is already there.
pub(crate) enum Change {
    Edit {
        message: Vec<u8>,
        kind: String,
        media: Option<String>,
    },
    Revoke,
}

impl Channel {
    pub(super) fn new(id: CompactString, invite: String, now: u64) -> Self {
        Self {
            id,
            invite,
            created: now,
            state: Mutex::default(),
        }
    }

    pub(crate) fn jid(&self) -> Jid {
        Jid::new(self.id.clone(), Server::Newsletter)
    }

    pub(crate) fn name(&self) -> Text {
        lock(&self.state).name.clone()
    }

    pub(crate) fn description(&self) -> Text {
        lock(&self.state).description.clone()
    }

    pub(crate) fn followers(&self) -> Vec<CompactString> {
        lock(&self.state).followers.keys().cloned().collect()
    }

    pub(crate) fn admins(&self) -> usize {
        let state = lock(&self.state);
        state.followers.values().filter(|one| one.role.may_post()).count()
    }

    /// What an account is to the channel, and what it wants to hear of it.
    pub(crate) fn viewer(&self, account: &CompactString) -> (Role, Mutes) {
        lock(&self.state)
            .followers
            .get(account)
            .map_or((Role::Guest, Mutes::default()), |one| (one.role, one.mutes))
    }

    /// Makes the account a follower. Whoever is more than that stays so.
    pub(crate) fn join(&self, account: &CompactString) -> bool {
        let mut state = lock(&self.state);
        let before = state.followers.len();
        state.followers.entry(account.clone()).or_insert(Follower {
            role: Role::Subscriber,
            mutes: Mutes::default(),
        });
        state.followers.len() > before
    }

    pub(crate) fn leave(&self, account: &CompactString) -> Result<(), Denied> {
        let mut state = lock(&self.state);
        match state.followers.get(account).map(|one| one.role) {
            None => Err(Denied::NotAFollower),
            Some(Role::Owner) => Err(Denied::OwnerStays),
            Some(_) => {
                state.followers.remove(account);
                Ok(())
            }
        }
    }

    /// Gives a follower another role, at the owner's wish.
    pub(crate) fn appoint(
        &self,
        owner: &CompactString,
        account: &CompactString,
        role: Role,
    ) -> Result<(), Denied> {
        let mut state = lock(&self.state);
        if state.followers.get(owner).map(|one| one.role) != Some(Role::Owner) {
            return Err(Denied::NotAnAdmin);
        }
        let follower = state.followers.get_mut(account).ok_or(Denied::NotAFollower)?;
        follower.role = role;
        if role == Role::Owner
            && owner != account
            && let Some(former) = state.followers.get_mut(owner)
        {
            former.role = Role::Admin;
        }
        Ok(())
    }

    pub(crate) fn mute(
        &self,
        account: &CompactString,
        change: impl FnOnce(&mut Mutes),
    ) -> Result<(), Denied> {
        let mut state = lock(&self.state);
        let follower = state.followers.get_mut(account).ok_or(Denied::NotAFollower)?;
        change(&mut follower.mutes);
        Ok(())
    }

    /// Changes name and description, as far as given.
    pub(crate) fn describe(
        &self,
        account: &CompactString,
        name: Option<&str>,
        description: Option<&str>,
        now: u64,
    ) -> Result<(), Denied> {
        let mut state = lock(&self.state);
        state.demand_admin(account)?;
        let text = |text: &str| Text {
            text: text.to_owned(),
            time: now,
        };
        if let Some(name) = name {
            state.name = text(name);
        }
        if let Some(description) = description {
            state.description = text(description);
        }
        Ok(())
    }

    /// Adds a message and answers its number. One that is there already keeps its own.
    pub(crate) fn post(&self, mut post: Post) -> Result<u64, Denied> {
        let mut state = lock(&self.state);
        state.demand_admin(&post.author)?;
        if let Some(known) = state.posts.values().find(|known| known.id == post.id) {
            return Ok(known.server_id);
        }
        post.server_id = state
            .posts
            .last_key_value()
            .map_or(FIRST_SERVER_ID, |(last, _)| last + 1);
        let server_id = post.server_id;
        state.posts.insert(server_id, post);
        Ok(server_id)
    }

    /// Changes or takes back the message with this id, and answers it as it is, or last was.
    pub(crate) fn change(
        &self,
        account: &CompactString,
        id: &str,
        change: Change,
        now: u64,
    ) -> Result<Post, Denied> {
        let mut state = lock(&self.state);
        state.demand_admin(account)?;
        let found = state.posts.values().find(|post| post.id == id);
        let server_id = found.map(|post| post.server_id).ok_or(Denied::NoSuchMessage)?;
        match change {
            Change::Revoke => state.posts.remove(&server_id),
            Change::Edit { message, kind, media } => state.posts.get_mut(&server_id).map(|post| {
                post.message = message;
                post.kind = kind;
                post.media = media;
                post.edited = Some(now);
                post.clone()
            }),
        }
        .ok_or(Denied::NoSuchMessage)
    }

    /// Notes an account's reaction; none takes it back. Answers the message.
    pub(crate) fn react(
        &self,
        account: &CompactString,
        server_id: u64,
        reaction: Option<&str>,
    ) -> Result<Post, Denied> {
        let mut state = lock(&self.state);
        if !state.followers.contains_key(account) {
            return Err(Denied::NotAFollower);
        }
        let post = state.posts.get_mut(&server_id).ok_or(Denied::NoSuchMessage)?;
        match reaction {
            Some(reaction) => post.reactions.insert(account.clone(), reaction.to_owned()),
            None => post.reactions.remove(account),
        };
        Ok(post.clone())
    }

    /// Counts an account among those who have seen the messages.
    pub(crate) fn view(&self, account: &CompactString, server_ids: &[u64]) {
        let mut state = lock(&self.state);
        for server_id in server_ids {
            if let Some(post) = state.posts.get_mut(server_id) {
                post.viewers.insert(account.clone());
            }
        }
    }

    /// The latest messages below and above these numbers, oldest first.
    pub(crate) fn posts(&self, before: Option<u64>, after: Option<u64>, count: usize) -> Vec<Post> {
        let state = lock(&self.state);
        let mut posts: Vec<Post> = state
            .posts
            .range(after.map_or(0, |after| after.saturating_add(1))..before.unwrap_or(u64::MAX))
            .rev()
            .take(count)
            .map(|(_, post)| post.clone())
            .collect();
        posts.reverse();
        posts
    }

    /// Notes that a device wants to see counters move until then.
    pub(crate) fn watch(&self, device: DeviceKey, until: u64) {
        lock(&self.state).watchers.insert(device, until);
    }

    pub(crate) fn watchers(&self, now: u64) -> Vec<DeviceKey> {
        let mut state = lock(&self.state);
        state.watchers.retain(|_, until| *until > now);
        state.watchers.keys().cloned().collect()
    }
}

impl State {
    fn demand_admin(&self, account: &CompactString) -> Result<(), Denied> {
        let role = self.followers.get(account).map(|one| one.role);
        if role.is_some_and(Role::may_post) {
            Ok(())
        } else {
            Err(Denied::NotAnAdmin)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel() -> Channel {
        let channel = Channel::new("1203631".into(), "INVITE".to_owned(), 1);
        let owner = Follower {
            role: Role::Owner,
            mutes: Mutes::default(),
        };
        lock(&channel.state).followers.insert("1".into(), owner);
        channel
    }

    fn post(id: &str, author: &str) -> Post {
        Post::new(id, &author.into(), 5, "text", None, vec![1])
    }

    #[test]
    fn only_admins_post_and_numbers_count_up() {
        let channel = channel();
        let (owner, reader) = ("1".into(), "2".into());
        assert!(channel.join(&reader) && !channel.join(&reader));
        assert_eq!(channel.post(post("A", "1")), Ok(100));
        assert_eq!(channel.post(post("B", "1")), Ok(101));
        assert_eq!(
            channel.post(post("A", "1")),
            Ok(100),
            "a repeat is the same message"
        );
        assert_eq!(channel.post(post("C", "2")), Err(Denied::NotAnAdmin));
        channel.appoint(&owner, &reader, Role::Admin).unwrap();
        assert_eq!(channel.post(post("C", "2")), Ok(102));
        let ids = |before, after, count| -> Vec<u64> {
            let posts = channel.posts(before, after, count);
            posts.iter().map(|post| post.server_id).collect()
        };
        assert_eq!(ids(None, None, 2), [101, 102]);
        assert_eq!(ids(Some(102), None, 5), [100, 101]);
        assert_eq!(ids(None, Some(100), 5), [101, 102]);
    }

    #[test]
    fn reactions_are_counted_per_reader() {
        let channel = channel();
        channel.post(post("A", "1")).unwrap();
        channel.join(&"2".into());
        channel.react(&"1".into(), 100, Some("+")).unwrap();
        let post = channel.react(&"2".into(), 100, Some("+")).unwrap();
        assert_eq!(post.reactions(), BTreeMap::from([("+", 2)]));
        let post = channel.react(&"2".into(), 100, None).unwrap();
        assert_eq!(post.reactions(), BTreeMap::from([("+", 1)]));
        assert_eq!(
            channel.react(&"3".into(), 100, Some("+")).unwrap_err(),
            Denied::NotAFollower
        );
    }

    #[test]
    fn the_owner_stays() {
        let channel = channel();
        assert_eq!(channel.leave(&"1".into()), Err(Denied::OwnerStays));
        channel.join(&"2".into());
        assert_eq!(channel.leave(&"2".into()), Ok(()));
        assert_eq!(channel.leave(&"2".into()), Err(Denied::NotAFollower));
    }
}
