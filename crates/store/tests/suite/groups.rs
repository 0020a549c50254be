use wagon_domain::group::{GroupMember, GroupRole};
use wagon_domain::message::{Chat, Party};
use wagon_domain::{Jid, SessionId};
use wagon_store::{KnownGroup, NewMessage, Store};

use crate::database::{Database, on_both};
use crate::fixtures::{GROUP, LID, PHONE, at, inbound, insert, jid, seed, seed_session, session_id};

on_both!(
    a_group_is_kept_until_the_session_leaves,
    members_are_one_person_by_either_address,
    sessions_share_nothing,
    a_groups_chat_has_its_name,
    the_first_list_is_told_from_later_ones,
);

fn known(subject: &str) -> KnownGroup {
    KnownGroup {
        subject: Some(subject.to_owned()),
        joined: true,
        ..KnownGroup::default()
    }
}

fn member(phone: Option<&str>, lid: Option<&str>, role: GroupRole) -> GroupMember {
    let party = Party {
        jid: phone.map(jid),
        lid: lid.map(jid),
        name: None,
    };
    GroupMember { party, role }
}

async fn save(store: &Store, session: &SessionId, group: KnownGroup, millis: i64) {
    let session = session.clone();
    store
        .write(move |tx| {
            Box::pin(async move { tx.save_group(&session, &jid(GROUP), &group, at(millis)).await })
        })
        .await
        .unwrap();
}

async fn put(store: &Store, session: &SessionId, member: GroupMember, millis: i64) {
    let session = session.clone();
    let put = store.write(move |tx| {
        Box::pin(async move {
            tx.put_group_member(&session, &jid(GROUP), &member, at(millis))
                .await
        })
    });
    put.await.unwrap();
}

async fn a_group_is_kept_until_the_session_leaves(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let full = KnownGroup {
        description: Some("About".to_owned()),
        owner: Some(jid(PHONE)),
        announce: true,
        created_at: Some(at(1)),
        ..known("Trip")
    };
    save(&store, &session, full.clone(), 5).await;
    put(
        &store,
        &session,
        member(Some(PHONE), None, GroupRole::SuperAdmin),
        5,
    )
    .await;
    save(&store, &session, KnownGroup { locked: true, ..full }, 6).await;
    let group = store.group(&session, &jid(GROUP)).await.unwrap().unwrap();
    assert_eq!(
        (
            group.subject.as_deref(),
            group.description.as_deref(),
            group.owner,
            group.created_at
        ),
        (Some("Trip"), Some("About"), Some(jid(PHONE)), Some(at(1)))
    );
    assert_eq!((group.announce, group.locked, group.members), (true, true, 1));
    assert_eq!((group.first_seen_at, group.updated_at), (at(5), at(6)));

    let id = session.clone();
    let left = store.write(move |tx| Box::pin(async move { tx.leave_group(&id, &jid(GROUP), at(7)).await }));
    left.await.unwrap();
    assert_eq!(store.group(&session, &jid(GROUP)).await.unwrap(), None);
    assert_eq!(store.groups(&session).await.unwrap(), []);
    assert_eq!(store.group_members(&session, &jid(GROUP)).await.unwrap(), []);
    let id = session.clone();
    let remembered = store.write(move |tx| Box::pin(async move { tx.known_group(&id, &jid(GROUP)).await }));
    let remembered = remembered.await.unwrap().unwrap();
    assert_eq!(
        (remembered.subject.as_deref(), remembered.joined),
        (Some("Trip"), false)
    );
}

async fn members_are_one_person_by_either_address(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    save(&store, &session, known("Trip"), 1).await;
    put(&store, &session, member(Some(PHONE), None, GroupRole::Member), 1).await;
    put(
        &store,
        &session,
        member(Some(PHONE), Some(LID), GroupRole::Member),
        2,
    )
    .await;
    put(&store, &session, member(None, Some(LID), GroupRole::Admin), 3).await;
    let members = store.group_members(&session, &jid(GROUP)).await.unwrap();
    assert_eq!(members.len(), 1);
    assert_eq!(
        members[0].member,
        member(Some(PHONE), Some(LID), GroupRole::Admin)
    );
    assert_eq!(
        (members[0].first_seen_at, members[0].last_seen_at),
        (at(1), at(3))
    );

    for (seen, expected) in [(9, 9), (4, 9)] {
        let id = session.clone();
        let party = member(None, Some(LID), GroupRole::Admin).party;
        let saw = store.write(move |tx| {
            Box::pin(async move { tx.saw_group_member(&id, &jid(GROUP), &party, at(seen)).await })
        });
        saw.await.unwrap();
        let members = store.group_members(&session, &jid(GROUP)).await.unwrap();
        assert_eq!(members[0].last_seen_at, at(expected));
    }
    let id = session.clone();
    let party = member(Some(PHONE), None, GroupRole::Admin).party;
    let removed = store
        .write(move |tx| Box::pin(async move { tx.remove_group_member(&id, &jid(GROUP), &party).await }));
    removed.await.unwrap();
    assert_eq!(store.group_members(&session, &jid(GROUP)).await.unwrap(), []);
}

async fn sessions_share_nothing(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    seed_session(&store, "a", "other").await;
    save(&store, &session, known("Trip"), 1).await;
    put(&store, &session, member(Some(PHONE), None, GroupRole::Member), 1).await;
    let other = session_id("other");
    assert_eq!(store.group(&other, &jid(GROUP)).await.unwrap(), None);
    assert_eq!(store.group_members(&other, &jid(GROUP)).await.unwrap(), []);
    let joined = store.write(move |tx| Box::pin(async move { tx.joined_groups(&session).await }));
    assert_eq!(joined.await.unwrap(), [jid(GROUP)]);
    let joined = store.write(move |tx| Box::pin(async move { tx.joined_groups(&other).await }));
    assert_eq!(joined.await.unwrap(), Vec::<Jid>::new());
}

async fn a_groups_chat_has_its_name(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let in_group = NewMessage {
        chat: Chat {
            jid: jid(GROUP),
            alias: None,
        },
        chat_name: None,
        ..inbound(&session, 1)
    };
    insert(&store, vec![in_group]).await;
    assert_eq!(
        store.chat(&session, &jid(GROUP)).await.unwrap().unwrap().name,
        None
    );
    save(&store, &session, known("Trip"), 1).await;
    for chat in [
        store.chat(&session, &jid(GROUP)).await.unwrap().unwrap(),
        store.chats(&session, None, 10).await.unwrap().remove(0),
    ] {
        assert_eq!(chat.name.as_deref(), Some("Trip"));
    }
}

async fn the_first_list_is_told_from_later_ones(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    for first in [true, false] {
        let id = session.clone();
        let noted = store.write(move |tx| Box::pin(async move { tx.note_group_list(&id, at(1)).await }));
        assert_eq!(noted.await.unwrap(), first);
    }
}
