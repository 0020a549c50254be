//! What was last heard of people, in memory: after a restart everybody is unknown.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use wagon_domain::presence::{Presence, PresenceState};
use wagon_domain::{Clock, Jid, SessionId, Timestamp};
use wagon_engine::{Inbox, Notice};

/// Chats of which the latest words are kept.
const KEPT: usize = 50_000;
/// People of one group of whom the latest word is kept.
const KEPT_OF_A_CHAT: usize = 256;
/// Words of typing that are waited upon; with more of them the oldest end early.
const TYPING: usize = 10_000;

/// A word, and when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    pub presence: Presence,
    pub at: Timestamp,
}

pub(crate) struct Heard {
    words: Mutex<Words>,
    changed: watch::Sender<()>,
    typing: Notify,
}

#[derive(Default)]
struct Words {
    /// By chat.
    latest: HashMap<(SessionId, Jid), Vec<Observed>>,
    /// Words of typing in the order they came, each until it is too old.
    typing: VecDeque<(SessionId, Observed)>,
}

impl Default for Heard {
    fn default() -> Self {
        Self {
            words: Mutex::default(),
            changed: watch::Sender::new(()),
            typing: Notify::new(),
        }
    }
}

impl Words {
    fn note(&mut self, session: &SessionId, word: Observed) {
        if is_typing(&word.presence) {
            self.typing.push_back((session.clone(), word.clone()));
        }
        if self.latest.len() >= KEPT {
            self.latest.clear();
        }
        let words = self.latest.entry((session.clone(), about(&word.presence)));
        let words = words.or_default();
        words.retain(|known| known.presence.from != word.presence.from);
        if words.len() >= KEPT_OF_A_CHAT {
            words.remove(0);
        }
        words.push(word);
    }

    /// Takes out who was last heard typing, and not since `before`.
    fn silent(&mut self, before: Timestamp) -> Vec<(SessionId, Presence)> {
        let mut silent = Vec::new();
        while let Some((_, word)) = self.typing.front()
            && (word.at <= before || self.typing.len() > TYPING)
        {
            let Some((session, word)) = self.typing.pop_front() else {
                break;
            };
            let key = (session, about(&word.presence));
            let is_latest = self.latest.get(&key).is_some_and(|words| words.contains(&word));
            if is_latest {
                silent.push((key.0, word.presence));
            }
        }
        silent
    }
}

impl Heard {
    pub(crate) fn note(&self, session: &SessionId, presence: &Presence, at: Timestamp) {
        let word = Observed {
            presence: presence.clone(),
            at,
        };
        self.words().note(session, word);
        self.changed.send_replace(());
        if is_typing(presence) {
            self.typing.notify_one();
        }
    }

    /// The latest word of each person in a chat, the newest last.
    pub(crate) fn of(&self, session: &SessionId, chat: &Jid) -> Vec<Observed> {
        let key = (session.clone(), chat.clone());
        self.words().latest.get(&key).cloned().unwrap_or_default()
    }

    /// Changes with each word.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Reports to `inbox` that people have paused of whom nothing was heard for `patience` since they typed. Whoever
    /// goes on typing is heard of every few seconds; whose phone goes away never says that they stopped.
    pub(crate) async fn end_typing(
        self: Arc<Self>,
        inbox: Arc<dyn Inbox>,
        clock: Arc<dyn Clock>,
        patience: Duration,
        stop: CancellationToken,
    ) {
        while !stop.is_cancelled() {
            let now = clock.now();
            let (silent, next) = {
                let mut words = self.words();
                let silent = words.silent(now - patience);
                (silent, words.typing.front().map(|(_, word)| word.at + patience))
            };
            for (session, presence) in silent {
                let paused = Presence {
                    state: PresenceState::Paused,
                    ..presence
                };
                inbox.notices(&session, vec![Notice::Presence(paused)]).await;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.typing.notified(), if next.is_none() => {}
                () = tokio::time::sleep(next.unwrap_or_default().since(now)), if next.is_some() => {}
            }
        }
    }

    fn words(&self) -> MutexGuard<'_, Words> {
        self.words.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_typing(presence: &Presence) -> bool {
    matches!(
        presence.state,
        PresenceState::Composing | PresenceState::Recording
    )
}

/// The chat that a word is about.
fn about(presence: &Presence) -> Jid {
    presence.chat.clone().unwrap_or_else(|| presence.from.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn word(from: &str, state: PresenceState, millis: i64) -> Observed {
        let jid: Jid = format!("{from}@s.whatsapp.net").parse().unwrap();
        Observed {
            presence: Presence {
                from: jid.clone(),
                chat: Some(jid),
                state,
                last_seen: None,
            },
            at: at(millis),
        }
    }

    fn people(silent: Vec<(SessionId, Presence)>) -> Vec<String> {
        let people = silent.into_iter().map(|(_, presence)| presence.from);
        people.map(|from| from.user().to_owned()).collect()
    }

    #[test]
    fn only_who_went_silent_while_typing_has_paused() {
        let session: SessionId = "sess_1".parse().unwrap();
        let mut words = Words::default();
        for (from, state, millis) in [
            ("15550000001", PresenceState::Composing, 1),
            ("15550000002", PresenceState::Recording, 2),
            ("15550000003", PresenceState::Composing, 3),
            ("15550000004", PresenceState::Composing, 4),
            ("15550000002", PresenceState::Paused, 5),
            ("15550000003", PresenceState::Composing, 6),
        ] {
            words.note(&session, word(from, state, millis));
        }
        assert!(words.silent(at(0)).is_empty());
        assert_eq!(people(words.silent(at(5))), ["15550000001", "15550000004"]);
        assert_eq!(people(words.silent(at(6))), ["15550000003"]);
        assert!(words.typing.is_empty());
    }

    #[test]
    fn the_oldest_ends_early_when_too_many_type() {
        let session: SessionId = "sess_1".parse().unwrap();
        let mut words = Words::default();
        for number in 0..=TYPING {
            let from = format!("1555{number:07}");
            words.note(&session, word(&from, PresenceState::Composing, 1));
        }
        assert_eq!(people(words.silent(at(0))), ["15550000000"]);
        assert_eq!(words.typing.len(), TYPING);
    }
}
