//! Answers to events of the calendar, sealed with the secret of the message that invites.

use wacore::event::decrypt_event_response_with_secret;
use wacore::types::message::MessageInfo;
use wacore_binary::Jid as WaJid;
use wagon_domain::Jid;
use wagon_domain::content::{Attendance, Content, EventResponse, Target};
use waproto::whatsapp as wa;
use waproto::whatsapp::message::{EncEventResponseMessage, EventResponseMessage};

use super::address::counterpart;
use super::change::Reader;

/// The addresses of two people as they went into the key that an answer is sealed with.
struct Addresses {
    creator: String,
    responder: String,
}

impl Reader<'_> {
    pub(super) async fn response(
        &self,
        chat: &Jid,
        info: &MessageInfo,
        sealed: &EncEventResponseMessage,
    ) -> Option<Content> {
        let (target, creator) = self
            .target(info, sealed.event_creation_message_key.as_option()?)
            .await?;
        let Some((event, Some(kept))) = self.stored(chat, &target.id).await else {
            tracing::warn!(session.id = %self.session, "an answer came to an event that is not stored");
            return None;
        };
        let secret = kept.secret()?;
        let named = self.addresses(&creator.wire, &info.source.sender).await;
        let Some(said) = named
            .iter()
            .find_map(|named| open(sealed, secret, &target, named))
        else {
            tracing::warn!(session.id = %self.session, "an answer to an event could not be opened");
            return None;
        };
        Some(Content::EventResponse(answer(target, &said, &event)))
    }

    /// As the message has them, then both in the other address space: WhatsApp never mixes the two.
    async fn addresses(&self, creator: &WaJid, responder: &WaJid) -> Vec<Addresses> {
        let mut named = vec![Addresses {
            creator: creator.to_non_ad_string(),
            responder: responder.to_non_ad_string(),
        }];
        let (creator, responder) = tokio::join!(
            counterpart(self.client, creator),
            counterpart(self.client, responder)
        );
        if let (Some(creator), Some(responder)) = (creator, responder) {
            named.push(Addresses {
                creator: creator.to_string(),
                responder: responder.to_string(),
            });
        }
        named
    }
}

fn open(
    sealed: &EncEventResponseMessage,
    secret: &[u8],
    event: &Target,
    named: &Addresses,
) -> Option<EventResponseMessage> {
    let (payload, iv) = (sealed.enc_payload.as_deref()?, sealed.enc_iv.as_deref()?);
    let Addresses { creator, responder } = named;
    decrypt_event_response_with_secret(payload, iv, secret, event.id.as_str(), creator, responder).ok()
}

fn answer(target: Target, said: &EventResponseMessage, event: &Content) -> EventResponse {
    use wa::message::event_response_message::EventResponseType;

    EventResponse {
        target,
        attendance: match said.response {
            Some(EventResponseType::GOING) => Attendance::Going,
            Some(EventResponseType::NOT_GOING) => Attendance::NotGoing,
            Some(EventResponseType::MAYBE) => Attendance::Maybe,
            Some(EventResponseType::UNKNOWN) | None => Attendance::Unknown,
        },
        extra_guests: said.extra_guest_count.and_then(|guests| guests.try_into().ok()),
        event_name: match event {
            Content::Event(event) => Some(event.name.clone()),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use wa::message::event_response_message::EventResponseType;
    use wacore::event::encrypt_event_response_with_secret;
    use wagon_domain::content::CalendarEvent;

    use super::*;

    const SECRET: [u8; 32] = [7; 32];

    fn target() -> Target {
        Target {
            id: "3EB0A1".parse().unwrap(),
            sender: Some("15550000001@s.whatsapp.net".parse().unwrap()),
            from_me: false,
        }
    }

    fn addresses(creator: &str, responder: &str) -> Addresses {
        Addresses {
            creator: creator.to_owned(),
            responder: responder.to_owned(),
        }
    }

    fn said(response: Option<EventResponseType>, extra_guest_count: Option<i32>) -> EventResponseMessage {
        EventResponseMessage {
            response,
            timestamp_ms: Some(1),
            extra_guest_count,
        }
    }

    #[test]
    fn an_answer_opens_under_the_names_it_was_sealed_with() {
        let sealed_as = addresses("100000000000001@lid", "100000000000002@lid");
        let (payload, iv) = encrypt_event_response_with_secret(
            &said(Some(EventResponseType::GOING), Some(2)),
            &SECRET,
            "3EB0A1",
            &sealed_as.creator,
            &sealed_as.responder,
        )
        .unwrap();
        let sealed = EncEventResponseMessage {
            enc_payload: Some(payload),
            enc_iv: Some(iv.to_vec()),
            ..Default::default()
        };
        let opened = open(&sealed, &SECRET, &target(), &sealed_as).unwrap();
        assert_eq!(opened.extra_guest_count, Some(2));
        let others = addresses("15550000001@s.whatsapp.net", "15550000002@s.whatsapp.net");
        assert_eq!(open(&sealed, &SECRET, &target(), &others), None);
        assert_eq!(open(&sealed, &[8; 32], &target(), &sealed_as), None);
        assert_eq!(open(&sealed, &SECRET[1..], &target(), &sealed_as), None);
    }

    #[test]
    fn every_answer_has_its_word() {
        let event = Content::Event(CalendarEvent {
            name: "Launch".to_owned(),
            description: None,
            starts_at: None,
            ends_at: None,
            location: None,
            join_link: None,
            cancelled: false,
        });
        for (response, attendance) in [
            (Some(EventResponseType::GOING), Attendance::Going),
            (Some(EventResponseType::NOT_GOING), Attendance::NotGoing),
            (Some(EventResponseType::MAYBE), Attendance::Maybe),
            (Some(EventResponseType::UNKNOWN), Attendance::Unknown),
            (None, Attendance::Unknown),
        ] {
            let expected = EventResponse {
                target: target(),
                attendance,
                extra_guests: Some(1),
                event_name: Some("Launch".to_owned()),
            };
            assert_eq!(answer(target(), &said(response, Some(1)), &event), expected);
        }
        let odd = answer(target(), &said(None, Some(-1)), &Content::text("no event"));
        assert_eq!((odd.extra_guests, odd.event_name), (None, None));
    }
}
