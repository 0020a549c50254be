//! The phone of an account: device 0, a Signal endpoint inside the sandbox.
//!
//! Senders encrypt to it like to any device. What it does with a message is its [`scripts::Script`].

mod app_state;
mod call;
mod channel;
mod compose;
mod content;
mod files;
mod group;
mod history;
mod inbox;
mod keys;
mod memory;
mod queue;
mod reading;
mod record;
mod reinstall;
mod reupload;
pub(crate) mod scripts;
mod sealed;
mod send;
mod sender_keys;
mod signal;
mod status;
mod turns;
mod worker;

pub(crate) use app_state::{Change, Entry as AppStateEntry, WriteError, entries, write};
pub(crate) use call::{Reply, Ring, reply, ring};
pub(crate) use channel::post;
pub(crate) use content::Outgoing;
pub(crate) use files::{media_path, open_media};
pub(crate) use history::{Past, Spoken, transfer};
pub(crate) use inbox::{Entry, Inbox, Kind};
pub(crate) use record::PhoneRecord;
pub(crate) use reinstall::reinstall;
pub(crate) use send::{SendError, Typing, chatstate, new_id, receipt, send};
pub(crate) use status::show;
pub(crate) use worker::start;

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use tokio::sync::watch;
use wacore_binary::Jid;
use waproto::whatsapp::Message;

use crate::state::{FetchedBundle, OneTimeKey, SignedKey, lock};
use crate::wire::Stanza;
use group::GroupKeys;
use history::Book;
use keys::PhoneKeys;
use memory::{Memory, SeenMessage};
use queue::{Work, WorkQueue};
use scripts::ScriptName;
use signal::Signal;
use turns::Turns;

/// Messages kept for devices that ask for them again.
const SENT: usize = 256;

/// A phone's keys, sessions, inbox and pending work.
pub(crate) struct Phone {
    /// Replaced as a whole when the user installs anew; see [`Phone::reinstall`].
    keys: RwLock<Arc<PhoneKeys>>,
    /// Held across Signal work, as `groups` is; nothing else is. Whoever needs both takes `groups` first.
    signal: tokio::sync::Mutex<Signal>,
    groups: tokio::sync::Mutex<GroupKeys>,
    script: Mutex<ScriptName>,
    /// Whether it is switched on.
    online: watch::Sender<bool>,
    turns: Turns,
    pub(crate) inbox: Inbox,
    pub(crate) book: Book,
    memory: Memory,
    queue: WorkQueue,
    sent: Mutex<VecDeque<Sent>>,
    /// How often a message that did not open has been asked for again.
    retries: Mutex<HashMap<String, u32>>,
}

/// A message that may be asked for again.
#[derive(Clone)]
struct Sent {
    id: String,
    to: Jid,
    message: Arc<Message>,
}

impl Phone {
    pub(crate) fn new(script: ScriptName) -> Self {
        let keys = PhoneKeys::generate();
        let signal = keys.signal();
        Self::assemble(keys, signal, GroupKeys::default(), script, true)
    }

    fn assemble(
        keys: PhoneKeys,
        signal: Signal,
        groups: GroupKeys,
        script: ScriptName,
        online: bool,
    ) -> Self {
        Self {
            keys: RwLock::new(Arc::new(keys)),
            signal: tokio::sync::Mutex::new(signal),
            groups: tokio::sync::Mutex::new(groups),
            script: Mutex::new(script),
            online: watch::Sender::new(online),
            turns: Turns::default(),
            inbox: Inbox::default(),
            book: Book::default(),
            memory: Memory::default(),
            queue: WorkQueue::new(),
            sent: Mutex::default(),
            retries: Mutex::default(),
        }
    }

    fn keys(&self) -> Arc<PhoneKeys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The account's identity key, 32 bytes.
    pub(crate) fn identity(&self) -> Vec<u8> {
        self.keys().identity().to_vec()
    }

    pub(crate) fn registration_id(&self) -> u32 {
        self.keys().registration_id
    }

    /// Signs with the account's identity key.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.keys().sign(message)
    }

    /// What the account's identity key and a foreign one agree on.
    pub(crate) fn agree(&self, foreign: &[u8]) -> Option<[u8; 32]> {
        self.keys().agree(foreign)
    }

    /// Takes new keys and forgets all sessions, as when the app is installed on another phone. The key of the app state
    /// stays, because the server keeps what is encrypted with it.
    async fn reinstall(&self) {
        // Nobody can use a session of the old keys in between.
        let mut groups = self.groups.lock().await;
        let mut signal = self.signal.lock().await;
        let keys = self.keys().renewed();
        *signal = keys.signal();
        *groups = GroupKeys::default();
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// The phone's public keys with a fresh one-time key.
    pub(crate) fn take_bundle(&self) -> FetchedBundle {
        let keys = self.keys();
        let (id, value) = keys.mint_one_time();
        FetchedBundle {
            registration: keys.registration_id.to_be_bytes().to_vec(),
            identity: keys.identity().to_vec(),
            signed: SignedKey {
                id: keys::wire_id(keys.signed_id),
                value: keys.signed_public().to_vec(),
                signature: keys.signed_signature.clone(),
            },
            one_time: Some(OneTimeKey {
                id: keys::wire_id(id),
                value,
            }),
            device_identity: Vec::new(),
        }
    }

    pub(crate) fn script(&self) -> ScriptName {
        lock(&self.script).clone()
    }

    pub(crate) fn set_script(&self, script: ScriptName) {
        *lock(&self.script) = script;
    }

    pub(crate) fn is_online(&self) -> bool {
        *self.online.borrow()
    }

    /// Switches the phone on or off. One that is off hears nothing until it is on again.
    pub(crate) fn set_online(&self, online: bool) {
        self.online.send_replace(online);
    }

    /// Resolves while the phone is switched on.
    async fn switched_on(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.online.subscribe().wait_for(|online| *online).await;
    }

    /// Takes a stanza addressed to the phone. Never waits.
    pub(crate) fn receive(&self, stanza: Stanza) {
        self.queue.push(Work::Stanza(stanza));
    }

    /// Gives a newly linked device the app-state key and the history, once the work before is done.
    pub(crate) fn provision(&self, device: u16) {
        self.queue.push(Work::Provision(device));
    }

    /// Resolves while the phone keeps up with its work. Nobody waits for one that is switched off.
    pub(crate) async fn has_room(&self) {
        let mut online = self.online.subscribe();
        tokio::select! {
            biased;
            _ = online.wait_for(|online| !online) => {}
            () = self.queue.has_room() => {}
        }
    }

    /// A message that came or went, by its id.
    fn seen(&self, id: &str) -> Option<SeenMessage> {
        self.memory.get(id)
    }

    fn remember(&self, id: &str, to: &Jid, message: &Arc<Message>) {
        let mut sent = lock(&self.sent);
        if sent.len() >= SENT {
            sent.pop_front();
        }
        sent.push_back(Sent {
            id: id.to_owned(),
            to: to.clone(),
            message: Arc::clone(message),
        });
    }

    fn recall(&self, id: &str) -> Option<Sent> {
        lock(&self.sent).iter().rev().find(|sent| sent.id == id).cloned()
    }
}
