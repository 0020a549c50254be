use std::collections::BTreeMap;

use wagon_domain::webhook::{
    Attempt, Backoff, Disabled, DisabledReason, Headers, OpenWaTerms, RetryPolicy, Secrets,
};
use wagon_domain::{DeliveryStatus, EventId, SessionId, SessionStatus, Timestamp, Webhook, WebhookId};
use wagon_store::{Again, DeliveryFilter, GivenUp, Lane, Settled, Store, Wake};

use crate::database::{Database, on_both};
use crate::fixtures::{at, org_id, seed, seed_session, session_id, status_event};

on_both!(
    webhooks_come_back_whole_and_sealed,
    an_event_makes_a_delivery_for_each_webhook_that_wants_it,
    deliveries_are_due_in_order_until_they_are_settled,
    settled_deliveries_go_behind_what_waits,
    a_range_is_opened_again,
    what_was_given_up_is_found,
    everything_goes_with_its_webhook_or_session,
    retention_spares_what_must_still_be_told,
);

fn hook(name: &str) -> Webhook {
    Webhook {
        id: format!("wh_{name}").parse().unwrap(),
        org: org_id("a"),
        session: None,
        url: "https://example.com/hook".parse().unwrap(),
        events: vec!["*".to_owned()],
        headers: Headers(BTreeMap::from([(
            "authorization".to_owned(),
            "hidden-header".to_owned(),
        )])),
        secrets: Secrets {
            current: Some("hidden-secret".to_owned()),
            previous: Some(("hidden-before".to_owned(), at(9))),
        },
        retry: RetryPolicy {
            backoff: Backoff::Exponential,
            delay_seconds: 2,
            attempts: 15,
        },
        active: true,
        openwa: None,
        disabled: None,
        failing_since: None,
        created_at: at(5),
        updated_at: at(6),
    }
}

async fn put(store: &Store, hook: &Webhook) {
    let hook = hook.clone();
    store
        .write(move |tx| Box::pin(async move { tx.put_webhook(&hook).await }))
        .await
        .unwrap();
}

async fn happen(store: &Store, session: &SessionId, status: SessionStatus) -> EventId {
    let event = status_event(session, status);
    store
        .write(move |tx| Box::pin(async move { tx.append_event(event).await }))
        .await
        .unwrap()
}

fn lane(hook: &Webhook, session: &SessionId) -> Lane {
    Lane {
        webhook: hook.id.clone(),
        session: session.clone(),
    }
}

async fn due(store: &Store, lane: &Lane) -> Vec<EventId> {
    let due = store.due_deliveries(lane, 10).await.unwrap();
    due.into_iter().map(|due| due.event.id).collect()
}

async fn settle(store: &Store, lane: &Lane, event: &EventId, status: DeliveryStatus) {
    let due = store.due_deliveries(lane, 10).await.unwrap();
    let due = due.into_iter().find(|due| due.event.id == *event).unwrap();
    let settled = Settled {
        id: due.id,
        status,
        attempts: due.attempts + 1,
        next_attempt_at: (status == DeliveryStatus::Failed).then(|| at(77)),
        log: vec![Attempt {
            at: at(70),
            duration_ms: 3,
            code: Some(500),
            text: "no".to_owned(),
        }],
        at: at(71),
    };
    store
        .write(move |tx| Box::pin(async move { tx.settle_delivery(&settled).await }))
        .await
        .unwrap();
}

