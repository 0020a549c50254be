use wagon_domain::ProxyUrl;
use wagon_domain::session::Preferences;

use crate::database::{Database, on_both};
use crate::fixtures::seed;

on_both!(options_are_kept_apart, labels_find_sessions);

async fn options_are_kept_apart(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    assert_eq!(
        store.session_preferences(&session).await.unwrap(),
        Preferences::default()
    );
    assert_eq!(store.session_proxy(&session).await.unwrap(), None);
    let proxy: ProxyUrl = "socks5://me:secret@192.0.2.1:1080".parse().unwrap();
    let preferences = Preferences {
        auto_reject_calls: true,
        max_reconnect_attempts: Some(3),
        ..Preferences::default()
    };
    let (id, via, wanted) = (session.clone(), proxy.clone(), preferences.clone());
    store
        .write(move |tx| {
            Box::pin(async move {
                tx.set_session_proxy(&id, Some(&via)).await?;
                tx.set_session_preferences(&id, &wanted).await
            })
        })
        .await
        .unwrap();
    assert_eq!(store.session_proxy(&session).await.unwrap(), Some(proxy));
    let id = session.clone();
    store
        .write(move |tx| Box::pin(async move { tx.set_session_proxy(&id, None).await }))
        .await
        .unwrap();
    assert_eq!(store.session_proxy(&session).await.unwrap(), None);
    assert_eq!(store.session_preferences(&session).await.unwrap(), preferences);
}

async fn labels_find_sessions(db: Database) {
    let store = db.open().await;
    let id = seed(&store).await;
    let org = store.session(&id).await.unwrap().unwrap().org;
    let target = id.clone();
    store
        .write(move |tx| {
            Box::pin(async move {
                tx.set_session_label(&target, Some("desk"), crate::fixtures::at(9))
                    .await
            })
        })
        .await
        .unwrap();
    let found = store.session_by_label(&org, "desk").await.unwrap();
    assert_eq!(found.map(|session| session.id), Some(id));
    assert_eq!(store.session_by_label(&org, "Desk").await.unwrap(), None);
    let taken = store.write(move |tx| {
        Box::pin(async move {
            Ok((
                tx.session_label_taken(&org, "desk").await?,
                tx.session_label_taken(&org, "other").await?,
            ))
        })
    });
    assert_eq!(taken.await.unwrap(), (true, false));
}
