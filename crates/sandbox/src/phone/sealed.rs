//! Polls and events of the calendar, and answers to them: only who has seen the question opens an answer.

use buffa::MessageField;
use serde_json::{Value, json};
use wacore::{
    event::{decrypt_event_response_with_secret, encrypt_event_response_with_secret},
    poll::{
        PollVoteCiphertext, compute_option_hash, decrypt_poll_vote_with_secret, encrypt_poll_vote_with_secret,
    },
};
use wacore_binary::Jid;
use waproto::whatsapp::{
    Message, MessageContextInfo,
    message::{self as part, event_response_message::EventResponseType},
};

use super::{
    Phone,
    compose::{Envelope, pin},
    content::{Attendance, Event, EventResponse, Poll, Target, Vote},
    memory::SeenMessage,
    reading::{self, Route},
    send::SendError,
};

/// What is answered.
struct Question {
    seen: SeenMessage,
    author: String,
}

impl Question {
    /// `own` is the phone in the address space of the chat.
    fn find(phone: &Phone, own: &Jid, id: &str) -> Option<Self> {
        let seen = phone.seen(id)?;
        let author = if seen.own { own } else { &seen.author };
        let author = author.to_non_ad_string();
        Some(Self { seen, author })
    }
}

pub(super) fn poll(poll: Poll) -> Message {
    let creation = part::PollCreationMessage {
        name: Some(poll.name),
        options: poll
            .options
            .into_iter()
            .map(|option| part::poll_creation_message::Option {
                option_name: Some(option),
                ..Default::default()
            })
            .collect(),
        selectable_options_count: Some(poll.selectable),
        ..Default::default()
    };
    Message {
        poll_creation_message_v3: MessageField::some(creation),
        message_context_info: secret(),
        ..Default::default()
    }
}

pub(super) fn event(event: Event) -> Message {
    let creation = part::EventMessage {
        name: Some(event.name),
        description: event.description,
        start_time: event.start,
        end_time: event.end,
        location: event.location.map(pin).into(),
        extra_guests_allowed: Some(event.extra_guests),
        is_canceled: Some(event.cancelled),
        ..Default::default()
    };
    Message {
        event_message: MessageField::some(creation),
        message_context_info: secret(),
        ..Default::default()
    }
}

/// What answers are going to be sealed with.
fn secret() -> MessageField<MessageContextInfo> {
    MessageField::some(MessageContextInfo {
        message_secret: Some(rand::random::<[u8; 32]>().to_vec()),
        ..Default::default()
    })
}

impl Envelope<'_> {
    pub(super) fn vote(&self, vote: Vote) -> Result<Message, SendError> {
        let poll = self.question(&vote.poll)?;
        let hashes: Vec<Vec<u8>> = vote
            .options
            .iter()
            .map(|option| compute_option_hash(option).to_vec())
            .collect();
        let (payload, iv) = encrypt_poll_vote_with_secret(
            &hashes,
            poll.seen.secret().ok_or(SendError::UnknownMessage)?,
            &vote.poll,
            &poll.author,
            &self.own.to_non_ad_string(),
        )
        .map_err(SendError::Sealing)?;
        let target = Target {
            id: vote.poll,
            from_me: poll.seen.own,
        };
        let update = part::PollUpdateMessage {
            poll_creation_message_key: MessageField::some(self.key(&target)),
            vote: MessageField::some(part::PollEncValue {
                enc_payload: Some(payload),
                enc_iv: Some(iv.to_vec()),
            }),
            sender_timestamp_ms: Some(self.millis()),
            ..Default::default()
        };
        Ok(Message {
            poll_update_message: MessageField::some(update),
            ..Default::default()
        })
    }

    pub(super) fn event_response(&self, answer: EventResponse) -> Result<Message, SendError> {
        let event = self.question(&answer.event)?;
        let response = part::EventResponseMessage {
            response: Some(match answer.response {
                Attendance::Going => EventResponseType::GOING,
                Attendance::NotGoing => EventResponseType::NOT_GOING,
                Attendance::Maybe => EventResponseType::MAYBE,
            }),
            timestamp_ms: Some(self.millis()),
            extra_guest_count: answer.extra_guests.map(i32::from),
        };
        let (payload, iv) = encrypt_event_response_with_secret(
            &response,
            event.seen.secret().ok_or(SendError::UnknownMessage)?,
            &answer.event,
            &event.author,
            &self.own.to_non_ad_string(),
        )
        .map_err(SendError::Sealing)?;
        let target = Target {
            id: answer.event,
            from_me: event.seen.own,
        };
        let sealed = part::EncEventResponseMessage {
            event_creation_message_key: MessageField::some(self.key(&target)),
            enc_payload: Some(payload),
            enc_iv: Some(iv.to_vec()),
        };
        Ok(Message {
            enc_event_response_message: MessageField::some(sealed),
            ..Default::default()
        })
    }

    fn question(&self, id: &str) -> Result<Question, SendError> {
        Question::find(self.phone, self.own, id).ok_or(SendError::UnknownMessage)
    }
}

