use wagon_domain::message::Party;
use wagon_domain::{MessageStatus, SessionId};
use wagon_store::{Error, NewMessage, Store};

use crate::database::{Database, on_both};
use crate::fixtures::{LID, PHONE, at, inbound, inbound_by_lid, insert, jid, message_id, seed};

on_both!(
    a_phone_number_that_becomes_known_takes_over_the_chat,
    a_repeat_under_the_other_address_is_one_message,
    chats_under_both_addresses_become_one,
    a_lid_whose_phone_number_is_known_goes_to_that_chat,
    a_merge_that_is_rolled_back_happens_later,
);

async fn stored_ids(store: &Store, session: &SessionId, chat: &str) -> Vec<String> {
    let messages = store.messages(session, &jid(chat), None, 100).await.unwrap();
    messages
        .into_iter()
        .map(|message| message.id.to_string())
        .collect()
}

async fn a_phone_number_that_becomes_known_takes_over_the_chat(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    insert(
        &store,
        vec![
            inbound_by_lid(&session, 1),
            inbound_by_lid(&session, 2),
            inbound(&session, 3),
        ],
    )
    .await;

    let chats = store.chats(&session, None, 10).await.unwrap();
    assert_eq!(chats.len(), 1);
    assert_eq!(
        (&chats[0].jid, chats[0].alias.as_ref()),
        (&jid(PHONE), Some(&jid(LID)))
    );
    assert_eq!((chats[0].unread, chats[0].last_message_at), (3, Some(at(3000))));
    for chat in [PHONE, LID] {
        assert_eq!(
            stored_ids(&store, &session, chat).await,
            ["msg_0003", "msg_0002", "msg_0001"]
        );
    }
    let moved = store
        .messages(&session, &jid(PHONE), None, 10)
        .await
        .unwrap()
        .pop()
        .unwrap();
    assert_eq!(
        moved.sender,
        Party {
            jid: Some(jid(PHONE)),
            lid: Some(jid(LID)),
            name: Some("Ada".to_owned())
        }
    );
}

async fn a_repeat_under_the_other_address_is_one_message(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let by_phone = NewMessage {
        id: message_id(2),
        ..inbound(&session, 1)
    };
    let by_lid = NewMessage {
        id: message_id(3),
        ..inbound_by_lid(&session, 1)
    };
    assert_eq!(
        insert(&store, vec![inbound_by_lid(&session, 1), by_phone, by_lid]).await,
        [true, false, false]
    );
    assert_eq!(stored_ids(&store, &session, PHONE).await, ["msg_0001"]);
}

async fn chats_under_both_addresses_become_one(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    // A chat by phone JID whose LID is unknown, and one by LID, with one message in both.
    let by_phone_only = |number| {
        let mut message = inbound(&session, number);
        message.chat.alias = None;
        message.sender.lid = None;
        message.chat_name = None;
        message
    };
    let own = NewMessage {
        from_me: true,
        status: Some(MessageStatus::Sent),
        id: message_id(5),
        ..inbound_by_lid(&session, 1)
    };
    let repeat = NewMessage {
        id: message_id(4),
        ..inbound_by_lid(&session, 1)
    };
    insert(
        &store,
        vec![by_phone_only(1), inbound_by_lid(&session, 2), repeat, own],
    )
    .await;
    assert_eq!(store.chats(&session, None, 10).await.unwrap().len(), 2);

    let (from, to, id) = (jid(LID), jid(PHONE), session.clone());
    store
        .write(move |tx| Box::pin(async move { tx.merge_chat(&id, &from, &to).await }))
        .await
        .unwrap();
    let chats = store.chats(&session, None, 10).await.unwrap();
    assert_eq!(chats.len(), 1);
    assert_eq!(
        (chats[0].name.as_deref(), chats[0].last_message_at),
        (Some("Ada"), Some(at(2000)))
    );
    assert_eq!(
        stored_ids(&store, &session, PHONE).await,
        ["msg_0005", "msg_0002", "msg_0001"]
    );
}

async fn a_lid_whose_phone_number_is_known_goes_to_that_chat(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    insert(&store, vec![inbound(&session, 1), inbound_by_lid(&session, 2)]).await;
    assert_eq!(
        stored_ids(&store, &session, PHONE).await,
        ["msg_0002", "msg_0001"]
    );
    assert_eq!(store.chats(&session, None, 10).await.unwrap().len(), 1);
}

async fn a_merge_that_is_rolled_back_happens_later(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    insert(&store, vec![inbound_by_lid(&session, 1)]).await;
    let message = inbound(&session, 2);
    let undone: Result<(), Error> = store
        .write(move |tx| {
            Box::pin(async move {
                tx.insert_message(&message).await?;
                Err(Error::Closed)
            })
        })
        .await;
    assert!(undone.is_err());
    assert_eq!(stored_ids(&store, &session, LID).await, ["msg_0001"]);
    insert(&store, vec![inbound(&session, 3)]).await;
    assert_eq!(
        stored_ids(&store, &session, PHONE).await,
        ["msg_0003", "msg_0001"]
    );
    assert_eq!(store.chats(&session, None, 10).await.unwrap().len(), 1);
}
