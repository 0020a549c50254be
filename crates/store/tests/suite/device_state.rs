use wagon_domain::SessionId;
use wagon_store::{StateRow, Store};

use crate::database::{Database, on_both};
use crate::fixtures::{seed, seed_session};

on_both!(
    rows_are_put_replaced_and_got,
    batches_of_any_size_are_stored,
    rows_are_found_by_prefix_and_second_name,
    rows_are_deleted,
    sessions_and_kinds_are_apart,
);

fn row(id: &str, alt: Option<&str>, num: i64) -> StateRow {
    StateRow {
        id: id.to_owned(),
        alt: alt.map(str::to_owned),
        num,
        value: format!("value of {id}").into_bytes(),
    }
}

async fn put(store: &Store, session: &SessionId, kind: &'static str, rows: Vec<StateRow>) {
    let session = session.clone();
    store
        .write(move |tx| Box::pin(async move { tx.put_state(&session, kind, &rows).await }))
        .await
        .unwrap();
}

fn ids(rows: Vec<StateRow>) -> Vec<String> {
    rows.into_iter().map(|row| row.id).collect()
}

async fn rows_are_put_replaced_and_got(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    put(
        &store,
        &session,
        "prekey",
        vec![row("1", Some("x"), 5), row("2", None, 0)],
    )
    .await;
    assert_eq!(
        store.get_state(&session, "prekey", "1").await.unwrap(),
        Some(row("1", Some("x"), 5))
    );
    assert_eq!(store.get_state(&session, "prekey", "3").await.unwrap(), None);

    let newer = StateRow {
        value: vec![0, 1, 255],
        ..row("1", None, 6)
    };
    put(
        &store,
        &session,
        "prekey",
        vec![row("1", Some("y"), 1), newer.clone(), row("3", None, 0)],
    )
    .await;
    assert_eq!(
        store.get_state(&session, "prekey", "1").await.unwrap(),
        Some(newer),
        "the last of two counts"
    );
    let many = store
        .get_state_many(&session, "prekey", &["3", "none", "1", "3"])
        .await
        .unwrap();
    assert_eq!(ids(many), ["1", "3"]);
    assert_eq!(
        store
            .get_state_many::<&str>(&session, "prekey", &[])
            .await
            .unwrap(),
        []
    );
    put(&store, &session, "prekey", Vec::new()).await;
    let empty = StateRow {
        value: Vec::new(),
        ..row("empty", None, 0)
    };
    put(&store, &session, "prekey", vec![empty.clone()]).await;
    assert_eq!(
        store.get_state(&session, "prekey", "empty").await.unwrap(),
        Some(empty)
    );
}

async fn batches_of_any_size_are_stored(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    for size in [1, 3, 4, 63, 64, 65, 85, 200] {
        let rows: Vec<StateRow> = (0..size).map(|n| row(&format!("{n:03}"), None, n)).collect();
        put(&store, &session, "prekey", rows.clone()).await;
        assert_eq!(store.list_state(&session, "prekey").await.unwrap(), rows);
        assert_eq!(
            store.max_state_id(&session, "prekey").await.unwrap(),
            rows.last().map(|row| row.id.clone())
        );
    }
    assert_eq!(store.max_state_id(&session, "none").await.unwrap(), None);
}

async fn rows_are_found_by_prefix_and_second_name(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let rows = ["1.0", "1.1", "10.0", "1é", "1😀", "2.0", "a%", "a_", "ab"].map(|id| row(id, None, 0));
    put(&store, &session, "session", rows.to_vec()).await;
    put(&store, &session, "session", vec![row("named", Some("second"), 0)]).await;

    for (prefix, found) in [
        ("1.", vec!["1.0", "1.1"]),
        ("1", vec!["1.0", "1.1", "10.0", "1é", "1😀"]),
        ("a%", vec!["a%"]),
        ("x", vec![]),
    ] {
        assert_eq!(
            ids(store
                .list_state_prefix(&session, "session", prefix)
                .await
                .unwrap()),
            found,
            "{prefix}"
        );
    }
    let named = store
        .get_state_by_alt(&session, "session", "second")
        .await
        .unwrap();
    assert_eq!(named, Some(row("named", Some("second"), 0)));
    assert_eq!(
        store
            .get_state_by_alt(&session, "session", "third")
            .await
            .unwrap(),
        None
    );

    let id = session.clone();
    let delete =
        store.write(move |tx| Box::pin(async move { tx.delete_state_prefix(&id, "session", "1").await }));
    assert_eq!(delete.await.unwrap(), 5);
    assert_eq!(
        ids(store.list_state(&session, "session").await.unwrap()),
        ["2.0", "a%", "a_", "ab", "named"]
    );
}

async fn rows_are_deleted(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let rows = [
        ("a", "x", 0),
        ("b", "y", 10),
        ("c", "z", 20),
        ("d", "x", -5),
        ("e", "w", 9),
    ];
    put(
        &store,
        &session,
        "k",
        rows.map(|(id, alt, num)| row(id, Some(alt), num)).to_vec(),
    )
    .await;

    let id = session.clone();
    let deleted = store
        .write(move |tx| {
            Box::pin(async move {
                Ok([
                    tx.delete_state(&id, "k", &["c", "none"]).await?,
                    tx.delete_state_older(&id, "k", 10).await?,
                    tx.delete_state_by_alt(&id, "k", &["x"]).await?,
                    tx.delete_state_older(&id, "k", 10).await?,
                ])
            })
        })
        .await
        .unwrap();
    assert_eq!(deleted, [1, 1, 2, 0]);
    assert_eq!(ids(store.list_state(&session, "k").await.unwrap()), ["b"]);
    let id = session.clone();
    let cleared = store.write(move |tx| Box::pin(async move { tx.clear_state(&id, "k").await }));
    assert_eq!(cleared.await.unwrap(), 1);
}

async fn sessions_and_kinds_are_apart(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let other = seed_session(&store, "a", "other").await;
    for (session, kind) in [(&session, "one"), (&session, "two"), (&other, "one")] {
        put(&store, session, kind, vec![row("1", Some("x"), 1)]).await;
    }
    let id = session.clone();
    let deleted = store.write(move |tx| {
        Box::pin(async move {
            let deleted = tx.delete_state(&id, "one", &["1"]).await?;
            put_again(tx, &id).await?;
            Ok(deleted + tx.clear_device_state(&id).await?)
        })
    });
    assert_eq!(deleted.await.unwrap(), 3);
    assert_eq!(store.list_state(&session, "two").await.unwrap(), []);
    assert_eq!(ids(store.list_state(&other, "one").await.unwrap()), ["1"]);
}

async fn put_again(tx: &mut wagon_store::Tx<'_>, session: &SessionId) -> Result<(), wagon_store::Error> {
    tx.put_state(session, "one", &[row("1", None, 1)]).await
}