async fn webhooks_come_back_whole_and_sealed(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let plain = hook("1");
    put(&store, &plain).await;
    let full = Webhook {
        session: Some(session),
        active: false,
        disabled: Some(Disabled {
            at: at(8),
            reason: DisabledReason::Failing,
        }),
        failing_since: Some(at(7)),
        openwa: Some(OpenWaTerms {
            events: vec!["message.received".to_owned()],
            filters: Some(serde_json::json!({ "conditions": [] })),
        }),
        created_at: at(6),
        ..hook("2")
    };
    put(&store, &full).await;
    assert_eq!(store.webhook(&plain.id).await.unwrap(), Some(plain.clone()));
    assert_eq!(store.webhooks(&org_id("a")).await.unwrap(), [full, plain.clone()]);
    assert_eq!(store.webhooks(&org_id("b")).await.unwrap(), []);

    let changed = Webhook {
        url: "https://example.com/other".parse().unwrap(),
        secrets: Secrets::default(),
        ..plain
    };
    put(&store, &changed).await;
    assert_eq!(store.webhook(&changed.id).await.unwrap(), Some(changed));
    let sealed: Vec<(Vec<u8>, Vec<u8>)> = db.rows("SELECT secrets, headers FROM webhooks").await;
    for (secrets, headers) in sealed {
        for bytes in [secrets, headers] {
            assert!(!bytes.windows(6).any(|window| window == b"hidden"));
        }
    }
}

async fn an_event_makes_a_delivery_for_each_webhook_that_wants_it(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let other = seed_session(&store, "a", "other").await;
    let foreign = seed_session(&store, "b", "foreign").await;
    happen(&store, &session, SessionStatus::Starting).await;
    let mut wakes = store.subscribe_deliveries();
    let (all, own) = (
        hook("all"),
        Webhook {
            session: Some(session.clone()),
            ..hook("own")
        },
    );
    let (off, picky) = (
        Webhook {
            active: false,
            ..hook("off")
        },
        Webhook {
            events: vec!["message".to_owned()],
            ..hook("picky")
        },
    );
    for hook in [&all, &own, &off, &picky] {
        put(&store, hook).await;
        assert_eq!(wakes.recv().await.unwrap(), Wake::Webhook(hook.id.clone()));
    }
    let first = happen(&store, &session, SessionStatus::Working).await;
    let second = happen(&store, &other, SessionStatus::Working).await;
    let mut event = status_event(&foreign, SessionStatus::Working);
    event.org = org_id("b");
    store
        .write(move |tx| Box::pin(async move { tx.append_event(event).await }))
        .await
        .unwrap();

    let mut woken = vec![
        wakes.recv().await.unwrap(),
        wakes.recv().await.unwrap(),
        wakes.recv().await.unwrap(),
    ];
    woken.sort_by_key(|wake| format!("{wake:?}"));
    let expected = [lane(&all, &session), lane(&all, &other), lane(&own, &session)];
    let mut expected: Vec<Wake> = expected.into_iter().map(Wake::Lane).collect();
    expected.sort_by_key(|wake| format!("{wake:?}"));
    assert_eq!(woken, expected);
    assert_eq!(
        due(&store, &lane(&all, &session)).await,
        std::slice::from_ref(&first)
    );
    assert_eq!(due(&store, &lane(&all, &other)).await, [second]);
    assert_eq!(due(&store, &lane(&own, &session)).await, [first]);
    assert_eq!(db.count("webhook_deliveries").await, 3);
    assert_eq!(store.open_lanes(None).await.unwrap().len(), 3);
    assert_eq!(store.open_lanes(Some(&all.id)).await.unwrap().len(), 2);
}

