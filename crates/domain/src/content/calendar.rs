use serde::{Deserialize, Serialize};

use super::{Location, Target};
use crate::clock::Timestamp;

/// A date that people are invited to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarEvent {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join_link: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cancelled: bool,
}

/// What one person answers to an invitation; it replaces what they answered before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventResponse {
    /// The message that invites.
    pub target: Target,
    pub attendance: Attendance,
    /// How many more people they bring along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_guests: Option<u32>,
    /// The event's name, as it was when they answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_name: Option<String>,
}

/// Whether somebody comes to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attendance {
    Going,
    NotGoing,
    Maybe,
    /// Something that only newer apps can answer.
    Unknown,
}

impl Attendance {
    /// The word for it in both dialects.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Going => "going",
            Self::NotGoing => "not_going",
            Self::Maybe => "maybe",
            Self::Unknown => "unknown",
        }
    }
}
