use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::content::{Content, MediaKind};
use wagon_domain::{Jid, Message, Session, Timestamp};
use wagon_services::{PostedStatus, Statuses};

use crate::{jid, message_id, time};

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Statuses")]
pub(super) struct List {
    statuses: Vec<View>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Status")]
struct View {
    id: String,
    contact: Contact,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media_url: Option<String>,
    timestamp: String,
    expires_at: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StatusContact")]
struct Contact {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    push_name: Option<String>,
}

/// What became of a post.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PostedStatus")]
pub(super) struct Posted {
    status_id: String,
    timestamp: String,
    expires_at: String,
}

impl List {
    /// `name` is the session as the path has it.
    pub(super) fn new(updates: &[Message], session: &Session, name: &str) -> Self {
        let own = session.jid.as_ref().map(Jid::bare);
        let views = updates
            .iter()
            .filter_map(|update| View::new(update, own.as_ref(), name));
        Self {
            statuses: views.collect(),
        }
    }
}

impl View {
    /// `None` for what is no update by itself.
    fn new(update: &Message, own: Option<&Jid>, session: &str) -> Option<Self> {
        let kind = match &update.content {
            Content::Text { .. } => "text",
            Content::Media(media) => match media.kind {
                MediaKind::Image => "image",
                MediaKind::Video => "video",
                MediaKind::Audio => "voice",
                MediaKind::Document | MediaKind::Sticker => return None,
            },
            _ => return None,
        };
        let author = if update.from_me {
            own
        } else {
            update.sender.address()
        };
        let id = message_id::of(update);
        let media = format!("/api/sessions/{session}/status/{id}/media");
        Some(Self {
            contact: Contact {
                id: author.map(jid::to_text).unwrap_or_default(),
                push_name: update.sender.name.clone(),
            },
            r#type: kind,
            caption: update.content.body().map(str::to_owned),
            media_url: update.content.media().map(|_| media),
            timestamp: time::iso(update.timestamp),
            expires_at: time::iso(end(update.timestamp)),
            id,
        })
    }
}

impl Posted {
    pub(super) fn new(posted: &PostedStatus) -> Self {
        Self {
            status_id: format!("true_status@broadcast_{}", posted.id),
            timestamp: time::iso(posted.at),
            expires_at: time::iso(end(posted.at)),
        }
    }
}

fn end(at: Timestamp) -> Timestamp {
    at + Statuses::LIFE
}
