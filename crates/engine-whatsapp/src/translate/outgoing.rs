//! Messages on their way out, as far as they need nothing but what was asked.

use buffa::MessageField;
use wacore::proto_helpers::{MessageBuilderExt, MessageExt, build_reaction_message};
use wagon_domain::content::{Contact, Coordinates, Location, Poll, Target};
use wagon_domain::message::Quote;
use wagon_domain::{Jid, Timestamp};
use waproto::whatsapp as wa;

/// Words. Without a quote or mentions they travel bare, as those of other clients do.
pub(crate) fn text(text: &str) -> wa::Message {
    wa::Message::text(text)
}

pub(crate) fn location(location: &Location) -> wa::Message {
    let place = wa::message::LocationMessage {
        degrees_latitude: location.coordinates.map(Coordinates::latitude),
        degrees_longitude: location.coordinates.map(Coordinates::longitude),
        name: location.name.clone(),
        address: location.address.clone(),
        ..Default::default()
    };
    wa::Message {
        location_message: MessageField::some(place),
        ..Default::default()
    }
}

/// One card, or a list of them.
pub(crate) fn contacts(contacts: &[Contact]) -> wa::Message {
    match contacts {
        [one] => wa::Message {
            contact_message: MessageField::some(card(one)),
            ..Default::default()
        },
        many => wa::Message {
            contacts_array_message: MessageField::some(wa::message::ContactsArrayMessage {
                display_name: Some(format!("{} contacts", many.len())),
                contacts: many.iter().map(card).collect(),
                ..Default::default()
            }),
            ..Default::default()
        },
    }
}

fn card(contact: &Contact) -> wa::message::ContactMessage {
    wa::message::ContactMessage {
        display_name: contact.name.clone(),
        vcard: contact.vcard.clone(),
        ..Default::default()
    }
}

/// `secret` is what votes will be encrypted with.
pub(crate) fn poll(poll: &Poll, secret: &[u8; 32]) -> wa::Message {
    let options = poll
        .options
        .iter()
        .map(|option| wa::message::poll_creation_message::Option {
            option_name: Some(option.clone()),
            ..Default::default()
        });
    let creation = wa::message::PollCreationMessage {
        name: Some(poll.name.clone()),
        options: options.collect(),
        selectable_options_count: Some(poll.selectable),
        end_time: poll.ends_at.map(Timestamp::as_millis),
        hide_participant_name: poll.hide_votes.then_some(true),
        ..Default::default()
    };
    let context = wa::MessageContextInfo {
        message_secret: Some(secret.to_vec()),
        ..Default::default()
    };
    let mut message = wa::Message {
        message_context_info: MessageField::some(context),
        ..Default::default()
    };
    // Clients use a field of its own for polls with one answer.
    if poll.selectable == 1 {
        message.poll_creation_message_v3 = MessageField::some(creation);
    } else {
        message.poll_creation_message = MessageField::some(creation);
    }
    message
}

/// The cover of an album.
pub(crate) fn album(images: usize, videos: usize) -> wa::Message {
    let count = |count: usize| u32::try_from(count).ok().filter(|&count| count > 0);
    let album = wa::message::AlbumMessage {
        expected_image_count: count(images),
        expected_video_count: count(videos),
        ..Default::default()
    };
    wa::Message {
        album_message: MessageField::some(album),
        ..Default::default()
    }
}

pub(crate) fn edit(chat: &Jid, target: &Target, words: wa::Message, now: Timestamp) -> wa::Message {
    let protocol = wa::message::ProtocolMessage {
        key: MessageField::some(key(chat, target)),
        r#type: Some(wa::message::protocol_message::Type::MESSAGE_EDIT),
        edited_message: MessageField::some(words),
        timestamp_ms: Some(now.as_millis()),
        ..Default::default()
    };
    let inner = wa::Message {
        protocol_message: MessageField::some(protocol),
        ..Default::default()
    };
    wa::Message {
        edited_message: MessageField::some(wa::message::FutureProofMessage {
            message: MessageField::some(inner),
        }),
        ..Default::default()
    }
}

