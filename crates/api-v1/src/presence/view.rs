//! Presence as clients see it, in answers and events.

use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::presence::{Presence, PresenceState};
use wagon_domain::{Jid, Timestamp};

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PresenceStatus")]
pub(crate) struct View {
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_jid: Option<String>,
    from: String,
    #[schemars(extend("enum" = ["unknown", "available", "unavailable", "composing", "paused"]))]
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["audio"]))]
    media: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unavailable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen: Option<i64>,
}

impl View {
    /// Nothing was heard of `from` yet.
    pub(super) fn unknown(from: Jid) -> Self {
        Self {
            chat_jid: None,
            from: from.into(),
            state: "unknown",
            media: None,
            unavailable: None,
            last_seen: None,
        }
    }
}

impl From<&Presence> for View {
    fn from(presence: &Presence) -> Self {
        let (state, media) = match presence.state {
            PresenceState::Available => ("available", None),
            PresenceState::Unavailable => ("unavailable", None),
            PresenceState::Composing => ("composing", None),
            PresenceState::Recording => ("composing", Some("audio")),
            PresenceState::Paused => ("paused", None),
        };
        Self {
            chat_jid: presence.chat.as_ref().map(ToString::to_string),
            from: presence.from.to_string(),
            state,
            media,
            unavailable: (presence.state == PresenceState::Unavailable).then_some(true),
            last_seen: presence.last_seen.map(Timestamp::as_millis),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn view(state: PresenceState, chat: bool) -> serde_json::Value {
        let jid: Jid = "15550000001@s.whatsapp.net".parse().unwrap();
        let presence = Presence {
            from: jid.clone(),
            chat: chat.then_some(jid),
            state,
            last_seen: (state == PresenceState::Unavailable).then_some(Timestamp::from_millis(5)),
        };
        serde_json::to_value(View::from(&presence)).unwrap()
    }

    #[test]
    fn states_are_spelled_as_the_dialect_does() {
        let jid = "15550000001@s.whatsapp.net";
        assert_eq!(
            view(PresenceState::Unavailable, false),
            json!({"from": jid, "state": "unavailable", "unavailable": true, "lastSeen": 5})
        );
        assert_eq!(
            view(PresenceState::Recording, true),
            json!({"chatJid": jid, "from": jid, "state": "composing", "media": "audio"})
        );
        assert_eq!(
            view(PresenceState::Available, false),
            json!({"from": jid, "state": "available"})
        );
    }
}
