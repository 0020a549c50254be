//! What people show of themselves: names, pictures, presence.

use std::time::Duration;

use wacore::types::events::{ChatPresenceUpdate, ContactUpdate, Event, PictureUpdate, PresenceUpdate};
use wacore::types::presence::{ChatPresence, ChatPresenceMedia};
use wagon_domain::Timestamp;
use wagon_domain::contact::Names;
use wagon_domain::presence::{Presence, PresenceState};
use wagon_engine::Notice;
use whatsapp_rust::Client;

use crate::translate;

const FRESH: Duration = Duration::from_mins(1);

pub(super) async fn notice(client: &Client, event: &Event) -> Option<Notice> {
    match event {
        Event::ContactUpdate(update) => saved(client, update).await,
        Event::PictureUpdate(update) => picture(client, update).await,
        Event::Presence(update) => presence(client, update).await,
        Event::ChatPresence(update) => typing(client, update).await,
        _ => None,
    }
}

async fn saved(client: &Client, update: &ContactUpdate) -> Option<Notice> {
    let other = update.action.lid_jid.as_deref().and_then(|lid| lid.parse().ok());
    let who = translate::chat_of(client, &update.jid, other.as_ref()).await?;
    Some(Notice::Saved {
        who,
        names: Names {
            full: update.action.full_name.clone(),
            first: update.action.first_name.clone(),
            ..Names::default()
        },
        at_linking: update.from_full_sync && !is_fresh(update),
    })
}

/// The first sync brings everything at once; what was saved a moment ago is news all the same.
fn is_fresh(update: &ContactUpdate) -> bool {
    let age = wacore::time::now_utc().signed_duration_since(update.timestamp);
    age.to_std().is_ok_and(|age| age < FRESH)
}

async fn picture(client: &Client, update: &PictureUpdate) -> Option<Notice> {
    let of = translate::chat_of(client, &update.jid, None).await?;
    let id = update.picture_id.clone().filter(|_| !update.removed);
    Some(Notice::Picture { of: of.jid, id })
}

async fn presence(client: &Client, update: &PresenceUpdate) -> Option<Notice> {
    let from = translate::chat_of(client, &update.from, None).await?.jid;
    let state = if update.unavailable {
        PresenceState::Unavailable
    } else {
        PresenceState::Available
    };
    Some(Notice::Presence(Presence {
        from,
        chat: None,
        state,
        last_seen: update
            .last_seen
            .map(|seen| Timestamp::from_millis(seen.timestamp_millis())),
    }))
}

async fn typing(client: &Client, update: &ChatPresenceUpdate) -> Option<Notice> {
    let source = &update.source;
    let chat = translate::chat_of(client, &source.chat, None).await?.jid;
    let from = translate::chat_of(client, &source.sender, source.sender_alt.as_ref()).await?;
    let state = match (update.state, update.media) {
        (ChatPresence::Composing, ChatPresenceMedia::Audio) => PresenceState::Recording,
        (ChatPresence::Composing, ChatPresenceMedia::Text) => PresenceState::Composing,
        (ChatPresence::Paused, _) => PresenceState::Paused,
    };
    Some(Notice::Presence(Presence {
        from: from.jid,
        chat: Some(chat),
        state,
        last_seen: None,
    }))
}