pub(crate) fn revoke(chat: &Jid, target: &Target) -> wa::Message {
    let protocol = wa::message::ProtocolMessage {
        key: MessageField::some(key(chat, target)),
        r#type: Some(wa::message::protocol_message::Type::REVOKE),
        ..Default::default()
    };
    wa::Message {
        protocol_message: MessageField::some(protocol),
        ..Default::default()
    }
}

/// `None` lets it go.
pub(crate) fn pin(chat: &Jid, target: &Target, seconds: Option<u32>, now: Timestamp) -> wa::Message {
    use wa::message::pin_in_chat_message::Type;

    let pin = wa::message::PinInChatMessage {
        key: MessageField::some(key(chat, target)),
        r#type: Some(if seconds.is_some() {
            Type::PinForAll
        } else {
            Type::UnpinForAll
        }),
        sender_timestamp_ms: Some(now.as_millis()),
    };
    let context = wa::MessageContextInfo {
        message_add_on_duration_in_secs: Some(seconds.unwrap_or_default()),
        ..Default::default()
    };
    wa::Message {
        pin_in_chat_message: MessageField::some(pin),
        message_context_info: MessageField::some(context),
        ..Default::default()
    }
}

/// A press on one of the buttons under a message.
pub(crate) fn button_click(button: &str, words: &str) -> wa::Message {
    use wa::message::buttons_response_message::{Response, Type};

    let response = wa::message::ButtonsResponseMessage {
        selected_button_id: Some(button.to_owned()),
        r#type: Some(Type::DISPLAY_TEXT),
        response: Some(Response::SelectedDisplayText(words.to_owned())),
        ..Default::default()
    };
    wa::Message {
        buttons_response_message: MessageField::some(response),
        ..Default::default()
    }
}

pub(crate) fn reaction(chat: &Jid, target: &Target, emoji: Option<&str>, now: Timestamp) -> wa::Message {
    build_reaction_message(key(chat, target), emoji.unwrap_or_default(), now.as_millis())
}

/// A sealed choice in a poll.
pub(crate) fn poll_vote(poll: wa::MessageKey, payload: Vec<u8>, iv: Vec<u8>, now: Timestamp) -> wa::Message {
    let update = wa::message::PollUpdateMessage {
        poll_creation_message_key: MessageField::some(poll),
        vote: MessageField::some(wa::message::PollEncValue {
            enc_payload: Some(payload),
            enc_iv: Some(iv),
        }),
        sender_timestamp_ms: Some(now.as_millis()),
        ..Default::default()
    };
    wa::Message {
        poll_update_message: MessageField::some(update),
        ..Default::default()
    }
}

/// How WhatsApp names a message of a chat.
pub(crate) fn key(chat: &Jid, target: &Target) -> wa::MessageKey {
    let author = target.sender.as_ref().filter(|_| !target.from_me);
    wa::MessageKey {
        remote_jid: Some(chat.to_string()),
        from_me: Some(target.from_me),
        id: Some(target.id.to_string()),
        // In a chat of two the chat itself names the author.
        participant: author.filter(|_| !chat.is_person()).map(ToString::to_string),
    }
}

/// Adds whom a message mentions and what it answers.
pub(crate) fn put_in_context(message: &mut wa::Message, mentions: &[Jid], quote: Option<&Quote>) {
    if quote.is_none() && mentions.is_empty() {
        return;
    }
    let mut context = wa::ContextInfo {
        mentioned_jid: mentions.iter().map(ToString::to_string).collect(),
        ..Default::default()
    };
    if let Some(quote) = quote {
        context.stanza_id = Some(quote.id.to_string());
        context.participant = quote.sender.as_ref().map(ToString::to_string);
        let words = quote.text.clone().unwrap_or_default();
        context.quoted_message = MessageField::some(wa::Message::text(words));
    }
    // Every message with content of its own has room for it.
    message.set_context_info(context);
}

#[cfg(test)]
mod tests {
    use wacore::types::message::EditAttribute;
    use wagon_domain::content::Content;

    use super::super::content::content;
    use super::*;

    fn chat() -> Jid {
        "15550000002@s.whatsapp.net".parse().unwrap()
    }

    fn group() -> Jid {
        "120363000000000001@g.us".parse().unwrap()
    }

