//! References that wait for a phone.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::RngExt as _;
use tokio::sync::watch;

use super::{
    Finish, Linked, WRAPPED_KEY,
    code::{CodeOffer, Codes},
};
use crate::{conn::PendingRegistration, state::lock};

/// How long a store-level reference can be scanned.
const LIFETIME: Duration = Duration::from_mins(5);
/// How long it is remembered after that.
const MEMORY: Duration = Duration::from_mins(15);
/// The characters of pairing codes: no 0, I, O or U.
const CODE_ALPHABET: &[u8; 32] = b"123456789ABCDEFGHJKLMNPQRSTVWXYZ";
const CODE_LENGTH: usize = 8;

/// All references that are out.
#[derive(Default)]
pub(crate) struct Pairing {
    offers: Mutex<HashMap<String, Offer>>,
    codes: Codes,
}

/// Who handed a reference out.
#[derive(Clone)]
pub(super) enum Offer {
    /// A connected client that shows QR codes.
    Wire(Arc<PendingRegistration>),
    /// A gateway that pairs at store level.
    Store(Arc<StoreOffer>),
}

/// A reference of a gateway that pairs at store level.
pub(crate) struct StoreOffer {
    created: Instant,
    claimed: AtomicBool,
    linked: watch::Sender<Option<Arc<Linked>>>,
    code: Mutex<Option<PairCode>>,
}

/// A code shown instead of a QR code.
struct PairCode {
    phone: String,
    code: String,
    qr: String,
}

/// What a gateway learns about its reference.
pub(crate) enum StoreState {
    Pending,
    Scanned(Arc<Linked>),
    Expired,
}

impl Pairing {
    /// References for the QR codes of a connected client.
    pub(crate) fn offer(&self, pending: &Arc<PendingRegistration>, count: usize) -> Vec<String> {
        let references: Vec<String> = (0..count).map(|_| new_reference()).collect();
        let mut offers = lock(&self.offers);
        for reference in &references {
            offers.insert(reference.clone(), Offer::Wire(Arc::clone(pending)));
        }
        references
    }

    pub(crate) fn withdraw(&self, references: &[String]) {
        let mut offers = lock(&self.offers);
        for reference in references {
            offers.remove(reference);
        }
    }

    /// A reference for pairing at store level.
    pub(crate) fn mint(&self) -> String {
        let reference = new_reference();
        let offer = StoreOffer {
            created: Instant::now(),
            claimed: AtomicBool::new(false),
            linked: watch::Sender::new(None),
            code: Mutex::default(),
        };
        let mut offers = lock(&self.offers);
        offers.retain(|_, offer| match offer {
            Offer::Wire(_) => true,
            Offer::Store(offer) => offer.created.elapsed() < LIFETIME + MEMORY,
        });
        offers.insert(reference.clone(), Offer::Store(Arc::new(offer)));
        reference
    }

    /// Waits up to `wait` for a store-level reference to be scanned. `None` if it is unknown.
    pub(crate) async fn poll(&self, reference: &str, wait: Duration) -> Option<StoreState> {
        let offer = self.store_offer(reference)?;
        let wait = wait.min(LIFETIME.saturating_sub(offer.created.elapsed()));
        let mut linked = offer.linked.subscribe();
        // Running out of time is an answer too.
        let _ = tokio::time::timeout(wait, linked.wait_for(Option::is_some)).await;
        let current = linked.borrow().clone();
        Some(match current {
            Some(linked) => StoreState::Scanned(linked),
            None if offer.is_expired() => StoreState::Expired,
            None => StoreState::Pending,
        })
    }

    /// Makes a code that stands for the QR code. `None` if the reference is unknown or used up.
    pub(crate) fn make_code(&self, reference: &str, phone: &str, qr: &str) -> Option<String> {
        let offer = self.store_offer(reference).filter(|offer| offer.is_open())?;
        let mut random = rand::rng();
        let code: String = (0..CODE_LENGTH)
            .map(|_| char::from(CODE_ALPHABET[random.random_range(0..CODE_ALPHABET.len())]))
            .collect();
        *lock(&offer.code) = Some(PairCode {
            phone: phone.to_owned(),
            code: code.clone(),
            qr: qr.to_owned(),
        });
        Some(code)
    }