async fn deliveries_are_due_in_order_until_they_are_settled(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let hook = hook("1");
    put(&store, &hook).await;
    let lane = lane(&hook, &session);
    let mut ids = Vec::new();
    for status in [
        SessionStatus::Starting,
        SessionStatus::Working,
        SessionStatus::Stopped,
    ] {
        ids.push(happen(&store, &session, status).await);
    }
    assert_eq!(due(&store, &lane).await, ids);
    settle(&store, &lane, &ids[0], DeliveryStatus::Failed).await;
    settle(&store, &lane, &ids[1], DeliveryStatus::Delivered).await;
    assert_eq!(due(&store, &lane).await, [ids[0].clone(), ids[2].clone()]);
    let again = store.due_deliveries(&lane, 1).await.unwrap();
    assert_eq!(
        (again[0].attempts, again[0].not_before, again[0].log.len()),
        (1, Some(at(77)), 1)
    );

    let list = async |status, before, limit| {
        let filter = DeliveryFilter { status };
        store.deliveries(&hook.id, filter, before, limit).await.unwrap()
    };
    let all = list(None, None, 10).await;
    let events: Vec<EventId> = all.iter().map(|delivery| delivery.event.clone()).collect();
    assert_eq!(events, [ids[2].clone(), ids[1].clone(), ids[0].clone()]);
    assert_eq!(all[2].kind, "session.status");
    assert_eq!(all[2].status, DeliveryStatus::Failed);
    assert_eq!(list(None, Some(&all[0].id), 1).await, all[1..2]);
    assert_eq!(list(Some(DeliveryStatus::Delivered), None, 10).await, all[1..2]);
    assert_eq!(
        store.delivery(&hook.id, &all[1].id).await.unwrap(),
        Some(all[1].clone())
    );
    let other: WebhookId = "wh_other".parse().unwrap();
    assert_eq!(store.delivery(&other, &all[1].id).await.unwrap(), None);
}

async fn settled_deliveries_go_behind_what_waits(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let hook = hook("1");
    put(&store, &hook).await;
    let lane = lane(&hook, &session);
    let first = happen(&store, &session, SessionStatus::Starting).await;
    let second = happen(&store, &session, SessionStatus::Working).await;
    settle(&store, &lane, &first, DeliveryStatus::Dead).await;
    let dead = store
        .deliveries(
            &hook.id,
            DeliveryFilter {
                status: Some(DeliveryStatus::Dead),
            },
            None,
            1,
        )
        .await;
    let (webhook, id) = (hook.id.clone(), dead.unwrap().remove(0).id);
    store
        .write(move |tx| Box::pin(async move { tx.redeliver(&webhook, &id, at(90)).await }))
        .await
        .unwrap();
    let third = happen(&store, &session, SessionStatus::Stopped).await;
    assert_eq!(due(&store, &lane).await, [second, first, third]);
    let again = store.due_deliveries(&lane, 10).await.unwrap();
    assert_eq!((again[1].attempts, again[1].not_before), (0, None));
}

async fn a_range_is_opened_again(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let before = happen(&store, &session, SessionStatus::Starting).await;
    let hook = hook("1");
    put(&store, &hook).await;
    let lane = lane(&hook, &session);
    let mut ids = Vec::new();
    for status in [
        SessionStatus::Working,
        SessionStatus::Stopped,
        SessionStatus::Failed,
    ] {
        ids.push(happen(&store, &session, status).await);
    }
    settle(&store, &lane, &ids[0], DeliveryStatus::Delivered).await;
    settle(&store, &lane, &ids[1], DeliveryStatus::Dead).await;
    let again = async |from: &EventId, to: Option<&EventId>, statuses: Vec<DeliveryStatus>, missed, limit| {
        let again = Again {
            from: from.clone(),
            to: to.cloned(),
            statuses,
            missed,
            limit,
        };
        let hook = hook.clone();
        store
            .write(move |tx| Box::pin(async move { tx.redeliver_range(&hook, &again, at(90)).await }))
            .await
            .unwrap()
    };
    let both = vec![DeliveryStatus::Delivered, DeliveryStatus::Dead];
    assert_eq!(
        again(&ids[2], None, both.clone(), false, 10).await,
        0,
        "what waits is left alone"
    );
    assert_eq!(again(&before, Some(&ids[0]), both.clone(), true, 10).await, 2);
    assert_eq!(
        due(&store, &lane).await,
        [ids[2].clone(), before.clone(), ids[0].clone()]
    );
    assert_eq!(again(&before, None, both, true, 10).await, 1);
    assert_eq!(due(&store, &lane).await.last(), Some(&ids[1]));
}