/// The options a vote names; `null` if the phone cannot open it.
pub(super) fn read_vote(phone: &Phone, route: &Route<'_>, update: &part::PollUpdateMessage) -> Value {
    let key = update.poll_creation_message_key.as_option();
    let id = key.and_then(|key| key.id.as_deref()).unwrap_or_default();
    json!({ "poll": id, "options": chosen(phone, route, id, update) })
}

fn chosen(
    phone: &Phone,
    route: &Route<'_>,
    id: &str,
    update: &part::PollUpdateMessage,
) -> Option<Vec<String>> {
    let Question { seen, author } = Question::find(phone, route.own, id)?;
    let sealed = update.vote.as_option()?;
    let hashes = decrypt_poll_vote_with_secret(
        PollVoteCiphertext {
            enc_payload: sealed.enc_payload.as_deref()?,
            enc_iv: sealed.enc_iv.as_deref()?,
        },
        seen.secret()?,
        id,
        &author,
        &route.sender.to_non_ad_string(),
    )
    .ok()?;
    let options = &reading::poll(seen.base())?.options;
    let name = |hash: &Vec<u8>| {
        let named = options.iter().filter_map(|option| option.option_name.as_ref());
        let mut found = named.filter(|name| compute_option_hash(name)[..] == hash[..]);
        found.next().cloned().unwrap_or_else(|| hex::encode(hash))
    };
    Some(hashes.iter().map(name).collect())
}

/// Who comes to an event; without a `response` if the phone cannot open it.
pub(super) fn read_event_response(
    phone: &Phone,
    route: &Route<'_>,
    sealed: &part::EncEventResponseMessage,
) -> Value {
    let key = sealed.event_creation_message_key.as_option();
    let id = key.and_then(|key| key.id.as_deref()).unwrap_or_default();
    let Some(said) = attendance(phone, route, id, sealed) else {
        return json!({ "event": id });
    };
    let response = said.response.map(|response| match response {
        EventResponseType::GOING => "going",
        EventResponseType::NOT_GOING => "not_going",
        EventResponseType::MAYBE => "maybe",
        EventResponseType::UNKNOWN => "unknown",
    });
    json!({ "event": id, "response": response, "extra_guests": said.extra_guest_count })
}

fn attendance(
    phone: &Phone,
    route: &Route<'_>,
    id: &str,
    sealed: &part::EncEventResponseMessage,
) -> Option<part::EventResponseMessage> {
    let Question { seen, author } = Question::find(phone, route.own, id)?;
    decrypt_event_response_with_secret(
        sealed.enc_payload.as_deref()?,
        sealed.enc_iv.as_deref()?,
        seen.secret()?,
        id,
        &author,
        &route.sender.to_non_ad_string(),
    )
    .ok()
}