    fn target(from_me: bool) -> Target {
        Target {
            id: "3EB0A1".parse().unwrap(),
            sender: Some("15550000003@s.whatsapp.net".parse().unwrap()),
            from_me,
        }
    }

    #[test]
    fn plain_text_stays_plain() {
        let mut message = text("hello");
        put_in_context(&mut message, &[], None);
        assert_eq!(message.conversation.as_deref(), Some("hello"));
    }

    #[test]
    fn quotes_and_mentions_go_into_the_context() {
        let quote = Quote {
            id: "3EB0A1".parse().unwrap(),
            sender: Some(chat()),
            text: Some("earlier".into()),
            from_me: false,
        };
        let mention = "15550000003@s.whatsapp.net".parse().unwrap();
        let mut built = text("hello");
        put_in_context(&mut built, &[mention], Some(&quote));
        let extended = built.extended_text_message.as_option().unwrap();
        let context = extended.context_info.as_option().unwrap();
        assert_eq!(extended.text.as_deref(), Some("hello"));
        assert_eq!(context.stanza_id.as_deref(), Some("3EB0A1"));
        assert_eq!(context.participant.as_deref(), Some("15550000002@s.whatsapp.net"));
        assert_eq!(
            context.mentioned_jid,
            vec!["15550000003@s.whatsapp.net".to_owned()]
        );
        let quoted = context.quoted_message.as_option().unwrap();
        assert_eq!(quoted.conversation.as_deref(), Some("earlier"));
    }

    #[test]
    fn what_is_sent_reads_as_what_was_asked() {
        let place = Location {
            coordinates: Coordinates::new(52.52, 13.405).ok(),
            name: Some("Alexanderplatz".into()),
            address: Some("Berlin".into()),
            live: false,
        };
        assert_eq!(content(&location(&place)), Some(Content::Location(place)));
        let cards = [
            Contact::of("Jamie", &"15550000009".parse().unwrap()),
            Contact::from_vcard("BEGIN:VCARD\nFN:Ada\nEND:VCARD"),
        ];
        assert_eq!(
            content(&contacts(&cards[..1])),
            Some(Content::Contact(cards[0].clone()))
        );
        let Some(Content::Contacts { contacts: list, .. }) = content(&contacts(&cards)) else {
            panic!("a list of cards");
        };
        assert_eq!(list, cards);
        for selectable in [0, 1, 2] {
            let asked = Poll {
                name: "Lunch?".into(),
                options: vec!["Pizza".into(), "Sushi".into()],
                selectable,
                ends_at: Some(Timestamp::from_millis(1_800_000_000_000)),
                hide_votes: true,
            };
            let built = poll(&asked, &[7; 32]);
            assert_eq!(content(&built), Some(Content::Poll(asked)));
            let secret = built.message_context_info.message_secret.as_deref();
            assert_eq!(secret, Some(&[7; 32][..]));
        }
        assert_eq!(
            content(&album(2, 1)),
            Some(Content::Album { images: 2, videos: 1 })
        );
    }

    #[test]
    fn changes_are_marked_for_the_server() {
        let now = Timestamp::from_millis(5);
        let marked = |message: &wa::Message| EditAttribute::infer_from_message(message);
        let edited = edit(&chat(), &target(true), text("new"), now);
        assert_eq!(marked(&edited), Some(EditAttribute::MessageEdit));
        assert_eq!(
            marked(&revoke(&chat(), &target(true))),
            Some(EditAttribute::SenderRevoke)
        );
        assert_eq!(
            marked(&revoke(&group(), &target(false))),
            Some(EditAttribute::AdminRevoke)
        );
        assert_eq!(marked(&reaction(&chat(), &target(false), Some("👍"), now)), None);
        assert_eq!(
            marked(&reaction(&chat(), &target(false), None, now)),
            Some(EditAttribute::SenderRevoke)
        );
    }

    #[test]
    fn only_groups_need_the_author_of_a_target() {
        let author = Some("15550000003@s.whatsapp.net".to_owned());
        assert_eq!(key(&chat(), &target(false)).participant, None);
        assert_eq!(key(&group(), &target(false)).participant, author);
        assert_eq!(key(&group(), &target(true)).participant, None);
    }
}
