//! Messages on their way out.

use buffa::MessageField;
use wacore::proto_helpers::MessageBuilderExt;
use wagon_domain::message::Quote;
use wagon_domain::outbox::Outgoing;
use waproto::whatsapp as wa;

/// The protocol form of a send; `None` for what cannot be sent yet.
pub(crate) fn message(outgoing: &Outgoing, quote: Option<&Quote>) -> Option<wa::Message> {
    let Outgoing::Text { text, .. } = outgoing else {
        return None;
    };
    let mentions = outgoing.mentions();
    Some(if quote.is_none() && mentions.is_empty() {
        wa::Message::text(text)
    } else {
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
        wa::Message::text_with_context(text, context)
    })
}

#[cfg(test)]
mod tests {
    use wagon_domain::outbox::Context;

    use super::*;

    fn text(mentions: Vec<wagon_domain::Jid>) -> Outgoing {
        Outgoing::Text {
            text: "hello".into(),
            context: Context {
                mentions,
                reply_to: None,
            },
        }
    }

    #[test]
    fn plain_text_stays_plain() {
        assert_eq!(
            message(&text(vec![]), None).unwrap().conversation.as_deref(),
            Some("hello")
        );
    }

    #[test]
    fn quotes_and_mentions_go_into_the_context() {
        let quote = Quote {
            id: "3EB0A1".parse().unwrap(),
            sender: Some("15550000002@s.whatsapp.net".parse().unwrap()),
            text: Some("earlier".into()),
            from_me: false,
        };
        let mention = "15550000003@s.whatsapp.net".parse().unwrap();
        let built = message(&text(vec![mention]), Some(&quote)).unwrap();
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
}
