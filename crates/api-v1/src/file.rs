//! A file in the body of a request.

use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::HttpUrl;
use wagon_domain::content::{Media, MediaKind};
use wagon_http_kit::Problem;
use wagon_services::{MediaFile, Origin};

use crate::error::invalid;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MediaFile")]
pub(crate) struct File {
    data: Option<String>,
    url: Option<String>,
    mimetype: Option<String>,
    pub(crate) caption: Option<String>,
    filename: Option<String>,
    /// Send a recording as a voice note.
    pub(crate) ptt: Option<bool>,
}

/// Files are private and long.
impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("File").finish_non_exhaustive()
    }
}

impl File {
    /// The file without which there is nothing of this kind.
    pub(crate) fn required(file: Option<Self>, kind: MediaKind) -> Result<Self, Problem> {
        let name = kind.as_str();
        file.ok_or_else(|| invalid("media", format!("media is required for type '{name}'")))
    }

    /// The file as one of this kind, which leaves out what the kind does not show.
    pub(crate) fn read(self, kind: MediaKind) -> Result<MediaFile, Problem> {
        let captioned = matches!(kind, MediaKind::Image | MediaKind::Video | MediaKind::Document);
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let media = Media {
            mimetype: filled(self.mimetype),
            caption: filled(self.caption).filter(|_| captioned),
            filename: filled(self.filename).filter(|_| kind == MediaKind::Document),
            ptt: self.ptt.unwrap_or(false) && kind == MediaKind::Audio,
            ..Media::of(kind)
        };
        Ok(MediaFile {
            media,
            origin: origin(self.data, self.url, kind.as_str())?,
            limit: MediaFile::LIMIT,
        })
    }
}

/// Where the bytes of something of type `kind` are: in one of two places.
pub(crate) fn origin(data: Option<String>, url: Option<String>, kind: &str) -> Result<Origin, Problem> {
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    match (filled(data), filled(url)) {
        (Some(data), None) => Ok(Origin::Inline(data)),
        (None, Some(url)) => {
            let url: Result<HttpUrl, _> = url.parse();
            url.map(Origin::Url)
                .map_err(|error| invalid("media.url", format!("media.url {error}")))
        }
        _ => {
            let message = format!("provide exactly one of media.data or media.url for type '{kind}'");
            Err(invalid("media", message))
        }
    }
}
