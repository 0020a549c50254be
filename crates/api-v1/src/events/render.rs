//! The envelope of every event, and which payload it carries.

use serde::Serialize;
use serde_json::{Value, json};
use wagon_domain::{Event, EventBody, EventKind, OutboxId, WaMessageId};

use super::{message, payload, recap};
use crate::messages::Failure;
use crate::openapi::Schemas;
use crate::presence;
use crate::sessions::Reason;

/// One event as one line of JSON, the same on every transport.
pub fn render(event: &Event) -> String {
    let envelope = Envelope {
        schema: "v1",
        id: event.id.as_str(),
        event: event.body.kind().as_str(),
        session: event.session.as_str(),
        organization: event.org.as_str(),
        timestamp: event.timestamp.as_millis(),
        payload: Payload::of(event),
    };
    serde_json::to_string(&envelope).expect("a struct of plain values with text keys serialises")
}

#[derive(Serialize)]
struct Envelope<'a> {
    schema: &'static str,
    id: &'a str,
    event: &'static str,
    session: &'a str,
    organization: &'a str,
    timestamp: i64,
    payload: Payload<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Payload<'a> {
    SessionStatus(payload::SessionStatus),
    Qr(payload::Qr<'a>),
    PairingCode(payload::PairingCode<'a>),
    Linked(payload::Linked<'a>),
    WebhookDisabled(payload::WebhookDisabled<'a>),
    WebhookTest(payload::WebhookTest<'a>),
    Message(Box<message::Payload<'a>>),
    MessageStatus(payload::MessageStatus<'a>),
    PollRecap(recap::Payload<'a>),
    IncomingCall(payload::IncomingCall<'a>),
    EndedCall(payload::EndedCall<'a>),
    Reconnecting(payload::Reconnecting),
    JoinRequested(payload::JoinRequested<'a>),
    Group(Box<payload::Changed<'a>>),
    Presence(presence::View),
    ChatPicture(payload::ChatPicture<'a>),
    ContactNamed(payload::ContactNamed<'a>),
    Channel(payload::Channel),
}

/// The schema of the payloads of a type of event.
pub(crate) fn payload_schema(kind: EventKind, schemas: &mut Schemas) -> Value {
    match kind {
        EventKind::SessionStatus => schemas.answer::<payload::SessionStatus>(),
        EventKind::AuthQr => schemas.answer::<payload::Qr<'_>>(),
        EventKind::AuthCode => json!({ "anyOf": [
            schemas.answer::<payload::PairingCode<'_>>(),
            schemas.answer::<payload::Linked<'_>>(),
        ] }),
        EventKind::Message
        | EventKind::MessageFromMe
        | EventKind::MessageReaction
        | EventKind::MessageEdited
        | EventKind::MessageRevoked
        | EventKind::PollVote
        | EventKind::EventResponse => schemas.answer::<message::Payload<'_>>(),
        EventKind::MessageStatus => schemas.answer::<payload::MessageStatus<'_>>(),
        EventKind::GroupJoinRequest => schemas.answer::<payload::JoinRequested<'_>>(),
        EventKind::SessionReconnecting => schemas.answer::<payload::Reconnecting>(),
        EventKind::CallEnded => schemas.answer::<payload::EndedCall<'_>>(),
        EventKind::CallIncoming => schemas.answer::<payload::IncomingCall<'_>>(),
        EventKind::GroupUpdate | EventKind::GroupParticipant => schemas.answer::<payload::Changed<'_>>(),
        EventKind::PresenceUpdate => schemas.answer::<presence::View>(),
        EventKind::ChatUpdate => schemas.answer::<payload::ChatPicture<'_>>(),
        EventKind::ContactUpdate => schemas.answer::<payload::ContactNamed<'_>>(),
        EventKind::NewsletterUpdate => schemas.answer::<payload::Channel>(),
        EventKind::PollRecap => schemas.answer::<recap::Payload<'_>>(),
        EventKind::WebhookDisabled => schemas.answer::<payload::WebhookDisabled<'_>>(),
        EventKind::WebhookTest => schemas.answer::<payload::WebhookTest<'_>>(),
    }
}

impl<'a> Payload<'a> {
    fn of(event: &'a Event) -> Self {
        match &event.body {
            EventBody::SessionStatus { status, reason } => Self::SessionStatus(payload::SessionStatus {
                status: status.as_str(),
                reason: reason.as_ref().map(Reason::from),
            }),
            EventBody::Qr { code, expires_at } => {
                let expires_at = expires_at.as_millis();
                let timeout_ms = expires_at.saturating_sub(event.timestamp.as_millis()).max(0);
                Self::Qr(payload::Qr {
                    code,
                    expires_at,
                    timeout_ms,
                })
            }
            EventBody::PairingCode {
                code,
                phone,
                expires_at: _,
            } => Self::PairingCode(payload::PairingCode { code, phone }),
            EventBody::Linked {
                jid,
                lid,
                business_name,
                platform,
            } => Self::Linked(payload::Linked {
                jid: jid.bare().into(),
                lid: lid.as_ref().map(|lid| lid.bare().into()),
                business_name: business_name.as_deref(),
                platform: platform.as_deref(),
            }),
            EventBody::WebhookDisabled { webhook, reason } => {
                Self::WebhookDisabled(payload::WebhookDisabled {
                    webhook_id: webhook.as_str(),
                    reason: reason.as_str(),
                })
            }
            EventBody::WebhookTest { webhook } => Self::WebhookTest(payload::WebhookTest {
                webhook_id: webhook.as_str(),
            }),
            EventBody::Message(message) => Self::Message(Box::new(message.as_ref().into())),
            EventBody::MessageStatus {
                chat,
                sender,
                ids,
                status,
                timestamp,
                outbox,
                error,
                retry_at,
            } => Self::MessageStatus(payload::MessageStatus {
                chat_jid: chat.to_string(),
                sender_jid: sender.as_ref().map(|sender| sender.bare().into()),
                message_ids: ids.iter().map(WaMessageId::as_str).collect(),
                status: status.as_str(),
                timestamp: timestamp.as_millis(),
                outbox_id: outbox.as_ref().map(OutboxId::as_str),
                error: error.as_ref().map(|error| Failure::new(error, *retry_at)),
            }),
            EventBody::PollRecap(recap) => Self::PollRecap(recap.as_ref().into()),
            EventBody::Reconnecting { attempts, next_delay } => Self::Reconnecting(payload::Reconnecting {
                attempts: *attempts,
                next_delay_ms: *next_delay,
            }),
            EventBody::IncomingCall(call) => Self::IncomingCall(call.into()),
            EventBody::CallEnded(ended) => Self::EndedCall(payload::EndedCall {
                call: (&ended.call).into(),
                outcome: ended.outcome.as_str(),
            }),
            EventBody::Group(event) => Self::Group(Box::new(event.as_ref().into())),
            EventBody::JoinRequested(asked) => Self::JoinRequested(payload::JoinRequested {
                group_jid: asked.group.to_string(),
                participants: &asked.people,
                sender: asked.author.as_ref().map(ToString::to_string),
                timestamp: asked.timestamp.as_millis(),
            }),
            EventBody::Presence(presence) => Self::Presence(presence.into()),
            EventBody::ChatPicture { chat, picture } => Self::ChatPicture(payload::ChatPicture {
                chat_jid: chat.to_string(),
                change: "picture",
                picture_id: picture.as_deref(),
                removed: picture.is_none().then_some(true),
            }),
            EventBody::ContactNamed { jid, names } => Self::ContactNamed(payload::ContactNamed {
                jid: jid.to_string(),
                push_name: names.push.as_deref(),
                full_name: names.full.as_deref(),
                first_name: names.first.as_deref(),
            }),
            EventBody::Channel(update) => Self::Channel(payload::Channel {
                jid: update.channel.to_string(),
                action: update.action.as_str(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use wagon_domain::event::MessageEvent;
    use wagon_domain::group::GroupEvent;
    use wagon_domain::message::Party;
    use wagon_domain::session::StatusReason;
    use wagon_domain::{Content, MessageStatus, SessionStatus, Timestamp};

    use super::*;

    fn rendered(body: EventBody) -> Value {
        let event = Event {
            id: "evt_1".parse().unwrap(),
            org: "org_1".parse().unwrap(),
            session: "sess_1".parse().unwrap(),
            timestamp: Timestamp::from_millis(1000),
            body,
        };
        let line = render(&event);
        assert!(!line.contains('\n'));
        serde_json::from_str(&line).unwrap()
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "reads better at the many places that call it"
    )]
    fn enveloped(event: &str, payload: Value) -> Value {
        json!({
            "schema": "v1", "id": "evt_1", "event": event, "session": "sess_1", "organization": "org_1",
            "timestamp": 1000, "payload": payload,
        })
    }

    #[test]
    fn session_status() {
        let working = EventBody::SessionStatus {
            status: SessionStatus::Working,
            reason: None,
        };
        assert_eq!(
            rendered(working),
            enveloped("session.status", json!({"status": "working"}))
        );
        let replaced = EventBody::SessionStatus {
            status: SessionStatus::Failed,
            reason: Some(StatusReason::Replaced),
        };
        assert_eq!(
            rendered(replaced),
            enveloped(
                "session.status",
                json!({"status": "failed", "reason": {"code": "replaced"}})
            )
        );
    }

    #[test]
    fn groups() {
        let group = "120363012345678901@g.us";
        let mut event = GroupEvent::new(group.parse().unwrap());
        event.subject = Some("Trip".to_owned());
        event.reason = Some("invite".to_owned());
        assert_eq!(
            rendered(EventBody::Group(Box::new(event))),
            enveloped(
                "group.update",
                json!({"groupJid": group, "subject": "Trip", "reason": "invite"})
            )
        );
        let mut event = GroupEvent::new(group.parse().unwrap());
        event.sender = Some("15550000001@s.whatsapp.net".parse().unwrap());
        event.join = vec!["15550000002@s.whatsapp.net".parse().unwrap()];
        event.locked = Some(false);
        event.timestamp = Some(Timestamp::from_millis(7));
        assert_eq!(
            rendered(EventBody::Group(Box::new(event))),
            enveloped(
                "group.participant",
                json!({
                    "groupJid": group, "sender": "15550000001@s.whatsapp.net", "isLocked": false,
                    "join": ["15550000002@s.whatsapp.net"], "timestamp": 7,
                })
            )
        );
    }

    #[test]
    fn auth_qr() {
        let qr = EventBody::Qr {
            code: "2@a,b==".to_owned(),
            expires_at: Timestamp::from_millis(21_000),
        };
        let payload = json!({"code": "2@a,b==", "expiresAt": 21_000, "timeoutMs": 20_000});
        assert_eq!(rendered(qr), enveloped("auth.qr", payload));
    }

    #[test]
    fn auth_code() {
        let code = EventBody::PairingCode {
            code: "ABCD-1234".to_owned(),
            phone: "15550000001".to_owned(),
            expires_at: Timestamp::from_millis(2000),
        };
        let payload = json!({"code": "ABCD-1234", "phone": "15550000001"});
        assert_eq!(rendered(code), enveloped("auth.code", payload));

        let linked = EventBody::Linked {
            jid: "15550000001:12@s.whatsapp.net".parse().unwrap(),
            lid: Some("100000000000001:12@lid".parse().unwrap()),
            business_name: None,
            platform: Some("android".to_owned()),
        };
        let payload = json!({
            "jid": "15550000001@s.whatsapp.net", "lid": "100000000000001@lid", "platform": "android",
        });
        assert_eq!(rendered(linked), enveloped("auth.code", payload));
    }

    #[test]
    fn message_and_message_from_me() {
        let message = |from_me| {
            let event = MessageEvent {
                wa_id: "3EB0A6".parse().unwrap(),
                chat: "15550000001@s.whatsapp.net".parse().unwrap(),
                sender: Party::default(),
                from_me,
                content: Content::text("yes"),
                quote: None,
                mentions: Vec::new(),
                timestamp: Timestamp::from_millis(900),
            };
            rendered(EventBody::Message(Box::new(event)))
        };
        for (from_me, name) in [(false, "message"), (true, "message.from_me")] {
            let payload = json!({
                "waMessageId": "3EB0A6", "chatJid": "15550000001@s.whatsapp.net", "fromMe": from_me,
                "type": "text", "body": "yes", "hasMedia": false, "media": null, "timestamp": 900,
            });
            assert_eq!(message(from_me), enveloped(name, payload));
        }
    }

    #[test]
    fn message_status() {
        let status = |sender: Option<&str>, outbox: Option<&str>| {
            rendered(EventBody::MessageStatus {
                chat: "15550000001@s.whatsapp.net".parse().unwrap(),
                sender: sender.map(|jid| jid.parse().unwrap()),
                ids: vec!["3EB0A1".parse().unwrap(), "3EB0A2".parse().unwrap()],
                status: MessageStatus::Read,
                timestamp: Timestamp::from_millis(900),
                outbox: outbox.map(|id| id.parse().unwrap()),
                error: None,
                retry_at: None,
            })
        };
        let mut payload = json!({
            "chatJid": "15550000001@s.whatsapp.net", "messageIds": ["3EB0A1", "3EB0A2"],
            "status": "read", "timestamp": 900,
        });
        assert_eq!(status(None, None), enveloped("message.status", payload.clone()));
        payload["senderJid"] = json!("15550000001@s.whatsapp.net");
        payload["outboxId"] = json!("out_1");
        assert_eq!(
            status(Some("15550000001:2@s.whatsapp.net"), Some("out_1")),
            enveloped("message.status", payload)
        );
    }
}
