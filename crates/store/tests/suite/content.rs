use wagon_domain::content::{Target, WireContent};
use wagon_domain::message::{Chat, Party};
use wagon_domain::{Content, MessageStatus, SessionId};
use wagon_store::{Editor, NewMessage, Store};

use crate::database::{Database, on_both};
use crate::fixtures::{GROUP, LID, PHONE, inbound, insert, jid, message_id, seed, wa_id};

on_both!(
    the_engines_form_is_kept_apart_and_encrypted,
    the_engines_form_of_a_send_comes_later,
    only_its_author_edits_a_message,
    a_revoke_marks_a_message_and_drops_the_engines_form,
    messages_that_are_gone_do_not_stand,
    others_may_revoke_in_groups_only,
    changes_are_no_part_of_a_chat,
);

const OTHER: &str = "15550000002@s.whatsapp.net";

fn wire() -> WireContent {
    WireContent(b"the key of a picture".to_vec())
}

fn edit(id: &str) -> Content {
    Content::Edit {
        target: target(id),
        text: "new words".to_owned(),
    }
}

fn revoke(id: &str) -> Content {
    Content::Revoke { target: target(id) }
}

fn target(id: &str) -> Target {
    Target {
        id: wa_id(id),
        sender: Some(jid(PHONE)),
        from_me: false,
    }
}

async fn apply(store: &Store, session: &SessionId, chat: &str, by: &str, content: Content) -> bool {
    let (session, chat) = (session.clone(), jid(chat));
    let sender = Party {
        jid: Some(jid(by)),
        ..Party::default()
    };
    store
        .write(move |tx| {
            Box::pin(async move {
                let editor = Editor {
                    from_me: false,
                    sender: &sender,
                };
                tx.apply_change(&session, &chat, editor, &content).await
            })
        })
        .await
        .unwrap()
}

async fn the_engines_form_is_kept_apart_and_encrypted(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let message = NewMessage {
        wire: Some(wire()),
        ..inbound(&session, 1)
    };
    insert(&store, vec![message, inbound(&session, 2)]).await;
    for (number, expected) in [(1, Some(wire())), (2, None)] {
        let id = message_id(number);
        assert_eq!(store.message_wire_by_id(&session, &id).await.unwrap(), expected);
    }
    let foreign: SessionId = "sess_foreign".parse().unwrap();
    let id = message_id(1);
    assert_eq!(store.message_wire_by_id(&foreign, &id).await.unwrap(), None);
    let stored: Vec<(Vec<u8>,)> = db.rows("SELECT value FROM message_wire").await;
    assert!(!stored[0].0.windows(7).any(|window| window == b"picture"));
}

async fn the_engines_form_of_a_send_comes_later(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let message = NewMessage {
        from_me: true,
        status: Some(MessageStatus::Pending),
        ..inbound(&session, 1)
    };
    insert(&store, vec![message]).await;
    let owner = session.clone();
    store
        .write(move |tx| {
            Box::pin(async move {
                // By the alias, and for a message that is not there.
                tx.keep_wire(&owner, &jid(LID), &wa_id("WA1"), &wire()).await?;
                tx.keep_wire(&owner, &jid(LID), &wa_id("WA2"), &wire()).await
            })
        })
        .await
        .unwrap();
    let kept = store.message_wire_by_id(&session, &message_id(1)).await;
    assert_eq!(kept.unwrap(), Some(wire()));
}

async fn only_its_author_edits_a_message(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    insert(&store, vec![inbound(&session, 1)]).await;
    assert!(!apply(&store, &session, PHONE, OTHER, edit("WA1")).await);
    assert!(!apply(&store, &session, PHONE, PHONE, edit("NONE")).await);
    assert!(apply(&store, &session, LID, PHONE, edit("WA1")).await);
    let stored = store
        .message(&session, None, &wa_id("WA1"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.content, Content::text("new words"));
    assert!(stored.edited && !stored.deleted);
}

async fn a_revoke_marks_a_message_and_drops_the_engines_form(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let message = NewMessage {
        wire: Some(wire()),
        ..inbound(&session, 1)
    };
    insert(&store, vec![message]).await;
    assert!(apply(&store, &session, PHONE, PHONE, revoke("WA1")).await);
    let stored = store
        .message(&session, None, &wa_id("WA1"))
        .await
        .unwrap()
        .unwrap();
    assert!(stored.deleted);
    assert_eq!(stored.content, Content::text("text 1"));
    assert_eq!(store.message_wire(&stored).await.unwrap(), None);
}

async fn messages_that_are_gone_do_not_stand(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let (kept, revoked) = (inbound(&session, 1), inbound(&session, 2));
    let ids = [kept.id.clone(), revoked.id.clone(), message_id(3)];
    insert(&store, vec![kept, revoked]).await;
    assert!(apply(&store, &session, PHONE, PHONE, revoke("WA2")).await);
    let standing = store.standing_messages(&ids).await.unwrap();
    assert_eq!(standing, [ids[0].clone()].into());
}

async fn others_may_revoke_in_groups_only(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let in_group = NewMessage {
        chat: Chat {
            jid: jid(GROUP),
            alias: None,
        },
        ..inbound(&session, 2)
    };
    insert(&store, vec![inbound(&session, 1), in_group]).await;
    assert!(!apply(&store, &session, PHONE, OTHER, revoke("WA1")).await);
    assert!(apply(&store, &session, GROUP, OTHER, revoke("WA2")).await);
}

async fn changes_are_no_part_of_a_chat(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let reaction = NewMessage {
        content: Content::Reaction {
            target: target("WA1"),
            emoji: Some("👍".to_owned()),
        },
        ..inbound(&session, 2)
    };
    let messages = vec![inbound(&session, 1), reaction.clone(), reaction];
    assert_eq!(insert(&store, messages).await, [true, true, false]);
    let listed = store.messages(&session, &jid(PHONE), None, 10).await.unwrap();
    assert_eq!(listed.len(), 1);
    let chat = store.chat(&session, &jid(PHONE)).await.unwrap().unwrap();
    assert_eq!(chat.unread, 1);
}
