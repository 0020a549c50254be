//! What a message says, without any knowledge of the account it came to.

use wacore::proto_helpers::MessageExt;
use wagon_domain::Timestamp;
use wagon_domain::content::{
    CalendarEvent, Contact, Content, Coordinates, GroupInvite, LinkPreview, Location, Poll,
};
use waproto::whatsapp as wa;

use super::media;

/// The message within all its wrappers.
pub(super) fn base(message: &wa::Message) -> &wa::Message {
    let mut message = message.get_base_message();
    loop {
        let wrapper = [
            &message.associated_child_message,
            &message.group_mentioned_message,
            &message.bot_invoke_message,
            &message.bot_forwarded_message,
            &message.spoiler_message,
            &message.question_message,
        ]
        .into_iter()
        .find_map(|field| field.as_option());
        match wrapper.and_then(|wrapper| wrapper.message.as_option()) {
            Some(inner) => message = inner.get_base_message(),
            None => return message,
        }
    }
}

/// What a person would see of a message without its wrappers. `None` for protocol traffic, and for
/// what changes another message.
pub(crate) fn content(message: &wa::Message) -> Option<Content> {
    words(message)
        .or_else(|| media::described(message).map(Content::Media))
        .or_else(|| place(message))
        .or_else(|| cards(message))
        .or_else(|| poll(message).map(Content::Poll))
        .or_else(|| gathering(message))
        .or_else(|| answer(message))
        .or_else(|| offer(message))
        .or_else(|| unknown(message))
}

fn words(message: &wa::Message) -> Option<Content> {
    let text = message.text_content()?.to_owned();
    let preview = message.extended_text_message.as_option().and_then(preview);
    Some(Content::Text { text, preview })
}

fn preview(text: &wa::message::ExtendedTextMessage) -> Option<LinkPreview> {
    // A preview without a title is a bare link, which the text has already.
    text.title.as_ref()?;
    Some(LinkPreview {
        url: text.matched_text.clone()?,
        title: text.title.clone(),
        description: text.description.clone(),
    })
}

fn place(message: &wa::Message) -> Option<Content> {
    if let Some(place) = message.location_message.as_option() {
        return Some(Content::Location(location(place)));
    }
    let live = message.live_location_message.as_option()?;
    Some(Content::Location(Location {
        coordinates: coordinates(live.degrees_latitude, live.degrees_longitude),
        name: live.caption.clone(),
        address: None,
        live: true,
    }))
}

fn location(place: &wa::message::LocationMessage) -> Location {
    Location {
        coordinates: coordinates(place.degrees_latitude, place.degrees_longitude),
        name: place.name.clone(),
        address: place.address.clone(),
        live: place.is_live.unwrap_or_default(),
    }
}

fn coordinates(latitude: Option<f64>, longitude: Option<f64>) -> Option<Coordinates> {
    Coordinates::new(latitude?, longitude?).ok()
}

fn cards(message: &wa::Message) -> Option<Content> {
    if let Some(card) = message.contact_message.as_option() {
        return Some(Content::Contact(contact(card)));
    }
    let list = message.contacts_array_message.as_option()?;
    Some(Content::Contacts {
        name: list.display_name.clone(),
        contacts: list.contacts.iter().map(contact).collect(),
    })
}

fn contact(card: &wa::message::ContactMessage) -> Contact {
    Contact {
        name: card.display_name.clone(),
        vcard: card.vcard.clone(),
    }
}

/// The poll in a message; WhatsApp has several fields for the same thing.
pub(super) fn poll(message: &wa::Message) -> Option<Poll> {
    let poll = [
        &message.poll_creation_message,
        &message.poll_creation_message_v2,
        &message.poll_creation_message_v3,
        &message.poll_creation_message_v5,
        &message.poll_creation_message_v6,
    ]
    .into_iter()
    .find_map(|field| field.as_option())
    .or_else(|| {
        let wrapper = message.poll_creation_message_v4.as_option()?;
        wrapper.message.as_option()?.poll_creation_message.as_option()
    })?;
    Some(Poll {
        name: poll.name.clone().unwrap_or_default(),
        options: poll
            .options
            .iter()
            .filter_map(|option| option.option_name.clone())
            .collect(),
        selectable: poll.selectable_options_count.unwrap_or_default(),
        ends_at: poll.end_time.filter(|&end| end > 0).map(Timestamp::from_millis),
        hide_votes: poll.hide_participant_name.unwrap_or_default(),
    })
}

