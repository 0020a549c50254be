//! `GET …/messages`.

use std::collections::HashMap;

use axum::{Json, extract};
use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::{Message, Timestamp};
use wagon_http_kit::{Query, needs};
use wagon_services::{FindMessages, KindFilter, MessageFilter};

use super::kind::FILTERS;
use super::view::MessageView;
use crate::access::{AtChat, Family};
use crate::check::Checks;
use crate::error::{Failure, OpenWa, Refusal};
use crate::page::Window;
use crate::state::State;

const DEFAULT: u32 = 50;
const MOST: u32 = 100;
/// The bytes of files that a page has room for.
const INLINE_BUDGET: u64 = 8 * 1024 * 1024;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Params {
    chat_id: Option<String>,
    from: Option<String>,
    limit: Option<String>,
    offset: Option<String>,
    /// The row that the page before ended with.
    after: Option<String>,
    inline_media: Option<String>,
    message_id: Option<String>,
    /// Epoch milliseconds.
    since: Option<String>,
    until: Option<String>,
    direction: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    order_by: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Messages")]
pub(crate) struct Page {
    messages: Vec<MessageView>,
    total: u64,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Read>,
    query: Query<Params, OpenWa>,
) -> Result<Json<Page>, Failure> {
    let (request, inline) = query.0.read()?;
    match &request.filter.chat {
        Some(chat) => at.admit(chat)?,
        None if at.caller.chats.is_some() => {
            let message = "API key is restricted to selected chats";
            return Err(Refusal::new(StatusCode::FORBIDDEN, message).into());
        }
        None => {}
    }
    let session = at.session(Family::Sessions)?;
    let services = &state.services;
    let found = services.messages.search(&at.caller, session, request).await?;
    let files = if inline {
        services.media.at_hand(&found.messages, INLINE_BUDGET).await?
    } else {
        HashMap::new()
    };
    let view = |message: &Message| {
        let name = found.chats.get(&message.chat).cloned();
        let file = files.get(&message.id).map(|bytes| &bytes[..]);
        MessageView::new(message, name, file)
    };
    Ok(Json(Page {
        messages: found.messages.iter().map(view).collect(),
        total: found.total,
    }))
}

impl Params {
    /// What to look for, and whether files are wanted with it.
    fn read(self) -> Result<(FindMessages, bool), Refusal> {
        let window = Window::with_default(self.limit.as_deref(), self.offset.as_deref(), DEFAULT, MOST)?;
        let mut checks = Checks::default();
        let address = |checks: &mut Checks, field: &str, text: Option<&str>| {
            text.and_then(|text| checks.chat(field, Some(text)))
        };
        let filter = MessageFilter {
            chat: address(&mut checks, "chatId", self.chat_id.as_deref()),
            sender: address(&mut checks, "from", self.from.as_deref()),
            wa_id: checks.quoted("messageId", self.message_id.as_deref()),
            from_me: one_of(
                &mut checks,
                "direction",
                self.direction.as_deref(),
                &[("incoming", false), ("outgoing", true)],
            ),
            since: time(&mut checks, "since", self.since.as_deref()),
            until: time(&mut checks, "until", self.until.as_deref()),
            kind: one_of::<KindFilter>(&mut checks, "type", self.kind.as_deref(), &FILTERS),
        };
        let order = one_of(
            &mut checks,
            "orderBy",
            self.order_by.as_deref(),
            &[("createdAt", false), ("timestamp", true)],
        );
        let inline = one_of(
            &mut checks,
            "inlineMedia",
            self.inline_media.as_deref(),
            &[("true", true), ("false", false)],
        );
        let after = self.after.map(|after| after.parse());
        if let Some(Err(_)) = &after {
            checks.problem("after must be the id of a message of this session");
        }
        let request = FindMessages {
            filter,
            by_time: order.unwrap_or(false),
            after: after.and_then(Result::ok),
            offset: window.offset,
            limit: window.limit,
        };
        checks.finish(Some((request, inline.unwrap_or(true))))
    }
}

fn one_of<T: Copy>(checks: &mut Checks, field: &str, text: Option<&str>, words: &[(&str, T)]) -> Option<T> {
    let text = text?;
    let found = words.iter().find(|(word, _)| *word == text);
    if found.is_none() {
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let words = words.join(", ");
        checks.problem(format!("{field} must be one of the following values: {words}"));
    }
    found.map(|(_, value)| *value)
}

fn time(checks: &mut Checks, field: &str, text: Option<&str>) -> Option<Timestamp> {
    let millis = text?.parse::<i64>();
    if millis.is_err() {
        checks.problem(format!("{field} must be an integer number"));
    }
    millis.ok().map(Timestamp::from_millis)
}
