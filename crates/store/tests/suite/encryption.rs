use wagon_domain::SessionId;
use wagon_store::{Cipher, DatabaseUrl, Error, StateRow, Store, Undecryptable};

use crate::database::{Database, on_both};
use crate::fixtures::seed;

on_both!(
    nothing_readable_is_stored,
    a_value_belongs_to_its_row,
    a_wrong_key_is_refused_at_opening,
    a_row_that_contradicts_our_types_is_named,
);

const SECRET: &[u8] = b"the private half of an identity key";

async fn put_secret(store: &Store, session: &SessionId, id: &str) {
    let (session, id) = (session.clone(), id.to_owned());
    store
        .write(move |tx| {
            Box::pin(async move {
                let row = StateRow {
                    id,
                    alt: None,
                    num: 0,
                    value: SECRET.to_vec(),
                };
                tx.put_state(&session, "identity", &[row]).await
            })
        })
        .await
        .unwrap();
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

async fn nothing_readable_is_stored(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    put_secret(&store, &session, "1").await;
    let stored: Vec<(Vec<u8>,)> = db.rows("SELECT value FROM device_state").await;
    assert_eq!(stored.len(), 1);
    assert!(!contains(&stored[0].0, SECRET));

    if let DatabaseUrl::Sqlite(path) = &db.url {
        let folder = path.parent().unwrap();
        let files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert!(files.len() > 1, "the database and its log");
        for file in files {
            assert!(
                !contains(&std::fs::read(&file).unwrap(), SECRET),
                "{}",
                file.display()
            );
        }
    }
}

async fn a_value_belongs_to_its_row(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    put_secret(&store, &session, "1").await;
    db.tamper("UPDATE device_state SET id = '2'").await;
    let moved = store.get_state(&session, "identity", "2").await;
    assert!(
        matches!(
            moved,
            Err(Error::Decrypt {
                reason: Undecryptable::Tampered,
                ..
            })
        ),
        "{moved:?}"
    );
}

async fn a_wrong_key_is_refused_at_opening(db: Database) {
    db.open().await.close().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("other.key");
    let refused = db
        .try_open(Cipher::load_or_generate(&path).unwrap())
        .await
        .err()
        .unwrap();
    assert!(matches!(refused, Error::WrongKey { .. }));
    assert!(refused.to_string().contains(path.to_str().unwrap()), "{refused}");
    db.open().await.close().await;
}

async fn a_row_that_contradicts_our_types_is_named(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    db.tamper("UPDATE sessions SET status = 'dancing'").await;
    let error = store.session(&session).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "row sess_a of table sessions has an invalid status"
    );
}
