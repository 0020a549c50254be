use std::time::Duration;

use wagon_domain::content::{Content, Media, MediaKind};
use wagon_domain::message::Party;
use wagon_domain::{MessageStatus, SessionId};
use wagon_store::{AuditFilter, KindFilter, NewMessage};

use crate::database::{Database, on_both};
use crate::fixtures::{GROUP, PHONE, at, inbound, insert, jid, org_id, seed};

on_both!(
    messages_are_counted_by_time_kind_and_chat,
    nothing_counts_as_nothing
);

const STRETCH: Duration = Duration::from_secs(10);

async fn messages_are_counted_by_time_kind_and_chat(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let own = |number, status| NewMessage {
        from_me: true,
        sender: Party::default(),
        status: Some(status),
        ..inbound(&session, number)
    };
    let voice = NewMessage {
        content: Content::Media(Media {
            ptt: true,
            ..Media::of(MediaKind::Audio)
        }),
        ..own(12, MessageStatus::Sent)
    };
    let mut group = inbound(&session, 13);
    group.chat.jid = jid(GROUP);
    group.chat.alias = None;
    let failed = own(11, MessageStatus::Failed);
    insert(
        &store,
        vec![inbound(&session, 1), inbound(&session, 2), failed, voice, group],
    )
    .await;
    let sessions = [session.clone()];

    let counts = store.message_counts(&sessions, at(0), STRETCH).await.unwrap();
    let plain: Vec<_> = counts
        .iter()
        .map(|c| (c.since.as_millis(), c.from_me, c.failed, c.count))
        .collect();
    assert_eq!(
        plain,
        [
            (0, false, false, 2),
            (10_000, false, false, 1),
            (10_000, true, false, 1),
            (10_000, true, true, 1),
        ]
    );
    assert!(counts.iter().all(|count| count.session == session));
    let later = store
        .message_counts(&sessions, at(13_000), STRETCH)
        .await
        .unwrap();
    assert_eq!(later.len(), 1);

    let chats = store.busiest_chats(&sessions, at(0), 10).await.unwrap();
    let plain: Vec<_> = chats
        .iter()
        .map(|chat| (chat.chat.clone(), chat.name.as_deref(), chat.count, chat.last))
        .collect();
    assert_eq!(plain[0], (jid(PHONE), Some("Ada"), 4, at(12_000)));
    assert_eq!((&plain[1].0, plain[1].2), (&jid(GROUP), 1));
    assert_eq!(store.busiest_chats(&sessions, at(0), 1).await.unwrap().len(), 1);

    let mut kinds = store.message_kinds(&sessions, at(0)).await.unwrap();
    kinds.sort_by_key(|(_, count)| *count);
    assert_eq!(kinds, [(Some(KindFilter::Voice), 1), (Some(KindFilter::Text), 4)]);
}

async fn nothing_counts_as_nothing(db: Database) {
    let store = db.open().await;
    seed(&store).await;
    let none: [SessionId; 0] = [];
    assert_eq!(store.message_counts(&none, at(0), STRETCH).await.unwrap(), []);
    assert_eq!(store.message_kinds(&none, at(0)).await.unwrap(), []);
    let filter = AuditFilter {
        org: Some(org_id("a")),
        ..AuditFilter::default()
    };
    assert_eq!(store.count_audit(&filter).await.unwrap(), 0);
}
