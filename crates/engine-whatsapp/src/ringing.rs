//! Calls that ring now.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use wacore::types::call::{CallAction, IncomingCall};
use wagon_domain::event::CallOutcome;

/// Nobody is rung by more callers at a time; beyond it the oldest are forgotten.
const MOST: usize = 64;

/// The offers of calls that nobody has answered or ended.
#[derive(Debug, Default)]
pub(crate) struct Ringing(Mutex<Calls>);

#[derive(Debug, Default)]
struct Calls {
    ringing: VecDeque<IncomingCall>,
    /// The client handles the steps of a call side by side: the last may be told before the first.
    over: VecDeque<(String, CallOutcome)>,
}

impl Ringing {
    /// Notes a step of a call. Once its offer and its end are both known, the answer is the offer and what
    /// came of it.
    pub(crate) fn note(&self, call: &IncomingCall) -> Option<(IncomingCall, CallOutcome)> {
        let mut calls = self.lock();
        let id = call.action.call_id();
        let outcome = match &call.action {
            CallAction::Offer { .. } => {
                if let Some((_, outcome)) = calls.over.iter().find(|(over, _)| over == id) {
                    return Some((call.clone(), *outcome));
                }
                push(&mut calls.ringing, call.clone());
                return None;
            }
            CallAction::Accept { .. } => CallOutcome::Accepted,
            CallAction::Reject { .. } => CallOutcome::Rejected,
            CallAction::Terminate { reason, .. } => match reason.as_deref() {
                Some("accepted_elsewhere") => CallOutcome::Accepted,
                Some("rejected_elsewhere") => CallOutcome::Rejected,
                _ => CallOutcome::Missed,
            },
            _ => return None,
        };
        push(&mut calls.over, (id.to_owned(), outcome));
        let index = calls
            .ringing
            .iter()
            .position(|known| known.action.call_id() == id)?;
        Some((calls.ringing.remove(index)?, outcome))
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
