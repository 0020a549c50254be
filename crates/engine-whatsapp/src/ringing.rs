//! Calls that ring now.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use wacore::types::call::{CallAction, IncomingCall};

/// Nobody is rung by more callers at a time; beyond it the oldest are forgotten.
const MOST: usize = 64;

/// The offers of calls that nobody has answered or ended.
#[derive(Debug, Default)]
pub(crate) struct Ringing(Mutex<Calls>);

#[derive(Debug, Default)]
struct Calls {
    ringing: VecDeque<IncomingCall>,
    /// The client handles the steps of a call side by side: the last may be told before the first.
    over: VecDeque<String>,
}

impl Ringing {
    /// Notes a step of a call.
    pub(crate) fn note(&self, call: &IncomingCall) {
        let mut calls = self.lock();
        let id = call.action.call_id();
        match call.action {
            CallAction::Offer { .. } if calls.over.iter().any(|over| over == id) => {}
            CallAction::Offer { .. } => push(&mut calls.ringing, call.clone()),
            CallAction::Accept { .. } | CallAction::Reject { .. } | CallAction::Terminate { .. } => {
                calls.ringing.retain(|known| known.action.call_id() != id);
                push(&mut calls.over, id.to_owned());
            }
            _ => {}
        }
    }

    /// The offer of a ringing call, which counts as answered from now on.
    pub(crate) fn take(&self, id: &str) -> Option<IncomingCall> {
        let ringing = &mut self.lock().ringing;
        let index = ringing.iter().position(|call| call.action.call_id() == id)?;
        ringing.remove(index)
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds to a list that has room for [`MOST`].
fn push<T>(list: &mut VecDeque<T>, entry: T) {
    if list.len() >= MOST {
        list.pop_front();
    }
    list.push_back(entry);
}
