//! What a phone says, in the network's words. Media is encrypted and put on the media host.

use buffa::MessageField;
use wacore::{
    download::MediaType,
    proto_helpers::{MessageExt as _, build_reaction_message, wrap_as_album_child},
};
use wacore_binary::{Jid, jid::JidExt as _};
use waproto::whatsapp::{ContextInfo, Message, MessageKey, message as part};

use super::{
    Phone,
    content::{Contact, Content, Location, Media, MediaKind, Outgoing, Target},
    sealed,
    send::SendError,
};
use crate::media::{MediaHost, Sealed};

/// Where a message goes and who writes it.
pub(super) struct Envelope<'a> {
    pub(super) phone: &'a Phone,
    pub(super) host: &'a MediaHost,
    /// The author in the address space of the chat.
    pub(super) own: &'a Jid,
    pub(super) chat: &'a Jid,
    /// In the network's time.
    pub(super) now: u64,
}

impl Envelope<'_> {
    pub(super) fn compose(&self, outgoing: Outgoing) -> Result<Message, SendError> {
        let mut message = match outgoing.content {
            Content::Text(text) => Message {
                conversation: Some(text),
                ..Default::default()
            },
            Content::Media(media) => self.media(media)?,
            Content::Location(place) => location(place),
            Content::Contact(contact) => Message {
                contact_message: MessageField::some(card(contact)),
                ..Default::default()
            },
            Content::Contacts(contacts) => Message {
                contacts_array_message: MessageField::some(part::ContactsArrayMessage {
                    display_name: Some(format!("{} contacts", contacts.len())),
                    contacts: contacts.into_iter().map(card).collect(),
                    ..Default::default()
                }),
                ..Default::default()
            },
            Content::Poll(poll) => sealed::poll(poll),
            Content::Vote(vote) => self.vote(vote)?,
            Content::Event(event) => sealed::event(event),
            Content::EventResponse(answer) => self.event_response(answer)?,
            Content::Reaction(reaction) => {
                build_reaction_message(self.key(&reaction.target), reaction.emoji, self.millis())
            }
            Content::Edit(edit) => self.edit(edit.id, edit.text),
            Content::Revoke(target) => protocol(part::ProtocolMessage {
                key: MessageField::some(self.key(&target)),
                r#type: Some(part::protocol_message::Type::REVOKE),
                ..Default::default()
            }),
            Content::Album(album) => Message {
                album_message: MessageField::some(part::AlbumMessage {
                    expected_image_count: Some(album.images),
                    expected_video_count: Some(album.videos),
                    ..Default::default()
                }),
                ..Default::default()
            },
        };
        let mut context = ContextInfo {
            mentioned_jid: outgoing.mentions,
            expiration: outgoing.ephemeral,
            is_forwarded: outgoing.forwarded.then_some(true),
            ..Default::default()
        };
        if let Some(quote) = outgoing.quote {
            context.stanza_id = Some(quote.id);
            context.participant = Some(quote.sender);
            context.quoted_message = MessageField::some(Message {
                conversation: Some(quote.text.unwrap_or_default()),
                ..Default::default()
            });
        }
        if context != ContextInfo::default() {
            message.set_context_info(context);
        }
        if outgoing.ephemeral.is_some() {
            message = Message {
                ephemeral_message: wrapped(message),
                ..Default::default()
            };
        }
        Ok(message)
    }

    pub(super) fn millis(&self) -> i64 {
        i64::try_from(self.now.saturating_mul(1000)).unwrap_or(i64::MAX)
    }

    pub(super) fn key(&self, target: &Target) -> MessageKey {
        MessageKey {
            remote_jid: Some(self.chat.to_string()),
            from_me: Some(target.from_me),
            id: Some(target.id.clone()),
            participant: self.author(target),
        }
    }

    /// In groups a message of somebody else is named with its author.
    fn author(&self, target: &Target) -> Option<String> {
        let seen = self
            .phone
            .seen(&target.id)
            .filter(|_| self.chat.is_group() && !target.from_me)?;
        Some(seen.author.to_non_ad_string())
    }

    fn edit(&self, id: String, text: String) -> Message {
        let target = Target { id, from_me: true };
        let edit = protocol(part::ProtocolMessage {
            key: MessageField::some(self.key(&target)),
            r#type: Some(part::protocol_message::Type::MESSAGE_EDIT),
            edited_message: MessageField::some(Message {
                conversation: Some(text),
                ..Default::default()
            }),
            timestamp_ms: Some(self.millis()),
            ..Default::default()
        });
        Message {
            edited_message: wrapped(edit),
            ..Default::default()
        }
    }

    fn media(&self, media: Media) -> Result<Message, SendError> {
        let kind = match media.kind {
            MediaKind::Image => MediaType::Image,
            MediaKind::Video => MediaType::Video,
            MediaKind::Audio => MediaType::Audio,
            MediaKind::Document => MediaType::Document,
            MediaKind::Sticker => MediaType::Sticker,
        };
        let sealed = self.host.seal(kind, &media.data).map_err(SendError::Media)?;
        let (view_once, album, captioned) = (
            media.view_once,
            media.album.clone(),
            media.kind == MediaKind::Document && media.caption.is_some(),
        );
        let mut message = describe(media, sealed, self.now);
        if captioned {
            message = Message {
                document_with_caption_message: wrapped(message),
                ..Default::default()
            };
        }
        if view_once {
            message = Message {
                view_once_message_v2: wrapped(message),
                ..Default::default()
            };
        }
        if let Some(id) = album {
            message = wrap_as_album_child(message, self.key(&Target { id, from_me: true }));
        }
        Ok(message)
    }
}

