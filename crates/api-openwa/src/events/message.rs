//! Messages as events show them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use wagon_domain::event::MessageEvent;
use wagon_domain::message::{Party, Quote};
use wagon_domain::{Content, Jid, Message, Server, Timestamp, WaMessageId};

use super::Background;
use crate::{jid, message_id};

/// What is shown of a message, wherever it comes from.
pub(super) struct Shown<'a> {
    pub(super) wa_id: &'a WaMessageId,
    pub(super) chat: &'a Jid,
    pub(super) sender: &'a Party,
    pub(super) from_me: bool,
    pub(super) content: &'a Content,
    quote: Option<&'a Quote>,
    mentions: &'a [Jid],
    pub(super) timestamp: Timestamp,
    account: Option<&'a Jid>,
    file: Option<&'a [u8]>,
}

impl<'a> Shown<'a> {
    /// What came, or was sent from another device.
    pub(super) fn of(message: &'a MessageEvent, background: Background<'a>) -> Self {
        Self {
            account: background.account,
            file: background.file,
            wa_id: &message.wa_id,
            chat: &message.chat,
            sender: &message.sender,
            from_me: message.from_me,
            content: &message.content,
            quote: message.quote.as_ref(),
            mentions: &message.mentions,
            timestamp: message.timestamp,
        }
    }

    /// What was sent from here.
    pub(super) fn stored(message: &'a Message, background: Background<'a>) -> Self {
        Self {
            account: background.account,
            file: background.file,
            wa_id: &message.wa_id,
            chat: &message.chat,
            sender: &message.sender,
            from_me: message.from_me,
            content: &message.content,
            quote: message.quote.as_ref(),
            mentions: &message.mentions,
            timestamp: message.timestamp,
        }
    }
}

impl Shown<'_> {
    pub(super) fn id(&self) -> String {
        id(self.from_me, self.chat, self.wa_id)
    }

    pub(super) fn is_group(&self) -> bool {
        self.chat.server() == Server::Group
    }

    /// Who wrote it, for others than the account itself.
    pub(super) fn author(&self) -> Option<String> {
        self.sender.address().map(jid::to_text)
    }

    /// `from` and `to`: in a chat of two, one of them is the chat.
    pub(super) fn ends(&self) -> (String, String) {
        let chat = jid::to_text(self.chat);
        let own = self.author().filter(|_| self.from_me);
        let own = own.or_else(|| self.account.map(jid::to_text)).unwrap_or_default();
        if self.from_me { (own, chat) } else { (chat, own) }
    }

    pub(super) fn data(&self) -> Map<String, Value> {
        let (from, to) = self.ends();
        let mut data = Map::new();
        let mut set = |name: &str, value: Value| data.insert(name.to_owned(), value);
        set("id", self.id().into());
        set("from", from.into());
        set("to", to.into());
        set("chatId", jid::to_text(self.chat).into());
        set("body", self.content.body().unwrap_or_default().into());
        set("type", kind(self.content).into());
        set("timestamp", self.timestamp.as_secs().into());
        set("fromMe", self.from_me.into());
        set("isGroup", self.is_group().into());
        set("kind", chat_kind(self.chat).into());
        if self.is_group()
            && let Some(author) = self.author()
        {
            set("author", author.into());
        }
        if self.sender.jid.is_none() && self.sender.lid.is_some() {
            set("isLidSender", true.into());
        }
        if let Some(name) = &self.sender.name {
            set("contact", json!({ "pushName": name }));
        }
        if !self.mentions.is_empty() {
            let mentions: Vec<String> = self.mentions.iter().map(jid::to_text).collect();
            set("mentionedIds", mentions.into());
        }
        if let Some(quote) = self.quote {
            let id = id(quote.from_me, self.chat, &quote.id);
            set(
                "quotedMessage",
                json!({ "id": id, "body": quote.text.as_deref().unwrap_or_default() }),
            );
        }
        if let Some((name, value)) = detail(self.content, self.file) {
            set(name, value);
        }
        data
    }
}

pub(super) fn id(from_me: bool, chat: &Jid, wa_id: &WaMessageId) -> String {
    if from_me {
        message_id::of_sent(chat, wa_id)
    } else {
        format!("false_{}_{wa_id}", jid::to_text(chat))
    }
}

/// What a content has beyond words, under its name.
fn detail(content: &Content, file: Option<&[u8]>) -> Option<(&'static str, Value)> {
    Some(match content {
        Content::Media(media) => {
            let mut value = match file {
                Some(bytes) => json!({ "mimetype": media.mimetype, "data": STANDARD.encode(bytes) }),
                None => json!({ "mimetype": media.mimetype, "omitted": true }),
            };
            if let Some(filename) = &media.filename {
                value["filename"] = filename.as_str().into();
            }
            if let Some(size) = media.size {
                value["sizeBytes"] = size.into();
            }
            ("media", value)
        }
        Content::Location(location) => {
            let at = location.coordinates?;
            let value = json!({
                "latitude": at.latitude(), "longitude": at.longitude(),
                "description": location.name, "address": location.address,
            });
            ("location", value)
        }
        Content::Poll(poll) => {
            let value = json!({
                "name": poll.name, "options": poll.options, "allowMultipleAnswers": poll.selectable != 1,
            });
            ("poll", value)
        }
        _ => return None,
    })
}

/// The dialect's type of a message.
pub(super) fn kind(content: &Content) -> &'static str {
    match content {
        Content::Media(media) => match media.kind.as_str() {
            "image" => "image",
            "video" => "video",
            "audio" if media.ptt => "voice",
            "audio" => "audio",
            "sticker" => "sticker",
            _ => "document",
        },
        Content::Text { .. } | Content::Edit { .. } => "text",
        Content::Location(_) => "location",
        Content::Contact(_) | Content::Contacts { .. } => "contact",
        Content::Poll(_) => "poll",
        Content::Revoke { .. } => "revoked",
        _ => "unknown",
    }
}

pub(super) fn chat_kind(chat: &Jid) -> &'static str {
    match chat.server() {
        Server::Phone | Server::Lid => "individual",
        Server::Group => "group",
        Server::Newsletter => "channel",
        Server::Broadcast if chat.user() == "status" => "status",
        Server::Broadcast => "broadcast",
    }
}
