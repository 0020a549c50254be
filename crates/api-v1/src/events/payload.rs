//! The small payloads.

use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::event;
use wagon_domain::group::GroupEvent;
use wagon_domain::{Jid, Timestamp};

use crate::messages::Failure;
use crate::sessions::Reason;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SessionStatusPayload")]
pub(super) struct SessionStatus {
    #[schemars(schema_with = "crate::openapi::words::session_status")]
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<Reason>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SessionReconnectingPayload")]
pub(super) struct Reconnecting {
    pub(super) attempts: u32,
    pub(super) next_delay_ms: u64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AuthQrPayload")]
pub(super) struct Qr<'a> {
    pub(super) code: &'a str,
    pub(super) expires_at: i64,
    pub(super) timeout_ms: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AuthCodePayload")]
pub(super) struct PairingCode<'a> {
    pub(super) code: &'a str,
    pub(super) phone: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AuthLinkedPayload")]
pub(super) struct Linked<'a> {
    pub(super) jid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) business_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) platform: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "WebhookDisabledPayload")]
pub(super) struct WebhookDisabled<'a> {
    pub(super) webhook_id: &'a str,
    #[schemars(extend("enum" = ["gone", "failing"]))]
    pub(super) reason: &'static str,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "WebhookTestPayload")]
pub(super) struct WebhookTest<'a> {
    pub(super) webhook_id: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MessageStatusPayload")]
pub(super) struct MessageStatus<'a> {
    pub(super) chat_jid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sender_jid: Option<String>,
    pub(super) message_ids: Vec<&'a str>,
    #[schemars(schema_with = "crate::openapi::words::message_status")]
    pub(super) status: &'static str,
    pub(super) timestamp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outbox_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<Failure>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CallPayload")]
pub(super) struct IncomingCall<'a> {
    pub(super) call_id: &'a str,
    pub(super) from: String,
    pub(super) timestamp: i64,
    pub(super) is_group: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) group_jid: Option<String>,
    pub(super) is_video: bool,
}

impl<'a> From<&'a event::IncomingCall> for IncomingCall<'a> {
    fn from(call: &'a event::IncomingCall) -> Self {
        Self {
            call_id: &call.call,
            from: call.from.bare().into(),
            timestamp: call.timestamp.as_millis(),
            is_group: call.group.is_some(),
            group_jid: call.group.as_ref().map(ToString::to_string),
            is_video: call.video,
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CallEndedPayload")]
pub(super) struct EndedCall<'a> {
    #[serde(flatten)]
    pub(super) call: IncomingCall<'a>,
    #[schemars(extend("enum" = ["accepted", "rejected", "missed"]))]
    pub(super) outcome: &'static str,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "JoinRequestPayload")]
pub(super) struct JoinRequested<'a> {
    pub(super) group_jid: String,
    #[schemars(with = "Vec<String>")]
    pub(super) participants: &'a [Jid],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sender: Option<String>,
    pub(super) timestamp: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ChatUpdatePayload")]
pub(super) struct ChatPicture<'a> {
    pub(super) chat_jid: String,
    #[schemars(extend("const" = "picture"))]
    pub(super) change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) picture_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) removed: Option<bool>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ContactUpdatePayload")]
pub(super) struct ContactNamed<'a> {
    pub(super) jid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) push_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) full_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_name: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NewsletterPayload")]
pub(super) struct Channel {
    pub(super) jid: String,
    #[schemars(extend("enum" = ["join", "leave", "mute"]))]
    pub(super) action: &'static str,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "GroupPayload")]
pub(super) struct Changed<'a> {
    group_jid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_announce: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_locked: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_invite_link: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Jid]>::is_empty")]
    #[schemars(with = "Vec<String>")]
    join: &'a [Jid],
    #[serde(skip_serializing_if = "<[Jid]>::is_empty")]
    #[schemars(with = "Vec<String>")]
    leave: &'a [Jid],
    #[serde(skip_serializing_if = "<[Jid]>::is_empty")]
    #[schemars(with = "Vec<String>")]
    promote: &'a [Jid],
    #[serde(skip_serializing_if = "<[Jid]>::is_empty")]
    #[schemars(with = "Vec<String>")]
    demote: &'a [Jid],
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<i64>,
}

impl<'a> From<&'a GroupEvent> for Changed<'a> {
    fn from(event: &'a GroupEvent) -> Self {
        Self {
            group_jid: event.group.to_string(),
            subject: event.subject.as_deref(),
            description: event.description.as_deref(),
            sender: event.sender.as_ref().map(ToString::to_string),
            is_announce: event.announce,
            is_locked: event.locked,
            new_invite_link: event.invite_link.as_deref(),
            reason: event.reason.as_deref(),
            join: &event.join,
            leave: &event.leave,
            promote: &event.promote,
            demote: &event.demote,
            timestamp: event.timestamp.map(Timestamp::as_millis),
        }
    }
}
