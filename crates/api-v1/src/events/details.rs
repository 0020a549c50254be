//! What a message's payload says beyond words, by the type of the message.

use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Timestamp;
use wagon_domain::content::{self, Content};

use super::calendar::{CalendarEvent, EventResponse};

#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Details<'a> {
    /// The message that a reaction, an edit, a revoke, a vote or an answer to an event is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    target_id: Option<&'a str>,
    /// Empty when the reaction was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    reaction: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<Contact<'a>>,
    /// All cards, when the message has more than the one in `contact`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<Contact<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    poll: Option<Poll<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    selected_options: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    calendar_event: Option<CalendarEvent<'a>>,
    #[serde(flatten)]
    response: Option<EventResponse<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "LocationData")]
pub(super) struct Location<'a> {
    latitude: f64,
    longitude: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    live: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ContactData")]
struct Contact<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vcard: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PollData")]
struct Poll<'a> {
    name: &'a str,
    options: &'a [String],
    selectable_count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<i64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hide_votes: bool,
}

impl<'a> From<&'a Content> for Details<'a> {
    fn from(content: &'a Content) -> Self {
        let mut details = Self {
            target_id: content.target().map(|target| target.id.as_str()),
            ..Self::default()
        };
        match content {
            Content::Reaction { emoji, .. } => details.reaction = Some(emoji.as_deref().unwrap_or_default()),
            Content::PollVote { selected, .. } => details.selected_options = selected,
            Content::Location(location) => details.location = Location::of(location),
            Content::Contact(contact) => details.contact = Some(contact.into()),
            Content::Contacts { contacts, .. } => {
                details.contact = contacts.first().map(Contact::from);
                details.contacts = contacts.iter().map(Contact::from).collect();
            }
            Content::Poll(poll) => details.poll = Some(poll.into()),
            Content::Event(event) => details.calendar_event = Some(event.into()),
            Content::EventResponse(answer) => details.response = Some(answer.into()),
            _ => {}
        }
        details
    }
}

impl<'a> Location<'a> {
    pub(super) fn of(location: &'a content::Location) -> Option<Self> {
        location.coordinates.map(|coordinates| Self {
            latitude: coordinates.latitude(),
            longitude: coordinates.longitude(),
            name: location.name.as_deref(),
            address: location.address.as_deref(),
            live: location.live,
        })
    }
}

impl<'a> From<&'a content::Contact> for Contact<'a> {
    fn from(contact: &'a content::Contact) -> Self {
        Self {
            display_name: contact.name.as_deref(),
            vcard: contact.vcard.as_deref(),
        }
    }
}

impl<'a> From<&'a content::Poll> for Poll<'a> {
    fn from(poll: &'a content::Poll) -> Self {
        Self {
            name: &poll.name,
            options: &poll.options,
            selectable_count: poll.selectable,
            end_time: poll.ends_at.map(Timestamp::as_millis),
            hide_votes: poll.hide_votes,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use wagon_domain::content::{Attendance, Coordinates, Target};

    use super::*;

    fn details(content: &Content) -> Value {
        serde_json::to_value(Details::from(content)).unwrap()
    }

    fn target() -> Target {
        Target {
            id: "3EB0A1".parse().unwrap(),
            sender: None,
            from_me: false,
        }
    }

    #[test]
    fn words_have_no_details() {
        assert_eq!(details(&Content::text("hi")), json!({}));
    }

    #[test]
    fn changes_name_what_they_change() {
        let reaction = |emoji: Option<&str>| Content::Reaction {
            target: target(),
            emoji: emoji.map(str::to_owned),
        };
        assert_eq!(
            details(&reaction(Some("👍"))),
            json!({"targetId": "3EB0A1", "reaction": "👍"})
        );
        assert_eq!(
            details(&reaction(None)),
            json!({"targetId": "3EB0A1", "reaction": ""})
        );
        let revoke = Content::Revoke { target: target() };
        assert_eq!(details(&revoke), json!({"targetId": "3EB0A1"}));
        let vote = |selected: &[&str]| Content::PollVote {
            target: target(),
            selected: selected.iter().map(|&option| option.to_owned()).collect(),
        };
        assert_eq!(
            details(&vote(&["Sushi"])),
            json!({"targetId": "3EB0A1", "selectedOptions": ["Sushi"]})
        );
        assert_eq!(details(&vote(&[])), json!({"targetId": "3EB0A1"}));
        let answer = Content::EventResponse(content::EventResponse {
            target: target(),
            attendance: Attendance::Maybe,
            extra_guests: None,
            event_name: None,
        });
        assert_eq!(
            details(&answer),
            json!({"targetId": "3EB0A1", "response": "maybe"})
        );
    }

    #[test]
    fn a_place_without_coordinates_has_no_location() {
        let place = |coordinates| {
            Content::Location(content::Location {
                coordinates,
                name: Some("Monas".to_owned()),
                address: None,
                live: false,
            })
        };
        let known = Coordinates::new(-6.2, 106.816_666).unwrap();
        assert_eq!(
            details(&place(Some(known))),
            json!({"location": {"latitude": -6.2, "longitude": 106.816_666, "name": "Monas"}})
        );
        assert_eq!(details(&place(None)), json!({}));
    }

    #[test]
    fn cards_are_given_as_sent() {
        let card = content::Contact::from_vcard("BEGIN:VCARD\nFN:Jamie\nEND:VCARD");
        let shown = json!({"displayName": "Jamie", "vcard": "BEGIN:VCARD\nFN:Jamie\nEND:VCARD"});
        assert_eq!(
            details(&Content::Contact(card.clone())),
            json!({"contact": shown})
        );
        let two = Content::Contacts {
            name: None,
            contacts: vec![card.clone(), card],
        };
        assert_eq!(
            details(&two),
            json!({"contact": shown, "contacts": [shown, shown]})
        );
    }

    #[test]
    fn a_poll_tells_its_rules() {
        let poll = content::Poll {
            name: "Lunch?".to_owned(),
            options: vec!["Pizza".to_owned(), "Sushi".to_owned()],
            selectable: 1,
            ends_at: Some(Timestamp::from_millis(5)),
            hide_votes: true,
        };
        let shown = json!({
            "name": "Lunch?", "options": ["Pizza", "Sushi"], "selectableCount": 1, "endTime": 5, "hideVotes": true,
        });
        assert_eq!(details(&Content::Poll(poll)), json!({"poll": shown}));
    }
}
