//! Guessing passwords, made not worth it.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use wagon_domain::{Clock, Email, Timestamp};

/// How long failed attempts are held against someone, from the first on.
const WINDOW: Duration = Duration::from_mins(15);
/// Failures of one address with one account.
const PER_PAIR: u32 = 10;
/// Failures of one address, whatever the account.
const PER_ADDRESS: u32 = 50;
/// Failures with one account, from wherever: higher, so that strangers do not lock its owner out easily.
const PER_ACCOUNT: u32 = 100;
/// Subjects that are remembered; beyond that, the one that would be forgotten first is.
const MAX_SUBJECTS: usize = 20_000;

#[derive(Clone)]
pub(crate) struct Attempts {
    clock: Arc<dyn Clock>,
    counts: Arc<Mutex<HashMap<Subject, Count>>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Subject {
    Pair(IpAddr, Email),
    Address(IpAddr),
    Account(Email),
}

impl Subject {
    const fn limit(&self) -> u32 {
        match self {
            Self::Pair(..) => PER_PAIR,
            Self::Address(_) => PER_ADDRESS,
            Self::Account(_) => PER_ACCOUNT,
        }
    }
}

#[derive(Clone, Copy)]
struct Count {
    number: u32,
    until: Timestamp,
}

impl Attempts {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            counts: Arc::default(),
        }
    }

    /// Counts an attempt before it is made, so that many at once are as many as one after the other. Says
    /// how long to wait if there were too many.
    pub(crate) fn begin(&self, email: &Email, address: Option<IpAddr>) -> Result<(), Duration> {
        let now = self.clock.now();
        let subjects = subjects(email, address);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = subjects.iter().filter_map(|subject| {
            let count = counts.get(subject).filter(|count| count.until > now)?;
            (count.number >= subject.limit()).then(|| count.until.since(now))
        });
        if let Some(wait) = wait.max() {
            return Err(wait);
        }
        for subject in subjects {
            if counts.len() >= MAX_SUBJECTS && !counts.contains_key(&subject) {
                forget_some(&mut counts, now);
            }
            let fresh = Count {
                number: 0,
                until: now + WINDOW,
            };
            let count = counts.entry(subject).or_insert(fresh);
            if count.until <= now {
                *count = fresh;
            }
            count.number += 1;
        }
        Ok(())
    }

    /// It was the right password: nothing is held against these two any more, and the attempt not against
    /// the address.
    pub(crate) fn succeeded(&self, email: &Email, address: Option<IpAddr>) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for subject in subjects(email, address) {
            match &subject {
                Subject::Address(_) => {
                    if let Some(count) = counts.get_mut(&subject) {
                        count.number = count.number.saturating_sub(1);
                    }
                }
                Subject::Pair(..) | Subject::Account(_) => {
                    counts.remove(&subject);
                }
            }
        }
    }
}

fn subjects(email: &Email, address: Option<IpAddr>) -> Vec<Subject> {
    let account = Subject::Account(email.clone());
    match address.map(network) {
        Some(address) => vec![
            Subject::Pair(address, email.clone()),
            Subject::Address(address),
            account,
        ],
        None => vec![account],
    }
}

/// Whoever has one IPv6 address has the 2⁶⁴ of its network.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// What is over, or else what is over first.
fn forget_some(counts: &mut HashMap<Subject, Count>, now: Timestamp) {
    let before = counts.len();
    counts.retain(|_, count| count.until > now);
    if counts.len() < before {
        return;
    }
    let first = counts
        .iter()
        .min_by_key(|(_, count)| count.until)
        .map(|(subject, _)| subject.clone());
    if let Some(subject) = first {
        counts.remove(&subject);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[derive(Default)]
    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_secs(self.0.load(Ordering::Relaxed))
        }
    }

    fn attempts() -> (Attempts, Arc<Hand>) {
        let clock = Arc::new(Hand::default());
        (Attempts::new(Arc::clone(&clock) as Arc<dyn Clock>), clock)
    }

    fn ada() -> Email {
        "ada@example.com".parse().unwrap()
    }

    #[test]
    fn an_address_has_ten_guesses_at_an_account_in_a_quarter_of_an_hour() {
        let (attempts, clock) = attempts();
        let address = Some("192.0.2.1".parse().unwrap());
        for _ in 0..PER_PAIR {
            attempts.begin(&ada(), address).unwrap();
        }
        clock.0.store(60, Ordering::Relaxed);
        assert_eq!(attempts.begin(&ada(), address), Err(Duration::from_mins(14)));
        let elsewhere = Some("192.0.2.2".parse().unwrap());
        attempts.begin(&ada(), elsewhere).unwrap();
        clock.0.store(15 * 60, Ordering::Relaxed);
        attempts.begin(&ada(), address).unwrap();
    }

    #[test]
    fn an_address_is_one_network_and_cannot_try_many_accounts() {
        let (attempts, _) = attempts();
        for guess in 0..PER_ADDRESS {
            let email = format!("{guess}@example.com").parse().unwrap();
            let address = format!("2001:db8::{guess:x}").parse().unwrap();
            attempts.begin(&email, Some(address)).unwrap();
        }
        let next = Some("2001:db8::ffff".parse().unwrap());
        assert!(attempts.begin(&ada(), next).is_err());
        assert!(
            attempts
                .begin(&ada(), Some("2001:db8:0:1::1".parse().unwrap()))
                .is_ok()
        );
    }

    #[test]
    fn an_account_is_not_guessed_at_from_everywhere() {
        let (attempts, _) = attempts();
        for guess in 0..PER_ACCOUNT {
            let address = format!("198.51.100.{guess}").parse().unwrap();
            attempts.begin(&ada(), Some(address)).unwrap();
        }
        assert!(
            attempts
                .begin(&ada(), Some("203.0.113.1".parse().unwrap()))
                .is_err()
        );
    }

    #[test]
    fn success_clears_the_account() {
        let (attempts, _) = attempts();
        let address = Some("192.0.2.1".parse().unwrap());
        for _ in 0..3 * PER_ACCOUNT {
            attempts.begin(&ada(), address).unwrap();
            attempts.succeeded(&ada(), address);
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (attempts, _) = attempts();
        for guess in 0..MAX_SUBJECTS {
            let email = format!("{guess}@example.com").parse().unwrap();
            attempts.begin(&email, None).unwrap();
        }
        attempts.begin(&ada(), None).unwrap();
        assert_eq!(attempts.counts.lock().unwrap().len(), MAX_SUBJECTS);
    }
}
