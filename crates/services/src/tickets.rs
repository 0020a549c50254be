//! Single-use tickets: an authorised subscription in a form that fits into a URL for half a minute.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngExt;
use wagon_domain::{Caller, Clock, Timestamp};

use crate::error::Error;
use crate::events::Subscribe;

const LIFETIME: Duration = Duration::from_secs(30);
const MAX_OUTSTANDING: usize = 10_000;

#[derive(Clone)]
pub(crate) struct Tickets {
    clock: Arc<dyn Clock>,
    outstanding: Arc<Mutex<HashMap<String, Ticket>>>,
}

struct Ticket {
    caller: Caller,
    request: Subscribe,
    expires_at: Timestamp,
}

impl Tickets {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            outstanding: Arc::default(),
        }
    }

    pub(crate) fn issue(&self, caller: Caller, request: Subscribe) -> Result<String, Error> {
        let random: [u8; 24] = rand::rng().random();
        let name = format!("rt_{}", URL_SAFE_NO_PAD.encode(random));
        let now = self.clock.now();
        let mut outstanding = self.outstanding.lock().unwrap_or_else(PoisonError::into_inner);
        if outstanding.len() >= MAX_OUTSTANDING {
            outstanding.retain(|_, ticket| ticket.expires_at > now);
        }
        if outstanding.len() >= MAX_OUTSTANDING {
            return Err(Error::Unavailable);
        }
        outstanding.insert(
            name.clone(),
            Ticket {
                caller,
                request,
                expires_at: now + LIFETIME,
            },
        );
        Ok(name)
    }

    /// Takes the ticket: the second one who shows it gets nothing.
    pub(crate) fn redeem(&self, name: &str) -> Option<(Caller, Subscribe)> {
        let mut outstanding = self.outstanding.lock().unwrap_or_else(PoisonError::into_inner);
        let ticket = outstanding.remove(name)?;
        (ticket.expires_at > self.clock.now()).then_some((ticket.caller, ticket.request))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use wagon_domain::{Actor, Capabilities};

    use super::*;

    #[derive(Default)]
    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_secs(self.0.load(Ordering::Relaxed))
        }
    }

    #[test]
    fn a_ticket_works_once_and_not_for_long() {
        let clock = Arc::new(Hand::default());
        let tickets = Tickets::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let caller = Caller {
            org: "org_1".parse().unwrap(),
            actor: Actor::Operator,
            capabilities: Capabilities::all(),
            sessions: None,
            chats: None,
            super_admin: false,
            address: None,
        };
        let request = Subscribe {
            firehose: false,
            session: None,
            kinds: None,
            since: None,
        };
        let first = tickets.issue(caller.clone(), request.clone()).unwrap();
        assert_eq!(first.len(), 35);
        assert!(tickets.redeem(&first).is_some());
        assert!(tickets.redeem(&first).is_none());
        let second = tickets.issue(caller, request).unwrap();
        clock.0.store(31, Ordering::Relaxed);
        assert!(tickets.redeem(&second).is_none());
    }
}
