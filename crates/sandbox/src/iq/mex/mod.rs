//! `w:mex`: GraphQL by the numbers of stored queries.

mod channels;
mod limits;

use serde_json::{Value, json};
use wacore::iq::mex_operations as wa;
use wacore_binary::builder::NodeBuilder;

use super::request::{Answer, Refusal, Request};
use crate::wire::{attr_str, content};

/// An error inside an answer: a code in the manner of HTTP, and words.
pub(super) struct Fault {
    code: u16,
    message: String,
}

impl Fault {
    pub(super) fn new(code: u16, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// Answers one query from its variables: the field of the answer and its value.
type Operation = fn(&Request<'_>, &Value) -> Result<Value, Fault>;

/// The number of a query, the field that its answer comes in, and who answers.
///
/// Clients of different ages know different numbers for the same wish.
const TABLE: &[(&str, &str, Operation)] = &[
    (
        wa::create_newsletter::DOC_ID,
        "xwa2_newsletter_create",
        channels::create,
    ),
    ("8823471724422422", "xwa2_newsletter_create", channels::create),
    (wa::fetch_newsletter::DOC_ID, "xwa2_newsletter", channels::fetch),
    ("6563316087068696", "xwa2_newsletter", channels::fetch),
    (
        wa::fetch_all_newsletters_metadata::DOC_ID,
        "xwa2_newsletter_subscribed",
        channels::subscribed,
    ),
    (
        wa::join_newsletter::DOC_ID,
        "xwa2_newsletter_join_v2",
        channels::join,
    ),
    (
        wa::leave_newsletter::DOC_ID,
        "xwa2_newsletter_leave_v2",
        channels::leave,
    ),
    (
        wa::update_newsletter::DOC_ID,
        "xwa2_newsletter_update",
        channels::update,
    ),
    (
        wa::update_newsletter_user_setting::DOC_ID,
        "xwa2_newsletter_update_user_setting",
        channels::set_user_setting,
    ),
    ("29766401636284406", "xwa2_newsletter_mute_v2", channels::mute),
    ("9864994326891137", "xwa2_newsletter_unmute_v2", channels::unmute),
    (
        "9783111038412085",
        "xwa2_newsletter_subscribers",
        channels::subscribers,
    ),
    ("7130823597031706", "xwa2_newsletter_admin", channels::admins),
    (
        "7341777602580933",
        "xwa2_newsletter_change_owner",
        channels::change_owner,
    ),
    ("6551828931592903", "xwa2_newsletter_demote", channels::demote),
    (
        wa::change_newsletter_owner::DOC_ID,
        "xwa2_newsletter_change_owner",
        channels::change_owner,
    ),
    (
        wa::demote_newsletter_admin::DOC_ID,
        "xwa2_newsletter_admin_demote",
        channels::demote,
    ),
    ("30062808666639665", "xwa2_newsletter_delete_v2", channels::delete),
    (
        wa::fetch_reachout_timelock::DOC_ID,
        "xwa2_fetch_account_reachout_timelock",
        limits::time_lock,
    ),
    (
        "24503548349331633",
        "xwa2_message_capping_info",
        limits::new_chats,
    ),
];

pub(super) fn query(request: &Request<'_>) -> Answer {
    let Some(query) = request.child() else {
        return Refusal::BAD_REQUEST.into();
    };
    let id = attr_str(query, "query_id").unwrap_or_default();
    let Ok(body) = serde_json::from_slice::<Value>(content(query)) else {
        return Refusal::BAD_REQUEST.into();
    };
    let result = if let Some((_, field, operation)) = TABLE.iter().find(|row| row.0 == id) {
        match operation(request, &body["variables"]) {
            Ok(value) => json!({ "data": { *field: value } }),
            Err(fault) => faulty(field, &fault),
        }
    } else {
        request.peer.network.stats.unknown(&["mex", &id]);
        faulty("", &Fault::new(501, "unknown query"))
    };
    NodeBuilder::new("result")
        .bytes(result.to_string().into_bytes())
        .build()
        .into()
}

fn faulty(field: &str, fault: &Fault) -> Value {
    let error = json!({
        "message": fault.message,
        "path": [field],
        "extensions": {
            "error_code": fault.code,
            "is_summary": true,
            "is_retryable": false,
            "severity": "CRITICAL",
        },
    });
    json!({ "data": null, "errors": [error] })
}
