use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::broadcast::error::TryRecvError;
use tokio::sync::oneshot;
use tokio::time::timeout;
use wagon_domain::EventId;
use wagon_domain::SessionStatus::{Failed, Starting, Working};
use wagon_store::{Error, EventFilter};

use crate::database::{Database, on_both};
use crate::fixtures::{org_id, seed, status_event};

on_both!(
    readers_and_subscribers_see_every_event_in_order,
    events_show_only_after_the_commit,
    events_of_a_failed_write_are_never_told,
    order_survives_a_clock_that_steps_back,
    two_processes_share_one_order,
);

fn everything() -> EventFilter {
    EventFilter {
        org: Some(org_id("a")),
        sessions: None,
        kinds: None,
    }
}

async fn readers_and_subscribers_see_every_event_in_order(db: Database) {
    const WRITERS: usize = 8;
    const EACH: usize = 40;
    let store = db.open().await;
    let session = seed(&store).await;
    let mut live = store.subscribe();
    let writers = (0..WRITERS).map(|_| {
        let (store, session) = (store.clone(), session.clone());
        tokio::spawn(async move {
            let mut ids = Vec::new();
            for _ in 0..EACH {
                let event = status_event(&session, Working);
                ids.push(
                    store
                        .write(|tx| Box::pin(async move { tx.append_event(event).await }))
                        .await
                        .unwrap(),
                );
            }
            ids
        })
    });
    // A reader with a cursor, who reads while others write, must not find later what it passed by.
    let follower = async {
        let mut seen: Vec<EventId> = Vec::new();
        while seen.len() < WRITERS * EACH {
            let page = store.events(&everything(), seen.last(), 7).await.unwrap();
            seen.extend(page.into_iter().map(|event| event.id));
        }
        seen
    };
    let (written, seen) = tokio::join!(join_all(writers), async {
        timeout(Duration::from_mins(1), follower).await.unwrap()
    });

    let mut all: Vec<EventId> = Vec::new();
    for ids in written {
        let ids = ids.unwrap();
        assert!(ids.is_sorted(), "a writer's own events are in its order");
        all.extend(ids);
    }
    all.sort();
    assert_eq!(seen, all);
    let mut told = Vec::new();
    while told.len() < all.len() {
        told.push(live.recv().await.unwrap().id.clone());
    }
    assert_eq!(told, all);
}

async fn events_show_only_after_the_commit(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let mut live = store.subscribe();
    let (appended, has_appended) = oneshot::channel();
    let (finish, may_finish) = oneshot::channel::<()>();
    let event = status_event(&session, Starting);
    let write = tokio::spawn({
        let store = store.clone();
        async move {
            store
                .write(|tx| {
                    Box::pin(async move {
                        let id = tx.append_event(event).await?;
                        appended.send(()).unwrap();
                        may_finish.await.unwrap();
                        Ok(id)
                    })
                })
                .await
        }
    });
    has_appended.await.unwrap();
    assert_eq!(store.events(&everything(), None, 10).await.unwrap(), []);
    assert_eq!(live.try_recv(), Err(TryRecvError::Empty));

    finish.send(()).unwrap();
    let id = write.await.unwrap().unwrap();
    // Told before the writer's own call returns, so that nothing can be known but not yet told.
    assert_eq!(live.try_recv().unwrap().id, id);
    assert!(store.has_event(&org_id("a"), &id).await.unwrap());
}

async fn events_of_a_failed_write_are_never_told(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let mut live = store.subscribe();
    let event = status_event(&session, Failed);
    let failed: Result<(), Error> = store
        .write(|tx| {
            Box::pin(async move {
                tx.append_event(event).await?;
                Err(Error::Closed)
            })
        })
        .await;
    assert!(failed.is_err());
    let event = status_event(&session, Working);
    let id = store
        .write(|tx| Box::pin(async move { tx.append_event(event).await }))
        .await
        .unwrap();
    assert_eq!(live.try_recv().unwrap().id, id);
    assert_eq!(live.try_recv(), Err(TryRecvError::Empty));
}

async fn order_survives_a_clock_that_steps_back(db: Database) {
    let mut ids = Vec::new();
    for time in [1_800_000_000_000, 1_700_000_000_000, 1_700_000_000_000] {
        db.clock.set(time);
        let store = db.open().await;
        let session = match store.all_sessions().await.unwrap().pop() {
            Some(session) => session.id,
            None => seed(&store).await,
        };
        for _ in 0..2 {
            let event = status_event(&session, Working);
            ids.push(
                store
                    .write(|tx| Box::pin(async move { tx.append_event(event).await }))
                    .await
                    .unwrap(),
            );
        }
        store.close().await;
    }
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
}

async fn two_processes_share_one_order(db: Database) {
    let (one, two) = (db.open().await, db.open().await);
    let session = seed(&one).await;
    let mut ids: Vec<EventId> = Vec::new();
    // Their clocks differ by a minute, and each writes after the other has committed.
    for round in 0..10 {
        let (store, time) = if round % 2 == 0 {
            (&one, 1_700_000_060_000)
        } else {
            (&two, 1_700_000_000_000)
        };
        db.clock.set(time);
        let event = status_event(&session, Working);
        ids.push(
            store
                .write(|tx| Box::pin(async move { tx.append_event(event).await }))
                .await
                .unwrap(),
        );
    }
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
}
