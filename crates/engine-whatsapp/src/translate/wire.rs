//! The form in which the engine keeps messages: WhatsApp's own, with the key that names them.

use buffa::{Message as _, MessageField};
use wacore::proto_helpers::MessageExt;
use wagon_domain::content::WireContent;
use waproto::whatsapp as wa;

use super::content::base;

/// A kept message.
pub(crate) struct Kept {
    /// How the chat, the author and the message are named on the wire.
    pub(crate) key: wa::MessageKey,
    /// Without its wrappers, which would say again what the key says.
    pub(crate) message: wa::Message,
}

/// What was kept cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the stored form of the message cannot be read")]
pub(crate) struct Unreadable(#[from] buffa::DecodeError);

impl Kept {
    /// Reads what [`keep`] wrote.
    pub(crate) fn read(wire: &WireContent) -> Result<Self, Unreadable> {
        let info = waproto::codec::web_message_info_decode(&wire.0)?;
        let mut message = info.message.into_option().unwrap_or_default();
        let context = message.message_context_info.take();
        let mut message = base(&message).clone();
        if let Some(context) = context {
            message.message_context_info = MessageField::some(context);
        }
        Ok(Self {
            key: info.key.into_option().unwrap_or_default(),
            message,
        })
    }

    /// The secret that votes, answers and edits are encrypted with.
    pub(crate) fn secret(&self) -> Option<&[u8]> {
        self.message
            .message_context_info
            .as_option()?
            .message_secret
            .as_deref()
    }
}

/// The form to keep of a message, unless its content says everything there is to it.
pub(crate) fn keep(key: wa::MessageKey, message: &wa::Message) -> Option<WireContent> {
    let base = base(message);
    let said = base.text_content().is_some()
        || base.reaction_message.is_set()
        || base.protocol_message.is_set()
        || base.poll_update_message.is_set()
        || base.enc_event_response_message.is_set()
        || base.album_message.is_set();
    if said {
        return None;
    }
    let info = wa::WebMessageInfo {
        key: MessageField::some(key),
        message: MessageField::some(message.clone()),
        ..Default::default()
    };
    Some(WireContent(info.encode_to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_reads_without_wrappers() {
        let image = wa::message::ImageMessage {
            media_key: Some(vec![1; 32]),
            ..Default::default()
        };
        let album_item = wa::Message {
            associated_child_message: MessageField::some(wa::message::FutureProofMessage {
                message: MessageField::some(wa::Message {
                    image_message: MessageField::some(image.clone()),
                    ..Default::default()
                }),
            }),
            ..Default::default()
        };
        let wrapped = wa::Message {
            ephemeral_message: MessageField::some(wa::message::FutureProofMessage {
                message: MessageField::some(album_item),
            }),
            message_context_info: MessageField::some(wa::MessageContextInfo {
                message_secret: Some(vec![2; 32]),
                ..Default::default()
            }),
            ..Default::default()
        };
        let key = wa::MessageKey {
            id: Some("3EB0A1".into()),
            ..Default::default()
        };
        let kept = Kept::read(&keep(key, &wrapped).unwrap()).unwrap();
        assert_eq!(kept.key.id.as_deref(), Some("3EB0A1"));
        assert_eq!(kept.message.image_message.as_option(), Some(&image));
        assert_eq!(kept.secret(), Some(&[2; 32][..]));
    }

    #[test]
    fn words_are_not_kept_twice() {
        let text = wa::Message {
            conversation: Some("hi".into()),
            ..Default::default()
        };
        assert!(keep(wa::MessageKey::default(), &text).is_none());
    }
}
