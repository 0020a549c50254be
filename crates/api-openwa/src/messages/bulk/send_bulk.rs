//! `POST …/messages/send-bulk`.

use std::time::Duration;

use axum::extract;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::batch::Pace;
use wagon_domain::content::MediaKind;
use wagon_domain::template::Variables;
use wagon_domain::{BatchId, Jid};
use wagon_http_kit::{LenientJson, needs};
use wagon_services::{FileSource, ItemBody, NewBatch, NewItem};

use super::super::send::Limits;
use super::super::send_media::{MAX_CAPTION, described};
use super::super::send_text::MAX_TEXT;
use super::view::Begun;
use super::worded;
use crate::access::{AtSession, Family};
use crate::check::Checks;
use crate::error::{Failure, OpenWa, Refusal};
use crate::openapi::Accepted;
use crate::state::State;

const MESSAGES: std::ops::RangeInclusive<usize> = 1..=100;
const DELAY: Duration = Duration::from_secs(3);
const LONGEST_DELAY: Duration = Duration::from_mins(1);

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "SendBulk")]
pub(crate) struct Request {
    #[schemars(required)]
    messages: Option<Vec<Item>>,
    options: Option<Options>,
    batch_id: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "BulkMessage")]
struct Item {
    #[schemars(required)]
    chat_id: Option<String>,
    #[serde(rename = "type")]
    kind: Kind,
    #[schemars(required)]
    content: Option<Content>,
    variables: Option<Variables>,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "BulkMessageType")]
enum Kind {
    Text,
    Image,
    Video,
    Audio,
    Document,
}

/// The members of all types side by side; that of the item's own type counts.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BulkContent")]
struct Content {
    text: Option<String>,
    image: Option<File>,
    video: Option<File>,
    audio: Option<File>,
    document: Option<File>,
    caption: Option<String>,
    mentions: Option<Vec<String>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BulkFile")]
struct File {
    url: Option<String>,
    base64: Option<String>,
    mimetype: Option<String>,
    filename: Option<String>,
    ptt: Option<bool>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "BulkOptions")]
struct Options {
    delay_between_messages: Option<u64>,
    randomize_delay: Option<bool>,
    stop_on_error: Option<bool>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: LenientJson<Request, OpenWa>,
) -> Result<Accepted<Begun>, Failure> {
    let batch = request.0.read(state.limits())?;
    let chosen = batch.id.clone();
    let session = at.session(Family::Messages)?;
    match state.services.batches.start(&at.caller, session, batch).await {
        Ok((batch, count)) => Ok(Accepted(Begun::of(&batch, count, &at.name))),
        Err(error) => {
            let id = chosen.as_ref().map(BatchId::as_str).unwrap_or_default();
            Err(match worded(&error, id) {
                Some(refusal) => refusal.into(),
                None => at.refuse(error, Family::Messages),
            })
        }
    }
}

impl Request {
    fn read(self, limits: Limits) -> Result<NewBatch, Refusal> {
        let mut checks = Checks::default();
        let messages = self.messages.unwrap_or_default();
        if messages.len() < *MESSAGES.start() {
            checks.problem("messages must contain at least 1 elements");
        }
        if messages.len() > *MESSAGES.end() {
            checks.problem("messages must contain no more than 100 elements");
        }
        let items: Option<Vec<NewItem>> = (0..)
            .zip(messages)
            .map(|(index, item): (usize, Item)| item.read(&mut checks, index))
            .collect();
        let id = self.batch_id.map(|id| id.parse::<BatchId>());
        if let Some(Err(_)) = &id {
            checks.problem("batchId must be a name of up to 128 characters");
        }
        let pace = self.options.unwrap_or_default().pace(&mut checks, limits);
        let items = checks.finish(items)?;
        Ok(NewBatch {
            id: id.and_then(Result::ok),
            items,
            pace,
            file_limit: limits.media,
        })
    }
}

impl Options {
    fn pace(&self, checks: &mut Checks, limits: Limits) -> Pace {
        let least = limits.bulk_delay;
        let delay = match self.delay_between_messages {
            None => DELAY.max(least),
            Some(millis) => Duration::from_millis(millis),
        };
        if delay < least {
            let least = least.as_millis();
            checks.problem(format!(
                "options.delayBetweenMessages must not be less than {least}"
            ));
        }
        if delay > LONGEST_DELAY {
            let longest = LONGEST_DELAY.as_millis();
            checks.problem(format!(
                "options.delayBetweenMessages must not be greater than {longest}"
            ));
        }
        Pace {
            delay,
            jitter: self.randomize_delay.unwrap_or(true),
            stop_on_error: self.stop_on_error.unwrap_or(false),
        }
    }
}

impl Item {
    fn read(self, checks: &mut Checks, index: usize) -> Option<NewItem> {
        let at = |field: &str| format!("messages.{index}.{field}");
        let to: Option<Jid> = checks.chat(&at("chatId"), self.chat_id.as_deref());
        let content = self.content.unwrap_or_default();
        let mentions = checks.mentions(&content.mentions.unwrap_or_default());
        let caption = checks.optional(&at("content.caption"), content.caption, MAX_CAPTION);
        let mut file = |name: &str, kind, file| {
            File::read(
                file,
                checks,
                &at(&format!("content.{name}")),
                kind,
                caption.clone(),
            )
        };
        let body = match self.kind {
            Kind::Text => checks
                .filled(&at("content.text"), content.text, MAX_TEXT)
                .map(ItemBody::Text),
            Kind::Image => file("image", MediaKind::Image, content.image),
            Kind::Video => file("video", MediaKind::Video, content.video),
            Kind::Audio => file("audio", MediaKind::Audio, content.audio),
            Kind::Document => file("document", MediaKind::Document, content.document),
        };
        to.zip(body).map(|(to, body)| NewItem {
            to,
            body,
            mentions,
            variables: self.variables.unwrap_or_default(),
        })
    }
}

impl File {
    fn read(
        file: Option<Self>,
        checks: &mut Checks,
        at: &str,
        kind: MediaKind,
        caption: Option<String>,
    ) -> Option<ItemBody> {
        let file = checks.given(at, file, "an object")?;
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let source = match (filled(file.base64), filled(file.url)) {
            (Some(data), _) => FileSource::Inline(data),
            (None, Some(url)) => {
                // What a variable stands for decides about the rest.
                let scheme = url.starts_with("http://") || url.starts_with("https://");
                if !scheme && !url.contains("{{") {
                    checks.problem(format!("{at}.url must be a URL address"));
                    return None;
                }
                FileSource::Url(url)
            }
            (None, None) => {
                checks.problem("Either url or base64 must be provided for bulk media");
                return None;
            }
        };
        let media = described(kind, file.mimetype, file.filename, caption, file.ptt);
        Some(ItemBody::File { media, source })
    }
}
