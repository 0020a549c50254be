use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::chat::MUTED_FOR_GOOD;
use wagon_domain::content::{Content, MediaKind};
use wagon_domain::{Jid, Message, Server, Timestamp};
use wagon_services::ChatOverview;

use crate::jid;

/// A chat in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "as the dialect has them")]
#[schemars(rename = "Chat")]
pub(crate) struct View {
    id: String,
    name: String,
    is_group: bool,
    kind: &'static str,
    unread_count: i64,
    timestamp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message_type: Option<&'static str>,
    archived: bool,
    pinned: bool,
    muted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    mute_expiration: Option<i64>,
}

impl View {
    pub(crate) fn new(ChatOverview { chat, latest }: ChatOverview, now: Timestamp) -> Self {
        let muted_until = chat.muted_until.filter(|until| *until > now);
        Self {
            id: jid::to_text(&chat.jid),
            name: chat.name.unwrap_or_else(|| chat.jid.user().to_owned()),
            is_group: chat.jid.is_group(),
            kind: kind(&chat.jid),
            unread_count: chat.unread,
            timestamp: chat.last_message_at.unwrap_or_default().as_secs(),
            last_message_type: latest.as_ref().map(message_type),
            last_message: latest.as_ref().and_then(preview),
            archived: chat.archived,
            pinned: chat.pinned,
            muted: muted_until.is_some(),
            mute_expiration: muted_until.map(|until| match until {
                until if until >= MUTED_FOR_GOOD => 0,
                until => until.as_millis(),
            }),
        }
    }
}

fn kind(jid: &Jid) -> &'static str {
    match jid.server() {
        Server::Phone | Server::Lid => "individual",
        Server::Group => "group",
        Server::Newsletter => "channel",
        Server::Broadcast if jid.user() == "status" => "status",
        Server::Broadcast => "broadcast",
    }
}

fn preview(message: &Message) -> Option<String> {
    let words = message.content.body().filter(|_| !message.deleted);
    words.map(str::to_owned)
}

pub(crate) fn message_type(message: &Message) -> &'static str {
    match &message.content {
        _ if message.deleted => "revoked",
        Content::Text { .. } | Content::GroupInvite(_) | Content::Edit { .. } => "text",
        Content::Media(media) => match media.kind {
            MediaKind::Audio if media.ptt => "voice",
            MediaKind::Image => "image",
            MediaKind::Video => "video",
            MediaKind::Audio => "audio",
            MediaKind::Document => "document",
            MediaKind::Sticker => "sticker",
        },
        Content::Location(_) => "location",
        Content::Contact(_) | Content::Contacts { .. } => "contact",
        Content::Poll(_) => "poll",
        Content::Revoke { .. } => "revoked",
        Content::Album { .. }
        | Content::Event(_)
        | Content::Reaction { .. }
        | Content::Pin { .. }
        | Content::PollVote { .. }
        | Content::EventResponse(_)
        | Content::Other { .. } => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wagon_domain::message::StoredChat;

    use super::*;

    #[test]
    fn mutes_end_and_some_never_do() {
        let chat = |muted_until| {
            let chat = StoredChat {
                row: 1,
                session: "sess_1".parse().unwrap(),
                jid: "120363000000000001@g.us".parse().unwrap(),
                alias: None,
                name: Some("Trip".to_owned()),
                last_message_at: Some(Timestamp::from_millis(1_700_000_000_500)),
                unread: 2,
                archived: false,
                pinned: true,
                muted_until,
            };
            let view = View::new(ChatOverview { chat, latest: None }, Timestamp::from_millis(1000));
            serde_json::to_value(view).unwrap()
        };
        assert_eq!(
            chat(Some(Timestamp::from_millis(999))),
            json!({
                "id": "120363000000000001@g.us", "name": "Trip", "isGroup": true, "kind": "group", "unreadCount": 2,
                "timestamp": 1_700_000_000, "archived": false, "pinned": true, "muted": false,
            })
        );
        assert_eq!(chat(Some(Timestamp::from_millis(2000)))["muteExpiration"], 2000);
        assert_eq!(chat(Some(MUTED_FOR_GOOD))["muteExpiration"], 0);
    }
}
