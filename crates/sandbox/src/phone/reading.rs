//! What a phone makes of a message, for people and tests that read its inbox.

use serde_json::{Map, Value, json};
use wacore::{download::Downloadable, proto_helpers::MessageExt as _};
use wacore_binary::Jid;
use waproto::whatsapp::{Message, MessageKey, message as part};

use super::{Phone, content::text_of, memory::SeenMessage, sealed};

/// A message in the inbox's words: the name of its kind, and its details.
pub(super) struct Read {
    pub(super) kind: &'static str,
    pub(super) details: Map<String, Value>,
}

/// Who wrote to whom.
pub(super) struct Route<'a> {
    pub(super) own: &'a Jid,
    pub(super) sender: &'a Jid,
}

pub(super) fn read(phone: &Phone, route: &Route<'_>, seen: &SeenMessage) -> Read {
    let message = seen.base();
    let (kind, mut details) = content(phone, route, message);
    let mut set = |key: &str, value: Value| {
        if !value.is_null() {
            details.insert(key.to_owned(), value);
        }
    };
    if seen.message.is_view_once() {
        set("view_once", true.into());
    }
    if message.is_forwarded() {
        set("forwarded", true.into());
    }
    if let Some(expiration) = message.get_ephemeral_expiration() {
        set("ephemeral", expiration.into());
    }
    if let Some(context) = context(message) {
        if let Some(id) = &context.stanza_id {
            let text = context.quoted_message.as_option().and_then(text_of);
            set(
                "quote",
                json!({ "id": id, "sender": context.participant, "text": text }),
            );
        }
        if !context.mentioned_jid.is_empty() {
            set("mentions", json!(context.mentioned_jid));
        }
    }
    let album = seen
        .message
        .message_context_info
        .as_option()
        .and_then(|context| context.message_association.as_option())
        .and_then(|association| association.parent_message_key.as_option());
    if let Some(cover) = album {
        set("album", json!(cover.id));
    }
    Read { kind, details }
}

/// The name of a message's kind.
pub(super) fn kind(message: &Message) -> &'static str {
    if text_of(message).is_some() {
        "text"
    } else {
        file(message).map_or("other", |(kind, _)| kind)
    }
}

/// The MIME type of the file in a message.
pub(super) fn mimetype(message: &Message) -> Option<String> {
    described(message)["mimetype"].as_str().map(str::to_owned)
}

fn content(phone: &Phone, route: &Route<'_>, message: &Message) -> (&'static str, Map<String, Value>) {
    let object = |value: Value| match value {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    if text_of(message).is_some() {
        return ("text", Map::new());
    }
    if let Some((kind, file)) = file(message) {
        let sha256 = file.file_sha256().map(hex::encode);
        let mut details = object(json!({ "sha256": sha256, "size": file.file_length() }));
        details.extend(object(described(message)));
        details.retain(|_, value| !value.is_null());
        return (kind, details);
    }
    let (kind, value) = if let Some(place) = message.location_message.as_option() {
        ("location", pin(place))
    } else if let Some(place) = message.live_location_message.as_option() {
        (
            "location",
            json!({
                "latitude": place.degrees_latitude, "longitude": place.degrees_longitude,
                "name": place.caption, "live": true,
            }),
        )
    } else if let Some(card) = message.contact_message.as_option() {
        ("contact", json!({ "contacts": [contact(card)] }))
    } else if let Some(list) = message.contacts_array_message.as_option() {
        let contacts: Vec<Value> = list.contacts.iter().map(contact).collect();
        ("contact", json!({ "contacts": contacts }))
    } else if let Some(poll) = poll(message) {
        let options: Vec<_> = poll.options.iter().map(|option| &option.option_name).collect();
        (
            "poll",
            json!({
                "name": poll.name, "options": options, "selectable": poll.selectable_options_count,
                "end_time": poll.end_time, "hide_votes": poll.hide_participant_name,
            }),
        )
    } else if let Some(update) = message.poll_update_message.as_option() {
        ("vote", sealed::read_vote(phone, route, update))
    } else if let Some(event) = message.event_message.as_option() {
        let place = event.location.as_option();
        (
            "event",
            json!({
                "name": event.name, "description": event.description, "start": event.start_time,
                "end": event.end_time, "location": place.map(pin),
                "cancelled": event.is_canceled,
            }),
        )
    } else if let Some(answer) = message.enc_event_response_message.as_option() {
        (
            "event_response",
            sealed::read_event_response(phone, route, answer),
        )
    } else if let Some(reaction) = message.reaction_message.as_option() {
        let target = reaction.key.as_option().map(target);
        ("reaction", json!({ "target": target, "emoji": reaction.text }))
    } else if let Some(album) = message.album_message.as_option() {
        (
            "album",
            json!({ "images": album.expected_image_count, "videos": album.expected_video_count }),
        )
    } else if let Some(protocol) = message.protocol_message.as_option() {
        let target = protocol.key.as_option().map(target);
        match protocol.r#type {
            Some(part::protocol_message::Type::REVOKE) => ("revoke", json!({ "target": target })),
            Some(part::protocol_message::Type::MESSAGE_EDIT) => {
                let text = protocol.edited_message.as_option().and_then(text_of);
                ("edit", json!({ "target": target, "new_text": text }))
            }
            _ => ("protocol", Value::Null),
        }
    } else {
        ("other", Value::Null)
    };
    let mut details = object(value);
    details.retain(|_, value| !value.is_null());
    (kind, details)
}