/// What brings people or pictures together.
fn gathering(message: &wa::Message) -> Option<Content> {
    if let Some(album) = message.album_message.as_option() {
        return Some(Content::Album {
            images: album.expected_image_count.unwrap_or_default(),
            videos: album.expected_video_count.unwrap_or_default(),
        });
    }
    if let Some(invite) = message.group_invite_message.as_option() {
        return Some(Content::GroupInvite(GroupInvite {
            group: invite.group_jid.as_deref()?.parse().ok()?,
            code: invite.invite_code.clone()?,
            expires_at: invite
                .invite_expiration
                .filter(|&at| at > 0)
                .map(Timestamp::from_secs),
            name: invite.group_name.clone(),
            caption: invite.caption.clone(),
        }));
    }
    let event = message.event_message.as_option()?;
    Some(Content::Event(CalendarEvent {
        name: event.name.clone().unwrap_or_default(),
        description: event.description.clone(),
        starts_at: event.start_time.map(Timestamp::from_secs),
        ends_at: event.end_time.map(Timestamp::from_secs),
        location: event.location.as_option().map(location),
        join_link: event.join_link.clone(),
        cancelled: event.is_canceled.unwrap_or_default(),
    }))
}

/// A choice from a list or of a button, as the words that the person saw on it.
fn answer(message: &wa::Message) -> Option<Content> {
    use wa::message::buttons_response_message::Response;

    let text = if let Some(list) = message.list_response_message.as_option() {
        let row = list.single_select_reply.as_option();
        list.title
            .clone()
            .or_else(|| row.and_then(|row| row.selected_row_id.clone()))
    } else if let Some(button) = message.buttons_response_message.as_option() {
        match &button.response {
            Some(Response::SelectedDisplayText(text)) => Some(text.clone()),
            None => button.selected_button_id.clone(),
        }
    } else if let Some(button) = message.template_button_reply_message.as_option() {
        button
            .selected_display_text
            .clone()
            .or_else(|| button.selected_id.clone())
    } else {
        let body = message.interactive_response_message.as_option()?;
        body.body.as_option().and_then(|body| body.text.clone())
    };
    text.map(Content::text)
}

/// Words that a business sent with things to tap on. The things stay behind.
fn offer(message: &wa::Message) -> Option<Content> {
    use wa::message::template_message::Format;

    let text = if let Some(list) = message.list_message.as_option() {
        list.description.clone().or_else(|| list.title.clone())
    } else if let Some(buttons) = message.buttons_message.as_option() {
        buttons.content_text.clone()
    } else if let Some(template) = message.template_message.as_option() {
        let hydrated = match &template.format {
            Some(Format::HydratedFourRowTemplate(hydrated)) => Some(&**hydrated),
            _ => template.hydrated_template.as_option(),
        };
        hydrated.and_then(|hydrated| hydrated.hydrated_content_text.clone())
    } else {
        let interactive = message.interactive_message.as_option()?;
        interactive.body.as_option().and_then(|body| body.text.clone())
    };
    text.map(Content::text)
}

/// Messages of people that Wagon has no words for.
fn unknown(message: &wa::Message) -> Option<Content> {
    let (kind, text) = if let Some(invite) = message.event_invite_message.as_option() {
        ("event_invite", invite.event_title.clone())
    } else if message.product_message.is_set() {
        ("product", None)
    } else if let Some(order) = message.order_message.as_option() {
        ("order", order.order_title.clone())
    } else if message.send_payment_message.is_set() || message.request_payment_message.is_set() {
        ("payment", None)
    } else if let Some(pack) = message.sticker_pack_message.as_option() {
        ("sticker_pack", pack.name.clone())
    } else if message.scheduled_call_creation_message.is_set() {
        ("scheduled_call", None)
    } else if message.call_log_messsage.is_set() {
        ("call_log", None)
    } else {
        return None;
    };
    Some(Content::Other {
        kind: kind.to_owned(),
        text,
    })
}

