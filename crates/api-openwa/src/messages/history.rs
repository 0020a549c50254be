//! `GET …/messages/{chat}/history`: a chat as it is kept here, oldest first.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::Message;
use wagon_domain::content::{Content, Coordinates};
use wagon_http_kit::{Query, needs};

use super::kind;
use super::path::ChatPath;
use super::view::{FileView, author, body, ends};
use crate::access::{AtChat, Family};
use crate::error::{Failure, OpenWa};
use crate::page::Window;
use crate::state::State;
use crate::{jid, message_id};

const DEFAULT: u32 = 50;
const MOST: u32 = 100;
/// When somebody asks for a deep look.
const MOST_DEEP: u32 = 2000;

#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct Params {
    limit: Option<String>,
    deep: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "HistoryMessage")]
pub(crate) struct View {
    id: String,
    from: String,
    to: String,
    chat_id: String,
    body: String,
    #[serde(rename = "type")]
    kind: &'static str,
    /// Epoch seconds.
    timestamp: i64,
    from_me: bool,
    is_group: bool,
    #[serde(rename = "kind")]
    chat_kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mentioned_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media: Option<FileView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quoted_message: Option<Quoted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    poll: Option<Poll>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Place>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "QuotedMessage")]
struct Quoted {
    id: String,
    body: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Poll {
    name: String,
    options: Vec<String>,
    allow_multiple_answers: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Location")]
struct Place {
    latitude: f64,
    longitude: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Read>,
    ChatPath(chat): ChatPath,
    query: Query<Params, OpenWa>,
) -> Result<Json<Vec<View>>, Failure> {
    at.admit(&chat)?;
    let deep = query.0.deep.as_deref() == Some("true");
    let most = if deep { MOST_DEEP } else { MOST };
    let window = Window::with_default(query.0.limit.as_deref(), None, DEFAULT, most)?;
    let limit = window.limit;
    let session = at.session(Family::Messages)?;
    let messages = state
        .services
        .messages
        .list(&at.caller, session, &chat, None, limit)
        .await?;
    Ok(Json(messages.into_iter().rev().map(View::from).collect()))
}

impl From<Message> for View {
    fn from(message: Message) -> Self {
        let (from, to) = ends(&message);
        let content = (!message.deleted).then_some(&message.content);
        let poll = match content {
            Some(Content::Poll(poll)) => Some(Poll {
                name: poll.name.clone(),
                options: poll.options.clone(),
                allow_multiple_answers: poll.selectable != 1,
            }),
            _ => None,
        };
        let location = match content {
            Some(Content::Location(place)) => place.coordinates.map(|point: Coordinates| Place {
                latitude: point.latitude(),
                longitude: point.longitude(),
                description: place.name.clone(),
                address: place.address.clone(),
            }),
            _ => None,
        };
        Self {
            id: message_id::of(&message),
            from,
            to,
            chat_id: jid::to_text(&message.chat),
            body: body(&message).unwrap_or_default(),
            kind: kind::of(&message),
            timestamp: message.timestamp.as_secs(),
            from_me: message.from_me,
            is_group: message.chat.is_group(),
            chat_kind: kind::of_chat(&message.chat),
            author: author(&message),
            mentioned_ids: message.mentions.iter().map(jid::to_text).collect(),
            media: content
                .and_then(Content::media)
                .map(|media| FileView::new(media, None)),
            quoted_message: message.quote.as_ref().map(|quote| Quoted {
                id: quote.id.to_string(),
                body: quote.text.clone().unwrap_or_default(),
            }),
            poll,
            location,
        }
    }
}
