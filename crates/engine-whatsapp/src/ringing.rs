//! Calls that ring now.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use wacore::types::call::{CallAction, IncomingCall};

/// Nobody is rung by more callers at a time; beyond it the oldest are forgotten.
const MOST: usize = 64;

/// The offers of calls that nobody has answered or ended.
#[derive(Debug, Default)]
pub(crate) struct Ringing(Mutex<VecDeque<IncomingCall>>);

impl Ringing {
    /// Notes a step of a call.
    pub(crate) fn note(&self, call: &IncomingCall) {
        let mut ringing = self.lock();
        let id = call.action.call_id();
        match call.action {
            CallAction::Offer { .. } => {
                if ringing.len() >= MOST {
                    ringing.pop_front();
                }
                ringing.push_back(call.clone());
            }
            CallAction::Accept { .. } | CallAction::Reject { .. } | CallAction::Terminate { .. } => {
                ringing.retain(|known| known.action.call_id() != id);
            }
            _ => {}
        }
    }

    /// The offer of a ringing call, which counts as answered from now on.
    pub(crate) fn take(&self, id: &str) -> Option<IncomingCall> {
        let mut ringing = self.lock();
        let index = ringing.iter().position(|call| call.action.call_id() == id)?;
        ringing.remove(index)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<IncomingCall>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
