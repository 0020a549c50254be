//! Events as requests to webhooks.

use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;
use wagon_delivery::{Letter, Letters, Occasion, body_hmac_sha256};
use wagon_domain::webhook::OpenWaTerms;
use wagon_domain::{Content, Event, EventBody, Jid, WaMessageId, Webhook};

use super::{Background, EVERYTHING, TEST, Told, about, check_filters, key, told};
use crate::time;

/// What receivers may check, and what nobody else may say.
const AGENT: &str = "OpenWA-Webhook/1.0.0";
const OURS: &str = "x-openwa-";

/// The dialect's words for webhooks.
#[derive(Debug, Clone, Copy)]
pub struct OpenWaLetters {
    /// Files with more bytes are only named.
    pub largest_file: u64,
}

impl Letters for OpenWaLetters {
    fn about<'a>(&self, event: &'a Event) -> Option<(&'a Jid, &'a WaMessageId)> {
        about(event)
    }

    fn with_file<'a>(&self, webhook: &Webhook, event: &'a Event) -> Option<(&'a Jid, &'a WaMessageId)> {
        let EventBody::Message(message) = &event.body else {
            return None;
        };
        let Content::Media(media) = &message.content else {
            return None;
        };
        let fits = media.size.is_some_and(|size| size <= self.largest_file);
        let wanted = |terms: &OpenWaTerms| {
            let told = told(event, Background::default());
            // Posts on the status are told of without their files.
            let mut told = told.iter().filter(|told| told.name.starts_with("message."));
            told.any(|told| wants(terms, told))
        };
        let wanted = fits && webhook.openwa.as_ref().is_some_and(wanted);
        wanted.then_some((&message.chat, &message.wa_id))
    }

    fn letters(&self, webhook: &Webhook, event: &Event, occasion: Occasion<'_>) -> Vec<Letter> {
        let Some(terms) = &webhook.openwa else {
            return Vec::new();
        };
        let background = Background {
            message: occasion.message,
            account: occasion.account,
            file: occasion.file,
        };
        let wanted = told(event, background).into_iter();
        wanted
            .filter(|told| wants(terms, told))
            .map(|told| letter(webhook, event, told, occasion))
            .collect()
    }
}

fn wants(terms: &OpenWaTerms, told: &Told) -> bool {
    if told.name == TEST {
        return true;
    }
    let named = terms
        .events
        .iter()
        .any(|name| name == EVERYTHING || name == told.name);
    // They were checked when they were registered.
    let conditions = terms
        .filters
        .as_ref()
        .map(|filters| check_filters(filters).unwrap_or_default());
    named
        && conditions
            .into_iter()
            .flatten()
            .all(|condition| condition.holds(told))
}

/// The key of the first letter that tells the webhook of the event.
pub(crate) fn repeat_key(webhook: &Webhook, event: &Event) -> Option<String> {
    let terms = webhook.openwa.as_ref()?;
    let told = told(event, Background::default());
    let told = told.iter().find(|told| wants(terms, told))?;
    Some(repeats_as(webhook, event, told))
}

fn repeats_as(webhook: &Webhook, event: &Event, told: &Told) -> String {
    format!("{}_{}", key::stem(event, told), webhook.id)
}

fn letter(webhook: &Webhook, event: &Event, mut told: Told, occasion: Occasion<'_>) -> Letter {
    let key = if told.name == TEST {
        told.data.insert("url".to_owned(), webhook.url.as_str().into());
        format!("test_{}", occasion.delivery)
    } else {
        repeats_as(webhook, event, &told)
    };
    let body = json!({
        "event": told.name,
        "timestamp": time::iso(event.timestamp),
        "sessionId": event.session.as_str(),
        "idempotencyKey": key,
        "deliveryId": occasion.delivery,
        "data": told.data,
    });
    let body = body.to_string();
    let mut headers = own(webhook);
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(CONTENT_TYPE, "application/json");
    set(USER_AGENT, AGENT);
    set(HeaderName::from_static("x-openwa-event"), told.name);
    set(HeaderName::from_static("x-openwa-idempotency-key"), &key);
    set(HeaderName::from_static("x-openwa-delivery-id"), occasion.delivery);
    set(
        HeaderName::from_static("x-openwa-retry-count"),
        &occasion.attempts.to_string(),
    );
    if let Some(secret) = &webhook.secrets.current {
        let signature = format!("sha256={}", body_hmac_sha256(secret, body.as_bytes()));
        set(HeaderName::from_static("x-openwa-signature"), &signature);
    }
    Letter { headers, body }
}

/// The webhook's own headers, without those that only the gateway says.
fn own(webhook: &Webhook) -> HeaderMap {
    let pairs = webhook.headers.0.iter();
    pairs
        .filter_map(|(name, value)| Some((name.parse::<HeaderName>().ok()?, value.parse().ok()?)))
        .filter(|(name, _)| !name.as_str().starts_with(OURS))
        .collect()
}
