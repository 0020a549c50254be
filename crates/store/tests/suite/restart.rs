use wagon_domain::SessionStatus::Working;
use wagon_store::{Error, EventFilter, StateRow};

use crate::database::{Database, on_both};
use crate::fixtures::{LID, PHONE, inbound, insert, jid, org_id, seed, send, status_event};

on_both!(everything_answered_survives, closing_finishes_what_is_queued);

async fn everything_answered_survives(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    insert(&store, vec![inbound(&session, 1)]).await;
    let id = session.clone();
    let event = store
        .write(move |tx| {
            Box::pin(async move {
                tx.accept_send(&send(&id, "1", Some("key"))).await?;
                let row = StateRow {
                    id: "1".to_owned(),
                    alt: None,
                    num: 0,
                    value: vec![1, 2],
                };
                tx.put_state(&id, "prekey", &[row]).await?;
                tx.append_event(status_event(&id, Working)).await
            })
        })
        .await
        .unwrap();
    // Gone without a word, as in a crash.
    drop(store);

    let store = db.open().await;
    assert!(store.session(&session).await.unwrap().is_some());
    assert_eq!(
        store
            .messages(&session, &jid(PHONE), None, 10)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(store.chat(&session, &jid(LID)).await.unwrap().unwrap().unread, 1);
    assert_eq!(store.unfinished_sends(&session).await.unwrap().len(), 1);
    assert_eq!(
        store
            .get_state(&session, "prekey", "1")
            .await
            .unwrap()
            .unwrap()
            .value,
        [1, 2]
    );
    let filter = EventFilter {
        org: Some(org_id("a")),
        sessions: None,
        kinds: None,
    };
    assert_eq!(store.events(&filter, None, 10).await.unwrap()[0].id, event);
}

async fn closing_finishes_what_is_queued(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    for number in 0..300 {
        let message = inbound(&session, number);
        store
            .write_behind(move |tx| Box::pin(async move { tx.insert_message(&message).await.map(drop) }))
            .await
            .unwrap();
    }
    store.ping().await.unwrap();
    store.close().await;
    assert!(matches!(store.ping().await, Err(Error::Closed)));
    assert_eq!(db.count("messages").await, 300);
    let late = store.write(|_| Box::pin(async move { Ok(()) })).await;
    assert!(matches!(late, Err(Error::Closed)));
    let late = store.write_behind(|_| Box::pin(async move { Ok(()) })).await;
    assert!(matches!(late, Err(Error::Closed)));
    assert!(matches!(store.session(&session).await, Err(Error::Closed)));
    store.close().await;
}