fn describe(media: Media, sealed: Sealed, now: u64) -> Message {
    let view_once = media.view_once.then_some(true);
    macro_rules! file {
        ($kind:ident { $($field:ident: $value:expr),* $(,)? }) => {
            MessageField::some(part::$kind {
                mimetype: media.mimetype,
                direct_path: Some(sealed.direct_path),
                media_key: Some(sealed.media_key),
                media_key_timestamp: i64::try_from(now).ok(),
                file_sha256: Some(sealed.sha256),
                file_enc_sha256: Some(sealed.encrypted_sha256),
                file_length: Some(sealed.length),
                $($field: $value,)*
                ..Default::default()
            })
        };
    }
    let mut message = Message::default();
    match media.kind {
        MediaKind::Image => {
            message.image_message = file!(ImageMessage {
                caption: media.caption,
                width: media.width,
                height: media.height,
                view_once: view_once,
            });
        }
        MediaKind::Video => {
            message.video_message = file!(VideoMessage {
                caption: media.caption,
                width: media.width,
                height: media.height,
                seconds: media.seconds,
                gif_playback: media.gif.then_some(true),
                view_once: view_once,
            });
        }
        MediaKind::Audio => {
            message.audio_message = file!(AudioMessage {
                seconds: media.seconds,
                ptt: Some(media.ptt),
                view_once: view_once,
            });
        }
        MediaKind::Document => {
            message.document_message = file!(DocumentMessage {
                caption: media.caption,
                title: media.filename.clone(),
                file_name: media.filename,
            });
        }
        MediaKind::Sticker => {
            message.sticker_message = file!(StickerMessage {
                width: media.width,
                height: media.height,
            });
        }
    }
    message
}

fn location(place: Location) -> Message {
    if place.live {
        return Message {
            live_location_message: MessageField::some(part::LiveLocationMessage {
                degrees_latitude: Some(place.latitude),
                degrees_longitude: Some(place.longitude),
                caption: place.name,
                ..Default::default()
            }),
            ..Default::default()
        };
    }
    Message {
        location_message: MessageField::some(pin(place)),
        ..Default::default()
    }
}

/// A place that does not move.
pub(super) fn pin(place: Location) -> part::LocationMessage {
    part::LocationMessage {
        degrees_latitude: Some(place.latitude),
        degrees_longitude: Some(place.longitude),
        name: place.name,
        address: place.address,
        ..Default::default()
    }
}

fn card(contact: Contact) -> part::ContactMessage {
    part::ContactMessage {
        display_name: Some(contact.name),
        vcard: Some(contact.vcard),
        ..Default::default()
    }
}

fn protocol(protocol: part::ProtocolMessage) -> Message {
    Message {
        protocol_message: MessageField::some(protocol),
        ..Default::default()
    }
}

fn wrapped(message: Message) -> MessageField<part::FutureProofMessage> {
    MessageField::some(part::FutureProofMessage {
        message: MessageField::some(message),
    })
}
