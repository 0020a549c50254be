use futures_util::future::join_all;
use wagon_domain::content::{Media, MediaKind};
use wagon_domain::message::{Chat, Party, Quote};
use wagon_domain::{Content, Message, MessageStatus};
use wagon_store::NewMessage;

use crate::database::{Database, on_both};
use crate::fixtures::{
    GROUP, LID, PHONE, inbound, inbound_by_lid, insert, jid, message_id, seed, seed_session, wa_id,
};

on_both!(
    messages_come_back_whole,
    a_repeat_changes_nothing,
    one_of_many_racing_repeats_is_new,
    ids_are_unique_only_within_chat_and_sender,
    a_sender_is_one_person_under_both_addresses,
    pages_go_back_in_time,
    texts_may_hold_any_character,
);

async fn messages_come_back_whole(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let message = NewMessage {
        chat: Chat {
            jid: jid(GROUP),
            alias: None,
        },
        content: Content::Media(Media {
            mimetype: Some("image/png".to_owned()),
            size: Some(123),
            caption: Some("look".to_owned()),
            ..Media::of(MediaKind::Image)
        }),
        quote: Some(Quote {
            id: wa_id("QUOTED"),
            sender: Some(jid(LID)),
            text: Some("before".to_owned()),
            from_me: true,
        }),
        mentions: vec![jid(PHONE), jid(LID)],
        ..inbound(&session, 1)
    };
    assert_eq!(insert(&store, vec![message.clone()]).await, [true]);
    let expected = Message {
        id: message.id,
        session: session.clone(),
        wa_id: message.wa_id.clone(),
        chat: jid(GROUP),
        sender: message.sender,
        from_me: false,
        content: message.content,
        quote: message.quote,
        mentions: message.mentions,
        status: None,
        outbox: None,
        timestamp: message.timestamp,
        created_at: message.created_at,
        edited: false,
        deleted: false,
    };
    assert_eq!(
        store.message(&session, None, &message.wa_id).await.unwrap(),
        Some(expected.clone())
    );
    assert_eq!(
        store
            .message(&session, Some(&jid(GROUP)), &message.wa_id)
            .await
            .unwrap(),
        Some(expected)
    );
    assert_eq!(
        store
            .message(&session, Some(&jid(PHONE)), &message.wa_id)
            .await
            .unwrap(),
        None
    );
    assert_eq!(store.message(&session, None, &wa_id("NONE")).await.unwrap(), None);
}

async fn a_repeat_changes_nothing(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let repeat = NewMessage {
        id: message_id(2),
        content: Content::text("forged"),
        ..inbound(&session, 1)
    };
    assert_eq!(
        insert(&store, vec![inbound(&session, 1), repeat]).await,
        [true, false]
    );
    let stored = store.messages(&session, &jid(PHONE), None, 10).await.unwrap();
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].content, Content::text("text 1"));
    assert_eq!(
        store.chat(&session, &jid(PHONE)).await.unwrap().unwrap().unread,
        1
    );
}

async fn one_of_many_racing_repeats_is_new(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let racers = (0..60).map(|n| {
        let (store, message) = (
            store.clone(),
            NewMessage {
                id: message_id(n),
                ..inbound(&session, 1)
            },
        );
        tokio::spawn(async move { insert(&store, vec![message]).await[0] })
    });
    let new = join_all(racers)
        .await
        .into_iter()
        .filter(|outcome| *outcome.as_ref().unwrap())
        .count();
    assert_eq!(new, 1);
    assert_eq!(db.count("messages").await, 1);
    assert_eq!(
        store.chat(&session, &jid(PHONE)).await.unwrap().unwrap().unread,
        1
    );
}

async fn ids_are_unique_only_within_chat_and_sender(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let other_session = seed_session(&store, "a", "other").await;
    let same_id = |number, chat: &str, sender: &str, from_me| NewMessage {
        wa_id: wa_id("SAME"),
        chat: Chat {
            jid: jid(chat),
            alias: None,
        },
        sender: Party {
            jid: Some(jid(sender)),
            lid: None,
            name: None,
        },
        from_me,
        status: from_me.then_some(MessageStatus::Sent),
        ..inbound(&session, number)
    };
    let other = "15550000002@s.whatsapp.net";
    let messages = vec![
        same_id(1, GROUP, PHONE, false),
        same_id(2, GROUP, other, false),
        same_id(3, PHONE, PHONE, false),
        same_id(4, GROUP, PHONE, true),
        NewMessage {
            session: other_session,
            ..same_id(5, GROUP, PHONE, false)
        },
        same_id(6, GROUP, other, false),
        same_id(7, GROUP, PHONE, true),
    ];
    assert_eq!(
        insert(&store, messages).await,
        [true, true, true, true, true, false, false]
    );
    let newest = store
        .message(&session, None, &wa_id("SAME"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(newest.id, message_id(4));
}

async fn a_sender_is_one_person_under_both_addresses(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let in_group = |number, id: &str, jid_known, lid_known| NewMessage {
        wa_id: wa_id(id),
        chat: Chat {
            jid: jid(GROUP),
            alias: None,
        },
        sender: Party {
            jid: Some(jid(PHONE)).filter(|_| jid_known),
            lid: Some(jid(LID)).filter(|_| lid_known),
            name: None,
        },
        ..inbound(&session, number)
    };
    let messages = vec![
        in_group(1, "A", false, true),
        in_group(2, "A", true, true),
        in_group(3, "B", true, true),
        in_group(4, "B", false, true),
        in_group(5, "B", true, false),
    ];
    assert_eq!(insert(&store, messages).await, [true, false, true, false, false]);
}

async fn pages_go_back_in_time(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    insert(&store, (1..=7).map(|number| inbound(&session, number)).collect()).await;
    let elsewhere = NewMessage {
        chat: Chat {
            jid: jid(GROUP),
            alias: None,
        },
        ..inbound(&session, 8)
    };
    insert(&store, vec![elsewhere]).await;

    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = store
            .messages(&session, &jid(LID), before.as_ref(), 3)
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.id.clone());
        seen.extend(page.into_iter().map(|message| message.id));
    }
    assert_eq!(seen, (1..=7).rev().map(message_id).collect::<Vec<_>>());
}

async fn texts_may_hold_any_character(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let text = "nul \0, emoji 🚃, quote ' and \" and \\".to_owned();
    let message = NewMessage {
        content: Content::text(&text),
        chat_name: Some("A\0da".to_owned()),
        ..inbound_by_lid(&session, 1)
    };
    assert_eq!(insert(&store, vec![message]).await, [true]);
    let stored = store
        .message(&session, None, &wa_id("WA1"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.content, Content::text(text));
    assert_eq!(
        store
            .chat(&session, &jid(LID))
            .await
            .unwrap()
            .unwrap()
            .name
            .as_deref(),
        Some("Ada")
    );
}
