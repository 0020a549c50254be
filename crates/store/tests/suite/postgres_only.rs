//! What only a server can do: go away.

use tokio::sync::oneshot;
use wagon_domain::SessionStatus::Working;
use wagon_store::{Error, Store};

use crate::database::{Database, on_postgres};
use crate::fixtures::{org, org_id, seed, status_event};
use crate::writer::{hold_writer, queue};

async fn cut_connections(db: &Database) {
    let _: Vec<(bool,)> = db
        .rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await;
}

async fn create_org(store: &Store, name: &'static str) -> Result<(), Error> {
    store
        .write(move |tx| Box::pin(async move { tx.create_org(&org(name, 1)).await }))
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_lost_between_writes_is_not_noticed() {
    on_postgres(async |db: Database| {
        let store = db.open().await;
        create_org(&store, "before").await.unwrap();
        assert!(store.org(&org_id("before")).await.unwrap().is_some());
        cut_connections(&db).await;
        create_org(&store, "after").await.unwrap();
        assert!(store.org(&org_id("after")).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_gateway_has_the_database() {
    on_postgres(async |db: Database| {
        let first = db.claim().await.unwrap();
        assert!(matches!(db.claim().await, Err(Error::Claimed)));
        // Commands beside the gateway go on.
        create_org(&db.open().await, "by-command").await.unwrap();

        cut_connections(&db).await;
        create_org(&first, "after").await.unwrap();
        assert!(matches!(db.claim().await, Err(Error::Claimed)));
        first.close().await;
        let second = db.claim().await.unwrap();
        assert!(second.org(&org_id("after")).await.unwrap().is_some());
    })
    .await;
}

/// One that was cut off and replaced must not write over its successor.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_was_replaced_writes_nothing() {
    on_postgres(async |db: Database| {
        let first = db.claim().await.unwrap();
        create_org(&first, "before").await.unwrap();
        cut_connections(&db).await;
        let second = db.claim().await.unwrap();
        let refused = create_org(&first, "too-late").await.unwrap_err();
        assert!(matches!(refused, Error::Commit(_)), "{refused}");
        create_org(&second, "in-time").await.unwrap();
        assert!(second.org(&org_id("too-late")).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_lost_during_a_write_fails_that_write() {
    on_postgres(async |db: Database| {
        let store = db.open().await;
        let (reached, has_reached) = oneshot::channel();
        let (proceed, may_proceed) = oneshot::channel::<()>();
        let interrupted = tokio::spawn({
            let store = store.clone();
            async move {
                store
                    .write(|tx| {
                        Box::pin(async move {
                            tx.create_org(&org("lost", 1)).await?;
                            reached.send(()).unwrap();
                            may_proceed.await.unwrap();
                            tx.create_org(&org("never", 1)).await
                        })
                    })
                    .await
            }
        });
        has_reached.await.unwrap();
        cut_connections(&db).await;
        proceed.send(()).unwrap();
        assert!(matches!(interrupted.await.unwrap(), Err(Error::Database(_))));
        create_org(&store, "next").await.unwrap();
        assert_eq!(store.org(&org_id("lost")).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_lost_during_a_group_fails_the_group() {
    on_postgres(async |db: Database| {
        let store = db.open().await;
        let session = seed(&store).await;
        let mut live = store.subscribe();
        let release = hold_writer(&store).await;
        let event = status_event(&session, Working);
        let first = queue(&store, |tx| {
            Box::pin(async move { tx.append_event(event).await.map(drop) })
        });
        let (reached, has_reached) = oneshot::channel();
        let (proceed, may_proceed) = oneshot::channel::<()>();
        let second = queue(&store, |tx| {
            Box::pin(async move {
                reached.send(()).unwrap();
                may_proceed.await.unwrap();
                tx.create_org(&org("lost", 1)).await
            })
        });
        drop(release);
        has_reached.await.unwrap();
        cut_connections(&db).await;
        proceed.send(()).unwrap();
        assert!(matches!(first.await, Err(Error::Commit(_))));
        assert!(matches!(second.await, Err(Error::Database(_))));

        create_org(&store, "next").await.unwrap();
        assert_eq!(db.count("events").await, 0);
        assert!(live.try_recv().is_err());
    })
    .await;
}
