use wagon_domain::content::{Content, Media, MediaKind, Target};
use wagon_domain::message::Party;
use wagon_store::{KindFilter, MessageFilter, NewMessage, Start, Store};

use crate::database::{Database, on_both};
use crate::fixtures::{GROUP, LID, PHONE, at, inbound, insert, jid, message_id, seed, session_id, wa_id};

on_both!(
    every_condition_narrows,
    pages_follow_either_order,
    what_is_about_a_message_is_found_with_it,
);

fn file(kind: MediaKind, ptt: bool) -> Content {
    Content::Media(Media {
        ptt,
        caption: Some("say \"ptt\":true".to_owned()),
        ..Media::of(kind)
    })
}

/// A text and a file from Ada, a voice note to her, and a text in a group.
async fn some(store: &Store) {
    let session = seed(store).await;
    let own = NewMessage {
        from_me: true,
        sender: Party::default(),
        content: file(MediaKind::Audio, true),
        // Older than its place.
        timestamp: at(500),
        ..inbound(&session, 3)
    };
    let mut group = inbound(&session, 4);
    group.chat.jid = jid(GROUP);
    group.chat.alias = None;
    let sound = NewMessage {
        content: file(MediaKind::Audio, false),
        ..inbound(&session, 2)
    };
    insert(store, vec![inbound(&session, 1), sound, own, group]).await;
}

async fn found(store: &Store, filter: MessageFilter) -> Vec<i64> {
    let session = session_id("a");
    let messages = store
        .find_messages(&session, &filter, Start::First, false, 10)
        .await;
    let messages = messages.unwrap();
    let count = store.count_messages(&session, &filter).await.unwrap();
    assert_eq!(count, messages.len() as u64);
    let number = |id: &str| id.strip_prefix("msg_").unwrap().parse().unwrap();
    messages
        .iter()
        .map(|message| number(message.id.as_str()))
        .collect()
}

async fn every_condition_narrows(db: Database) {
    let store = db.open().await;
    some(&store).await;
    let all = MessageFilter::default;
    for (filter, expected) in [
        (all(), vec![4, 3, 2, 1]),
        (
            MessageFilter {
                chat: Some(jid(LID)),
                ..all()
            },
            vec![3, 2, 1],
        ),
        (
            MessageFilter {
                sender: Some(jid(PHONE)),
                ..all()
            },
            vec![4, 2, 1],
        ),
        (
            MessageFilter {
                sender: Some(jid(LID)),
                from_me: Some(false),
                ..all()
            },
            vec![4, 2, 1],
        ),
        (
            MessageFilter {
                wa_id: Some(wa_id("WA2")),
                ..all()
            },
            vec![2],
        ),
        (
            MessageFilter {
                from_me: Some(true),
                ..all()
            },
            vec![3],
        ),
        (
            MessageFilter {
                since: Some(at(2000)),
                ..all()
            },
            vec![4, 2],
        ),
        (
            MessageFilter {
                until: Some(at(1000)),
                ..all()
            },
            vec![3, 1],
        ),
        (
            MessageFilter {
                kind: Some(KindFilter::Text),
                ..all()
            },
            vec![4, 1],
        ),
        (
            MessageFilter {
                kind: Some(KindFilter::Media(MediaKind::Audio)),
                ..all()
            },
            vec![2],
        ),
        (
            MessageFilter {
                kind: Some(KindFilter::Voice),
                ..all()
            },
            vec![3],
        ),
        (
            MessageFilter {
                kind: Some(KindFilter::Poll),
                ..all()
            },
            vec![],
        ),
        (
            MessageFilter {
                kind: Some(KindFilter::Revoked),
                ..all()
            },
            vec![],
        ),
    ] {
        assert_eq!(found(&store, filter.clone()).await, expected, "{filter:?}");
    }
}

async fn pages_follow_either_order(db: Database) {
    let store = db.open().await;
    some(&store).await;
    let session = session_id("a");
    let filter = MessageFilter::default();
    for (by_time, expected) in [(false, [4, 3, 2, 1]), (true, [4, 2, 1, 3])] {
        let ids: Vec<_> = expected.iter().map(|number| message_id(*number)).collect();
        let mut seen = Vec::new();
        let mut last = None;
        loop {
            let start = last
                .as_ref()
                .map_or(Start::First, |(id, time)| Start::After(id, *time));
            let page = store.find_messages(&session, &filter, start, by_time, 1);
            let Some(message) = page.await.unwrap().pop() else {
                break;
            };
            seen.push(message.id.clone());
            last = Some((message.id, message.timestamp));
        }
        assert_eq!(seen, ids);
        let offset = store.find_messages(&session, &filter, Start::Offset(3), by_time, 10);
        assert_eq!(offset.await.unwrap()[0].id, ids[3]);
    }
}

async fn what_is_about_a_message_is_found_with_it(db: Database) {
    let store = db.open().await;
    some(&store).await;
    let session = session_id("a");
    let target = Target {
        id: wa_id("WA1"),
        sender: None,
        from_me: false,
    };
    let reaction = NewMessage {
        content: Content::Reaction {
            target,
            emoji: Some("👍".to_owned()),
        },
        ..inbound(&session, 9)
    };
    insert(&store, vec![reaction]).await;
    let about = store
        .messages_about(&session, &jid(PHONE), &wa_id("WA1"))
        .await
        .unwrap();
    assert_eq!(about.len(), 1);
    assert_eq!(found(&store, MessageFilter::default()).await, [4, 3, 2, 1]);
}
