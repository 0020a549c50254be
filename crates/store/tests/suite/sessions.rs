use wagon_domain::session::{SessionSettings, StatusReason};
use wagon_domain::{Session, SessionId, SessionStatus};
use wagon_store::{Error, StateRow, Store};

use crate::database::{Database, on_both};
use crate::fixtures::{
    LID, PHONE, at, inbound, insert, jid, org, org_id, seed, seed_session, send, session, session_id,
    status_event,
};

on_both!(
    sessions_come_back_whole,
    status_is_written_when_it_is_news,
    linked_sessions_resume,
    settings_change,
    deletion_leaves_nothing,
    nothing_is_stored_for_unknown_sessions,
);

async fn put(store: &Store, sessions: Vec<Session>) {
    store
        .write(move |tx| {
            Box::pin(async move {
                for session in &sessions {
                    tx.insert_session(session).await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
}

async fn set_status(
    store: &Store,
    id: &SessionId,
    status: SessionStatus,
    reason: Option<StatusReason>,
    now: i64,
) -> bool {
    let id = id.clone();
    store
        .write(move |tx| {
            Box::pin(async move { tx.set_session_status(&id, status, reason.as_ref(), at(now)).await })
        })
        .await
        .unwrap()
}

async fn sessions_come_back_whole(db: Database) {
    let store = db.open().await;
    let first = seed(&store).await;
    let full = Session {
        label: Some("Front desk".to_owned()),
        status: SessionStatus::Failed,
        reason: Some(StatusReason::TemporaryBan {
            until: at(99),
            ban_code: 3,
        }),
        jid: Some(jid("15550000009:3@s.whatsapp.net")),
        lid: Some(jid("100000000000009:3@lid")),
        settings: SessionSettings {
            auto_read: true,
            presence_typing: false,
            rate_per_min: -1,
            rate_per_hour: 600,
        },
        last_connected_at: Some(at(77)),
        created_at: at(2000),
        updated_at: at(3000),
        ..session("full", &org_id("a"))
    };
    put(&store, vec![full.clone()]).await;
    seed_session(&store, "b", "other").await;

    assert_eq!(store.session(&full.id).await.unwrap(), Some(full.clone()));
    assert_eq!(store.session(&session_id("none")).await.unwrap(), None);
    let newest_first: Vec<_> = store
        .sessions(&org_id("a"))
        .await
        .unwrap()
        .into_iter()
        .map(|s| s.id)
        .collect();
    assert_eq!(newest_first, [full.id, first]);
    assert_eq!(store.all_sessions().await.unwrap().len(), 3);
}

async fn status_is_written_when_it_is_news(db: Database) {
    let store = db.open().await;
    let id = seed(&store).await;
    assert!(set_status(&store, &id, SessionStatus::Working, None, 5).await);
    assert!(!set_status(&store, &id, SessionStatus::Working, None, 6).await);
    let stored = store.session(&id).await.unwrap().unwrap();
    assert_eq!(
        (stored.last_connected_at, stored.updated_at),
        (Some(at(5)), at(5))
    );

    let refused = |reason| Some(StatusReason::ConnectionRefused { reason });
    assert!(set_status(&store, &id, SessionStatus::Failed, refused(1), 7).await);
    assert!(!set_status(&store, &id, SessionStatus::Failed, refused(1), 8).await);
    assert!(
        set_status(&store, &id, SessionStatus::Failed, refused(2), 9).await,
        "another reason"
    );
    let stored = store.session(&id).await.unwrap().unwrap();
    assert_eq!(
        (stored.status, stored.reason),
        (SessionStatus::Failed, refused(2))
    );
    assert_eq!(
        (stored.last_connected_at, stored.updated_at),
        (Some(at(5)), at(9))
    );
    assert!(
        set_status(&store, &id, SessionStatus::Failed, None, 10).await,
        "no reason any more"
    );
    assert!(!set_status(&store, &session_id("none"), SessionStatus::Working, None, 11).await);
}

async fn linked_sessions_resume(db: Database) {
    let store = db.open().await;
    let linked = seed(&store).await;
    seed_session(&store, "a", "unlinked").await;
    set_status(&store, &session_id("unlinked"), SessionStatus::Working, None, 1).await;
    assert_eq!(store.sessions_to_resume().await.unwrap(), []);

    let id = linked.clone();
    let link = store.write(move |tx| {
        Box::pin(async move { tx.link_session(&id, &jid(PHONE), Some(&jid(LID)), at(8)).await })
    });
    assert!(link.await.unwrap());
    for status in SessionStatus::ALL {
        set_status(&store, &linked, status, None, 9).await;
        let resumed: Vec<_> = store
            .sessions_to_resume()
            .await
            .unwrap()
            .into_iter()
            .map(|s| s.id)
            .collect();
        assert_eq!(!resumed.is_empty(), status.resumes(), "{status}");
        assert!(resumed.iter().all(|id| *id == linked));
    }
    let stored = store.session(&linked).await.unwrap().unwrap();
    assert_eq!((stored.jid, stored.lid), (Some(jid(PHONE)), Some(jid(LID))));
}

async fn settings_change(db: Database) {
    let store = db.open().await;
    let id = seed(&store).await;
    let settings = SessionSettings {
        auto_read: true,
        presence_typing: false,
        rate_per_min: 1,
        rate_per_hour: -5,
    };
    let update = {
        let id = id.clone();
        store.write(move |tx| {
            Box::pin(async move { tx.update_session_settings(&id, &settings, at(44)).await })
        })
    };
    assert!(update.await.unwrap());
    let stored = store.session(&id).await.unwrap().unwrap();
    assert_eq!((stored.settings, stored.updated_at), (settings, at(44)));
}

async fn fill(store: &Store, id: &SessionId, name: &str) {
    insert(store, vec![inbound(id, i64::try_from(name.len()).unwrap())]).await;
    let (id, name) = (id.clone(), name.to_owned());
    store
        .write(move |tx| {
            Box::pin(async move {
                tx.accept_send(&send(&id, &name, Some(&name))).await?;
                tx.append_event(status_event(&id, SessionStatus::Working)).await?;
                let row = StateRow {
                    id: "1".to_owned(),
                    alt: None,
                    num: 0,
                    value: vec![1],
                };
                tx.put_state(&id, "prekey", &[row]).await
            })
        })
        .await
        .unwrap();
}

async fn deletion_leaves_nothing(db: Database) {
    let store = db.open().await;
    let doomed = seed(&store).await;
    let kept = seed_session(&store, "a", "kept").await;
    fill(&store, &doomed, "x").await;
    fill(&store, &kept, "kept").await;
    let tables = ["chats", "messages", "outbox", "events", "device_state"];
    for table in tables {
        assert_eq!(db.count(table).await, 2, "{table}");
    }

    let id = doomed.clone();
    let delete = store.write(move |tx| {
        Box::pin(async move { Ok((tx.delete_session(&id).await?, tx.delete_session(&id).await?)) })
    });
    assert_eq!(delete.await.unwrap(), (true, false));
    assert_eq!(store.session(&doomed).await.unwrap(), None);
    for table in tables {
        let left: Vec<(String,)> = db.rows(&format!("SELECT session_id FROM {table}")).await;
        assert_eq!(left, [(kept.to_string(),)], "{table}");
    }
}

async fn nothing_is_stored_for_unknown_sessions(db: Database) {
    let store = db.open().await;
    store
        .write(|tx| Box::pin(async move { tx.create_org(&org("a", 1)).await }))
        .await
        .unwrap();
    let stray = store.write(|tx| {
        Box::pin(async move {
            let row = StateRow {
                id: "1".to_owned(),
                alt: None,
                num: 0,
                value: vec![1],
            };
            tx.put_state(&session_id("gone"), "prekey", &[row]).await
        })
    });
    assert!(matches!(stray.await, Err(Error::Database(_))));
    assert_eq!(db.count("device_state").await, 0);
}
