use futures_util::future::join_all;
use wagon_domain::outbox::{Hold, OutboxEntry, OutboxStatus, SendFailure};
use wagon_domain::{MessageStatus, SessionId};
use wagon_store::{Accepted, Acknowledged, Store};

use crate::database::{Database, on_both};
use crate::fixtures::{
    PHONE, at, jid, org_id, outbox_id, own_message, seed, seed_session, send, session_id, wa_id,
};

on_both!(
    sends_come_back_whole,
    a_key_is_taken_once_per_organisation,
    one_of_many_racing_sends_wins,
    a_send_ends_once_and_may_be_retried,
    unfinished_sends_keep_their_order,
    sends_count_when_they_leave_the_queue,
    a_send_and_its_message_go_together,
    the_queue_is_taken_in_order,
    only_what_is_queued_can_be_cancelled,
    sends_are_listed_by_how_far_they_have_come,
    old_sends_are_forgotten_once_they_ended,
    a_pause_is_news_once,
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
                    tx.retry_send(&outbox_id("1"), OutboxStatus::Sending, at(1))
                        .await?,
                    tx.fail_send(&outbox_id("1"), &SendFailure::RateLimited, None, at(2))
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
                    tx.retry_send(&outbox_id("1"), OutboxStatus::Sending, at(4))
                        .await?,
                    tx.finish_send(&outbox_id("1"), at(5), at(6)).await?,
                    tx.fail_send(&outbox_id("1"), &SendFailure::RateLimited, None, at(7))
                        .await?,
                    tx.retry_send(&outbox_id("1"), OutboxStatus::Sending, at(8))
                        .await?,
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

async fn sends_count_when_they_leave_the_queue(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    seed_session(&store, "a", "other").await;
    for (name, dispatched_at, status) in [
        ("old", Some(99), OutboxStatus::Sent),
        ("late", Some(300), OutboxStatus::Sending),
        ("first", Some(100), OutboxStatus::Sent),
        ("failed", Some(200), OutboxStatus::Failed),
        ("queued", None, OutboxStatus::Queued),
    ] {
        accept(
            &store,
            &OutboxEntry {
                dispatched_at: dispatched_at.map(at),
                status,
                ..send(&session, name, None)
            },
        )
        .await;
    }
    accept(
        &store,
        &OutboxEntry {
            dispatched_at: Some(at(150)),
            ..send(&session_id("other"), "other", None)
        },
    )
    .await;
    assert_eq!(
        store.send_times(&session, at(100)).await.unwrap(),
        [at(100), at(200), at(300)]
    );
}

async fn queue(store: &Store, session: &SessionId, names: &[&str]) {
    for name in names {
        let entry = OutboxEntry {
            wa_id: wa_id(&format!("WA{name}")),
            status: OutboxStatus::Queued,
            dispatched_at: None,
            ..send(session, name, None)
        };
        let message = own_message(&entry);
        let write =
            store.write(move |tx| Box::pin(async move { tx.accept_messages(&entry, &[message]).await }));
        assert_eq!(write.await.unwrap(), Accepted::New);
    }
}

async fn the_queue_is_taken_in_order(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let other = seed_session(&store, "a", "other").await;
    // Neither ids nor times say which came first.
    queue(&store, &session, &["9", "5", "7"]).await;
    queue(&store, &other, &["1"]).await;
    let claim = async |limit| {
        let session = session.clone();
        let write =
            store.write(move |tx| Box::pin(async move { tx.claim_sends(&session, limit, at(5)).await }));
        let claimed = write.await.unwrap();
        claimed
            .into_iter()
            .map(|entry| {
                assert_eq!(
                    (entry.status, entry.dispatched_at),
                    (OutboxStatus::Sending, Some(at(5)))
                );
                entry.id
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(claim(2).await, [outbox_id("9"), outbox_id("5")]);
    assert_eq!(store.queued_sends(&session, 9).await.unwrap(), 1);

    // One that WhatsApp's limits sent back is first again.
    let requeued = store
        .write(|tx| {
            Box::pin(async move {
                Ok([
                    tx.requeue_send(&outbox_id("9"), at(6)).await?,
                    tx.requeue_send(&outbox_id("7"), at(6)).await?,
                ])
            })
        })
        .await
        .unwrap();
    assert_eq!(requeued, [true, false]);
    assert_eq!(claim(9).await, [outbox_id("9"), outbox_id("7")]);
    assert_eq!(store.queued_sends(&session, 9).await.unwrap(), 0);
    assert_eq!(store.queued_sends(&other, 9).await.unwrap(), 1);
}

async fn only_what_is_queued_can_be_cancelled(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    queue(&store, &session, &["1", "2"]).await;
    let outcome = store
        .write(move |tx| {
            Box::pin(async move {
                tx.claim_sends(&session, 1, at(5)).await?;
                let mut cancelled = Vec::new();
                for (org, name) in [("a", "1"), ("b", "2"), ("a", "2"), ("a", "2")] {
                    let entry = tx.cancel_send(&org_id(org), &outbox_id(name), at(6)).await?;
                    cancelled.push(entry.map(|entry| (entry.status, entry.error)));
                }
                Ok(cancelled)
            })
        })
        .await
        .unwrap();
    let cancelled = Some((OutboxStatus::Failed, Some(SendFailure::Cancelled)));
    assert_eq!(outcome, [None, None, cancelled, None]);
}

async fn sends_are_listed_by_how_far_they_have_come(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    queue(&store, &session, &["3", "1", "2"]).await;
    let target = session.clone();
    store
        .write(move |tx| {
            Box::pin(async move {
                let claimed = tx.claim_sends(&target, 2, at(5)).await?;
                for entry in &claimed {
                    tx.settle_send(entry, at(6)).await?;
                }
                tx.advance_status(&target, &jid(PHONE), &[wa_id("WA3")], MessageStatus::Read)
                    .await
            })
        })
        .await
        .unwrap();
    let list = async |state: Option<&str>, before: Option<&str>, limit| {
        let before = before.map(outbox_id);
        let sends = store.tracked_sends(&session, state, before.as_ref(), limit).await;
        let sends = sends.unwrap().into_iter();
        sends
            .map(|send| format!("{} {}", send.entry.id, send.state()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        list(None, None, 9).await,
        ["out_2 queued", "out_1 sent", "out_3 read"]
    );
    assert_eq!(list(None, None, 1).await, ["out_2 queued"]);
    assert_eq!(list(None, Some("2"), 1).await, ["out_1 sent"]);
    assert_eq!(list(Some("sent"), None, 9).await, ["out_1 sent"]);
    assert_eq!(list(Some("read"), None, 9).await, ["out_3 read"]);
    assert_eq!(list(Some("queued"), Some("2"), 9).await, [""; 0]);
    let one = store
        .tracked_send(&session, &outbox_id("3"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(one.message, Some(MessageStatus::Read));
    assert_eq!(
        store
            .tracked_send(&session_id("b"), &outbox_id("3"))
            .await
            .unwrap(),
        None
    );
}

async fn old_sends_are_forgotten_once_they_ended(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    for (name, status, updated_at) in [
        ("sent", OutboxStatus::Sent, 10),
        ("failed", OutboxStatus::Failed, 10),
        ("recent", OutboxStatus::Sent, 20),
        ("queued", OutboxStatus::Queued, 1),
        ("sending", OutboxStatus::Sending, 1),
    ] {
        accept(
            &store,
            &OutboxEntry {
                status,
                updated_at: at(updated_at),
                ..send(&session, name, Some(name))
            },
        )
        .await;
    }
    for removed in [1, 1, 0] {
        let write = store.write(|tx| Box::pin(async move { tx.prune_sends(at(15), 1).await }));
        assert_eq!(write.await.unwrap(), removed);
    }
    assert_eq!(db.count("outbox").await, 3);
    let again = send(&session, "again", Some("sent"));
    assert_eq!(accept(&store, &again).await, Accepted::New, "the key is free");
}

async fn a_pause_is_news_once(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    assert_eq!(store.hold(&session).await.unwrap(), None);
    let first = Hold {
        cause: SendFailure::RateLimited,
        until: at(60),
        strikes: 1,
    };
    let second = Hold {
        until: at(180),
        strikes: 2,
        ..first.clone()
    };
    for (hold, news) in [(&first, true), (&first, false), (&second, true)] {
        let (target, pause) = (session.clone(), hold.clone());
        let write = store.write(move |tx| Box::pin(async move { tx.put_hold(&target, &pause).await }));
        assert_eq!(write.await.unwrap(), news);
        assert_eq!(store.hold(&session).await.unwrap().as_ref(), Some(hold));
    }
    let target = session.clone();
    let write = store.write(move |tx| Box::pin(async move { tx.remove_hold(&target).await }));
    write.await.unwrap();
    assert_eq!(store.hold(&session).await.unwrap(), None);
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
            .write(move |tx| Box::pin(async move { tx.accept_messages(&row, &[message]).await }))
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

        // A receipt that comes before the acknowledgement moves the message, and says from where.
        let early = name == "2";
        if early {
            let (session, id) = (session.clone(), entry.wa_id.clone());
            let moved = store
                .write(move |tx| {
                    Box::pin(async move {
                        tx.advance_status(&session, &jid(PHONE), &[id], MessageStatus::Delivered)
                            .await
                    })
                })
                .await
                .unwrap();
            assert!(moved[0].was_pending);
        }
        for news in [true, false] {
            let row = entry.clone();
            let settled = store
                .write(move |tx| Box::pin(async move { tx.settle_send(&row, at(9)).await }))
                .await;
            let expected = Acknowledged {
                send: news,
                message: news && !early,
            };
            assert_eq!(settled.unwrap(), expected);
        }
        let reached = if early {
            MessageStatus::Delivered
        } else {
            MessageStatus::Sent
        };
        assert_eq!(status().await, Some(reached));
        let entry = store.outbox_entry(&entry.org, &entry.id).await.unwrap().unwrap();
        assert_eq!((entry.status, entry.sent_at), (OutboxStatus::Sent, Some(at(9))));
    }
    let repeat = send(&session, "3", Some("key"));
    let message = own_message(&repeat);
    let accepted = store
        .write(move |tx| Box::pin(async move { tx.accept_messages(&repeat, &[message]).await }))
        .await;
    assert!(matches!(accepted.unwrap(), Accepted::Existing(first) if first.id == outbox_id("2")));
    assert_eq!(db.count("messages").await, 2);
}
