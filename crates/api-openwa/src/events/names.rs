//! The dialect's events, and where in the log they come from.

use wagon_domain::EventKind;

/// Stands for all of them.
pub(crate) const EVERYTHING: &str = "*";
/// What the trial of a webhook sends; nobody subscribes to it.
pub(crate) const TEST: &str = "test";

/// Every event that can be asked for.
pub(crate) const NAMES: [&str; 24] = [
    "message.received",
    "message.sent",
    "message.ack",
    "message.failed",
    "message.revoked",
    "message.reaction",
    "message.edited",
    "status.received",
    "session.status",
    "session.qr",
    "session.authenticated",
    "session.disconnected",
    "session.reconnect_loop",
    "session.restriction",
    "presence.update",
    "event.response",
    "group.join",
    "group.leave",
    "group.update",
    "group.join_request",
    "call.received",
    "call.accepted",
    "call.rejected",
    "call.missed",
];

/// Those that only webhooks tell of.
const NOT_ON_SOCKETS: [&str; 2] = ["message.failed", "session.reconnect_loop"];

/// The event of this name, if a socket can ask for it.
pub(crate) fn subscribable(name: &str) -> Option<&'static str> {
    let mut names = NAMES.into_iter();
    names.find(|known| *known == name && !NOT_ON_SOCKETS.contains(known))
}

/// The kinds of the log that have to be read to tell of these events.
pub(crate) fn kinds<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<EventKind> {
    let mut kinds = Vec::new();
    for name in names {
        let sources = if name == EVERYTHING {
            NAMES.iter().flat_map(|name| sources(name)).copied().collect()
        } else {
            sources(name).to_vec()
        };
        for kind in sources {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
    }
    kinds
}

/// The first of the asked names that an event of this kind is told as.
pub(crate) fn tells_of(kind: &str, asked: &[String]) -> Option<&'static str> {
    let wanted = |name: &&&str| asked.iter().any(|asked| asked == EVERYTHING || asked == **name);
    let mut names = NAMES.iter().filter(wanted).copied();
    names.find(|name| sources(name).iter().any(|source| source.as_str() == kind))
}

fn sources(name: &str) -> &'static [EventKind] {
    match name {
        "message.received" | "status.received" => &[EventKind::Message],
        // What the gateway sends itself is known to be sent by its status.
        "message.sent" => &[EventKind::MessageFromMe, EventKind::MessageStatus],
        "message.ack" | "message.failed" => &[EventKind::MessageStatus],
        "message.revoked" => &[EventKind::MessageRevoked],
        "message.reaction" => &[EventKind::MessageReaction],
        "message.edited" => &[EventKind::MessageEdited],
        "session.status" | "session.disconnected" | "session.restriction" => &[EventKind::SessionStatus],
        "session.reconnect_loop" => &[EventKind::SessionReconnecting],
        "session.qr" => &[EventKind::AuthQr],
        "session.authenticated" => &[EventKind::AuthCode],
        "presence.update" => &[EventKind::PresenceUpdate],
        "event.response" => &[EventKind::EventResponse],
        "group.join" | "group.leave" => &[EventKind::GroupParticipant],
        "group.join_request" => &[EventKind::GroupJoinRequest],
        "group.update" => &[EventKind::GroupUpdate, EventKind::GroupParticipant],
        "call.received" => &[EventKind::CallIncoming],
        "call.accepted" | "call.rejected" | "call.missed" => &[EventKind::CallEnded],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_only_what_it_needs() {
        assert_eq!(kinds(["session.qr"]), [EventKind::AuthQr]);
        assert_eq!(
            kinds(["message.ack", "message.failed"]),
            [EventKind::MessageStatus]
        );
        assert_eq!(
            tells_of("message.status", &["*".to_owned()]),
            Some("message.sent")
        );
        assert_eq!(
            tells_of("message.status", &["message.ack".to_owned()]),
            Some("message.ack")
        );
        assert_eq!(tells_of("message", &["message.ack".to_owned()]), None);
        let all = kinds([EVERYTHING]);
        assert!(
            NAMES.iter().all(|name| !sources(name).is_empty()),
            "every event is in the log"
        );
        assert!(all.contains(&EventKind::Message) && !all.contains(&EventKind::WebhookDisabled));
    }
}