    /// The QR code behind a code that was shown for this phone.
    pub(super) fn redeem(&self, phone: &str, code: &str) -> Option<String> {
        let offers = lock(&self.offers);
        offers.values().find_map(|offer| {
            let Offer::Store(offer) = offer else { return None };
            let shown = lock(&offer.code);
            let shown = shown.as_ref()?;
            (offer.is_open() && shown.phone == phone && shown.code == code).then(|| shown.qr.clone())
        })
    }

    /// Notes that a connected client shows a code for this phone, and answers the reference of it.
    pub(crate) fn offer_code(
        &self,
        phone: &str,
        pending: &Arc<PendingRegistration>,
        wrapped_ephemeral: [u8; WRAPPED_KEY],
    ) -> Vec<u8> {
        self.codes.offer(phone, pending, wrapped_ephemeral)
    }

    /// The connected client that shows a code for this phone.
    pub(super) fn code_offer(&self, phone: &str) -> Option<Arc<CodeOffer>> {
        self.codes.get(phone)
    }

    /// Takes a client's last words about its code. Returns whether it has one out.
    pub(crate) fn finish_code(&self, pending: &Arc<PendingRegistration>, finish: Finish) -> bool {
        self.codes.finish(pending, finish)
    }

    /// Forgets the code of a client that has gone.
    pub(crate) fn withdraw_code(&self, pending: &Arc<PendingRegistration>) {
        self.codes.withdraw(pending);
    }

    /// Whoever waits behind a reference that can still be scanned.
    pub(super) fn open_offer(&self, reference: &str) -> Option<Offer> {
        lock(&self.offers)
            .get(reference)
            .filter(|offer| match offer {
                Offer::Wire(_) => true,
                Offer::Store(offer) => offer.is_open(),
            })
            .cloned()
    }

    /// The device that a store-level reference led to.
    pub(crate) fn linked(&self, reference: &str) -> Option<Arc<Linked>> {
        self.store_offer(reference)?.linked.borrow().clone()
    }

    fn store_offer(&self, reference: &str) -> Option<Arc<StoreOffer>> {
        match lock(&self.offers).get(reference) {
            Some(Offer::Store(offer)) => Some(Arc::clone(offer)),
            _ => None,
        }
    }
}

impl StoreOffer {
    fn is_expired(&self) -> bool {
        self.created.elapsed() >= LIFETIME
    }

    fn is_open(&self) -> bool {
        !self.is_expired() && !self.claimed.load(Ordering::Acquire)
    }

    /// Takes the one chance to be scanned. Answers whether it was still there.
    pub(super) fn claim(&self) -> bool {
        !self.claimed.swap(true, Ordering::AcqRel)
    }

    pub(super) fn succeed(&self, linked: Linked) {
        self.linked.send_replace(Some(Arc::new(linked)));
    }
}

fn new_reference() -> String {
    format!("2@{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reference_waits_and_unknown_ones_do_not() {
        let pairing = Pairing::default();
        let reference = pairing.mint();
        assert!(reference.starts_with("2@") && !reference.contains(['/', '+', '=', ',']));
        assert!(matches!(
            pairing.poll(&reference, Duration::ZERO).await,
            Some(StoreState::Pending)
        ));
        assert!(pairing.poll("2@other", Duration::ZERO).await.is_none());
    }

    #[test]
    fn codes_belong_to_one_phone() {
        let pairing = Pairing::default();
        let reference = pairing.mint();
        let code = pairing
            .make_code(&reference, "15550000100", "the qr")
            .expect("open");
        assert!(code.bytes().all(|byte| CODE_ALPHABET.contains(&byte)) && code.len() == CODE_LENGTH);
        assert_eq!(pairing.redeem("15550000100", &code).as_deref(), Some("the qr"));
        assert_eq!(pairing.redeem("15550000101", &code), None);
        assert_eq!(pairing.redeem("15550000100", "11111111"), None);
    }
}
