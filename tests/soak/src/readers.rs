//! Whoever looks at what arrives: a consumer of the event stream, which resumes, and the owners of the phones.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::Value;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use wagon_test_kit::V1;

use crate::{
    Options,
    dice::Dice,
    ledger::{Ledger, Place},
    world::World,
};

const ROLE: u8 = 3;
/// A position before every event.
const BEGINNING: &str = "evt_00000000000000000000000000";
/// How long a consumer stays on one connection at most.
const STAY: Duration = Duration::from_secs(20);
const AGAIN_AFTER: Duration = Duration::from_millis(100);
/// A stream that says nothing for so long has come to its end, when it is read after the fact.
const QUIET: Duration = Duration::from_secs(2);
const POLL_SECONDS: u64 = 2;

/// Follows the event log of everything, hanging up now and then, and resumes where it was.
#[derive(Debug, Default)]
pub(crate) struct Follower {
    ids: std::sync::Mutex<Vec<String>>,
    resumes: AtomicUsize,
}

impl Follower {
    pub(crate) async fn follow(
        self: Arc<Self>,
        world: Arc<World>,
        ledger: Arc<Ledger>,
        options: Options,
        stop: CancellationToken,
    ) {
        let mut dice = Dice::new(options.seed, ROLE, 0);
        let mut since = BEGINNING.to_owned();
        while !stop.is_cancelled() {
            let stay = dice.pause(STAY / 2);
            let read = timeout(stay, self.read(&world, &ledger, &mut since));
            if stop.run_until_cancelled(read).await.is_none() {
                return;
            }
            self.resumes.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    }

    /// Reads one stream to its end.
    async fn read(&self, world: &World, ledger: &Ledger, since: &mut String) {
        let Ok(stream) = world.v1().try_events(&format!("since={since}")).await else {
            return;
        };
        let mut position = 0;
        while let Some(frame) = stream.seen().get(position).await {
            position += 1;
            let Some(id) = frame["id"].as_str() else { continue };
            id.clone_into(since);
            self.ids().push(id.to_owned());
            if let Some((text, place, wa_id)) = incoming(&frame) {
                ledger.see(&text, place, &wa_id);
            }
        }
    }

    pub(crate) fn resumes(&self) -> usize {
        self.resumes.load(Ordering::Relaxed)
    }

    /// How the log as followed differs from the log as read in one go: not at all, if streams resume as they should.
    pub(crate) async fn compare(&self, v1: &V1) -> Vec<String> {
        let followed = self.ids().clone();
        let whole = whole_log(v1).await;
        let mut differences = Vec::new();
        if !followed.is_sorted_by(|one, next| one < next) {
            differences.push("the followed events are out of order or repeat".to_owned());
        }
        // Events go on while this is read, so the log may be longer.
        if whole.get(..followed.len()) != Some(followed.as_slice()) {
            let at = whole
                .iter()
                .zip(&followed)
                .take_while(|(one, other)| one == other)
                .count();
            differences.push(format!(
                "the log as followed and as read differ from entry {at} on, of {} and {}",
                followed.len(),
                whole.len()
            ));
        }
        differences
    }

    fn ids(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.ids.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

async fn whole_log(v1: &V1) -> Vec<String> {
    let stream = v1.events(&format!("since={BEGINNING}")).await;
    let mut ids = Vec::new();
    let mut position = 0;
    while let Ok(Some(frame)) = timeout(QUIET, stream.seen().get(position)).await {
        position += 1;
        ids.extend(frame["id"].as_str().map(str::to_owned));
    }
    ids
}

/// The text of a message that has come in, with the session and the message's id.
fn incoming(frame: &Value) -> Option<(String, Place, String)> {
    if frame["event"] != "message" {
        return None;
    }
    let field = |value: &Value| value.as_str().map(str::to_owned);
    let payload = &frame["payload"];
    Some((
        field(&payload["body"])?,
        Place::Session(field(&frame["session"])?),
        field(&payload["waMessageId"])?,
    ))
}

/// Reads what one phone receives.
pub(crate) async fn watch_phone(
    world: Arc<World>,
    ledger: Arc<Ledger>,
    phone: usize,
    stop: CancellationToken,
) {
    let pn = &world.phones[phone].pn;
    let mut since = 0;
    loop {
        let page = world.admin().inbox_since(pn, since, POLL_SECONDS);
        let Some((entries, next)) = stop.run_until_cancelled(page).await else {
            return;
        };
        since = next;
        for entry in entries.iter().filter(|entry| entry["kind"] == "message") {
            if let (Some(text), Some(id)) = (entry["text"].as_str(), entry["id"].as_str()) {
                ledger.see(text, Place::Phone(pn.clone()), id);
            }
        }
    }
}
