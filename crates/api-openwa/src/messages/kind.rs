//! Types of messages and chats, as the dialect calls them.

use wagon_domain::content::{Content, MediaKind};
use wagon_domain::{Jid, Message, Server};
use wagon_services::KindFilter;

pub(super) fn of(message: &Message) -> &'static str {
    match &message.content {
        _ if message.deleted => "revoked",
        Content::Text { .. } => "text",
        Content::Media(media) if media.ptt => "voice",
        Content::Media(media) => match media.kind {
            MediaKind::Image => "image",
            MediaKind::Video => "video",
            MediaKind::Audio => "audio",
            MediaKind::Document => "document",
            MediaKind::Sticker => "sticker",
        },
        Content::Location(_) => "location",
        Content::Contact(_) | Content::Contacts { .. } => "contact",
        Content::Poll(_) => "poll",
        Content::Other { kind, .. } if kind == "order" => "order",
        Content::Other { kind, .. } if kind == "product" => "product",
        Content::Other { kind, .. } if kind == "call_log" => "call",
        _ => "unknown",
    }
}

/// The types that lists can be limited to.
pub(super) const FILTERS: [(&str, KindFilter); 11] = [
    ("text", KindFilter::Text),
    ("image", KindFilter::Media(MediaKind::Image)),
    ("video", KindFilter::Media(MediaKind::Video)),
    ("audio", KindFilter::Media(MediaKind::Audio)),
    ("voice", KindFilter::Voice),
    ("document", KindFilter::Media(MediaKind::Document)),
    ("sticker", KindFilter::Media(MediaKind::Sticker)),
    ("location", KindFilter::Location),
    ("contact", KindFilter::Contact),
    ("poll", KindFilter::Poll),
    ("revoked", KindFilter::Revoked),
];

/// The type that lists call it.
pub(crate) fn name_of(kind: Option<KindFilter>) -> &'static str {
    let mut names = FILTERS.into_iter();
    names
        .find(|(_, known)| Some(*known) == kind)
        .map_or("unknown", |(name, _)| name)
}

pub(super) fn of_chat(chat: &Jid) -> &'static str {
    match chat.server() {
        Server::Phone | Server::Lid => "individual",
        Server::Group => "group",
        Server::Newsletter => "channel",
        Server::Broadcast if chat.user() == "status" => "status",
        Server::Broadcast => "broadcast",
    }
}
