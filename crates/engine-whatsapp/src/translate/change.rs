//! Messages that change an earlier one: reactions, edits, revokes and votes. Answers to events are in
//! [`response`](super::response).

use std::collections::HashMap;

use wacore::poll::{PollVoteCiphertext, compute_option_hash};
use wacore::types::message::MessageInfo;
use wacore_binary::Jid as WaJid;
use wagon_domain::content::{Content, Target};
use wagon_domain::{Jid, SessionId, WaMessageId};
use wagon_store::Store;
use waproto::whatsapp as wa;
use whatsapp_rust::Client;

use super::address::{chat_of, to_domain};
use super::content::{base, content};
use super::wire::Kept;
use crate::compose::poll_secret;

/// Where an inbound message is read: its account, and what that account has stored.
pub(crate) struct Reader<'a> {
    pub(crate) client: &'a Client,
    pub(crate) store: &'a Store,
    pub(crate) session: &'a SessionId,
}

/// Who wrote the message that a key names.
pub(super) struct Author {
    pub(super) wire: WaJid,
    own: bool,
}

impl Reader<'_> {
    /// What a message changes, if it does.
    pub(super) async fn change(
        &self,
        chat: &Jid,
        info: &MessageInfo,
        message: &wa::Message,
    ) -> Option<Content> {
        if let Some(reaction) = message.reaction_message.as_option() {
            let (target, _) = self.target(info, reaction.key.as_option()?).await?;
            let emoji = reaction.text.clone().filter(|emoji| !emoji.is_empty());
            return Some(Content::Reaction { target, emoji });
        }
        if let Some(update) = message.poll_update_message.as_option() {
            return self.vote(chat, info, update).await;
        }
        if let Some(sealed) = message.enc_event_response_message.as_option() {
            return self.response(chat, info, sealed).await;
        }
        let protocol = message.protocol_message.as_option()?;
        let (target, _) = self.target(info, protocol.key.as_option()?).await?;
        match protocol.r#type? {
            wa::message::protocol_message::Type::REVOKE => Some(Content::Revoke { target }),
            wa::message::protocol_message::Type::MESSAGE_EDIT => {
                let words = content(base(protocol.edited_message.as_option()?))?;
                let text = words.body().unwrap_or_default().to_owned();
                Some(Content::Edit { target, text })
            }
            _ => None,
        }
    }

    pub(super) async fn target(&self, info: &MessageInfo, key: &wa::MessageKey) -> Option<(Target, Author)> {
        let id: WaMessageId = key.id.as_deref()?.parse().ok()?;
        let author = self.author(info, key)?;
        let sender = chat_of(self.client, &author.wire, None).await?.jid;
        let target = Target {
            id,
            sender: Some(sender),
            from_me: author.own,
        };
        Some((target, author))
    }

    /// A key is written from its sender's point of view.
    fn author(&self, info: &MessageInfo, key: &wa::MessageKey) -> Option<Author> {
        let source = &info.source;
        let own = if source.sender.is_lid() {
            self.client.lid().or_else(|| self.client.pn())
        } else {
            self.client.pn()
        };
        let wire = if key.from_me == Some(true) {
            source.sender.to_non_ad()
        } else if let Some(participant) = key.participant.as_deref().filter(|jid| !jid.is_empty()) {
            participant.parse::<WaJid>().ok()?.to_non_ad()
        } else if source.is_from_me {
            source.chat.to_non_ad()
        } else {
            own?.to_non_ad()
        };
        let own = self.is_own(&wire);
        Some(Author { wire, own })
    }

    fn is_own(&self, jid: &WaJid) -> bool {
        let Some(jid) = to_domain(jid).map(|jid| jid.bare()) else {
            return false;
        };
        [self.client.pn(), self.client.lid()]
            .iter()
            .flatten()
            .filter_map(to_domain)
            .any(|own| own.bare() == jid)
    }

    async fn vote(
        &self,
        chat: &Jid,
        info: &MessageInfo,
        update: &wa::message::PollUpdateMessage,
    ) -> Option<Content> {
        let (target, creator) = self
            .target(info, update.poll_creation_message_key.as_option()?)
            .await?;
        let sealed = update.vote.as_option()?;
        let ciphertext = PollVoteCiphertext {
            enc_payload: sealed.enc_payload.as_deref()?,
            enc_iv: sealed.enc_iv.as_deref()?,
        };
        let stored = self.stored(chat, &target.id).await;
        let secret = match &stored {
            Some((_, Some(kept))) => kept.secret()?.to_vec(),
            // The acknowledgement of an own poll may not be stored yet; its secret is known anyway.
            _ if creator.own => poll_secret(self.client, &target.id).to_vec(),
            _ => {
                tracing::warn!(session.id = %self.session, "a vote came for a poll that is not stored");
                return None;
            }
        };
        let hashes = self
            .client
            .polls()
            .decrypt_vote(
                ciphertext,
                &secret,
                target.id.as_str(),
                &creator.wire,
                &info.source.sender,
            )
            .await;
        let hashes = match hashes {
            Ok(hashes) => hashes,
            Err(error) => {
                tracing::warn!(session.id = %self.session, error = &error as &dyn std::error::Error, "a vote could not be opened");
                return None;
            }
        };
        let options = stored.map(|(content, _)| content);
        let selected = resolve(&hashes, options.as_ref());
        Some(Content::PollVote { target, selected })
    }

    pub(super) async fn stored(&self, chat: &Jid, id: &WaMessageId) -> Option<(Content, Option<Kept>)> {
        // A failed read leaves the vote without names, which says more than losing it.
        let message = self
            .store
            .message(self.session, Some(chat), id)
            .await
            .ok()
            .flatten()?;
        let wire = self.store.message_wire(&message).await.ok().flatten();
        let kept = wire.and_then(|wire| Kept::read(&wire).ok());
        Some((message.content, kept))
    }
}

/// The options that hashes stand for; what no option explains stays a hash.
fn resolve(hashes: &[Vec<u8>], poll: Option<&Content>) -> Vec<String> {
    let options: &[String] = match poll {
        Some(Content::Poll(poll)) => &poll.options,
        _ => &[],
    };
    let names: HashMap<[u8; 32], &String> = options
        .iter()
        .map(|option| (compute_option_hash(option), option))
        .collect();
    hashes
        .iter()
        .map(|hash| {
            let name = <[u8; 32]>::try_from(hash.as_slice())
                .ok()
                .and_then(|hash| names.get(&hash));
            name.map_or_else(|| hex::encode(hash), |&name| name.clone())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use wagon_domain::content::Poll;

    use super::*;

    #[test]
    fn votes_are_told_by_name_where_the_name_is_known() {
        let poll = Content::Poll(Poll {
            name: "Lunch?".into(),
            options: vec!["Pizza".into(), "Sushi".into()],
            selectable: 0,
            ends_at: None,
            hide_votes: false,
        });
        let hashes = ["Sushi", "Soup"].map(|option| compute_option_hash(option).to_vec());
        assert_eq!(
            resolve(&hashes, Some(&poll)),
            ["Sushi".to_owned(), hex::encode(compute_option_hash("Soup"))]
        );
        assert_eq!(
            resolve(&hashes[..1], None),
            [hex::encode(compute_option_hash("Sushi"))]
        );
    }
}
