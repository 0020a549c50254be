//! Message ids: the dialect writes `true_<chat>_<id>` for what the account sent and
//! `false_<chat>_<id>` for what it received, in groups sometimes with the author behind it.

use wagon_domain::id::InvalidId;
use wagon_domain::{Jid, Message, WaMessageId};

use crate::jid;

/// The id of a message that the account sent.
pub(crate) fn of_sent(chat: &Jid, id: &WaMessageId) -> String {
    format!("true_{}_{id}", jid::to_text(chat))
}

/// The id of a stored message.
pub(crate) fn of(message: &Message) -> String {
    let chat = jid::to_text(&message.chat);
    let id = &message.wa_id;
    match message.sender.address() {
        _ if message.from_me => of_sent(&message.chat, id),
        Some(author) if message.chat.is_group() => format!("false_{chat}_{id}_{}", jid::to_text(author)),
        _ => format!("false_{chat}_{id}"),
    }
}

/// Reads the dialect's form and WhatsApp's own.
pub(crate) fn from_text(text: &str) -> Result<WaMessageId, InvalidId> {
    let qualified = text.strip_prefix("true_").or_else(|| text.strip_prefix("false_"));
    match qualified.and_then(|rest| rest.split_once('_')) {
        Some((chat, id)) if chat.contains('@') => id.split('_').next().unwrap_or_default().parse(),
        _ => text.parse(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sent_message_names_its_chat() {
        let id = of_sent(
            &"15550000001@s.whatsapp.net".parse().unwrap(),
            &"3EB0ABCD".parse().unwrap(),
        );
        assert_eq!(id, "true_15550000001@c.us_3EB0ABCD");
    }

    #[test]
    fn every_form_leads_to_the_same_id() {
        for text in [
            "3EB0ABCD",
            "true_15550000001@c.us_3EB0ABCD",
            "false_15550000001@c.us_3EB0ABCD",
            "false_120363000000000001@g.us_3EB0ABCD_15550000001@c.us",
            "false_status@broadcast_3EB0ABCD",
        ] {
            assert_eq!(from_text(text).unwrap().as_str(), "3EB0ABCD", "{text}");
        }
        for text in ["", "true_15550000001@c.us_", "a b"] {
            assert!(from_text(text).is_err(), "{text}");
        }
    }
}
