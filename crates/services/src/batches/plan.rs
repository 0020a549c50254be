//! From an item as its owner writes it to what will be sent.

use wagon_domain::batch::Plan;
use wagon_domain::content::Media;
use wagon_domain::outbox::{Context, Outgoing};
use wagon_domain::template::{Variables, fill};
use wagon_domain::{HttpUrl, Jid, OutboxId};

use crate::error::Error;
use crate::messages::{MediaFile, Messages, Origin};
use crate::templates::check_length;

/// A message of a batch. Its texts may have places for variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    pub to: Jid,
    pub body: ItemBody,
    pub mentions: Vec<Jid>,
    /// Without any, nothing is filled in.
    pub variables: Variables,
}

/// What it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemBody {
    Text(String),
    File { media: Media, source: FileSource },
}

/// Where its file is.
#[derive(Clone, PartialEq, Eq)]
pub enum FileSource {
    Inline(String),
    /// May have places, so whether it is one is known only afterwards.
    Url(String),
}

/// Files are private and long.
impl std::fmt::Debug for FileSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Inline(_) => "Inline",
            Self::Url(_) => "Url",
        })
    }
}

impl NewItem {
    /// What it will say. A file in the request is looked at and kept now; one elsewhere is fetched
    /// when its turn comes.
    pub(super) async fn plan(
        self,
        messages: &Messages,
        send: &OutboxId,
        limit: usize,
    ) -> Result<Plan, Error> {
        let Self {
            to: _,
            body,
            mentions,
            variables,
        } = self;
        let context = Context {
            mentions,
            reply_to: None,
        };
        match body {
            ItemBody::Text(text) => {
                let text = fill(&text, &variables);
                Ok(match check_length("text", &text) {
                    Ok(()) => Plan::Ready {
                        outgoing: Outgoing::Text { text, context },
                    },
                    Err(reason) => Plan::Unusable { reason },
                })
            }
            ItemBody::File { media, source } => {
                let media = filled(media, &variables);
                let caption = media.caption.as_deref().unwrap_or_default();
                if let Err(reason) = check_length("caption", caption) {
                    return Ok(Plan::Unusable { reason });
                }
                match source {
                    FileSource::Inline(data) => {
                        let file = MediaFile {
                            media,
                            origin: Origin::Inline(data),
                            limit,
                        };
                        let attachment = messages.keep_planned(send, file).await?;
                        Ok(Plan::Ready {
                            outgoing: Outgoing::Media { attachment, context },
                        })
                    }
                    FileSource::Url(url) => Ok(match fill(&url, &variables).parse::<HttpUrl>() {
                        Ok(url) => Plan::Fetch {
                            media,
                            url,
                            limit,
                            context,
                        },
                        Err(error) => Plan::Unusable {
                            reason: format!("url {error}"),
                        },
                    }),
                }
            }
        }
    }
}

fn filled(media: Media, variables: &Variables) -> Media {
    let fill = |text: Option<String>| text.map(|text| fill(&text, variables));
    Media {
        caption: fill(media.caption),
        filename: fill(media.filename),
        mimetype: fill(media.mimetype),
        ..media
    }
}
