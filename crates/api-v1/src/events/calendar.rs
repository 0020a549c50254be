//! Events of the calendar and what people answer to them, as a message's payload says it.

use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Timestamp;
use wagon_domain::content;

use super::details::Location;

// Without words of its own: its fields are part of the message's, and a description would become the message's.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EventResponse<'a> {
    /// `going`, `not_going`, `maybe` or `unknown`.
    response: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra_guest_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_name: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CalendarEventData")]
pub(super) struct CalendarEvent<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    join_link: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    cancelled: bool,
}

impl<'a> From<&'a content::CalendarEvent> for CalendarEvent<'a> {
    fn from(event: &'a content::CalendarEvent) -> Self {
        Self {
            name: &event.name,
            description: event.description.as_deref(),
            start_time: event.starts_at.map(Timestamp::as_millis),
            end_time: event.ends_at.map(Timestamp::as_millis),
            location: event.location.as_ref().and_then(Location::of),
            join_link: event.join_link.as_deref(),
            cancelled: event.cancelled,
        }
    }
}

impl<'a> From<&'a content::EventResponse> for EventResponse<'a> {
    fn from(answer: &'a content::EventResponse) -> Self {
        Self {
            response: answer.attendance.as_str(),
            extra_guest_count: answer.extra_guests,
            event_name: answer.event_name.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wagon_domain::content::{Attendance, Coordinates, Target};

    use super::*;

    #[test]
    fn an_event_tells_when_and_where() {
        let mut event = content::CalendarEvent {
            name: "Launch".to_owned(),
            description: Some("with cake".to_owned()),
            starts_at: Some(Timestamp::from_millis(5)),
            ends_at: Some(Timestamp::from_millis(6)),
            location: Some(content::Location {
                coordinates: Coordinates::new(-6.2, 106.8).ok(),
                name: Some("Monas".to_owned()),
                address: None,
                live: false,
            }),
            join_link: None,
            cancelled: true,
        };
        let mut shown = json!({
            "name": "Launch", "description": "with cake", "startTime": 5, "endTime": 6, "cancelled": true,
            "location": {"latitude": -6.2, "longitude": 106.8, "name": "Monas"},
        });
        assert_eq!(json!(CalendarEvent::from(&event)), shown);
        event.cancelled = false;
        shown.as_object_mut().unwrap().remove("cancelled");
        assert_eq!(json!(CalendarEvent::from(&event)), shown);
    }

    #[test]
    fn an_answer_to_an_event_tells_who_comes() {
        let answer = |attendance, extra_guests, event_name| {
            json!(EventResponse::from(&content::EventResponse {
                target: Target {
                    id: "3EB0A1".parse().unwrap(),
                    sender: None,
                    from_me: false,
                },
                attendance,
                extra_guests,
                event_name,
            }))
        };
        assert_eq!(
            answer(Attendance::Going, Some(1), Some("Launch".to_owned())),
            json!({"response": "going", "extraGuestCount": 1, "eventName": "Launch"})
        );
        assert_eq!(
            answer(Attendance::NotGoing, None, None),
            json!({"response": "not_going"})
        );
    }
}
