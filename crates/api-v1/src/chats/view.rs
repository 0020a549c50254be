//! A chat as clients see it.

use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::message::StoredChat;
use wagon_domain::{Jid, Server, Timestamp};

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Chat")]
pub(crate) struct View {
    id: i64,
    session_id: String,
    jid: String,
    /// Both addresses of a person who is known by two.
    #[serde(skip_serializing_if = "Option::is_none")]
    aliases: Option<[String; 2]>,
    #[serde(rename = "type")]
    #[schemars(extend("enum" = ["dm", "group", "newsletter", "broadcast", "status"]))]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message_at: Option<i64>,
    unread_count: i64,
    archived: bool,
    pinned: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    muted_until: Option<i64>,
}

impl From<StoredChat> for View {
    fn from(chat: StoredChat) -> Self {
        Self {
            id: chat.row,
            session_id: chat.session.into(),
            kind: kind(&chat.jid),
            aliases: chat.alias.map(|alias| [alias.into(), chat.jid.to_string()]),
            jid: chat.jid.into(),
            name: chat.name,
            last_message_at: chat.last_message_at.map(Timestamp::as_millis),
            unread_count: chat.unread,
            archived: chat.archived,
            pinned: chat.pinned,
            muted_until: chat.muted_until.map(Timestamp::as_millis),
        }
    }
}

fn kind(jid: &Jid) -> &'static str {
    match jid.server() {
        Server::Phone | Server::Lid => "dm",
        Server::Group => "group",
        Server::Newsletter => "newsletter",
        Server::Broadcast if jid.user() == "status" => "status",
        Server::Broadcast => "broadcast",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_person_with_two_addresses_lists_both() {
        let chat = StoredChat {
            row: 7,
            session: "sess_1".parse().unwrap(),
            jid: "15550000001@s.whatsapp.net".parse().unwrap(),
            alias: Some("100000000000001@lid".parse().unwrap()),
            name: Some("Alex".to_owned()),
            last_message_at: Some(Timestamp::from_millis(1)),
            unread: 2,
            archived: false,
            pinned: true,
            muted_until: None,
        };
        assert_eq!(
            serde_json::to_value(View::from(chat)).unwrap(),
            json!({
                "id": 7, "sessionId": "sess_1", "jid": "15550000001@s.whatsapp.net",
                "aliases": ["100000000000001@lid", "15550000001@s.whatsapp.net"], "type": "dm",
                "name": "Alex", "lastMessageAt": 1, "unreadCount": 2, "archived": false, "pinned": true,
            })
        );
    }

    #[test]
    fn the_type_follows_the_address_space() {
        for (jid, expected) in [
            ("15550000001@s.whatsapp.net", "dm"),
            ("100000000000001@lid", "dm"),
            ("120363000000000001@g.us", "group"),
            ("120363000000000002@newsletter", "newsletter"),
            ("status@broadcast", "status"),
            ("15550000001@broadcast", "broadcast"),
        ] {
            assert_eq!(kind(&jid.parse().unwrap()), expected);
        }
    }
}
