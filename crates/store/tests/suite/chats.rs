use wagon_domain::MessageStatus;
use wagon_domain::message::Chat;
use wagon_store::NewMessage;

use crate::database::{Database, on_both};
use crate::fixtures::{GROUP, LID, PHONE, at, inbound, insert, jid, seed, seed_session, session_id};

on_both!(
    a_chat_follows_its_messages,
    chats_are_found_and_read_by_both_addresses,
    pages_hold_every_chat_once,
    the_past_comes_in_unnoticed,
    people_are_those_with_chats,
    names_are_found_where_there_are_some,
);

async fn a_chat_follows_its_messages(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let unnamed = |number| NewMessage {
        chat_name: None,
        chat: Chat {
            jid: jid(PHONE),
            alias: None,
        },
        ..inbound(&session, number)
    };
    insert(&store, vec![unnamed(5)]).await;
    let chat = store.chat(&session, &jid(PHONE)).await.unwrap().unwrap();
    assert_eq!(
        (chat.name, chat.alias, chat.unread, chat.last_message_at),
        (None, None, 1, Some(at(5000)))
    );
    assert_eq!(
        (chat.archived, chat.pinned, chat.muted_until),
        (false, false, None)
    );

    let older_own = NewMessage {
        from_me: true,
        status: Some(MessageStatus::Sent),
        ..inbound(&session, 2)
    };
    insert(&store, vec![older_own]).await;
    insert(&store, vec![unnamed(6)]).await;
    let chat = store.chat(&session, &jid(PHONE)).await.unwrap().unwrap();
    assert_eq!(
        (chat.name.as_deref(), chat.alias),
        (Some("Ada"), Some(jid(LID))),
        "what became known stays known"
    );
    assert_eq!((chat.unread, chat.last_message_at), (2, Some(at(6000))));
}

async fn chats_are_found_and_read_by_both_addresses(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    seed_session(&store, "a", "other").await;
    for address in [PHONE, LID] {
        insert(
            &store,
            vec![inbound(&session, if address == LID { 1 } else { 2 })],
        )
        .await;
        assert_eq!(
            store.chat(&session, &jid(address)).await.unwrap().unwrap().unread,
            1
        );
        let id = session.clone();
        let read =
            store.write(move |tx| Box::pin(async move { tx.mark_chat_read(&id, &jid(address)).await }));
        assert!(read.await.unwrap());
        assert_eq!(
            store.chat(&session, &jid(PHONE)).await.unwrap().unwrap().unread,
            0
        );
    }
    assert_eq!(store.chat(&session_id("other"), &jid(PHONE)).await.unwrap(), None);
    let unknown =
        store.write(move |tx| Box::pin(async move { tx.mark_chat_read(&session, &jid(GROUP)).await }));
    assert!(!unknown.await.unwrap());
}

async fn pages_hold_every_chat_once(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    // Two chats each share the time of their last message.
    let messages = (0..9).map(|number| NewMessage {
        chat: Chat {
            jid: jid(&format!("1203630000000001{number}@g.us")),
            alias: None,
        },
        timestamp: at(number / 2),
        ..inbound(&session, number)
    });
    insert(&store, messages.collect()).await;

    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = store.chats(&session, cursor, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        cursor = last.last_message_at.map(|time| (time.as_millis(), last.row));
        seen.extend(page);
    }
    assert_eq!(seen.len(), 9);
    let keys: Vec<_> = seen.iter().map(|chat| (chat.last_message_at, chat.row)).collect();
    assert!(keys.is_sorted_by(|a, b| a > b), "{keys:?}");
}

async fn the_past_comes_in_unnoticed(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    insert(&store, vec![inbound(&session, 5)]).await;
    let (old, known) = (inbound(&session, 2), inbound(&session, 5));
    let stored = store
        .write(move |tx| {
            Box::pin(async move { Ok((tx.import_message(&old).await?, tx.import_message(&known).await?)) })
        })
        .await
        .unwrap();
    assert_eq!(stored, (true, false));
    let chat = store.chat(&session, &jid(PHONE)).await.unwrap().unwrap();
    assert_eq!((chat.unread, chat.last_message_at), (1, Some(at(5000))));
}

async fn people_are_those_with_chats(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let group = NewMessage {
        chat: Chat {
            jid: jid(GROUP),
            alias: None,
        },
        ..inbound(&session, 2)
    };
    insert(&store, vec![inbound(&session, 1), group]).await;
    assert_eq!(store.people(&session).await.unwrap(), [jid(PHONE)]);
    assert!(store.people(&session_id("other")).await.unwrap().is_empty());
}

async fn names_are_found_where_there_are_some(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    insert(&store, vec![inbound(&session, 1)]).await;
    let names = store.chat_names(&session, [PHONE, GROUP].into_iter()).await;
    let names: Vec<_> = names.unwrap().into_iter().collect();
    assert_eq!(names, [(jid(PHONE), "Ada".to_owned())]);
    let other = store.chat_names(&session_id("other"), [PHONE].into_iter()).await;
    assert!(other.unwrap().is_empty());
}
