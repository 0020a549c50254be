//! The headers of a delivery.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};
use wagon_domain::webhook::Headers;
use wagon_domain::{Timestamp, Webhook};

use crate::sign;

/// What only Wagon says. A user's header of that name is dropped, also where Wagon has none to send: a
/// receiver would take it for ours.
const OURS: [&str; 9] = [
    "content-type",
    "x-webhook-request-id",
    "x-webhook-timestamp",
    "x-webhook-hmac",
    "x-webhook-hmac-algorithm",
    "x-webhook-hmac-previous",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
];

pub(crate) fn headers(webhook: &Webhook, id: &str, body: &[u8], now: Timestamp) -> HeaderMap {
    let mut headers: HeaderMap = webhook
        .headers
        .0
        .iter()
        // Checked when they were registered.
        .filter_map(|(name, value)| Some((name.parse::<HeaderName>().ok()?, value.parse().ok()?)))
        .filter(|(name, _)| !OURS.contains(&name.as_str()))
        .collect();
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    set(CONTENT_TYPE.as_str(), "application/json".to_owned());
    set("x-webhook-request-id", id.to_owned());
    set("x-webhook-timestamp", now.to_string());
    set("webhook-id", id.to_owned());
    set("webhook-timestamp", now.as_secs().to_string());

    let current = webhook.secrets.current.as_deref();
    let previous = webhook.secrets.previous_at(now);
    if let Some(secret) = current {
        set("x-webhook-hmac", sign::body_hmac(secret, body));
        set("x-webhook-hmac-algorithm", "sha512".to_owned());
    }
    if let Some(secret) = previous {
        set("x-webhook-hmac-previous", sign::body_hmac(secret, body));
    }
    let signatures: Vec<String> = current
        .into_iter()
        .chain(previous)
        .map(|secret| sign::standard(secret, id, now.as_secs(), body))
        .collect();
    if !signatures.is_empty() {
        set("webhook-signature", signatures.join(" "));
    }
    headers
}

/// What belongs to the connection and not to the message.
const NOT_THEIRS: [&str; 9] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
const MOST: usize = 50;
const LONGEST: usize = 4096;

/// Why a user's headers cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHeaders {
    #[error("a name is not a header name")]
    Name,
    #[error("a name belongs to the connection and cannot be set")]
    Connection,
    #[error("a value has characters that headers cannot have, or is longer than {LONGEST} bytes")]
    Value,
    #[error("there are more than {MOST}")]
    Count,
}

/// Whether a user's headers can be sent.
pub fn check_headers(headers: &Headers) -> Result<(), InvalidHeaders> {
    if headers.0.len() > MOST {
        return Err(InvalidHeaders::Count);
    }
    for (name, value) in &headers.0 {
        let name: HeaderName = name.parse().map_err(|_| InvalidHeaders::Name)?;
        if NOT_THEIRS.contains(&name.as_str()) || name.as_str().starts_with("proxy-") {
            return Err(InvalidHeaders::Connection);
        }
        if value.len() > LONGEST || value.parse::<HeaderValue>().is_err() {
            return Err(InvalidHeaders::Value);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use wagon_domain::webhook::{Backoff, RetryPolicy, Secrets};

    use super::*;

    fn webhook(secrets: Secrets, own: &[(&str, &str)]) -> Webhook {
        Webhook {
            id: "wh_1".parse().unwrap(),
            org: "org_1".parse().unwrap(),
            session: None,
            url: "https://example.com/".parse().unwrap(),
            events: vec!["*".to_owned()],
            headers: Headers(
                own.iter()
                    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                    .collect(),
            ),
            secrets,
            retry: RetryPolicy {
                backoff: Backoff::Exponential,
                delay_seconds: 2,
                attempts: 15,
            },
            active: true,
            openwa: None,
            disabled: None,
            failing_since: None,
            created_at: Timestamp::default(),
            updated_at: Timestamp::default(),
        }
    }

    #[test]
    fn headers_that_cannot_be_sent_are_refused() {
        let check = |name: &str, value: &str| {
            check_headers(&Headers(
                [(name.to_owned(), value.to_owned())].into_iter().collect(),
            ))
        };
        assert_eq!(check("Authorization", "Bearer x"), Ok(()));
        assert_eq!(check("X-Webhook-Hmac", "overruled"), Ok(()));
        assert_eq!(check("a b", "x"), Err(InvalidHeaders::Name));
        assert_eq!(check("", "x"), Err(InvalidHeaders::Name));
        assert_eq!(check("Host", "x"), Err(InvalidHeaders::Connection));
        assert_eq!(check("proxy-authorization", "x"), Err(InvalidHeaders::Connection));
        assert_eq!(check("x", "a\r\nb: c"), Err(InvalidHeaders::Value));
    }

    const NOW: Timestamp = Timestamp::from_millis(1_614_265_330_500);

    #[test]
    fn users_add_headers_and_replace_none() {
        let own = [
            ("Authorization", "Bearer x"),
            ("X-Webhook-Request-Id", "forged"),
            ("X-Webhook-Hmac", "forged"),
            ("webhook-signature", "forged"),
            ("Content-Type", "text/plain"),
        ];
        let headers = headers(&webhook(Secrets::default(), &own), "evt_1", b"{}", NOW);
        assert_eq!(headers["authorization"], "Bearer x");
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(headers["x-webhook-request-id"], "evt_1");
        assert_eq!(headers["x-webhook-timestamp"], "1614265330500");
        assert_eq!(
            (&headers["webhook-id"], &headers["webhook-timestamp"]),
            (&"evt_1".parse().unwrap(), &"1614265330".parse().unwrap())
        );
        for unsigned in ["x-webhook-hmac", "x-webhook-hmac-algorithm", "webhook-signature"] {
            assert!(!headers.contains_key(unsigned), "{unsigned}");
        }
    }

    #[test]
    fn both_secrets_sign_while_one_replaces_the_other() {
        let secrets = |until| Secrets {
            current: Some("new".to_owned()),
            previous: Some(("old".to_owned(), until)),
        };
        let during = headers(
            &webhook(secrets(Timestamp::from_secs(i64::MAX / 1000)), &[]),
            "evt_1",
            b"{}",
            NOW,
        );
        let expected = [
            sign::standard("new", "evt_1", NOW.as_secs(), b"{}"),
            sign::standard("old", "evt_1", NOW.as_secs(), b"{}"),
        ];
        assert_eq!(during["webhook-signature"], expected.join(" "));
        assert_eq!(during["x-webhook-hmac"], sign::body_hmac("new", b"{}"));
        assert_eq!(during["x-webhook-hmac-previous"], sign::body_hmac("old", b"{}"));
        assert_eq!(during["x-webhook-hmac-algorithm"], "sha512");

        let after = headers(&webhook(secrets(NOW), &[]), "evt_1", b"{}", NOW);
        assert_eq!(after["webhook-signature"], expected[0]);
        assert!(!after.contains_key("x-webhook-hmac-previous"));
    }
}
