use std::time::Duration;

use wagon_domain::batch::{Batch, BatchItem, BatchStatus, FailureCause, ItemFailure, ItemStatus, Pace, Plan};
use wagon_domain::outbox::Outgoing;
use wagon_domain::{BatchId, SessionId};
use wagon_store::{OpenBatch, Planned, Store};

use crate::database::{Database, on_both};
use crate::fixtures::{PHONE, at, jid, outbox_id, seed, wa_id};

on_both!(
    a_batch_comes_back_as_it_was_stored,
    items_take_turns,
    what_did_not_go_out_waits_again,
    a_cancelled_batch_lets_go_of_what_waits,
    old_batches_are_forgotten,
);

fn id() -> BatchId {
    "batch_1".parse().unwrap()
}

fn batch(session: &SessionId) -> Batch {
    Batch {
        session: session.clone(),
        id: id(),
        status: BatchStatus::Pending,
        pace: Pace {
            delay: Duration::from_secs(3),
            jitter: true,
            stop_on_error: false,
        },
        next_at: None,
        created_at: at(1000),
        started_at: None,
        completed_at: None,
    }
}

fn item(position: u32) -> BatchItem {
    BatchItem {
        position,
        send: outbox_id(&format!("item{position}")),
        wa_id: wa_id(&format!("3EB0{position}")),
        to: jid(PHONE),
        status: ItemStatus::Pending,
        error: None,
        sent_at: None,
    }
}

async fn insert(store: &Store, session: &SessionId, count: u32) -> bool {
    let batch = batch(session);
    let items: Vec<Planned> = (0..count)
        .map(|position| Planned {
            item: item(position),
            plan: Plan::Ready {
                outgoing: Outgoing::text(format!("text {position}")),
            },
        })
        .collect();
    store
        .write(move |tx| Box::pin(async move { tx.insert_batch(&batch, &items).await }))
        .await
        .unwrap()
}

async fn begin(store: &Store, session: &SessionId, position: u32) -> bool {
    let session = session.clone();
    store
        .write(move |tx| {
            Box::pin(async move { tx.begin_batch_item(&session, &id(), position, at(2000)).await })
        })
        .await
        .unwrap()
}

async fn end(store: &Store, session: &SessionId, ended: BatchItem) {
    let session = session.clone();
    store
        .write(move |tx| Box::pin(async move { tx.end_batch_item(&session, &id(), &ended, at(5000)).await }))
        .await
        .unwrap();
}

async fn release(store: &Store, session: &SessionId, position: u32) {
    let session = session.clone();
    store
        .write(move |tx| Box::pin(async move { tx.release_batch_item(&session, &id(), position).await }))
        .await
        .unwrap();
}

async fn cancel(store: &Store, session: &SessionId) -> bool {
    let session = session.clone();
    store
        .write(move |tx| Box::pin(async move { tx.cancel_batch(&session, &id(), at(4000)).await }))
        .await
        .unwrap()
}

async fn statuses(store: &Store, session: &SessionId) -> Vec<ItemStatus> {
    let items = store.batch_items(session, &id()).await.unwrap();
    items.into_iter().map(|item| item.status).collect()
}

async fn a_batch_comes_back_as_it_was_stored(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    assert!(insert(&store, &session, 2).await);
    assert!(!insert(&store, &session, 1).await, "the id is taken");
    assert_eq!(store.batch(&session, &id()).await.unwrap(), Some(batch(&session)));
    assert_eq!(
        store.batch_items(&session, &id()).await.unwrap(),
        [item(0), item(1)]
    );
    let open = store.open_batches().await.unwrap();
    assert_eq!(
        open,
        [OpenBatch {
            session: session.clone(),
            id: id()
        }]
    );
    let other: BatchId = "batch_2".parse().unwrap();
    assert_eq!(store.batch(&session, &other).await.unwrap(), None);
}

async fn items_take_turns(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    insert(&store, &session, 2).await;
    let turn = store.batch_turn(&session, &id()).await.unwrap().unwrap();
    assert_eq!(turn.item, item(0));
    assert!(matches!(turn.plan, Some(Plan::Ready { outgoing }) if outgoing == Outgoing::text("text 0")));
    assert!(begin(&store, &session, 0).await);
    assert!(!begin(&store, &session, 0).await, "it has begun");
    let started = store.batch(&session, &id()).await.unwrap().unwrap();
    assert_eq!(
        (started.status, started.started_at),
        (BatchStatus::Processing, Some(at(2000)))
    );

    let sent = BatchItem {
        status: ItemStatus::Sent,
        sent_at: Some(at(2500)),
        ..item(0)
    };
    assert!(store.is_planned(&sent.send).await.unwrap());
    end(&store, &session, sent.clone()).await;
    assert!(!store.is_planned(&sent.send).await.unwrap());
    assert_eq!(
        store.batch(&session, &id()).await.unwrap().unwrap().next_at,
        Some(at(5000))
    );
    assert_eq!(
        store.batch_turn(&session, &id()).await.unwrap().unwrap().item,
        item(1)
    );

    begin(&store, &session, 1).await;
    let failed = BatchItem {
        status: ItemStatus::Failed,
        error: Some(ItemFailure {
            cause: FailureCause::Send,
            message: "no".to_owned(),
        }),
        ..item(1)
    };
    end(&store, &session, failed.clone()).await;
    assert_eq!(store.batch_turn(&session, &id()).await.unwrap(), None);
    assert_eq!(store.batch_items(&session, &id()).await.unwrap(), [sent, failed]);
}

async fn what_did_not_go_out_waits_again(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    insert(&store, &session, 2).await;
    begin(&store, &session, 0).await;
    release(&store, &session, 0).await;
    assert_eq!(statuses(&store, &session).await, [ItemStatus::Pending; 2]);
}

async fn a_cancelled_batch_lets_go_of_what_waits(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    insert(&store, &session, 3).await;
    begin(&store, &session, 0).await;
    assert!(cancel(&store, &session).await);
    assert!(!cancel(&store, &session).await, "it is over");
    let (sending, cancelled) = (ItemStatus::Sending, ItemStatus::Cancelled);
    assert_eq!(statuses(&store, &session).await, [sending, cancelled, cancelled]);
    assert_eq!(store.open_batches().await.unwrap().len(), 1, "one is under way");
    assert!(!begin(&store, &session, 1).await);
    release(&store, &session, 0).await;
    assert_eq!(statuses(&store, &session).await, [cancelled; 3]);
    assert_eq!(store.open_batches().await.unwrap(), []);
    let batch = store.batch(&session, &id()).await.unwrap().unwrap();
    assert_eq!(
        (batch.status, batch.completed_at),
        (BatchStatus::Cancelled, Some(at(4000)))
    );
}

async fn old_batches_are_forgotten(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    insert(&store, &session, 1).await;
    let prune = async |before| {
        store
            .write(move |tx| Box::pin(async move { tx.prune_batches(at(before), 10).await }))
            .await
            .unwrap()
    };
    assert_eq!(prune(9000).await, 0, "it is not over");
    cancel(&store, &session).await;
    assert_eq!(prune(4000).await, 0, "it is not old");
    assert_eq!(prune(4001).await, 1);
    assert_eq!(store.batch_items(&session, &id()).await.unwrap(), []);
}
