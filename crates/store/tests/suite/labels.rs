use wagon_domain::label::{Label, LabelChange};

use crate::database::{Database, on_both};
use crate::fixtures::{GROUP, LID, PHONE, jid, seed};

on_both!(labels_are_put_on_chats_and_go_with_their_deletion);

async fn labels_are_put_on_chats_and_go_with_their_deletion(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let label = |id: &str, name: &str| Label {
        id: id.to_owned(),
        name: name.to_owned(),
        color: 3,
    };
    let put = |label: &str, chat, on| LabelChange::Put {
        label: label.to_owned(),
        chat: jid(chat),
        on,
    };
    let change = async |change: LabelChange| {
        let id = session.clone();
        let job = store.write(move |tx| Box::pin(async move { tx.change_labels(&id, &change).await }));
        job.await.unwrap();
    };
    change(LabelChange::Set(label("1", "New"))).await;
    change(LabelChange::Set(label("2", "Paid"))).await;
    change(LabelChange::Set(label("1", "Fresh"))).await;
    assert_eq!(
        store.labels(&session).await.unwrap(),
        [label("1", "Fresh"), label("2", "Paid")]
    );
    for _ in 0..2 {
        change(put("1", PHONE, true)).await;
    }
    change(put("2", PHONE, true)).await;
    change(put("1", GROUP, true)).await;
    change(put("2", PHONE, false)).await;
    assert_eq!(
        store.labels_of(&session, &jid(PHONE)).await.unwrap(),
        [label("1", "Fresh")]
    );
    assert_eq!(store.labelled_chats(&session, "1").await.unwrap().len(), 2);
    // Whose phone number becomes known keeps theirs.
    change(put("1", LID, true)).await;
    change(put("2", LID, true)).await;
    let (from, to, id) = (jid(LID), jid(PHONE), session.clone());
    let merged = store.write(move |tx| Box::pin(async move { tx.merge_chat(&id, &from, &to).await }));
    merged.await.unwrap();
    assert_eq!(
        store.labels_of(&session, &jid(PHONE)).await.unwrap(),
        [label("1", "Fresh"), label("2", "Paid")]
    );
    assert_eq!(store.labels_of(&session, &jid(LID)).await.unwrap(), []);

    change(LabelChange::Deleted {
        label: "1".to_owned(),
    })
    .await;
    assert_eq!(store.labels(&session).await.unwrap(), [label("2", "Paid")]);
    assert_eq!(store.labelled_chats(&session, "1").await.unwrap(), []);
}
