use serde::Deserialize;

use crate::phone::content::{Contact, Content, Location, Media, MediaKind, Poll};

/// Content that every phone has at hand, so that scripts need not bring files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sample {
    Image,
    Video,
    Gif,
    Audio,
    Voice,
    Document,
    Sticker,
    ViewOnce,
    Location,
    LiveLocation,
    Contact,
    Poll,
}

impl Sample {
    pub(super) fn content(self) -> Content {
        match self {
            Self::Image => Content::Media(Media {
                caption: Some("A picture".to_owned()),
                ..picture()
            }),
            Self::ViewOnce => Content::Media(Media {
                view_once: true,
                ..picture()
            }),
            Self::Video => Content::Media(clip()),
            Self::Gif => Content::Media(Media { gif: true, ..clip() }),
            Self::Audio => Content::Media(sound()),
            Self::Voice => Content::Media(Media {
                ptt: true,
                ..sound()
            }),
            Self::Document => Content::Media(Media {
                filename: Some("paper.pdf".to_owned()),
                ..file(
                    MediaKind::Document,
                    include_bytes!("samples/paper.pdf"),
                    "application/pdf",
                )
            }),
            Self::Sticker => Content::Media(Media {
                width: Some(16),
                height: Some(16),
                ..file(
                    MediaKind::Sticker,
                    include_bytes!("samples/sticker.webp"),
                    "image/webp",
                )
            }),
            Self::Location => Content::Location(harbour(false)),
            Self::LiveLocation => Content::Location(harbour(true)),
            Self::Contact => Content::Contact(Contact {
                name: "Echo".to_owned(),
                vcard: "BEGIN:VCARD\nVERSION:3.0\nFN:Echo\nTEL;type=CELL;waid=15550000001:+1 555 000 0001\nEND:VCARD"
                    .to_owned(),
            }),
            Self::Poll => Content::Poll(Poll {
                name: "Tea or coffee?".to_owned(),
                options: ["Tea", "Coffee"].map(str::to_owned).into(),
                selectable: 1,
            }),
        }
    }
}

fn picture() -> Media {
    Media {
        width: Some(1),
        height: Some(1),
        ..file(
            MediaKind::Image,
            include_bytes!("samples/picture.jpg"),
            "image/jpeg",
        )
    }
}

fn clip() -> Media {
    Media {
        seconds: Some(1),
        ..file(MediaKind::Video, include_bytes!("samples/clip.mp4"), "video/mp4")
    }
}

fn sound() -> Media {
    Media {
        seconds: Some(1),
        ..file(
            MediaKind::Audio,
            include_bytes!("samples/voice.ogg"),
            "audio/ogg; codecs=opus",
        )
    }
}

fn file(kind: MediaKind, data: &[u8], mimetype: &str) -> Media {
    Media {
        kind,
        data: data.to_vec(),
        mimetype: Some(mimetype.to_owned()),
        caption: None,
        filename: None,
        seconds: None,
        width: None,
        height: None,
        ptt: false,
        gif: false,
        view_once: false,
        album: None,
    }
}

fn harbour(live: bool) -> Location {
    Location {
        latitude: 53.5436,
        longitude: 9.9669,
        name: Some("The harbour".to_owned()),
        address: None,
        live,
    }
}
