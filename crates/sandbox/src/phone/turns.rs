use std::{collections::HashMap, sync::Mutex};

use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use crate::state::lock;

/// Chats that are kept track of before those that are done are forgotten.
const CHATS: usize = 1024;

/// Keeps what a phone does in a chat in order, while different chats go on at once.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<String, JoinHandle<()>>>);

impl Turns {
    /// Whether something is still going on in the chat.
    pub(super) fn is_busy(&self, chat: &str) -> bool {
        lock(&self.0).get(chat).is_some_and(|last| !last.is_finished())
    }

    /// Runs a task once everything before it in the chat is done.
    pub(super) fn take<F>(&self, tasks: &TaskTracker, chat: String, task: impl FnOnce() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send,
    {
        let mut turns = lock(&self.0);
        let before = turns.remove(&chat);
        if turns.len() >= CHATS {
            turns.retain(|_, last| !last.is_finished());
        }
        let turn = tasks.spawn(async move {
            if let Some(before) = before {
                // One that failed is over as well.
                let _ = before.await;
            }
            task().await;
        });
        turns.insert(chat, turn);
    }
}
