use serde::{Deserialize, Serialize};

use crate::content::{Contact, Content, Location, Media, Poll, Sha256, Target, Thumbnail};
use crate::id::{MessageId, WaMessageId};
use crate::jid::Jid;

/// What to send, in the words of Wagon. Stored with the outbox row, so it must stay readable. It
/// holds no bytes of media: those are kept beside the entry until its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Outgoing {
    Text {
        text: String,
        #[serde(flatten)]
        context: Context,
    },
    Media {
        attachment: Attachment,
        #[serde(flatten)]
        context: Context,
    },
    /// Pictures and films shown as one: a cover and the items, each a message of its own with the
    /// id [`WaMessageId::part`] of the cover's.
    Album {
        items: Vec<Attachment>,
        #[serde(flatten)]
        context: Context,
    },
    Location {
        location: Location,
        #[serde(flatten)]
        context: Context,
    },
    Contacts {
        contacts: Vec<Contact>,
        #[serde(flatten)]
        context: Context,
    },
    Poll {
        poll: Poll,
        #[serde(flatten)]
        context: Context,
    },
    /// A stored message once more, marked as forwarded, without its quote and its mentions. Media
    /// is not uploaded again.
    Forward {
        source: MessageId,
        content: Content,
    },
    Edit {
        target: Target,
        text: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<Jid>,
    },
    Revoke {
        target: Target,
    },
    /// Pins a message for everyone in its chat.
    Pin {
        target: Target,
        /// For how many seconds; `None` lets it go.
        seconds: Option<u32>,
    },
    /// A press on a button under a message, which it quotes.
    ButtonClick {
        button: String,
        /// The words on it.
        words: String,
        #[serde(flatten)]
        context: Context,
    },
    Reaction {
        target: Target,
        /// `None` takes the account's reaction back.
        emoji: Option<String>,
    },
    Vote {
        target: Target,
        /// The stored poll.
        poll: MessageId,
        /// The options by name; none clears an earlier vote.
        selected: Vec<String>,
    },
}

/// Whom a message speaks of and what it answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Context {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Jid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<WaMessageId>,
}

/// A file to send. Its bytes are found by the outbox entry and its place in it; `media.sha256` and
/// `media.size` say what they must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    #[serde(flatten)]
    pub media: Media,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<Thumbnail>,
}

impl Attachment {
    pub const fn sha256(&self) -> Option<Sha256> {
        self.media.sha256
    }
}

impl Outgoing {
    /// Plain words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text {
            text: text.into(),
            context: Context::default(),
        }
    }

    /// What the message will say in the chat.
    pub fn content(&self) -> Content {
        match self {
            Self::Text { text, .. } => Content::text(text),
            Self::Media { attachment, .. } => Content::Media(attachment.media.clone()),
            Self::Album { items, .. } => {
                let count = |kind| items.iter().filter(|item| item.media.kind == kind).count();
                let count = |kind| u32::try_from(count(kind)).unwrap_or(u32::MAX);
                Content::Album {
                    images: count(crate::content::MediaKind::Image),
                    videos: count(crate::content::MediaKind::Video),
                }
            }
            Self::Location { location, .. } => Content::Location(location.clone()),
            Self::Contacts { contacts, .. } => match contacts.as_slice() {
                [one] => Content::Contact(one.clone()),
                many => Content::Contacts {
                    name: None,
                    contacts: many.to_vec(),
                },
            },
            Self::Poll { poll, .. } => Content::Poll(poll.clone()),
            Self::Forward { content, .. } => content.clone(),
            Self::Edit { target, text, .. } => Content::Edit {
                target: target.clone(),
                text: text.clone(),
            },
            Self::Revoke { target } => Content::Revoke {
                target: target.clone(),
            },
            Self::Pin { target, seconds } => Content::Pin {
                target: target.clone(),
                pinned: seconds.is_some(),
            },
            Self::ButtonClick { words, .. } => Content::text(words),
            Self::Reaction { target, emoji } => Content::Reaction {
                target: target.clone(),
                emoji: emoji.clone(),
            },
            Self::Vote { target, selected, .. } => Content::PollVote {
                target: target.clone(),
                selected: selected.clone(),
            },
        }
    }

    /// The people it mentions.
    pub fn mentions(&self) -> &[Jid] {
        match self {
            Self::Edit { mentions, .. } => mentions,
            other => other.context().map_or(&[], |context| &context.mentions),
        }
    }

    /// The message it answers.
    pub fn reply_to(&self) -> Option<&WaMessageId> {
        self.context().and_then(|context| context.reply_to.as_ref())
    }

    /// The files it carries, in the order their bytes are kept in.
    pub fn attachments(&self) -> &[Attachment] {
        match self {
            Self::Media { attachment, .. } => std::slice::from_ref(attachment),
            Self::Album { items, .. } => items,
            _ => &[],
        }
    }

    /// The stored message whose wire form is needed to build it.
    pub const fn source(&self) -> Option<&MessageId> {
        match self {
            Self::Forward { source, .. } => Some(source),
            Self::Vote { poll, .. } => Some(poll),
            _ => None,
        }
    }

    const fn context(&self) -> Option<&Context> {
        match self {
            Self::Text { context, .. }
            | Self::Media { context, .. }
            | Self::Album { context, .. }
            | Self::Location { context, .. }
            | Self::Contacts { context, .. }
            | Self::Poll { context, .. }
            | Self::ButtonClick { context, .. } => Some(context),
            Self::Forward { .. }
            | Self::Edit { .. }
            | Self::Revoke { .. }
            | Self::Pin { .. }
            | Self::Reaction { .. }
            | Self::Vote { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::content::MediaKind;

    #[test]
    fn entries_of_the_first_release_still_read() {
        let stored = json!({"type": "text", "text": "hi", "mentions": ["15550000002@s.whatsapp.net"], "reply_to": "3EB0A1"});
        let outgoing: Outgoing = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(outgoing.mentions().len(), 1);
        assert_eq!(outgoing.reply_to().map(WaMessageId::as_str), Some("3EB0A1"));
        assert_eq!(serde_json::to_value(&outgoing).unwrap(), stored);
        let stored = json!({"type": "text", "text": "hi"});
        let outgoing: Outgoing = serde_json::from_value(stored).unwrap();
        assert_eq!(outgoing, Outgoing::text("hi"));
    }

    #[test]
    fn an_album_counts_its_items() {
        let item = |kind| Attachment {
            media: Media::of(kind),
            thumbnail: None,
        };
        let album = Outgoing::Album {
            items: vec![
                item(MediaKind::Image),
                item(MediaKind::Video),
                item(MediaKind::Image),
            ],
            context: Context::default(),
        };
        assert_eq!(album.content(), Content::Album { images: 2, videos: 1 });
        assert_eq!(album.attachments().len(), 3);
        let stored = serde_json::to_string(&album).unwrap();
        assert_eq!(serde_json::from_str::<Outgoing>(&stored).unwrap(), album);
    }
}
