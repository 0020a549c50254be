//! From the log's events to the dialect's.

use serde_json::{Map, Value, json};
use wagon_domain::event::{CallOutcome, EventBody, IncomingCall, JoinRequested};
use wagon_domain::group::GroupEvent;
use wagon_domain::session::StatusReason;
use wagon_domain::{Content, Event, Jid, MessageStatus, SessionStatus, Timestamp, WaMessageId};

use super::message::{Shown, chat_kind, id, kind};
use super::{Background, Told, response};
use crate::jid;
use crate::qr::data_url;

/// How long a status is shown.
const STATUS_LIFETIME: std::time::Duration = std::time::Duration::from_hours(24);

pub(super) fn of(event: &Event, background: Background<'_>) -> Vec<Told> {
    let session = event.session.as_str();
    match &event.body {
        EventBody::Message(message) => vec![spoken(&Shown::of(message, background), session)],
        EventBody::MessageStatus {
            chat,
            ids,
            status,
            outbox,
            ..
        } => {
            let mut told: Vec<Told> = ids.iter().filter_map(|id| ack(chat, id, *status)).collect();
            // The account's other devices are heard themselves; what the gateway sends is told of here.
            if *status == MessageStatus::Sent
                && outbox.is_some()
                && let Some(message) = background.message
            {
                let shown = Shown::stored(message, background);
                told.insert(0, tell("message.sent", shown.data().into()));
            }
            told
        }
        EventBody::SessionStatus { status, reason } => session_status(session, *status, reason.as_ref()),
        EventBody::Qr { code, .. } => data_url(code)
            .map(|qr| tell("session.qr", json!({ "sessionId": session, "qr": qr })))
            .into_iter()
            .collect(),
        EventBody::Linked {
            jid, business_name, ..
        } => {
            let phone = jid.phone_number().map(String::from);
            // People's own names come later, by app state.
            let data = json!({ "sessionId": session, "phone": phone, "pushName": business_name });
            vec![tell("session.authenticated", data)]
        }
        EventBody::Reconnecting { attempts, next_delay } => {
            let data = json!({ "sessionId": session, "attempts": attempts, "nextDelayMs": next_delay });
            vec![tell("session.reconnect_loop", data)]
        }
        EventBody::IncomingCall(call) => vec![tell("call.received", ringing(call))],
        EventBody::CallEnded(ended) => {
            let name = match ended.outcome {
                CallOutcome::Accepted => "call.accepted",
                CallOutcome::Rejected => "call.rejected",
                CallOutcome::Missed => "call.missed",
            };
            let mut data = ringing(&ended.call);
            data["sessionId"] = session.into();
            data["outcome"] = ended.outcome.as_str().into();
            vec![tell(name, data)]
        }
        EventBody::Group(group) => grouped(group, event.timestamp),
        EventBody::JoinRequested(asked) => vec![tell("group.join_request", wanting_in(asked))],
        EventBody::Presence(presence) => {
            let chat = presence.chat.as_ref().unwrap_or(&presence.from);
            let mut participant = json!({ "id": jid::to_text(&presence.from), "state": presence.state });
            if let Some(seen) = presence.last_seen {
                participant["lastSeen"] = seen.as_secs().into();
            }
            let data = json!({
                "sessionId": session, "chatId": jid::to_text(chat), "participants": [participant],
            });
            vec![tell("presence.update", data)]
        }
        EventBody::WebhookTest { webhook } => {
            let data = json!({ "message": "This is a test", "webhookId": webhook.as_str() });
            vec![tell(super::TEST, data)]
        }
        EventBody::PairingCode { .. }
        | EventBody::WebhookDisabled { .. }
        | EventBody::ChatPicture { .. }
        | EventBody::ContactNamed { .. }
        | EventBody::Channel(_)
        | EventBody::PollRecap(_) => Vec::new(),
    }
}

fn tell(name: &'static str, data: Value) -> Told {
    let data = match data {
        Value::Object(data) => data,
        _ => Map::new(),
    };
    Told { name, data }
}

fn spoken(shown: &Shown<'_>, session: &str) -> Told {
    let chat = jid::to_text(shown.chat);
    let (from, to) = shown.ends();
    match shown.content {
        Content::Reaction { target, emoji } => tell(
            "message.reaction",
            json!({
                "messageId": id(target.from_me, shown.chat, &target.id), "chatId": chat,
                "reaction": emoji.as_deref().unwrap_or_default(), "senderId": shown.author(),
            }),
        ),
        Content::Edit { target, text } => tell(
            "message.edited",
            json!({
                "messageId": id(target.from_me || shown.from_me, shown.chat, &target.id), "chatId": chat,
                "body": text, "senderId": shown.author(), "from": from, "to": to, "fromMe": shown.from_me,
                "isGroup": shown.is_group(), "type": kind(shown.content), "hasMedia": false,
                "timestamp": shown.timestamp.as_secs(),
            }),
        ),
        Content::Revoke { target } => tell(
            "message.revoked",
            json!({
                "id": shown.id(), "chatId": chat, "from": from, "to": to, "type": "revoked", "body": "",
                "revokedId": id(target.from_me || shown.from_me, shown.chat, &target.id),
                "timestamp": shown.timestamp.as_secs(),
            }),
        ),
        Content::EventResponse(answer) => tell("event.response", response::data(shown, answer, session)),
        content if chat_kind(shown.chat) == "status" && !shown.from_me => {
            let mut data = json!({
                "sessionId": session, "statusId": shown.id(), "contact": { "id": shown.author() },
                "type": kind(content), "hasMedia": matches!(content, Content::Media(_)),
                "mediaOmitted": matches!(content, Content::Media(_)),
                "postedAt": shown.timestamp.as_millis(),
                "expiresAt": (shown.timestamp + STATUS_LIFETIME).as_millis(),
            });
            if let Some(words) = content.body() {
                data["caption"] = words.into();
            }
            tell("status.received", data)
        }
        _ if shown.from_me => tell("message.sent", shown.data().into()),
        _ => tell("message.received", shown.data().into()),
    }
}

