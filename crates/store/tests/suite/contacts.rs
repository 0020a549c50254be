use wagon_domain::contact::Names;
use wagon_domain::{Jid, SessionId};
use wagon_store::{ContactFilter, Learnt, NewMessage, Store};

use crate::database::{Database, on_both};
use crate::fixtures::{GROUP, LID, PHONE, at, inbound, inbound_by_lid, insert, jid, seed, seed_session};

on_both!(
    two_addresses_of_a_person_are_one_contact_with_a_stable_id,
    a_learnt_mapping_moves_the_chat_too,
    lists_are_filtered_searched_and_paged,
    a_changed_name_is_news_once,
    sessions_keep_their_contacts_apart,
);

async fn learn(
    store: &Store,
    session: &SessionId,
    phone: Option<&str>,
    lid: Option<&str>,
    names: Names,
) -> bool {
    let learnt = Learnt {
        jid: phone.map(jid),
        lid: lid.map(jid),
        names,
    };
    let session = session.clone();
    store
        .write(move |tx| Box::pin(async move { tx.learn_contact(&session, &learnt, at(1000)).await }))
        .await
        .unwrap()
}

async fn list(store: &Store, session: &SessionId, filter: ContactFilter) -> Vec<Option<Jid>> {
    let found = store.contacts(session, &filter, None, 50).await.unwrap();
    found
        .into_iter()
        .map(|contact| contact.jid.or(contact.lid))
        .collect()
}

async fn two_addresses_of_a_person_are_one_contact_with_a_stable_id(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    learn(&store, &session, None, Some(LID), Names::pushed("Ada")).await;
    let by_lid = store.contact(&session, &jid(LID)).await.unwrap().unwrap();
    let full = Names {
        full: Some("Ada Lovelace".to_owned()),
        ..Names::default()
    };
    learn(&store, &session, Some(PHONE), None, full).await;
    assert_eq!(list(&store, &session, ContactFilter::default()).await.len(), 2);

    learn(&store, &session, Some(PHONE), Some(LID), Names::default()).await;
    let by_phone = store.contact(&session, &jid(PHONE)).await.unwrap().unwrap();
    assert_eq!(by_phone.row, by_lid.row, "the older row stays");
    assert_eq!(
        store.contact(&session, &jid(LID)).await.unwrap().unwrap(),
        by_phone
    );
    assert_eq!(
        (by_phone.jid.clone(), by_phone.lid.clone()),
        (Some(jid(PHONE)), Some(jid(LID)))
    );
    assert_eq!(by_phone.names.push.as_deref(), Some("Ada"));
    assert_eq!(by_phone.name(), Some("Ada Lovelace"));
    assert_eq!(list(&store, &session, ContactFilter::default()).await.len(), 1);
}

async fn a_learnt_mapping_moves_the_chat_too(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    insert(&store, vec![inbound_by_lid(&session, 1)]).await;
    let before = store.chat(&session, &jid(LID)).await.unwrap().unwrap();
    learn(&store, &session, Some(PHONE), Some(LID), Names::default()).await;
    for address in [PHONE, LID] {
        let chat = store.chat(&session, &jid(address)).await.unwrap().unwrap();
        assert_eq!((chat.jid, chat.alias), (jid(PHONE), Some(jid(LID))));
        assert_eq!(chat.row, before.row);
    }
    assert_eq!(
        store
            .messages(&session, &jid(PHONE), None, 10)
            .await
            .unwrap()
            .len(),
        1
    );
    assert!(store.contact(&session, &jid(PHONE)).await.unwrap().unwrap().dm);
}

async fn lists_are_filtered_searched_and_paged(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    insert(&store, vec![inbound(&session, 1)]).await;
    learn(&store, &session, Some(PHONE), Some(LID), Names::pushed("Ada")).await;
    let (bob, eve) = ("15550000002@s.whatsapp.net", "200000000000002@lid");
    learn(&store, &session, Some(bob), None, Names::pushed("Bob 100%")).await;
    learn(&store, &session, None, Some(eve), Names::pushed("Eve_x")).await;
    let mut in_group: NewMessage = inbound(&session, 2);
    in_group.chat.jid = jid(GROUP);
    in_group.chat.alias = None;
    in_group.sender.jid = Some(jid(bob));
    in_group.sender.lid = None;
    insert(&store, vec![in_group]).await;

    let text = |text: &str| ContactFilter {
        text: Some(text.to_owned()),
        ..ContactFilter::default()
    };
    assert_eq!(list(&store, &session, text("ada")).await, [Some(jid(PHONE))]);
    assert_eq!(
        list(&store, &session, text("0002")).await,
        [Some(jid(bob))],
        "by number"
    );
    assert_eq!(
        list(&store, &session, text("%")).await,
        [Some(jid(bob))],
        "no wildcard"
    );
    assert_eq!(
        list(&store, &session, text("_")).await,
        [Some(jid(eve))],
        "no wildcard"
    );
    assert!(list(&store, &session, text("whatsapp")).await.is_empty());
    let dm = |dm| ContactFilter {
        dm: Some(dm),
        ..ContactFilter::default()
    };
    assert_eq!(list(&store, &session, dm(true)).await, [Some(jid(PHONE))]);
    assert_eq!(
        list(&store, &session, dm(false)).await,
        [Some(jid(bob)), Some(jid(eve))]
    );
    let group = ContactFilter {
        group: Some(jid(GROUP)),
        ..ContactFilter::default()
    };
    assert_eq!(list(&store, &session, group).await, [Some(jid(bob))]);
    let contact = store.contact(&session, &jid(bob)).await.unwrap().unwrap();
    let groups = store.shared_groups(&contact).await.unwrap();
    assert_eq!(
        (groups.len(), groups[0].jid.clone(), groups[0].last_seen),
        (1, jid(GROUP), at(2000))
    );

    let all = ContactFilter::default();
    let first = store.contacts(&session, &all, None, 2).await.unwrap();
    let rest = store
        .contacts(&session, &all, Some(first[1].row), 2)
        .await
        .unwrap();
    assert_eq!((first.len(), rest.len()), (2, 1));
}

async fn a_changed_name_is_news_once(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    assert!(!learn(&store, &session, Some(PHONE), Some(LID), Names::pushed("Ada")).await);
    assert!(!learn(&store, &session, Some(PHONE), Some(LID), Names::pushed("Ada")).await);
    assert!(learn(&store, &session, Some(PHONE), None, Names::pushed("Ada L.")).await);
    assert!(
        !learn(&store, &session, Some(PHONE), None, Names::default()).await,
        "nothing said"
    );
    let contact = store.contact(&session, &jid(LID)).await.unwrap().unwrap();
    assert_eq!(contact.names.push.as_deref(), Some("Ada L."));
    assert!(
        learn(&store, &session, Some(PHONE), Some(LID), Names::pushed("Ada")).await,
        "back again"
    );
}

async fn sessions_keep_their_contacts_apart(db: Database) {
    let store = db.open().await;
    let session = seed(&store).await;
    let other = seed_session(&store, "a", "other").await;
    learn(&store, &session, Some(PHONE), Some(LID), Names::pushed("Ada")).await;
    assert_eq!(store.contact(&other, &jid(PHONE)).await.unwrap(), None);
    learn(&store, &other, Some(PHONE), None, Names::pushed("Someone")).await;
    let contact = store.contact(&session, &jid(PHONE)).await.unwrap().unwrap();
    assert_eq!(contact.names.push.as_deref(), Some("Ada"));
}
