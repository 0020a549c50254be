//! `GET /search`: messages by their words.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::{Message, Timestamp};
use wagon_http_kit::{Query, needs};
use wagon_services::{Error, MessageSearch, Missing};

use crate::access::{Family, Permitted};
use crate::error::{Failure, OpenWa, Refusal};
use crate::openapi::{Api, op};
use crate::page::Window;
use crate::state::State;
use crate::{jid, message_id};

const LIMIT: u32 = 50;
const MOST: u32 = 100;
/// Characters around what was found.
const AROUND: usize = 60;

pub(crate) fn routes(api: Api) -> Api {
    api.about("Search", "Stored messages by their words.").get(
        "/search",
        handler,
        op(
            "searchMessages",
            "Finds messages in the sessions that the key sees",
        ),
    )
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Params {
    q: Option<String>,
    session_id: Option<String>,
    chat_id: Option<String>,
    direction: Option<String>,
    from: Option<String>,
    /// Milliseconds.
    date_from: Option<String>,
    date_to: Option<String>,
    limit: Option<String>,
    offset: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SearchResult")]
struct View {
    hits: Vec<Hit>,
    total: u64,
    took_ms: u64,
    provider: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SearchHit")]
struct Hit {
    message_id: String,
    wa_message_id: String,
    session_id: String,
    chat_id: String,
    body: String,
    snippet: String,
    /// Epoch seconds.
    timestamp: i64,
    r#type: &'static str,
    direction: &'static str,
    from: String,
}

async fn handler(
    extract::State(state): extract::State<State>,
    caller: Permitted<needs::Send>,
    params: Query<Params, OpenWa>,
) -> Result<Json<View>, Failure> {
    let begun = state.clock.now();
    let params = params.0;
    let window = Window::with_default(params.limit.as_deref(), params.offset.as_deref(), LIMIT, MOST)?;
    let search = params.read()?;
    let session = match params.session_id.as_deref() {
        None => None,
        Some(name) => {
            let found = state.services.sessions.find(&caller, name).await?;
            let found = found.filter(|session| caller.sees(&session.org, &session.id));
            Some(found.ok_or_else(|| Family::Sessions.unknown(name))?)
        }
    };
    let words = search.text.clone();
    let (messages, total) = state
        .services
        .search
        .messages(
            &caller,
            session.as_ref().map(|session| &session.id),
            search,
            window.offset,
            window.limit,
        )
        .await
        .map_err(|error| match error {
            Error::NotFound(Missing::Session) => {
                Failure::from(Family::Sessions.unknown(params.session_id.as_deref().unwrap_or_default()))
            }
            error => error.into(),
        })?;
    let took = state.clock.now().since(begun).as_millis();
    Ok(Json(View {
        hits: messages.iter().map(|message| Hit::new(message, &words)).collect(),
        total,
        took_ms: u64::try_from(took).unwrap_or_default(),
        provider: "builtin-fts",
    }))
}

impl Params {
    fn read(&self) -> Result<MessageSearch, Refusal> {
        let address = |field, text: &Option<String>| {
            let text = text.as_deref().filter(|text| !text.is_empty());
            text.map(|text| jid::named(field, text)).transpose()
        };
        let time = |field: &str, text: &Option<String>| match text.as_deref() {
            None => Ok(None),
            Some(text) => match text.parse() {
                Ok(millis) => Ok(Some(Timestamp::from_millis(millis))),
                Err(_) => Err(Refusal::validation(vec![format!(
                    "{field} must be an integer number"
                )])),
            },
        };
        let from_me = match self.direction.as_deref() {
            None => None,
            Some("outgoing") => Some(true),
            Some("incoming") => Some(false),
            Some(_) => {
                return Err(Refusal::validation(vec![
                    "direction must be one of the following values: incoming, outgoing".to_owned(),
                ]));
            }
        };
        Ok(MessageSearch {
            text: self.q.clone().unwrap_or_default(),
            sessions: Vec::new(),
            chat: address("chatId", &self.chat_id)?,
            from: address("from", &self.from)?,
            from_me,
            since: time("dateFrom", &self.date_from)?,
            until: time("dateTo", &self.date_to)?,
        })
    }
}

impl Hit {
    fn new(message: &Message, words: &str) -> Self {
        let body = message.content.body().unwrap_or_default();
        let from = message.sender.address().filter(|_| !message.from_me);
        Self {
            message_id: message.id.to_string(),
            wa_message_id: message_id::of(message),
            session_id: message.session.to_string(),
            chat_id: jid::to_text(&message.chat),
            snippet: snippet(body, words.trim()),
            body: body.to_owned(),
            timestamp: message.timestamp.as_secs(),
            r#type: crate::chats::message_type(message),
            direction: if message.from_me { "outgoing" } else { "incoming" },
            from: from.map_or_else(|| "me".to_owned(), jid::to_text),
        }
    }
}

/// The words in their surroundings, marked; empty if letters change their number in lower case.
fn snippet(body: &str, words: &str) -> String {
    let body: Vec<char> = body.chars().collect();
    let fold = |text: &[char]| -> String { text.iter().flat_map(|letter| letter.to_lowercase()).collect() };
    let length = words.chars().count();
    let words = words.to_lowercase();
    let Some(at) = (0..body.len()).find(|&at| fold(&body[at..body.len().min(at + length)]) == words) else {
        return String::new();
    };
    let (start, end) = (at.saturating_sub(AROUND), body.len().min(at + length + AROUND));
    let text = |range: std::ops::Range<usize>| body[range].iter().collect::<String>();
    format!(
        "{}<mark>{}</mark>{}",
        text(start..at),
        text(at..at + length),
        text(at + length..end)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_marked_in_its_surroundings() {
        assert_eq!(
            snippet("Your INVOICE is ready", "invoice"),
            "Your <mark>INVOICE</mark> is ready"
        );
        assert_eq!(snippet("äöü", "Ö"), "ä<mark>ö</mark>ü");
        let long = format!("{}x{}", "a".repeat(100), "b".repeat(100));
        assert_eq!(
            snippet(&long, "x"),
            format!("{}<mark>x</mark>{}", "a".repeat(60), "b".repeat(60))
        );
        assert_eq!(snippet("nothing", "else"), "");
    }
}