#[cfg(test)]
mod tests {
    use buffa::MessageField;

    use super::*;

    #[test]
    fn words_are_content() {
        let plain = wa::Message {
            conversation: Some("שלום 👋".into()),
            ..Default::default()
        };
        assert_eq!(content(&plain), Some(Content::text("שלום 👋")));
        let extended = wa::message::ExtendedTextMessage {
            text: Some("see https://example.org".into()),
            matched_text: Some("https://example.org".into()),
            title: Some("Example".into()),
            ..Default::default()
        };
        let extended = wa::Message {
            extended_text_message: MessageField::some(extended),
            ..Default::default()
        };
        assert_eq!(
            content(&extended),
            Some(Content::Text {
                text: "see https://example.org".into(),
                preview: Some(LinkPreview {
                    url: "https://example.org".into(),
                    title: Some("Example".into()),
                    description: None,
                }),
            })
        );
    }

    #[test]
    fn protocol_traffic_is_not_content() {
        let message = wa::Message {
            protocol_message: MessageField::some(wa::message::ProtocolMessage::default()),
            ..Default::default()
        };
        assert_eq!(content(&message), None);
    }

    #[test]
    fn places_out_of_this_world_have_no_coordinates() {
        let place = |latitude| wa::Message {
            live_location_message: MessageField::some(wa::message::LiveLocationMessage {
                degrees_latitude: Some(latitude),
                degrees_longitude: Some(13.4),
                caption: Some("on my way".into()),
                ..Default::default()
            }),
            ..Default::default()
        };
        let location = |coordinates| {
            Some(Content::Location(Location {
                coordinates,
                name: Some("on my way".into()),
                address: None,
                live: true,
            }))
        };
        assert_eq!(content(&place(52.5)), location(Coordinates::new(52.5, 13.4).ok()));
        assert_eq!(content(&place(152.5)), location(None));
    }

    #[test]
    fn choices_read_as_the_words_chosen() {
        use wa::message::buttons_response_message::Response;

        let button = wa::message::ButtonsResponseMessage {
            selected_button_id: Some("id-1".into()),
            response: Some(Response::SelectedDisplayText("Yes".into())),
            ..Default::default()
        };
        let button = wa::Message {
            buttons_response_message: MessageField::some(button),
            ..Default::default()
        };
        assert_eq!(content(&button), Some(Content::text("Yes")));
        let row = wa::message::ListResponseMessage {
            title: Some("Tea".into()),
            ..Default::default()
        };
        let row = wa::Message {
            list_response_message: MessageField::some(row),
            ..Default::default()
        };
        assert_eq!(content(&row), Some(Content::text("Tea")));
    }

    #[test]
    fn every_form_of_a_poll_is_read() {
        let poll = wa::message::PollCreationMessage {
            name: Some("Lunch?".into()),
            options: ["Pizza", "Sushi"]
                .map(|option| wa::message::poll_creation_message::Option {
                    option_name: Some(option.into()),
                    ..Default::default()
                })
                .to_vec(),
            selectable_options_count: Some(1),
            ..Default::default()
        };
        let first = wa::Message {
            poll_creation_message: MessageField::some(poll.clone()),
            ..Default::default()
        };
        let third = wa::Message {
            poll_creation_message_v3: MessageField::some(poll),
            ..Default::default()
        };
        let expected = Content::Poll(Poll {
            name: "Lunch?".into(),
            options: vec!["Pizza".into(), "Sushi".into()],
            selectable: 1,
            ends_at: None,
            hide_votes: false,
        });
        assert_eq!(content(&first).as_ref(), Some(&expected));
        assert_eq!(content(&third), Some(expected));
    }
}
