use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use tokio::sync::oneshot;
use wagon_domain::SessionStatus::Working;
use wagon_store::{Error, Store, Tx};

use crate::database::{Database, on_both};
use crate::fixtures::{PHONE, at, inbound, insert, jid, org, org_id, seed, send, status_event};

on_both!(
    a_write_that_fails_in_a_group_fails_alone,
    a_write_that_fails_alone_is_undone,
    a_panic_harms_nobody_else,
    an_ignored_failure_is_a_failure,
    a_write_runs_even_if_nobody_waits_for_it,
    writes_behind_come_in_order,
    many_writers_at_once,
);

/// Holds the writer inside a transaction until the returned end is dropped.
pub(crate) async fn hold_writer(store: &Store) -> oneshot::Sender<()> {
    let (release, released) = oneshot::channel::<()>();
    let (running, is_running) = oneshot::channel();
    store
        .write_behind(|_| {
            Box::pin(async move {
                running.send(()).unwrap();
                released.await.ok();
                Ok(())
            })
        })
        .await
        .unwrap();
    is_running.await.unwrap();
    release
}

pub(crate) type Queued = BoxFuture<'static, Result<(), Error>>;

/// Queues a write without waiting for it.
pub(crate) fn queue<F>(store: &Store, work: F) -> Queued
where
    F: for<'t, 'g> FnOnce(&'t mut Tx<'g>) -> BoxFuture<'t, Result<(), Error>> + Send + 'static,
{
    let store = store.clone();
    // The first poll queues it, as the queue has room; unless the task's budget for this turn is used up.
    let mut write = tokio::task::unconstrained(async move { store.write(work).await }).boxed();
    assert!((&mut write).now_or_never().is_none());
    write
}

fn queue_org(store: &Store, name: &'static str) -> Queued {
    queue(store, move |tx| {
        Box::pin(async move { tx.create_org(&org(name, 1)).await })
    })
}

async fn a_write_that_fails_in_a_group_fails_alone(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let mut live = store.subscribe();
    let release = hold_writer(&store).await;
    let event = status_event(&session, Working);
    let group = [
        queue_org(&store, "first"),
        queue(&store, |tx| {
            Box::pin(async move {
                tx.create_org(&org("undone", 1)).await?;
                tx.append_event(event).await?;
                // The id is taken: a failure that comes from the database.
                tx.create_org(&org("first", 1)).await
            })
        }),
        queue_org(&store, "second"),
        queue(&store, |tx| {
            Box::pin(async move {
                tx.create_org(&org("undone", 1)).await?;
                Err(Error::Closed)
            })
        }),
        queue_org(&store, "third"),
    ];
    drop(release);
    let outcomes = join_all(group).await;
    assert!(matches!(
        outcomes[..],
        [
            Ok(()),
            Err(Error::Database(_)),
            Ok(()),
            Err(Error::Closed),
            Ok(())
        ]
    ));
    for (name, stored) in [
        ("first", true),
        ("second", true),
        ("third", true),
        ("undone", false),
    ] {
        assert_eq!(
            store.org(&org_id(name)).await.unwrap().is_some(),
            stored,
            "{name}"
        );
    }
    assert_eq!(db.count("events").await, 0);
    assert!(live.try_recv().is_err());
}

async fn a_write_that_fails_alone_is_undone(db: Database) {
    let store = db.open().await;
    let failed: Result<(), Error> = store
        .write(|tx| {
            Box::pin(async move {
                tx.create_org(&org("undone", 1)).await?;
                Err(Error::Closed)
            })
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(store.org(&org_id("undone")).await.unwrap(), None);
    queue_org(&store, "next").await.unwrap();
}

async fn a_panic_harms_nobody_else(db: Database) {
    let store = db.open().await;
    let release = hold_writer(&store).await;
    let group = [
        queue_org(&store, "first"),
        queue(&store, |tx| {
            Box::pin(async move {
                tx.create_org(&org("undone", 1)).await?;
                panic!("on purpose");
            })
        }),
        queue(&store, |_| panic!("on purpose, before the first await")),
        queue_org(&store, "second"),
    ];
    drop(release);
    let outcomes = join_all(group).await;
    assert!(matches!(
        outcomes[..],
        [Ok(()), Err(Error::Panicked), Err(Error::Panicked), Ok(())]
    ));
    assert_eq!(store.org(&org_id("undone")).await.unwrap(), None);

    let alone = store.write::<(), _>(|_| panic!("on purpose, alone")).await;
    assert!(matches!(alone, Err(Error::Panicked)));
    queue_org(&store, "third").await.unwrap();
    assert_eq!(db.count("organizations").await, 3);
}

async fn an_ignored_failure_is_a_failure(db: Database) {
    let store = db.open().await;
    queue_org(&store, "taken").await.unwrap();
    let stubborn = store.write(|tx| {
        Box::pin(async move {
            tx.create_org(&org("undone", 1)).await?;
            tx.create_org(&org("taken", 1)).await.ok();
            Ok(())
        })
    });
    assert!(matches!(stubborn.await, Err(Error::IgnoredFailure)));
    assert_eq!(store.org(&org_id("undone")).await.unwrap(), None);
}

async fn a_write_runs_even_if_nobody_waits_for_it(db: Database) {
    let store = db.open().await;
    let release = hold_writer(&store).await;
    drop(queue_org(&store, "orphan"));
    drop(release);
    // Writes run in the order of the queue.
    queue_org(&store, "next").await.unwrap();
    assert!(store.org(&org_id("orphan")).await.unwrap().is_some());
}

async fn writes_behind_come_in_order(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    insert(&store, vec![inbound(&session, 1)]).await;
    let failing = store.write_behind(|tx| {
        Box::pin(async move {
            tx.create_org(&org("a", 1)).await?;
            Ok(())
        })
    });
    failing.await.unwrap();
    let id = session.clone();
    store
        .write_behind(|tx| Box::pin(async move { tx.mark_chat_read(&id, &jid(PHONE)).await.map(drop) }))
        .await
        .unwrap();
    insert(&store, vec![inbound(&session, 2)]).await;
    assert_eq!(
        store.chat(&session, &jid(PHONE)).await.unwrap().unwrap().unread,
        1
    );
}

async fn many_writers_at_once(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let writers = (0..500).map(|number| {
        let (store, session) = (store.clone(), session.clone());
        tokio::spawn(async move {
            store
                .write(move |tx| {
                    Box::pin(async move {
                        let new = tx.insert_message(&inbound(&session, number)).await?;
                        tx.accept_send(&send(&session, &number.to_string(), None)).await?;
                        tx.append_event(status_event(&session, Working)).await?;
                        Ok(new)
                    })
                })
                .await
        })
    });
    for outcome in join_all(writers).await {
        assert!(outcome.unwrap().unwrap());
    }
    for table in ["messages", "outbox", "events"] {
        assert_eq!(db.count(table).await, 500, "{table}");
    }
    let chat = store.chat(&session, &jid(PHONE)).await.unwrap().unwrap();
    assert_eq!((chat.unread, chat.last_message_at), (500, Some(at(499_000))));
}
