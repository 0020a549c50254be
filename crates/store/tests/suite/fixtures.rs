//! Values to store. All numbers are fictitious.

use wagon_domain::message::{Chat, Party};
use wagon_domain::outbox::{Context, Idempotency, OutboxEntry, OutboxStatus, Outgoing};
use wagon_domain::session::SessionSettings;
use wagon_domain::{
    Content, EventBody, Jid, MessageId, MessageStatus, OrgId, OutboxId, Session, SessionId, SessionStatus,
    Timestamp, WaMessageId,
};
use wagon_store::{NewEvent, NewMessage, Org, Store};

pub(crate) const LID: &str = "100000000000001@lid";
pub(crate) const PHONE: &str = "15550000001@s.whatsapp.net";
pub(crate) const GROUP: &str = "120363000000000001@g.us";

pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(crate) fn jid(text: &str) -> Jid {
    text.parse().unwrap()
}

pub(crate) fn wa_id(text: &str) -> WaMessageId {
    text.parse().unwrap()
}

pub(crate) fn session_id(name: &str) -> SessionId {
    format!("sess_{name}").parse().unwrap()
}

pub(crate) fn org_id(name: &str) -> OrgId {
    format!("org_{name}").parse().unwrap()
}

pub(crate) fn org(name: &str, created_at: i64) -> Org {
    Org {
        id: org_id(name),
        name: name.to_owned(),
        created_at: at(created_at),
    }
}

pub(crate) fn session(name: &str, org: &OrgId) -> Session {
    Session {
        id: session_id(name),
        org: org.clone(),
        label: None,
        status: SessionStatus::Stopped,
        reason: None,
        jid: None,
        lid: None,
        settings: SessionSettings {
            auto_read: false,
            presence_typing: true,
            rate_per_min: 20,
            rate_per_hour: 0,
        },
        last_connected_at: None,
        created_at: at(1000),
        updated_at: at(1000),
    }
}

/// Stores organisation `org_a` with session `sess_a`, and returns the session's id.
pub(crate) async fn seed(store: &Store) -> SessionId {
    seed_session(store, "a", "a").await
}

/// Stores a session, and its organisation if that is new.
pub(crate) async fn seed_session(store: &Store, organisation: &str, name: &str) -> SessionId {
    let org = org(organisation, 1);
    let session = session(name, &org.id);
    let id = session.id.clone();
    let known = store.org(&org.id).await.unwrap().is_some();
    store
        .write(move |tx| {
            Box::pin(async move {
                if !known {
                    tx.create_org(&org).await?;
                }
                tx.insert_session(&session).await
            })
        })
        .await
        .unwrap();
    id
}

/// An inbound text from the person with phone JID and LID, in the chat with them. `number` gives
/// ids and time.
pub(crate) fn inbound(session: &SessionId, number: i64) -> NewMessage {
    NewMessage {
        id: message_id(number),
        session: session.clone(),
        wa_id: wa_id(&format!("WA{number}")),
        chat: Chat {
            jid: jid(PHONE),
            alias: Some(jid(LID)),
        },
        chat_name: Some("Ada".to_owned()),
        sender: Party {
            jid: Some(jid(PHONE)),
            lid: Some(jid(LID)),
            name: Some("Ada".to_owned()),
        },
        from_me: false,
        content: Content::text(format!("text {number}")),
        quote: None,
        mentions: Vec::new(),
        outbox: None,
        wire: None,
        status: None,
        timestamp: at(number * 1000),
        created_at: at(number * 1000 + 1),
    }
}

/// The same, as it looks while only the LID is known.
pub(crate) fn inbound_by_lid(session: &SessionId, number: i64) -> NewMessage {
    NewMessage {
        chat: Chat {
            jid: jid(LID),
            alias: None,
        },
        sender: Party {
            jid: None,
            lid: Some(jid(LID)),
            name: Some("Ada".to_owned()),
        },
        ..inbound(session, number)
    }
}

pub(crate) fn message_id(number: i64) -> MessageId {
    format!("msg_{number:04}").parse().unwrap()
}

pub(crate) fn send(session: &SessionId, name: &str, key: Option<&str>) -> OutboxEntry {
    OutboxEntry {
        id: outbox_id(name),
        org: org_id("a"),
        session: session.clone(),
        idempotency: key.map(|key| Idempotency {
            key: key.to_owned(),
            fingerprint: [3; 32],
        }),
        wa_id: wa_id("3EB0000000000000000001"),
        to: jid(PHONE),
        outgoing: Outgoing::Text {
            text: "hello".to_owned(),
            context: Context {
                mentions: vec![jid(LID)],
                reply_to: None,
            },
        },
        status: OutboxStatus::Sending,
        error: None,
        retry_at: None,
        dispatched_at: Some(at(1000)),
        created_at: at(1000),
        updated_at: at(1000),
        sent_at: None,
    }
}

/// The message of a send, as it is stored when the send is accepted.
pub(crate) fn own_message(entry: &OutboxEntry) -> NewMessage {
    NewMessage {
        id: format!("msg_{}", entry.id).parse().unwrap(),
        wa_id: entry.wa_id.clone(),
        chat: Chat {
            jid: entry.to.clone(),
            alias: None,
        },
        chat_name: None,
        sender: Party::default(),
        from_me: true,
        outbox: Some(entry.id.clone()),
        status: Some(MessageStatus::Pending),
        ..inbound(&entry.session, 1)
    }
}

pub(crate) fn outbox_id(name: &str) -> OutboxId {
    format!("out_{name}").parse().unwrap()
}

pub(crate) fn status_event(session: &SessionId, status: SessionStatus) -> NewEvent {
    NewEvent {
        org: org_id("a"),
        session: session.clone(),
        body: EventBody::SessionStatus { status, reason: None },
        timestamp: at(1000),
    }
}

/// Stores messages one by one; the result says which were new.
pub(crate) async fn insert(store: &Store, messages: Vec<NewMessage>) -> Vec<bool> {
    let mut new = Vec::new();
    for message in messages {
        let write = store.write(move |tx| Box::pin(async move { tx.insert_message(&message).await }));
        new.push(write.await.unwrap());
    }
    new
}
