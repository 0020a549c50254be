use wagon_domain::{Capabilities, Capability, KeyId};
use wagon_store::{ApiKey, Store, Uses};

use crate::database::{Database, on_both};
use crate::fixtures::{at, org, org_id, session_id};

on_both!(
    organisations_are_found,
    keys_come_back_whole,
    keys_are_revoked_once,
    keys_change_count_their_uses_and_go
);

fn key(name: &str) -> ApiKey {
    ApiKey {
        id: key_id(name),
        org: org_id("a"),
        name: name.to_owned(),
        hash: [9; 32],
        hint: "wxyz".to_owned(),
        prefix: "owa_k1_01234".to_owned(),
        capabilities: [Capability::Read, Capability::Send].into_iter().collect(),
        sessions: Some(vec![session_id("a")]),
        chats: Some(vec!["15550000001@s.whatsapp.net".parse().unwrap()]),
        addresses: Some("10.1.0.0/16, 192.0.2.7".parse().unwrap()),
        rate_per_min: Some(60),
        created_at: at(5),
        expires_at: Some(at(10)),
        revoked_at: None,
        used: Uses::default(),
    }
}

fn key_id(name: &str) -> KeyId {
    format!("key_{name}").parse().unwrap()
}

async fn insert(store: &Store, key: &ApiKey) {
    let key = key.clone();
    store
        .write(move |tx| Box::pin(async move { tx.insert_key(&key).await }))
        .await
        .unwrap();
}

async fn organisations_are_found(db: Database) {
    let store = db.open().await;
    assert_eq!(store.first_org().await.unwrap(), None);
    for org in [org("young", 2), org("old", 1)] {
        store
            .write(move |tx| Box::pin(async move { tx.create_org(&org).await }))
            .await
            .unwrap();
    }
    assert_eq!(store.first_org().await.unwrap(), Some(org("old", 1)));
    assert_eq!(store.org(&org_id("young")).await.unwrap(), Some(org("young", 2)));
    assert_eq!(store.org(&org_id("none")).await.unwrap(), None);
}

async fn keys_come_back_whole(db: Database) {
    let store = db.open().await;
    store
        .write(|tx| Box::pin(async move { tx.create_org(&org("a", 1)).await }))
        .await
        .unwrap();
    assert!(!store.has_keys().await.unwrap());
    let limited = key("1");
    let unlimited = ApiKey {
        hash: [8; 32],
        capabilities: Capabilities::all(),
        sessions: None,
        chats: None,
        addresses: None,
        rate_per_min: None,
        expires_at: None,
        ..key("2")
    };
    insert(&store, &unlimited).await;
    insert(&store, &limited).await;

    assert!(store.has_keys().await.unwrap());
    assert_eq!(store.key_by_hash(&[9; 32]).await.unwrap(), Some(limited.clone()));
    assert_eq!(
        store.key_by_hash(&[8; 32]).await.unwrap(),
        Some(unlimited.clone())
    );
    assert_eq!(store.key_by_hash(&[0; 32]).await.unwrap(), None);
    assert_eq!(
        store.key(&org_id("a"), &key_id("1")).await.unwrap(),
        Some(limited.clone())
    );
    assert_eq!(store.key(&org_id("b"), &key_id("1")).await.unwrap(), None);
    assert_eq!(store.keys(&org_id("a")).await.unwrap(), [limited, unlimited]);
    assert_eq!(store.keys(&org_id("b")).await.unwrap(), []);
}

async fn keys_are_revoked_once(db: Database) {
    let store = db.open().await;
    store
        .write(|tx| Box::pin(async move { tx.create_org(&org("a", 1)).await }))
        .await
        .unwrap();
    insert(&store, &key("1")).await;
    let revoke = async |org: &str, now: i64| {
        let org = org_id(org);
        store
            .write(move |tx| Box::pin(async move { tx.revoke_key(&org, &key_id("1"), at(now)).await }))
            .await
            .unwrap()
    };
    assert!(!revoke("b", 6).await, "another organisation's key");
    assert!(revoke("a", 7).await);
    assert!(!revoke("a", 8).await);
    let stored = store.key_by_hash(&[9; 32]).await.unwrap().unwrap();
    assert_eq!(stored.revoked_at, Some(at(7)));
}

async fn keys_change_count_their_uses_and_go(db: Database) {
    let store = db.open().await;
    store
        .write(|tx| Box::pin(async move { tx.create_org(&org("a", 1)).await }))
        .await
        .unwrap();
    insert(&store, &key("1")).await;
    let changed = ApiKey {
        name: "other".to_owned(),
        capabilities: Capabilities::all(),
        sessions: None,
        chats: None,
        addresses: None,
        expires_at: None,
        ..key("1")
    };
    let to = changed.clone();
    let thrice = Uses {
        count: 3,
        last: Some(at(9)),
    };
    let all = store.write(move |tx| {
        Box::pin(async move {
            assert!(tx.update_key(&to).await?);
            tx.count_key_uses(&to.id, thrice).await?;
            tx.count_key_uses(&to.id, thrice).await?;
            tx.keys_of(&to.org).await
        })
    });
    let used = Uses { count: 6, ..thrice };
    assert_eq!(all.await.unwrap(), [ApiKey { used, ..changed }]);
    let delete = async |org: &str| {
        let org = org_id(org);
        store
            .write(move |tx| Box::pin(async move { tx.delete_key(&org, &key_id("1")).await }))
            .await
            .unwrap()
    };
    assert!(!delete("b").await, "another organisation's key");
    assert!(delete("a").await);
    assert_eq!(store.keys(&org_id("a")).await.unwrap(), []);
}