/// What became of a message of the account.
fn ack(chat: &Jid, wa_id: &WaMessageId, status: MessageStatus) -> Option<Told> {
    let (name, word, number) = match status {
        MessageStatus::Pending => return None,
        MessageStatus::Sent => ("message.ack", "sent", 1),
        MessageStatus::Delivered => ("message.ack", "delivered", 2),
        MessageStatus::Read | MessageStatus::Played => ("message.ack", "read", 3),
        MessageStatus::Failed => ("message.failed", "failed", -1),
    };
    let id = id(true, chat, wa_id);
    let data = json!({
        "id": id, "messageId": id, "status": word, "ack": number, "chatId": jid::to_text(chat),
    });
    Some(tell(name, data))
}

fn session_status(session: &str, status: SessionStatus, reason: Option<&StatusReason>) -> Vec<Told> {
    let word = match status {
        SessionStatus::Starting => "initializing",
        SessionStatus::ScanQrCode => "qr_ready",
        SessionStatus::Working => "ready",
        SessionStatus::Stopped | SessionStatus::LoggedOut => "disconnected",
        SessionStatus::Failed => "failed",
    };
    let mut told = vec![tell(
        "session.status",
        json!({ "sessionId": session, "status": word }),
    )];
    if matches!(
        status,
        SessionStatus::Stopped | SessionStatus::LoggedOut | SessionStatus::Failed
    ) {
        let reason = reason.and_then(crate::sessions::error).unwrap_or("Stopped");
        told.push(tell(
            "session.disconnected",
            json!({ "sessionId": session, "reason": reason }),
        ));
    }
    if let Some(restriction) = reason.and_then(crate::sessions::restriction) {
        let mut data = json!({ "sessionId": session, "active": true });
        if let (Value::Object(data), Ok(Value::Object(more))) = (&mut data, serde_json::to_value(restriction))
        {
            data.extend(more);
        }
        told.push(tell("session.restriction", data));
    }
    told
}

fn ringing(call: &IncomingCall) -> Value {
    json!({
        "callId": call.call, "from": jid::to_text(&call.from), "isVideo": call.video,
        "isGroup": call.group.is_some(), "timestamp": call.timestamp.as_secs(),
    })
}

fn grouped(group: &GroupEvent, told_at: Timestamp) -> Vec<Told> {
    let at = group.timestamp.unwrap_or(told_at).as_secs();
    let base = |people: &[Jid]| {
        let people: Vec<String> = people.iter().map(jid::to_text).collect();
        let mut data = json!({
            "groupId": jid::to_text(&group.group), "participantIds": people, "timestamp": at,
        });
        if let Some(actor) = &group.sender {
            data["actorId"] = jid::to_text(actor).into();
        }
        data
    };
    let mut told = Vec::new();
    if !group.join.is_empty() {
        told.push(tell("group.join", base(&group.join)));
    }
    if !group.leave.is_empty() {
        told.push(tell("group.leave", base(&group.leave)));
    }
    let changes = changes(group);
    if !changes.is_empty() {
        let people: Vec<Jid> = group.promote.iter().chain(&group.demote).cloned().collect();
        let mut data = base(&people);
        data["changes"] = changes.into();
        told.push(tell("group.update", data));
    }
    told
}

fn wanting_in(asked: &JoinRequested) -> Value {
    let people: Vec<String> = asked.people.iter().map(jid::to_text).collect();
    let mut data = json!({
        "groupId": jid::to_text(&asked.group), "participantIds": people,
        "timestamp": asked.timestamp.as_secs(),
    });
    if let Some(author) = &asked.author {
        data["actorId"] = jid::to_text(author).into();
    }
    data
}

fn changes(group: &GroupEvent) -> Map<String, Value> {
    let people = |people: &[Jid]| -> Value { people.iter().map(jid::to_text).collect::<Vec<_>>().into() };
    let mut changes = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            changes.insert(name.to_owned(), value);
        }
    };
    set("subject", group.subject.as_deref().map(Value::from));
    set("description", group.description.as_deref().map(Value::from));
    set("announce", group.announce.map(Value::from));
    set("locked", group.locked.map(Value::from));
    set(
        "promote",
        (!group.promote.is_empty()).then(|| people(&group.promote)),
    );
    set(
        "demote",
        (!group.demote.is_empty()).then(|| people(&group.demote)),
    );
    changes
}
