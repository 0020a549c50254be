//! What people answer to events of the calendar.

use serde_json::{Value, json};
use wagon_domain::content::EventResponse;

use super::message::{Shown, id};
use crate::jid;

pub(super) fn data(shown: &Shown<'_>, answer: &EventResponse, session: &str) -> Value {
    let EventResponse {
        target,
        attendance,
        extra_guests,
        event_name,
    } = answer;
    let mut data = json!({
        "sessionId": session, "eventMessageId": id(target.from_me, shown.chat, &target.id),
        "chatId": jid::to_text(shown.chat), "responderId": shown.author(), "fromMe": shown.from_me,
        "response": attendance.as_str(), "responseMessageId": shown.id(),
        "timestamp": shown.timestamp.as_secs(),
    });
    if let Some(guests) = extra_guests {
        data["extraGuestCount"] = (*guests).into();
    }
    if let Some(name) = event_name {
        data["eventName"] = name.as_str().into();
    }
    if let Some(name) = &shown.sender.name {
        data["contact"] = json!({ "pushName": name });
    }
    data
}

#[cfg(test)]
mod tests {
    use wagon_domain::content::{Attendance, Target};
    use wagon_domain::event::MessageEvent;
    use wagon_domain::message::Party;
    use wagon_domain::{Content, Event, EventBody, Timestamp};

    use super::*;
    use crate::events::{Background, Told, key, told};

    fn answered(from_me: bool, name: Option<&str>, extra_guests: Option<u32>) -> (Event, Told) {
        let answer = EventResponse {
            target: Target {
                id: "3EB0A1".parse().unwrap(),
                sender: None,
                from_me: !from_me,
            },
            attendance: Attendance::NotGoing,
            extra_guests,
            event_name: name.map(str::to_owned),
        };
        let message = MessageEvent {
            wa_id: "3EB0A2".parse().unwrap(),
            chat: "15550000001@s.whatsapp.net".parse().unwrap(),
            sender: Party {
                jid: Some("15550000001@s.whatsapp.net".parse().unwrap()),
                lid: None,
                name: name.map(str::to_owned),
            },
            from_me,
            content: Content::EventResponse(answer),
            quote: None,
            mentions: Vec::new(),
            timestamp: Timestamp::from_secs(9),
        };
        let event = Event {
            id: "evt_1".parse().unwrap(),
            org: "org_1".parse().unwrap(),
            session: "sess_1".parse().unwrap(),
            timestamp: Timestamp::from_millis(1000),
            body: EventBody::Message(Box::new(message)),
        };
        let mut all = told(&event, Background::default());
        let only = all.remove(0);
        assert_eq!((only.name, all.len()), ("event.response", 0));
        (event, only)
    }

    #[test]
    fn answers_say_who_comes_to_what() {
        let (event, told) = answered(false, Some("Ada"), Some(2));
        let response = told.data["responseMessageId"].as_str().unwrap().to_owned();
        assert_eq!(
            Value::from(told.data.clone()),
            json!({
                "sessionId": "sess_1", "eventMessageId": "true_15550000001@c.us_3EB0A1",
                "chatId": "15550000001@c.us", "responderId": "15550000001@c.us", "fromMe": false,
                "response": "not_going", "extraGuestCount": 2, "eventName": "Ada",
                "responseMessageId": "false_15550000001@c.us_3EB0A2", "timestamp": 9,
                "contact": { "pushName": "Ada" },
            })
        );
        assert_eq!(key::stem(&event, &told), format!("rsvp_sess_1_{response}"));
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let (_, told) = answered(true, None, None);
        for absent in ["extraGuestCount", "eventName", "contact"] {
            assert!(!told.data.contains_key(absent), "{absent}");
        }
        assert_eq!(told.data["fromMe"], true);
    }
}
