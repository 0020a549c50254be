use wagon_domain::chat::ChatChange;
use wagon_domain::content::Target;
use wagon_domain::history::PastChat;
use wagon_domain::message::Chat;
use wagon_domain::{Content, IdSource, MessageId, MessageStatus, SessionId};
use wagon_store::{NewMessage, Store};

use crate::database::{Database, on_both};
use crate::fixtures::{LID, PHONE, at, inbound, insert, jid, seed, wa_id};

on_both!(
    history_takes_its_place_in_time_and_comes_once,
    what_came_with_the_history_is_news_when_it_comes_by_itself,
    progress_only_grows,
    changes_do_not_touch_what_is_newer,
    a_chat_can_be_archived_before_it_begins,
    a_deleted_message_takes_what_was_said_about_it_along,
);

fn chat() -> Chat {
    Chat {
        jid: jid(PHONE),
        alias: Some(jid(LID)),
    }
}

/// A message from before, with an id of its own time.
fn past(session: &SessionId, number: i64) -> NewMessage {
    let id = IdSource::past(at(number * 1000), 0, &mut rand::rng());
    NewMessage {
        id: MessageId::from_ulid(id),
        ..inbound(session, number)
    }
}

async fn import(store: &Store, session: &SessionId, messages: Vec<NewMessage>) -> u64 {
    let past = PastChat {
        chat: chat(),
        name: Some("Ada".to_owned()),
        unread: Some(3),
        archived: Some(true),
        pinned: None,
        muted_until: Some(at(9_000_000)),
        messages: Vec::new(),
    };
    let session = session.clone();
    store
        .write(move |tx| Box::pin(async move { tx.import_chat(&session, &past, &messages).await }))
        .await
        .unwrap()
}

async fn change(store: &Store, session: &SessionId, change: ChatChange, time: i64) {
    let session = session.clone();
    store
        .write(move |tx| Box::pin(async move { tx.change_chat(&session, &chat(), change, at(time)).await }))
        .await
        .unwrap();
}

async fn texts(store: &Store, session: &SessionId) -> Vec<String> {
    let messages = store.messages(session, &jid(PHONE), None, 10).await.unwrap();
    messages
        .into_iter()
        .map(|message| message.wa_id.to_string())
        .collect()
}

async fn history_takes_its_place_in_time_and_comes_once(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let live = NewMessage {
        id: past(&session, 9).id,
        ..inbound(&session, 9)
    };
    insert(&store, vec![live]).await;
    let own = NewMessage {
        from_me: true,
        status: Some(MessageStatus::Read),
        ..past(&session, 3)
    };
    let messages = vec![past(&session, 2), own, past(&session, 9)];
    assert_eq!(
        import(&store, &session, messages.clone()).await,
        2,
        "one was there"
    );
    assert_eq!(import(&store, &session, messages).await, 0);
    assert_eq!(texts(&store, &session).await, ["WA9", "WA3", "WA2"]);
    let stored = store.chat(&session, &jid(PHONE)).await.unwrap().unwrap();
    assert_eq!(
        (stored.last_message_at, stored.unread, stored.archived),
        (Some(at(9000)), 1, false),
        "what is known already wins"
    );
}

/// Whatever is sent while the phone hands over its history may come both ways, in either order.
async fn what_came_with_the_history_is_news_when_it_comes_by_itself(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let message = past(&session, 1);
    let come = async || {
        let message = message.clone();
        let stored = store
            .write(move |tx| Box::pin(async move { tx.insert_message(&message).await }))
            .await;
        stored.unwrap()
    };
    assert_eq!(import(&store, &session, vec![message.clone()]).await, 1);
    assert!(come().await, "nobody has been told of it");
    assert!(!come().await);
    assert_eq!(import(&store, &session, vec![message.clone()]).await, 0);
    assert!(!come().await);
    assert_eq!(texts(&store, &session).await, ["WA1"]);
}

async fn progress_only_grows(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    assert_eq!(store.history_import(&session).await.unwrap(), None);
    for (messages, progress) in [(5, Some(60)), (2, None), (1, Some(40))] {
        let session = session.clone();
        store
            .write(move |tx| {
                Box::pin(async move { tx.note_import(&session, 1, messages, progress, at(1)).await })
            })
            .await
            .unwrap();
    }
    let import = store.history_import(&session).await.unwrap().unwrap();
    assert_eq!((import.progress, import.chats, import.messages), (60, 3, 8));
}

async fn changes_do_not_touch_what_is_newer(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    insert(&store, vec![inbound(&session, 1), inbound(&session, 5)]).await;
    let unread = async || store.chat(&session, &jid(PHONE)).await.unwrap().unwrap().unread;
    change(&store, &session, ChatChange::Read(true), 2000).await;
    assert_eq!(unread().await, 2, "a newer message came meanwhile");
    change(&store, &session, ChatChange::Read(true), 6000).await;
    assert_eq!(unread().await, 0);
    change(&store, &session, ChatChange::Read(false), 6000).await;
    assert_eq!(unread().await, 1);
    change(&store, &session, ChatChange::Deleted, 2000).await;
    assert_eq!(texts(&store, &session).await, ["WA5"]);
    change(&store, &session, ChatChange::Cleared, 6000).await;
    assert!(texts(&store, &session).await.is_empty());
    assert!(store.chat(&session, &jid(PHONE)).await.unwrap().is_some());
    change(&store, &session, ChatChange::Deleted, 6000).await;
    assert_eq!(store.chat(&session, &jid(PHONE)).await.unwrap(), None);
}

async fn a_chat_can_be_archived_before_it_begins(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    change(&store, &session, ChatChange::Archived(true), 1000).await;
    change(&store, &session, ChatChange::Pinned(true), 1000).await;
    change(&store, &session, ChatChange::MutedUntil(Some(at(7000))), 1000).await;
    assert!(
        store.chats(&session, None, 10).await.unwrap().is_empty(),
        "nothing to list"
    );
    insert(&store, vec![inbound(&session, 2)]).await;
    let stored = store.chat(&session, &jid(LID)).await.unwrap().unwrap();
    assert!(stored.archived && stored.pinned);
    assert_eq!((stored.muted_until, stored.unread), (Some(at(7000)), 1));
    change(&store, &session, ChatChange::MutedUntil(None), 3000).await;
    assert_eq!(
        store
            .chat(&session, &jid(PHONE))
            .await
            .unwrap()
            .unwrap()
            .muted_until,
        None
    );
}

async fn a_deleted_message_takes_what_was_said_about_it_along(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let reaction = NewMessage {
        content: Content::Reaction {
            target: Target {
                id: wa_id("WA1"),
                sender: Some(jid(PHONE)),
                from_me: false,
            },
            emoji: Some("👍".to_owned()),
        },
        ..inbound(&session, 3)
    };
    insert(&store, vec![inbound(&session, 1), inbound(&session, 2), reaction]).await;
    let deleted = |from_me| ChatChange::MessageDeleted {
        message: wa_id("WA1"),
        from_me,
    };
    change(&store, &session, deleted(true), 9000).await;
    assert_eq!(
        texts(&store, &session).await.len(),
        2,
        "an own one has another id"
    );
    change(&store, &session, deleted(false), 9000).await;
    assert_eq!(texts(&store, &session).await.len(), 1);
    let about = store
        .messages_about(&session, &jid(PHONE), &wa_id("WA1"))
        .await
        .unwrap();
    assert_eq!(about, []);
}
