use wagon_domain::audit::{Action, AuditEntry};
use wagon_domain::{Actor, AuditId};
use wagon_store::{AuditFilter, Store};

use crate::database::{Database, on_both};
use crate::fixtures::{at, org_id};

on_both!(
    entries_come_back_whole_and_latest_first,
    entries_are_undone_with_what_they_tell_of,
    old_entries_are_forgotten,
);

fn id(number: u8) -> AuditId {
    format!("aud_{number}").parse().unwrap()
}

fn entry(number: u8) -> AuditEntry {
    AuditEntry {
        id: id(number),
        org: Some(org_id("a")),
        actor: Actor::User("usr_ada".parse().unwrap()),
        action: Action::KeyCreate,
        target: Some("key_1".to_owned()),
        detail: Some("read".to_owned()),
        address: Some("2001:db8::1".parse().unwrap()),
        at: at(i64::from(number)),
    }
}

async fn record(store: &Store, entries: Vec<AuditEntry>) {
    for entry in entries {
        store
            .write(move |tx| Box::pin(async move { tx.record(&entry).await }))
            .await
            .unwrap();
    }
}

async fn entries_come_back_whole_and_latest_first(db: Database) {
    let store = db.open().await;
    let bare = AuditEntry {
        org: None,
        actor: Actor::Anonymous,
        action: Action::SignInRefused,
        target: None,
        detail: None,
        address: None,
        ..entry(2)
    };
    let other = AuditEntry {
        actor: Actor::Key("key_9".parse().unwrap()),
        action: Action::SessionStart,
        target: Some("sess_1".to_owned()),
        ..entry(3)
    };
    record(&store, vec![entry(1), bare.clone(), other.clone()]).await;
    let read = async |filter: AuditFilter, before: Option<u8>, limit: u32| {
        store
            .audit(&filter, before.map(id).as_ref(), limit)
            .await
            .unwrap()
    };
    let all = AuditFilter::default();
    assert_eq!(
        read(all.clone(), None, 9).await,
        [other.clone(), bare.clone(), entry(1)]
    );
    assert_eq!(read(all.clone(), None, 1).await, std::slice::from_ref(&other));
    assert_eq!(read(all, Some(3), 1).await, [bare]);
    let own = AuditFilter {
        org: Some(org_id("a")),
        ..AuditFilter::default()
    };
    assert_eq!(read(own.clone(), None, 9).await, [other.clone(), entry(1)]);
    let by_key = AuditFilter {
        actor: Some("key_9".to_owned()),
        ..own.clone()
    };
    assert_eq!(read(by_key, None, 9).await, std::slice::from_ref(&other));
    let made = AuditFilter {
        actions: vec![Action::KeyCreate, Action::KeyDelete],
        ..own.clone()
    };
    assert_eq!(read(made, None, 9).await, [entry(1)]);
    let of_session = AuditFilter {
        target: Some("sess_1".to_owned()),
        ..own
    };
    assert_eq!(read(of_session, None, 9).await, [other]);
}

async fn entries_are_undone_with_what_they_tell_of(db: Database) {
    let store = db.open().await;
    let twice = store
        .write(|tx| {
            Box::pin(async move {
                tx.record(&entry(1)).await?;
                tx.record(&entry(1)).await
            })
        })
        .await;
    assert!(twice.is_err());
    assert_eq!(store.audit(&AuditFilter::default(), None, 9).await.unwrap(), []);
}

async fn old_entries_are_forgotten(db: Database) {
    let store = db.open().await;
    record(&store, vec![entry(1), entry(2), entry(3)]).await;
    let forget = async |before: i64, limit: u32| {
        let deleted = store
            .write(move |tx| Box::pin(async move { tx.delete_audit_before(at(before), limit).await }))
            .await;
        deleted.unwrap()
    };
    assert_eq!(forget(3, 1).await, 1);
    assert_eq!(forget(3, 9).await, 1);
    assert_eq!(forget(3, 9).await, 0);
    assert_eq!(
        store.audit(&AuditFilter::default(), None, 9).await.unwrap(),
        [entry(3)]
    );
}
