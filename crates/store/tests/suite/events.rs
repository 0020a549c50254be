use wagon_domain::SessionStatus::{Failed, Starting, Stopped, Working};
use wagon_domain::{Event, EventBody, EventId, EventKind, SessionId, SessionStatus};
use wagon_store::{EventFilter, NewEvent, Store};

use crate::database::{Database, on_both};
use crate::fixtures::{at, org_id, seed, seed_session, status_event};

on_both!(
    events_come_back_whole,
    filters_and_cursor_select,
    those_that_are_named_are_found,
    old_events_are_deleted_oldest_first
);

async fn append(store: &Store, event: NewEvent) -> EventId {
    store
        .write(move |tx| Box::pin(async move { tx.append_event(event).await }))
        .await
        .unwrap()
}

async fn append_status(store: &Store, session: &SessionId, status: SessionStatus) -> EventId {
    append(store, status_event(session, status)).await
}

fn everything() -> EventFilter {
    EventFilter {
        org: Some(org_id("a")),
        sessions: None,
        kinds: None,
    }
}

fn ids(events: Vec<Event>) -> Vec<EventId> {
    events.into_iter().map(|event| event.id).collect()
}

async fn events_come_back_whole(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    assert_eq!(store.newest_event(Some(&org_id("a"))).await.unwrap(), None);
    let body = EventBody::Qr {
        code: "code".to_owned(),
        expires_at: at(9),
    };
    let event = NewEvent {
        org: org_id("a"),
        session: session.clone(),
        body: body.clone(),
        timestamp: at(5),
    };
    let id = append(&store, event).await;
    let stored = Event {
        id: id.clone(),
        org: org_id("a"),
        session,
        timestamp: at(5),
        body,
    };
    assert_eq!(store.events(&everything(), None, 10).await.unwrap(), [stored]);
    assert_eq!(
        store.newest_event(Some(&org_id("a"))).await.unwrap(),
        Some(id.clone())
    );
    assert_eq!(store.newest_event(Some(&org_id("b"))).await.unwrap(), None);
    assert!(store.has_event(&org_id("a"), &id).await.unwrap());
    assert!(!store.has_event(&org_id("b"), &id).await.unwrap());
    assert!(
        !store
            .has_event(&org_id("a"), &"evt_0".parse().unwrap())
            .await
            .unwrap()
    );
}

async fn those_that_are_named_are_found(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let first = append_status(&store, &session, Starting).await;
    append_status(&store, &session, Working).await;
    let last = append_status(&store, &session, Stopped).await;
    let unknown: EventId = "evt_0".parse().unwrap();
    let found = store.events_by_id(&[last.clone(), unknown, first.clone()]).await;
    let mut found = ids(found.unwrap());
    found.sort();
    assert_eq!(found, [first, last]);
    assert_eq!(store.events_by_id(&[]).await.unwrap(), []);
}

async fn filters_and_cursor_select(db: Database) {
    let store = db.open().await;
    let first = seed(&store).await;
    let second = seed_session(&store, "a", "second").await;
    let foreign = seed_session(&store, "b", "foreign").await;
    append(
        &store,
        NewEvent {
            org: org_id("b"),
            ..status_event(&foreign, Working)
        },
    )
    .await;
    let a = append_status(&store, &first, Starting).await;
    let b = append_status(&store, &second, Starting).await;
    let qr = EventBody::Qr {
        code: "code".to_owned(),
        expires_at: at(9),
    };
    let c = append(
        &store,
        NewEvent {
            body: qr,
            ..status_event(&second, Starting)
        },
    )
    .await;
    let d = append_status(&store, &first, Working).await;

    let read = async |filter: &EventFilter, after: Option<&EventId>, limit| {
        ids(store.events(filter, after, limit).await.unwrap())
    };
    let all = everything();
    assert_eq!(
        read(&all, None, 10).await,
        [a.clone(), b.clone(), c.clone(), d.clone()]
    );
    assert_eq!(read(&all, None, 2).await, [a.clone(), b.clone()]);
    assert_eq!(read(&all, Some(&b), 10).await, [c.clone(), d.clone()]);
    assert_eq!(read(&all, Some(&d), 10).await, []);

    let of_second = EventFilter {
        sessions: Some(vec![second.clone()]),
        ..everything()
    };
    assert_eq!(read(&of_second, None, 10).await, [b.clone(), c.clone()]);
    let of_both = EventFilter {
        sessions: Some(vec![first, second]),
        kinds: Some(vec![EventKind::AuthQr]),
        ..all
    };
    assert_eq!(read(&of_both, None, 10).await, [c]);
    let statuses = EventFilter {
        kinds: Some(vec![EventKind::SessionStatus, EventKind::Message]),
        ..everything()
    };
    assert_eq!(read(&statuses, Some(&a), 10).await, [b, d]);
    let firehose = EventFilter {
        org: None,
        ..everything()
    };
    assert_eq!(
        store.newest_event(None).await.unwrap(),
        store
            .events(&firehose, None, 99)
            .await
            .unwrap()
            .last()
            .map(|event| event.id.clone())
    );
    let nothing = EventFilter {
        sessions: Some(Vec::new()),
        ..everything()
    };
    assert_eq!(read(&nothing, None, 10).await, []);
}

async fn old_events_are_deleted_oldest_first(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let mut appended = Vec::new();
    for (time, status) in [(1000, Starting), (2000, Working), (3000, Failed), (4000, Stopped)] {
        db.clock.set(time);
        appended.push(append_status(&store, &session, status).await);
    }
    let delete = async |before, limit| {
        store
            .write(move |tx| Box::pin(async move { tx.delete_events_before(at(before), limit).await }))
            .await
            .unwrap()
    };
    assert_eq!(delete(1000, 10).await, 0);
    assert_eq!(delete(4000, 2).await, 2);
    assert_eq!(
        ids(store.events(&everything(), None, 10).await.unwrap()),
        appended[2..]
    );
    assert_eq!(delete(4000, 2).await, 1);
    assert_eq!(
        ids(store.events(&everything(), None, 10).await.unwrap()),
        appended[3..]
    );
}
