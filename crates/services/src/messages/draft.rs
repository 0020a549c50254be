//! From what a caller hands over to what can be stored and sent: files are decoded or fetched, and examined.

use std::time::Duration;

use bytes::Bytes;
use wagon_domain::HttpUrl;
use wagon_domain::content::Media;
use wagon_domain::outbox::{Attachment, Context, Outgoing};
use wagon_media::{InvalidData, Source, Unusable};
use wagon_outbound::{Limits, Outbound};

use crate::error::{Error, FileProblem};

/// The most that the files of one album may have together.
const MAX_ALBUM: usize = 64 * 1024 * 1024;
/// How long fetching a file may take, and how far it may be sent on.
const FETCH_TIME: Duration = Duration::from_secs(30);
const REDIRECTS: usize = 5;

/// A message whose files are still to be looked at.
#[derive(Debug, Clone)]
pub enum Draft {
    Ready(Outgoing),
    Media { file: MediaFile, context: Context },
    Album { files: Vec<MediaFile>, context: Context },
}

/// A file to send, with what its sender says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaFile {
    pub media: Media,
    pub origin: Origin,
    /// The most bytes that it may have.
    pub limit: usize,
}

/// Where a file's bytes are.
#[derive(Clone, PartialEq, Eq)]
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

impl MediaFile {
    /// The most that one file may have, unless its sender is allowed more.
    pub const LIMIT: usize = wagon_media::MAX_SIZE;
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
                        return Err(FileProblem::Album { limit: MAX_ALBUM }.into());
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
    pub(crate) async fn prepare(self, outbound: &Outbound) -> Result<(Attachment, Bytes), Error> {
        let Self {
            mut media,
            origin,
            limit,
        } = self;
        let (bytes, mimetype) = origin.read(outbound, limit).await?;
        media.mimetype = media.mimetype.or(mimetype);
        let prepared = wagon_media::prepare(Source { media, bytes, limit })
            .await
            .map_err(FileProblem::from)?;
        Ok((prepared.attachment, prepared.bytes))
    }
}

impl Origin {
    /// The bytes, at most so many, and what the place they come from calls them.
    pub(crate) async fn read(
        self,
        outbound: &Outbound,
        limit: usize,
    ) -> Result<(Bytes, Option<String>), Error> {
        match self {
            Self::Inline(text) => {
                let decoded = tokio::task::spawn_blocking(move || wagon_media::decode(text, limit));
                let inline = decoded
                    .await
                    .map_err(Error::internal)?
                    .map_err(FileProblem::from)?;
                Ok((inline.bytes, inline.mimetype))
            }
            Self::Url(url) => {
                let limits = Limits {
                    bytes: limit,
                    time: FETCH_TIME,
                    redirects: REDIRECTS,
                };
                let download = outbound
                    .get(&url, limits)
                    .await
                    .map_err(FileProblem::NotFetched)?;
                Ok((download.bytes, download.mime))
            }
        }
    }
}

impl From<InvalidData> for FileProblem {
    fn from(error: InvalidData) -> Self {
        match error {
            InvalidData::Base64 => Self::NotBase64,
            InvalidData::Empty => Self::Empty,
            InvalidData::TooLarge { limit } => Self::TooLarge { limit },
        }
    }
}

impl From<Unusable> for FileProblem {
    fn from(error: Unusable) -> Self {
        match error {
            Unusable::TooLarge { limit } => Self::TooLarge { limit },
            other => Self::Unusable(other),
        }
    }
}
