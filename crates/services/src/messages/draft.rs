//! From what a caller hands over to what can be stored and sent: files are decoded or fetched, and examined.

use std::time::Duration;

use bytes::Bytes;
use wagon_domain::HttpUrl;
use wagon_domain::content::Media;
use wagon_domain::outbox::{Attachment, Context, Outgoing};
use wagon_media::{InvalidData, MAX_SIZE, Source, Unusable};
use wagon_outbound::{Limits, Outbound};

use crate::error::Error;

/// The most that the files of one album may have together.
const MAX_ALBUM: usize = 64 * 1024 * 1024;
const FETCH: Limits = Limits {
    bytes: MAX_SIZE,
    time: Duration::from_secs(30),
    redirects: 5,
};

/// A message whose files are still to be looked at.
#[derive(Debug, Clone)]
pub enum Draft {
    Ready(Outgoing),
    Media { file: MediaFile, context: Context },
    Album { files: Vec<MediaFile>, context: Context },
}

/// A file to send, with what its sender says of it.
#[derive(Debug, Clone)]
pub struct MediaFile {
    pub media: Media,
    pub origin: Origin,
}

/// Where a file's bytes are.
#[derive(Clone)]
pub enum Origin {
    /// In the request: base64, or a data URI.
    Inline(String),
    Url(HttpUrl),
}

/// Files are private and long.
impl std::fmt::Debug for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Inline(_) => "Inline",
            Self::Url(_) => "Url",
        })
    }
}

/// What is stored and what is kept beside it: the bytes of its attachments, in their order.
pub(super) struct Prepared {
    pub(super) outgoing: Outgoing,
    pub(super) files: Vec<Bytes>,
}

impl From<Outgoing> for Draft {
    fn from(outgoing: Outgoing) -> Self {
        Self::Ready(outgoing)
    }
}

impl Draft {
    pub(super) async fn prepare(self, outbound: &Outbound) -> Result<Prepared, Error> {
        match self {
            Self::Ready(outgoing) => Ok(Prepared {
                outgoing,
                files: Vec::new(),
            }),
            Self::Media { file, context } => {
                let (attachment, bytes) = file.prepare(outbound).await?;
                Ok(Prepared {
                    outgoing: Outgoing::Media { attachment, context },
                    files: vec![bytes],
                })
            }
            Self::Album { files, context } => {
                let mut items = Vec::with_capacity(files.len());
                let mut kept: Vec<Bytes> = Vec::with_capacity(files.len());
                for file in files {
                    let (attachment, bytes) = file.prepare(outbound).await?;
                    items.push(attachment);
                    kept.push(bytes);
                    if kept.iter().map(Bytes::len).sum::<usize>() > MAX_ALBUM {
                        return Err(invalid(format!(
                            "album exceeds the {MAX_ALBUM} byte aggregate limit"
                        )));
                    }
                }
                Ok(Prepared {
                    outgoing: Outgoing::Album { items, context },
                    files: kept,
                })
            }
        }
    }
}

impl MediaFile {
    async fn prepare(self, outbound: &Outbound) -> Result<(Attachment, Bytes), Error> {
        let Self { mut media, origin } = self;
        let (bytes, mimetype) = match origin {
            Origin::Inline(text) => {
                let decoded = tokio::task::spawn_blocking(move || wagon_media::decode(text, MAX_SIZE));
                let inline = decoded.await.map_err(Error::internal)?.map_err(undecodable)?;
                (inline.bytes, inline.mimetype)
            }
            Origin::Url(url) => {
                let fetched = outbound.get(&url, FETCH).await;
                let download =
                    fetched.map_err(|error| invalid(format!("media.url could not be fetched: {error}")))?;
                (download.bytes, download.mime)
            }
        };
        media.mimetype = media.mimetype.or(mimetype);
        let prepared = wagon_media::prepare(Source { media, bytes })
            .await
            .map_err(|error| unusable(&error))?;
        Ok((prepared.attachment, prepared.bytes))
    }
}

fn invalid(message: String) -> Error {
    Error::Invalid {
        field: "media",
        message,
    }
}

fn undecodable(error: InvalidData) -> Error {
    invalid(match error {
        InvalidData::Base64 => "media.data must be valid base64".to_owned(),
        InvalidData::Empty => "media.data decoded to empty".to_owned(),
        InvalidData::TooLarge { limit } => format!("media exceeds the {limit} byte limit"),
    })
}

fn unusable(error: &Unusable) -> Error {
    invalid(error.to_string())
}
