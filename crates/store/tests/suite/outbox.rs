use futures_util::future::join_all;
use wagon_domain::MessageStatus;
use wagon_domain::outbox::{OutboxEntry, OutboxStatus, SendFailure};
use wagon_store::{Accepted, Store};

use crate::database::{Database, on_both};
use crate::fixtures::{at, org_id, outbox_id, own_message, seed, seed_session, send, session_id, wa_id};

on_both!(
    sends_come_back_whole,
    a_key_is_taken_once_per_organisation,
    one_of_many_racing_sends_wins,
    a_send_ends_once_and_may_be_retried,
    unfinished_sends_keep_their_order,
    recent_sends_are_counted_unless_they_failed,
    a_send_and_its_message_go_together,
);

async fn accept(store: &Store, entry: &OutboxEntry) -> Accepted {
    let entry = entry.clone();
    store
        .write(move |tx| Box::pin(async move { tx.accept_send(&entry).await }))
        .await
        .unwrap()
}

async fn sends_come_back_whole(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let entry = OutboxEntry {
        status: OutboxStatus::Failed,
        error: Some(SendFailure::Refused { wa_code: 499 }),
        sent_at: Some(at(8)),
        ..send(&session, "1", Some("key"))
    };
    assert_eq!(accept(&store, &entry).await, Accepted::New);
    assert_eq!(
        store.outbox_entry(&org_id("a"), &entry.id).await.unwrap(),
        Some(entry.clone())
    );
    assert_eq!(
        store.outbox_entry(&org_id("b"), &entry.id).await.unwrap(),
        None,
        "another organisation's"
    );
    assert_eq!(store.send_by_key(&org_id("a"), "key").await.unwrap(), Some(entry));
    assert_eq!(store.send_by_key(&org_id("b"), "key").await.unwrap(), None);
}

async fn a_key_is_taken_once_per_organisation(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let first = send(&session, "1", Some("key"));
    assert_eq!(accept(&store, &first).await, Accepted::New);
    assert_eq!(
        accept(&store, &send(&session, "2", Some("key"))).await,
        Accepted::Existing(first)
    );

    let other = seed_session(&store, "b", "b").await;
    let foreign = OutboxEntry {
        org: org_id("b"),
        ..send(&other, "3", Some("key"))
    };
    assert_eq!(accept(&store, &foreign).await, Accepted::New);
    for name in ["4", "5"] {
        assert_eq!(
            accept(&store, &send(&session, name, None)).await,
            Accepted::New,
            "without a key"
        );
    }
}

async fn one_of_many_racing_sends_wins(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let racers = (0..60).map(|n| {
        let (store, entry) = (store.clone(), send(&session, &n.to_string(), Some("key")));
        tokio::spawn(async move { (entry.id.clone(), accept(&store, &entry).await) })
    });
    let (mut winners, mut told) = (Vec::new(), Vec::new());
    for outcome in join_all(racers).await {
        match outcome.unwrap() {
            (id, Accepted::New) => winners.push(id),
            (_, Accepted::Existing(entry)) => told.push(entry.id),
        }
    }
    assert_eq!(winners.len(), 1);
    assert_eq!(told.len(), 59);
    assert!(told.iter().all(|id| *id == winners[0]));
    assert_eq!(db.count("outbox").await, 1);
}

async fn a_send_ends_once_and_may_be_retried(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    accept(&store, &send(&session, "1", None)).await;
    let id = outbox_id("1");
    let steps = store
        .write(|tx| {
            Box::pin(async move {
                Ok([
                    tx.retry_send(&outbox_id("1"), at(1)).await?,
                    tx.fail_send(&outbox_id("1"), &SendFailure::RateLimited, at(2))
                        .await?,
                    tx.finish_send(&outbox_id("1"), at(3), at(3)).await?,
                ])
            })
        })
        .await
        .unwrap();
    assert_eq!(steps, [false, true, false]);
    let failed = store.outbox_entry(&org_id("a"), &id).await.unwrap().unwrap();
    assert_eq!(
        (failed.status, failed.error, failed.updated_at),
        (OutboxStatus::Failed, Some(SendFailure::RateLimited), at(2))
    );

    let steps = store
        .write(|tx| {
            Box::pin(async move {
                Ok([
                    tx.retry_send(&outbox_id("1"), at(4)).await?,
                    tx.finish_send(&outbox_id("1"), at(5), at(6)).await?,
                    tx.fail_send(&outbox_id("1"), &SendFailure::RateLimited, at(7))
                        .await?,
                    tx.retry_send(&outbox_id("1"), at(8)).await?,
                ])
            })
        })
        .await
        .unwrap();
    assert_eq!(steps, [true, true, false, false]);
    let sent = store.outbox_entry(&org_id("a"), &id).await.unwrap().unwrap();
    assert_eq!(
        (sent.status, sent.error, sent.sent_at, sent.updated_at),
        (OutboxStatus::Sent, None, Some(at(5)), at(6))
    );
}