/// The file a message carries.
pub(super) fn file(message: &Message) -> Option<(&'static str, &dyn Downloadable)> {
    if let Some(image) = message.image_message.as_option() {
        Some(("image", image))
    } else if let Some(video) = message.video_message.as_option() {
        Some(("video", video))
    } else if let Some(audio) = message.audio_message.as_option() {
        Some(("audio", audio))
    } else if let Some(document) = message.document_message.as_option() {
        Some(("document", document))
    } else if let Some(sticker) = message.sticker_message.as_option() {
        Some(("sticker", sticker))
    } else {
        None
    }
}

fn described(message: &Message) -> Value {
    if let Some(image) = message.image_message.as_option() {
        json!({
            "mimetype": image.mimetype, "caption": image.caption, "width": image.width,
            "height": image.height, "thumbnail": image.jpeg_thumbnail.as_ref().map(|_| true),
        })
    } else if let Some(video) = message.video_message.as_option() {
        json!({
            "mimetype": video.mimetype, "caption": video.caption, "width": video.width,
            "height": video.height, "seconds": video.seconds, "gif": video.gif_playback,
        })
    } else if let Some(audio) = message.audio_message.as_option() {
        json!({ "mimetype": audio.mimetype, "seconds": audio.seconds, "ptt": audio.ptt })
    } else if let Some(document) = message.document_message.as_option() {
        json!({
            "mimetype": document.mimetype, "caption": document.caption, "filename": document.file_name,
            "title": document.title,
        })
    } else if let Some(sticker) = message.sticker_message.as_option() {
        json!({ "mimetype": sticker.mimetype, "width": sticker.width, "height": sticker.height })
    } else {
        Value::Null
    }
}

fn pin(place: &part::LocationMessage) -> Value {
    json!({
        "latitude": place.degrees_latitude, "longitude": place.degrees_longitude,
        "name": place.name, "address": place.address,
    })
}

fn contact(card: &part::ContactMessage) -> Value {
    json!({ "name": card.display_name, "vcard": card.vcard })
}

/// The poll that a message asks.
pub(super) fn poll(message: &Message) -> Option<&part::PollCreationMessage> {
    [
        &message.poll_creation_message,
        &message.poll_creation_message_v2,
        &message.poll_creation_message_v3,
    ]
    .into_iter()
    .find_map(|field| field.as_option())
}

fn target(key: &MessageKey) -> Value {
    json!({ "id": key.id, "from_me": key.from_me, "participant": key.participant })
}

fn context(message: &Message) -> Option<&waproto::whatsapp::ContextInfo> {
    macro_rules! first {
        ($($part:ident),+ $(,)?) => {
            $(if let Some(part) = message.$part.as_option() {
                return part.context_info.as_option();
            })+
        };
    }
    first!(
        extended_text_message,
        image_message,
        video_message,
        audio_message,
        document_message,
        sticker_message,
        location_message,
        contact_message,
        contacts_array_message,
        poll_creation_message,
        poll_creation_message_v3,
        album_message,
    );
    None
}
