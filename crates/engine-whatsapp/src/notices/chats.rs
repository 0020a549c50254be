//! Changes that another device of the account has made to a chat.

use wacore::chrono::{DateTime, Utc};
use wacore::types::events::Event;
use wacore_binary::Jid as WaJid;
use wagon_domain::Timestamp;
use wagon_domain::chat::{ChatChange, MUTED_FOR_GOOD};
use wagon_engine::Notice;
use whatsapp_rust::Client;

use crate::translate;

pub(super) async fn notice(client: &Client, event: &Event) -> Option<Notice> {
    let (jid, time, change) = change(event).or_else(|| deletion(event))?;
    Some(Notice::Chat {
        chat: translate::chat_of(client, jid, None).await?,
        change,
        at: Timestamp::from_millis(time.timestamp_millis()),
    })
}

fn change(event: &Event) -> Option<(&WaJid, DateTime<Utc>, ChatChange)> {
    Some(match event {
        Event::ArchiveUpdate(update) => {
            let archived = update.action.archived.unwrap_or_default();
            (&update.jid, update.timestamp, ChatChange::Archived(archived))
        }
        Event::PinUpdate(update) => {
            let pinned = update.action.pinned.unwrap_or_default();
            (&update.jid, update.timestamp, ChatChange::Pinned(pinned))
        }
        Event::MuteUpdate(update) => {
            let muted = update.action.muted.unwrap_or_default();
            let until = muted.then(|| muted_until(update.action.mute_end_timestamp));
            (&update.jid, update.timestamp, ChatChange::MutedUntil(until))
        }
        Event::MarkChatAsReadUpdate(update) => {
            let read = update.action.read.unwrap_or_default();
            (&update.jid, update.timestamp, ChatChange::Read(read))
        }
        Event::DeleteChatUpdate(update) => (&update.jid, update.timestamp, ChatChange::Deleted),
        Event::ClearChatUpdate(update) => (&update.jid, update.timestamp, ChatChange::Cleared),
        _ => return None,
    })
}

fn deletion(event: &Event) -> Option<(&WaJid, DateTime<Utc>, ChatChange)> {
    let Event::DeleteMessageForMeUpdate(update) = event else {
        return None;
    };
    let change = ChatChange::MessageDeleted {
        message: update.message_id.parse().ok()?,
        from_me: update.from_me,
    };
    Some((&update.chat_jid, update.timestamp, change))
}

/// Milliseconds; nothing or a negative number is for good.
fn muted_until(end: Option<i64>) -> Timestamp {
    match end {
        Some(end) if end > 0 => Timestamp::from_millis(end).min(MUTED_FOR_GOOD),
        _ => MUTED_FOR_GOOD,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mute_without_an_end_has_none() {
        assert_eq!(muted_until(Some(-1)), MUTED_FOR_GOOD);
        assert_eq!(muted_until(None), MUTED_FOR_GOOD);
        assert_eq!(muted_until(Some(5)), Timestamp::from_millis(5));
    }
}