async fn unfinished_sends_keep_their_order(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    seed_session(&store, "a", "other").await;
    // Neither ids nor times say which came first.
    for (name, created_at) in [("9", 900), ("5", 901), ("7", 100), ("1", 900)] {
        accept(
            &store,
            &OutboxEntry {
                created_at: at(created_at),
                ..send(&session, name, None)
            },
        )
        .await;
    }
    accept(&store, &send(&session_id("other"), "other", None)).await;
    store
        .write(|tx| Box::pin(async move { tx.finish_send(&outbox_id("5"), at(1), at(1)).await }))
        .await
        .unwrap();
    let left: Vec<_> = store
        .unfinished_sends(&session)
        .await
        .unwrap()
        .into_iter()
        .map(|e| e.id)
        .collect();
    assert_eq!(left, [outbox_id("9"), outbox_id("7"), outbox_id("1")]);
}

async fn recent_sends_are_counted_unless_they_failed(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    seed_session(&store, "a", "other").await;
    for (name, created_at, status) in [
        ("old", 99, OutboxStatus::Sent),
        ("late", 300, OutboxStatus::Sending),
        ("first", 100, OutboxStatus::Sent),
        ("failed", 200, OutboxStatus::Failed),
    ] {
        accept(
            &store,
            &OutboxEntry {
                created_at: at(created_at),
                status,
                ..send(&session, name, None)
            },
        )
        .await;
    }
    accept(
        &store,
        &OutboxEntry {
            created_at: at(150),
            ..send(&session_id("other"), "other", None)
        },
    )
    .await;
    assert_eq!(
        store.send_times(&session, at(100)).await.unwrap(),
        [at(100), at(300)]
    );
}

async fn a_send_and_its_message_go_together(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    for (name, key) in [("1", None), ("2", Some("key"))] {
        let entry = OutboxEntry {
            wa_id: wa_id(&format!("WA{name}")),
            ..send(&session, name, key)
        };
        let message = own_message(&entry);
        let (row, wa_id) = (entry.clone(), entry.wa_id.clone());
        let accepted = store
            .write(move |tx| Box::pin(async move { tx.accept_message(&row, &message).await }))
            .await;
        assert_eq!(accepted.unwrap(), Accepted::New);
        let status = async || {
            store
                .message(&session, None, &wa_id)
                .await
                .unwrap()
                .unwrap()
                .status
        };
        assert_eq!(status().await, Some(MessageStatus::Pending));

        for news in [true, false] {
            let row = entry.clone();
            let settled = store
                .write(move |tx| Box::pin(async move { tx.settle_send(&row, at(9)).await }))
                .await;
            assert_eq!(settled.unwrap(), news);
        }
        assert_eq!(status().await, Some(MessageStatus::Sent));
        let entry = store.outbox_entry(&entry.org, &entry.id).await.unwrap().unwrap();
        assert_eq!((entry.status, entry.sent_at), (OutboxStatus::Sent, Some(at(9))));
    }
    let repeat = send(&session, "3", Some("key"));
    let message = own_message(&repeat);
    let accepted = store
        .write(move |tx| Box::pin(async move { tx.accept_message(&repeat, &message).await }))
        .await;
    assert!(matches!(accepted.unwrap(), Accepted::Existing(first) if first.id == outbox_id("2")));
    assert_eq!(db.count("messages").await, 2);
}
