//! What messages say.

mod calendar;
mod contact;
mod location;
mod media;
mod poll;
mod target;
mod wire;

use serde::{Deserialize, Serialize};

pub use calendar::{Attendance, CalendarEvent, EventResponse};
pub use contact::Contact;
pub use location::{Coordinates, InvalidCoordinates, Location};
pub use media::{Media, MediaKind, Sha256, Thumbnail};
pub use poll::Poll;
pub use target::Target;
pub use wire::WireContent;

use crate::clock::Timestamp;
use crate::jid::Jid;

/// What a message says. Serialised as stored, so fields are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    Text {
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        preview: Option<LinkPreview>,
    },
    Media(Media),
    Location(Location),
    Contact(Contact),
    Contacts {
        /// The words the sender's phone put over the list.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        contacts: Vec<Contact>,
    },
    Poll(Poll),
    /// The cover of an album; its pictures follow as messages of their own.
    Album {
        images: u32,
        videos: u32,
    },
    GroupInvite(GroupInvite),
    Event(CalendarEvent),
    /// An answer of one person to one message; no emoji takes an earlier one back.
    Reaction {
        target: Target,
        emoji: Option<String>,
    },
    /// New words for an earlier message: its text, or its caption.
    Edit {
        target: Target,
        text: String,
    },
    /// An earlier message was deleted for everyone.
    Revoke {
        target: Target,
    },
    /// An earlier message was pinned for everyone, or let go again.
    Pin {
        target: Target,
        pinned: bool,
    },
    /// The choices of one person in a poll; they replace earlier ones, and none clears them.
    PollVote {
        target: Target,
        /// Options by name; one that could not be resolved by the lowercase hex SHA-256 of its name.
        selected: Vec<String>,
    },
    EventResponse(EventResponse),
    /// Something WhatsApp carries that Wagon has no words for; kept so that nothing is lost.
    Other {
        kind: String,
        /// What of it a person could read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
}

/// What the sender's phone found behind a link in the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkPreview {
    pub url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// An invitation to a group that an admin sent to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupInvite {
    pub group: Jid,
    pub code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
}

impl Content {
    /// Plain words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text {
            text: text.into(),
            preview: None,
        }
    }

    /// The type's name as both dialects spell it.
    pub fn kind(&self) -> &str {
        match self {
            Self::Text { .. } | Self::Edit { .. } => "text",
            Self::Media(media) => media.kind.as_str(),
            Self::Location(_) => "location",
            Self::Contact(_) | Self::Contacts { .. } => "contact",
            Self::Poll(_) => "poll",
            Self::Album { .. } => "album",
            Self::GroupInvite(_) => "group_invite",
            Self::Event(_) => "event",
            Self::Reaction { .. } => "reaction",
            Self::Revoke { .. } => "revoke",
            Self::Pin { .. } => "pin",
            Self::PollVote { .. } => "poll_vote",
            Self::EventResponse(_) => "event_response",
            Self::Other { kind, .. } => kind,
        }
    }

    /// The words to show for it: text, caption, question or name.
    pub fn body(&self) -> Option<&str> {
        match self {
            Self::Text { text, .. } | Self::Edit { text, .. } => Some(text),
            Self::Media(media) => media.caption.as_deref(),
            Self::Location(location) => location.name.as_deref(),
            Self::Contact(contact) => contact.name.as_deref(),
            Self::Contacts { name, contacts } => name
                .as_deref()
                .or_else(|| contacts.first().and_then(|first| first.name.as_deref())),
            Self::Poll(poll) => Some(&poll.name),
            Self::GroupInvite(invite) => invite.caption.as_deref().or(invite.name.as_deref()),
            Self::Event(event) => Some(&event.name),
            Self::Other { text, .. } => text.as_deref(),
            Self::Album { .. }
            | Self::Reaction { .. }
            | Self::Revoke { .. }
            | Self::Pin { .. }
            | Self::PollVote { .. }
            | Self::EventResponse(_) => None,
        }
    }

    /// The media it carries.
    pub fn media(&self) -> Option<&Media> {
        match self {
            Self::Media(media) => Some(media),
            _ => None,
        }
    }

    /// The earlier message that this one is about. Such a message changes another one and is not
    /// part of a chat's history by itself.
    pub fn target(&self) -> Option<&Target> {
        match self {
            Self::Reaction { target, .. }
            | Self::Edit { target, .. }
            | Self::Revoke { target }
            | Self::Pin { target, .. }
            | Self::PollVote { target, .. }
            | Self::EventResponse(EventResponse { target, .. }) => Some(target),
            _ => None,
        }
    }

    /// The same message with the words that an edit gave it. What has no words stays as it is.
    #[must_use]
    pub fn edited(self, words: &str) -> Self {
        match self {
            Self::Text { .. } => Self::text(words),
            Self::Media(media) => Self::Media(Media {
                caption: Some(words.to_owned()).filter(|words| !words.is_empty()),
                ..media
            }),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(stored: serde_json::Value) -> Content {
        serde_json::from_value(stored).unwrap()
    }

    #[test]
    fn rows_of_the_first_release_still_read() {
        assert_eq!(read(json!({"type": "text", "text": "hi"})), Content::text("hi"));
        let image = read(json!({
            "type": "media", "kind": "image", "mimetype": "image/png", "size": 7, "filename": null, "caption": "look",
        }));
        let media = image.media().unwrap();
        assert_eq!((media.kind, media.size), (MediaKind::Image, Some(7)));
        assert_eq!(image.body(), Some("look"));
        assert_eq!(
            read(json!({"type": "location", "name": "Pier"})).body(),
            Some("Pier")
        );
        assert_eq!(
            read(json!({"type": "contact", "name": "Jamie"})).body(),
            Some("Jamie")
        );
        assert_eq!(
            read(json!({"type": "poll", "name": "Lunch?"})).body(),
            Some("Lunch?")
        );
        assert_eq!(read(json!({"type": "other", "kind": "event"})).kind(), "event");
    }

    #[test]
    fn operations_name_their_target() {
        let target = Target {
            id: "3EB0A1".parse().unwrap(),
            sender: None,
            from_me: true,
        };
        let vote = Content::PollVote {
            target: target.clone(),
            selected: vec![],
        };
        assert_eq!(vote.target(), Some(&target));
        assert_eq!(Content::text("hi").target(), None);
    }

    #[test]
    fn an_edit_replaces_words_and_nothing_else() {
        assert_eq!(Content::text("a").edited("b"), Content::text("b"));
        let photo = Media {
            caption: Some("a".into()),
            size: Some(3),
            ..Media::of(MediaKind::Image)
        };
        let edited = Content::Media(photo.clone()).edited("b");
        assert_eq!(
            edited,
            Content::Media(Media {
                caption: Some("b".into()),
                ..photo
            })
        );
    }
}