async fn what_was_given_up_is_found(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let theirs = Webhook {
        openwa: Some(OpenWaTerms {
            events: vec!["*".to_owned()],
            filters: None,
        }),
        ..hook("theirs")
    };
    put(&store, &theirs).await;
    put(&store, &hook("native")).await;
    let dead = happen(&store, &session, SessionStatus::Working).await;
    happen(&store, &session, SessionStatus::Stopped).await;
    for hook in [&theirs, &hook("native")] {
        settle(&store, &lane(hook, &session), &dead, DeliveryStatus::Dead).await;
    }
    let filter = GivenUp {
        org: org_id("a"),
        webhook: None,
        sessions: None,
    };
    let events = async |filter: &GivenUp| {
        let found = store.given_up(filter, 10, 0).await.unwrap();
        found
            .into_iter()
            .map(|delivery| delivery.event)
            .collect::<Vec<_>>()
    };
    assert_eq!(events(&filter).await, std::slice::from_ref(&dead));
    let elsewhere = GivenUp {
        sessions: Some(vec![session_id("other")]),
        ..filter.clone()
    };
    assert_eq!(events(&elsewhere).await, []);
    let here = GivenUp {
        webhook: Some(theirs.id.clone()),
        sessions: Some(vec![session]),
        ..filter
    };
    assert_eq!(events(&here).await, [dead]);
}

async fn everything_goes_with_its_webhook_or_session(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let other = seed_session(&store, "a", "other").await;
    let (all, own) = (
        hook("all"),
        Webhook {
            session: Some(session.clone()),
            ..hook("own")
        },
    );
    put(&store, &all).await;
    put(&store, &own).await;
    for session in [&session, &other] {
        happen(&store, session, SessionStatus::Working).await;
    }
    assert_eq!(db.count("webhook_deliveries").await, 3);
    let id = session_id("a");
    store
        .write(move |tx| Box::pin(async move { tx.delete_session(&id).await }))
        .await
        .unwrap();
    assert_eq!(store.webhook(&own.id).await.unwrap(), None);
    assert_eq!(db.count("webhook_deliveries").await, 1);
    let id = all.id.clone();
    store
        .write(move |tx| Box::pin(async move { tx.delete_webhook(&id).await }))
        .await
        .unwrap();
    assert_eq!(db.count("webhook_deliveries").await, 0);
    assert_eq!(db.count("webhooks").await, 0);
}

async fn retention_spares_what_must_still_be_told(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let hook = hook("1");
    put(&store, &hook).await;
    let lane = lane(&hook, &session);
    let mut ids = Vec::new();
    for (time, status) in [
        (1000, SessionStatus::Starting),
        (2000, SessionStatus::Working),
        (3000, SessionStatus::Failed),
    ] {
        db.clock.set(time);
        ids.push(happen(&store, &session, status).await);
    }
    settle(&store, &lane, &ids[1], DeliveryStatus::Delivered).await;
    let prune = async |before: Timestamp| {
        store
            .write(move |tx| Box::pin(async move { tx.delete_events_before(before, 10).await }))
            .await
            .unwrap()
    };
    assert_eq!(store.log_horizon(&org_id("a")).await.unwrap().pruned_until, None);
    assert_eq!(prune(at(9000)).await, 1);
    assert_eq!(due(&store, &lane).await, [ids[0].clone(), ids[2].clone()]);
    let horizon = store.log_horizon(&org_id("a")).await.unwrap();
    assert_eq!(
        (horizon.pruned_until, horizon.deleted_until),
        (Some(ids[1].clone()), None)
    );
    put(
        &store,
        &Webhook {
            active: false,
            ..hook
        },
    )
    .await;
    assert_eq!(prune(at(9000)).await, 2, "a webhook that is off holds nothing");
    let horizon = store.log_horizon(&org_id("a")).await.unwrap();
    assert_eq!(horizon.pruned_until, Some(ids[2].clone()));
    assert_eq!(db.count("webhook_deliveries").await, 0);
}
