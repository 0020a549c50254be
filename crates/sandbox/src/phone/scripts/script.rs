use std::num::NonZeroUsize;

use serde::Deserialize;

use super::{pause::Pause, sample::Sample};
use crate::phone::content::Content;

/// What a phone does by itself.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Script {
    /// One line for people.
    #[serde(default)]
    pub(crate) about: String,
    /// Whether the phone confirms what is delivered to it.
    #[serde(default = "yes")]
    pub(crate) confirms: bool,
    /// Whether the phone is connected when it gets this script.
    #[serde(default = "yes")]
    pub(crate) online: bool,
    /// The first rule that fits a message is followed.
    #[serde(default)]
    pub(crate) on: Vec<Rule>,
}

/// When something arrives that has everything named here, do these steps.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// The whole text, in any case.
    text: Option<String>,
    starts_with: Option<String>,
    contains: Option<String>,
    /// The kind of content, as inboxes name it.
    r#type: Option<String>,
    chat: Option<Chat>,
    #[serde(rename = "do", default)]
    pub(super) steps: Vec<Step>,
}

/// Where a message arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Chat {
    Direct,
    Group,
}

/// One thing that a phone does.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// Mark the message as read.
    Read,
    /// Show "typing".
    Typing,
    /// Let time pass.
    Wait(Pause),
    /// Write into the chat.
    Reply(String),
    /// Write into the chat, quoting the message.
    Quote(String),
    /// React to the message with an emoji.
    React(String),
    /// Vote in the poll that the message is.
    Vote(Choice),
    /// Send something of this kind that the phone has at hand.
    Sample(Sample),
    /// Send this, as it stands.
    Send(Box<Content>),
    /// Block the sender, or no longer.
    Block,
    Unblock,
    /// Be seen as available, or not.
    Available,
    Unavailable,
    /// Join the group whose invite link is in the message.
    JoinGroup,
    /// Leave the group in which the message was written.
    LeaveGroup,
    /// Install the app anew, which gives the phone another identity.
    Reinstall,
    /// Lose the connection until somebody switches the phone on again.
    GoOffline,
}

/// An option of a poll.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "expected the number of an option, from 1, or its text")]
pub(crate) enum Choice {
    Nth(NonZeroUsize),
    Named(String),
}

fn yes() -> bool {
    true
}

impl Choice {
    /// The text of the option, if the poll has it.
    pub(super) fn among(&self, options: &[String]) -> Option<String> {
        match self {
            Self::Nth(number) => options.get(number.get() - 1).cloned(),
            Self::Named(text) => options.iter().find(|option| *option == text).cloned(),
        }
    }
}

impl Script {
    /// The steps for a message.
    pub(super) fn steps_for(&self, text: Option<&str>, kind: &str, chat: Chat) -> &[Step] {
        self.on
            .iter()
            .find(|rule| rule.fits(text, kind, chat))
            .map_or(&[], |rule| rule.steps.as_slice())
    }
}

impl Rule {
    fn fits(&self, text: Option<&str>, kind: &str, chat: Chat) -> bool {
        let text = text.map(|text| text.trim().to_lowercase());
        let on_text = |wanted: &Option<String>, fits: fn(&str, &str) -> bool| {
            wanted.as_ref().is_none_or(|wanted| {
                text.as_deref()
                    .is_some_and(|text| fits(text, wanted.to_lowercase().trim()))
            })
        };
        on_text(&self.text, |text, wanted| text == wanted)
            && on_text(&self.starts_with, |text, wanted| text.starts_with(wanted))
            && on_text(&self.contains, |text, wanted| text.contains(wanted))
            && self.r#type.as_ref().is_none_or(|wanted| wanted == kind)
            && self.chat.is_none_or(|wanted| wanted == chat)
    }
}

impl Step {
    /// Whether it takes time, so that a phone must not be kept from its other work meanwhile.
    pub(super) fn takes_time(&self) -> bool {
        matches!(self, Self::Wait(_))
    }
}
