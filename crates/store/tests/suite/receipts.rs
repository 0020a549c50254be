use wagon_domain::MessageStatus::{Delivered, Failed, Pending, Played, Read, Sent};
use wagon_domain::{MessageStatus, SessionId, WaMessageId};
use wagon_store::{NewMessage, Store};

use crate::database::{Database, on_both};
use crate::fixtures::{GROUP, LID, PHONE, at, inbound, insert, jid, seed, wa_id};

on_both!(
    receipts_move_messages_forward_in_any_order,
    a_failed_message_stays_failed,
    only_own_messages_of_that_chat_move,
    the_answer_to_a_send_is_news_once,
);

async fn own(store: &Store, session: &SessionId, number: i64) -> WaMessageId {
    let message = NewMessage {
        from_me: true,
        status: Some(Pending),
        ..inbound(session, number)
    };
    let id = message.wa_id.clone();
    insert(store, vec![message]).await;
    id
}

/// The ids of the messages that moved.
async fn advance(
    store: &Store,
    session: &SessionId,
    chat: &str,
    ids: &[&WaMessageId],
    status: MessageStatus,
) -> Vec<String> {
    let (session, chat, ids) = (
        session.clone(),
        jid(chat),
        ids.iter().copied().cloned().collect::<Vec<_>>(),
    );
    let moved = store
        .write(move |tx| Box::pin(async move { tx.advance_status(&session, &chat, &ids, status).await }))
        .await
        .unwrap();
    moved.into_iter().map(|moved| moved.id.into()).collect()
}

const NONE: [&str; 0] = [];

async fn receipts_move_messages_forward_in_any_order(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let mut number = 0;
    for order in [
        [Sent, Delivered, Read],
        [Read, Delivered, Sent],
        [Delivered, Sent, Read],
        [Read, Read, Played],
    ] {
        number += 1;
        let id = own(&store, &session, number).await;
        let mut reached = Pending;
        for status in order {
            let moved = advance(&store, &session, PHONE, &[&id], status).await;
            assert_eq!(
                !moved.is_empty(),
                status.rank() > reached.rank(),
                "{order:?}: {status}"
            );
            reached = reached.max(status);
            assert_eq!(
                store.message(&session, None, &id).await.unwrap().unwrap().status,
                Some(reached)
            );
        }
    }
}

async fn a_failed_message_stays_failed(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let id = own(&store, &session, 1).await;
    assert_eq!(advance(&store, &session, PHONE, &[&id], Failed).await, ["WA1"]);
    for status in MessageStatus::ALL {
        assert_eq!(
            advance(&store, &session, PHONE, &[&id], status).await,
            NONE,
            "{status}"
        );
    }
    assert_eq!(
        store.message(&session, None, &id).await.unwrap().unwrap().status,
        Some(Failed)
    );
}

async fn only_own_messages_of_that_chat_move(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let (first, second) = (own(&store, &session, 1).await, own(&store, &session, 2).await);
    insert(&store, vec![inbound(&session, 3)]).await;
    let (unknown, not_own) = (wa_id("UNKNOWN"), wa_id("WA3"));
    let ids = [&second, &unknown, &not_own, &first];

    assert_eq!(advance(&store, &session, GROUP, &ids, Delivered).await, NONE);
    assert_eq!(advance(&store, &session, PHONE, &[], Delivered).await, NONE);
    assert_eq!(advance(&store, &session, PHONE, &[&first], Read).await, ["WA1"]);
    // The alias names the same chat; the answer keeps the order of the question.
    assert_eq!(advance(&store, &session, LID, &ids, Delivered).await, ["WA2"]);
    assert_eq!(advance(&store, &session, LID, &ids, Read).await, ["WA2"]);
    assert_eq!(advance(&store, &session, LID, &ids, Played).await, ["WA2", "WA1"]);
    assert_eq!(
        store
            .message(&session, None, &not_own)
            .await
            .unwrap()
            .unwrap()
            .status,
        None
    );
}

async fn the_answer_to_a_send_is_news_once(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let id = own(&store, &session, 1).await;
    let answers = {
        let (session, id) = (session.clone(), id.clone());
        store.write(move |tx| {
            Box::pin(async move {
                Ok([
                    tx.message_failed(&session, &jid(GROUP), &id).await?,
                    tx.message_failed(&session, &jid(PHONE), &id).await?,
                    tx.message_failed(&session, &jid(PHONE), &id).await?,
                    // A later attempt gets through.
                    tx.message_sent(&session, &jid(LID), &id, at(77)).await?,
                    tx.message_sent(&session, &jid(PHONE), &id, at(78)).await?,
                    tx.message_failed(&session, &jid(PHONE), &id).await?,
                ])
            })
        })
    };
    assert_eq!(answers.await.unwrap(), [false, true, false, true, false, false]);
    let message = store.message(&session, None, &id).await.unwrap().unwrap();
    assert_eq!((message.status, message.timestamp), (Some(Sent), at(77)));
}
