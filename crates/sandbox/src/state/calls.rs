use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
};

use wacore_binary::CompactString;

use super::lock;

/// Calls remembered at a time.
const CALLS: usize = 10_000;

/// The calls that phones have placed, until somebody ends them.
#[derive(Default)]
pub(crate) struct Calls(Mutex<State>);

#[derive(Default)]
struct State {
    calls: HashMap<String, Call>,
    order: VecDeque<String>,
}

/// A call and how it stands.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) from: CompactString,
    pub(crate) to: CompactString,
    pub(crate) phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Ringing,
    Answered,
}

impl Calls {
    pub(crate) fn ring(&self, id: &str, from: &CompactString, to: &CompactString) {
        let mut state = lock(&self.0);
        if state.order.len() >= CALLS
            && let Some(oldest) = state.order.pop_front()
        {
            state.calls.remove(&oldest);
        }
        let call = Call {
            from: from.clone(),
            to: to.clone(),
            phase: Phase::Ringing,
        };
        state.calls.insert(id.to_owned(), call);
        state.order.push_back(id.to_owned());
    }

    pub(crate) fn get(&self, id: &str) -> Option<Call> {
        lock(&self.0).calls.get(id).cloned()
    }

    /// Takes a ringing call as answered. Answers whether it was ringing.
    pub(crate) fn answer(&self, id: &str) -> bool {
        let mut state = lock(&self.0);
        match state.calls.get_mut(id) {
            Some(call) if call.phase == Phase::Ringing => {
                call.phase = Phase::Answered;
                true
            }
            _ => false,
        }
    }

    /// Forgets a call that nobody has answered. Answers whether it was one.
    pub(crate) fn give_up(&self, id: &str) -> bool {
        let ringing = self.get(id).is_some_and(|call| call.phase == Phase::Ringing);
        ringing && self.end(id).is_some()
    }

    /// Forgets a call. Answers how it stood.
    pub(crate) fn end(&self, id: &str) -> Option<Call> {
        let mut state = lock(&self.0);
        let ended = state.calls.remove(id);
        if ended.is_some() {
            state.order.retain(|known| known != id);
        }
        ended
    }
}
