use wagon_domain::{Role, TokenKeyId, UserId};
use wagon_store::{ExternalIdentity, RefreshToken, Store, TokenKey, Tx, User};

use crate::database::{Database, on_both};
use crate::fixtures::{at, org, org_id, seed};

on_both!(
    people_come_back_whole_and_change,
    members_have_roles_and_organisations_owners,
    an_organisation_goes_with_its_people_and_not_with_sessions,
    refresh_tokens_are_known_by_their_hash,
    token_keys_are_encrypted_and_retire,
    an_outside_identity_belongs_to_whom_it_was_given_first,
);

fn user_id(name: &str) -> UserId {
    format!("usr_{name}").parse().unwrap()
}

fn user(name: &str) -> User {
    User {
        id: user_id(name),
        email: format!("{name}@example.com").parse().unwrap(),
        name: Some(name.to_owned()),
        password: Some("$argon2id$…".to_owned()),
        super_admin: false,
        disabled_at: None,
        created_at: at(1),
        updated_at: at(1),
    }
}

async fn write<T: Send + 'static>(
    store: &Store,
    work: impl for<'t, 'g> FnOnce(
        &'t mut Tx<'g>,
    ) -> futures_util::future::BoxFuture<'t, Result<T, wagon_store::Error>>
    + Send
    + 'static,
) -> T {
    store.write(work).await.unwrap()
}

async fn put(store: &Store, user: &User) {
    let user = user.clone();
    write(store, |tx| Box::pin(async move { tx.put_user(&user).await })).await;
}

async fn join(store: &Store, org: &str, user: &str, role: Role) {
    let (org, user) = (org_id(org), user_id(user));
    write(store, move |tx| {
        Box::pin(async move { tx.put_member(&org, &user, role, at(2)).await })
    })
    .await;
}

/// A store with the organisations `a` and `b`, and Ada and Bob.
async fn people(db: &Database) -> Store {
    let store = db.open().await;
    for org in [org("a", 1), org("b", 2)] {
        write(&store, |tx| Box::pin(async move { tx.create_org(&org).await })).await;
    }
    for name in ["ada", "bob"] {
        put(&store, &user(name)).await;
    }
    store
}

async fn people_come_back_whole_and_change(db: Database) {
    let store = db.open().await;
    assert!(!store.has_users().await.unwrap());
    let ada = user("ada");
    put(&store, &ada).await;
    assert!(store.has_users().await.unwrap());
    assert_eq!(store.user(&ada.id).await.unwrap(), Some(ada.clone()));
    assert_eq!(store.user_by_email(&ada.email).await.unwrap(), Some(ada.clone()));
    let changed = User {
        email: "countess@example.com".parse().unwrap(),
        name: None,
        password: None,
        super_admin: true,
        disabled_at: Some(at(5)),
        updated_at: at(5),
        ..ada.clone()
    };
    put(&store, &changed).await;
    assert_eq!(store.user_by_email(&ada.email).await.unwrap(), None);
    assert_eq!(store.user(&ada.id).await.unwrap(), Some(changed.clone()));
    let bob = user("bob");
    put(&store, &bob).await;
    assert_eq!(
        store.users(None, 1).await.unwrap(),
        std::slice::from_ref(&changed)
    );
    assert_eq!(
        store.users(Some(&changed.id), 9).await.unwrap(),
        std::slice::from_ref(&bob)
    );

    let twin = User {
        id: user_id("twin"),
        ..bob.clone()
    };
    let twice = store
        .write(move |tx| Box::pin(async move { tx.put_user(&twin).await }))
        .await;
    assert!(twice.is_err(), "an address belongs to one person");
    let other = |than: &User| {
        let (store, than) = (store.clone(), than.id.clone());
        async move {
            write(&store, move |tx| {
                Box::pin(async move { tx.has_other_super_admin(&than).await })
            })
            .await
        }
    };
    assert!(!other(&bob).await, "the only one is disabled");
    put(
        &store,
        &User {
            disabled_at: None,
            ..changed.clone()
        },
    )
    .await;
    assert!(other(&bob).await && !other(&changed).await);
    assert!(
        write(&store, move |tx| Box::pin(async move {
            tx.delete_user(&bob.id).await
        }))
        .await
    );
    assert_eq!(store.user(&user_id("bob")).await.unwrap(), None);
}

async fn members_have_roles_and_organisations_owners(db: Database) {
    let store = people(&db).await;
    join(&store, "a", "ada", Role::Owner).await;
    join(&store, "a", "bob", Role::Member).await;
    join(&store, "b", "bob", Role::Owner).await;
    assert_eq!(
        store.role(&org_id("a"), &user_id("bob")).await.unwrap(),
        Some(Role::Member)
    );
    assert_eq!(store.role(&org_id("b"), &user_id("ada")).await.unwrap(), None);
    let members = store.members(&org_id("a")).await.unwrap();
    let seen: Vec<_> = members.iter().map(|m| (m.email.as_str(), m.role)).collect();
    assert_eq!(
        seen,
        [
            ("ada@example.com", Role::Owner),
            ("bob@example.com", Role::Member)
        ]
    );
    let memberships = store.memberships(&user_id("bob")).await.unwrap();
    let seen: Vec<_> = memberships
        .iter()
        .map(|m| (m.org.name.as_str(), m.role))
        .collect();
    assert_eq!(seen, [("a", Role::Member), ("b", Role::Owner)]);

    let sole = |name: &str| {
        let (store, user) = (store.clone(), user_id(name));
        async move {
            write(&store, move |tx| {
                Box::pin(async move { tx.solely_owned(&user).await })
            })
            .await
        }
    };
    assert_eq!(sole("ada").await, [org_id("a")]);
    join(&store, "a", "bob", Role::Owner).await;
    assert_eq!(sole("ada").await, []);
    assert_eq!(sole("bob").await, [org_id("b")]);
    assert!(
        write(&store, |tx| Box::pin(async move {
            tx.has_other_owner(&org_id("a"), &user_id("ada")).await
        }))
        .await
    );
    write(&store, |tx| {
        Box::pin(async move { tx.delete_member(&org_id("a"), &user_id("ada")).await })
    })
    .await;
    assert_eq!(store.memberships(&user_id("ada")).await.unwrap(), []);
}

async fn an_organisation_goes_with_its_people_and_not_with_sessions(db: Database) {
    let store = people(&db).await;
    join(&store, "b", "bob", Role::Owner).await;
    let delete = async |name: &str| {
        let org = org_id(name);
        write(&store, move |tx| {
            Box::pin(async move { tx.delete_org(&org).await })
        })
        .await
    };
    seed(&store).await;
    assert!(!delete("a").await, "it has a session");
    assert!(
        write(&store, |tx| Box::pin(async move {
            tx.rename_org(&org_id("b"), "c").await
        }))
        .await
    );
    assert_eq!(store.org(&org_id("b")).await.unwrap().unwrap().name, "c");
    assert_eq!(store.orgs(Some(&org_id("a")), 5).await.unwrap().len(), 1);
    assert!(delete("b").await);
    assert!(!delete("b").await);
    assert_eq!(store.memberships(&user_id("bob")).await.unwrap(), []);
    assert!(store.user(&user_id("bob")).await.unwrap().is_some());
}

async fn refresh_tokens_are_known_by_their_hash(db: Database) {
    let store = people(&db).await;
    let token = |number: u8, family: &str| RefreshToken {
        hash: [number; 32],
        family: family.to_owned(),
        user: user_id("ada"),
        org: Some(org_id("a")),
        created_at: at(1),
        expires_at: at(i64::from(number) * 10),
        used_at: None,
    };
    for token in [token(1, "f"), token(2, "f"), token(3, "g")] {
        write(&store, |tx| {
            Box::pin(async move { tx.insert_refresh_token(&token).await })
        })
        .await;
    }
    let find = async |number: u8| {
        write(&store, move |tx| {
            Box::pin(async move { tx.refresh_token(&[number; 32]).await })
        })
        .await
    };
    assert_eq!(find(1).await, Some(token(1, "f")));
    assert_eq!(find(9).await, None);
    write(&store, |tx| {
        Box::pin(async move { tx.use_refresh_token(&[1; 32], at(4)).await })
    })
    .await;
    assert_eq!(find(1).await.unwrap().used_at, Some(at(4)));
    let deleted = write(&store, |tx| {
        Box::pin(async move { tx.delete_refresh_tokens_before(at(15), 9).await })
    })
    .await;
    assert_eq!((deleted, find(1).await), (1, None));
    write(&store, |tx| {
        Box::pin(async move { tx.delete_refresh_family("f").await })
    })
    .await;
    assert_eq!((find(2).await, find(3).await), (None, Some(token(3, "g"))));
    write(&store, |tx| {
        Box::pin(async move { tx.delete_refresh_tokens(&user_id("ada")).await })
    })
    .await;
    assert_eq!(find(3).await, None);
}

async fn token_keys_are_encrypted_and_retire(db: Database) {
    let store = db.open().await;
    let key = |number: u8, created: i64| TokenKey {
        id: format!("tk_{number}").parse::<TokenKeyId>().unwrap(),
        public: vec![number; 32],
        private: vec![number; 48],
        created_at: at(created),
        retired_at: None,
    };
    let insert = async |key: TokenKey| {
        write(&store, move |tx| {
            Box::pin(async move { tx.insert_token_key(&key).await })
        })
        .await;
    };
    let active = async || {
        write(&store, |tx| {
            Box::pin(async move { tx.has_active_token_key().await })
        })
        .await
    };
    assert!(!active().await);
    insert(key(7, 1)).await;
    assert!(active().await);
    let stored: Vec<(Vec<u8>,)> = db.rows("SELECT private FROM token_keys").await;
    assert!(!stored[0].0.windows(8).any(|window| window == [7; 8]));
    write(&store, |tx| {
        Box::pin(async move { tx.retire_token_keys(at(5), at(0)).await })
    })
    .await;
    assert!(!active().await);
    insert(key(8, 5)).await;
    let retired = TokenKey {
        retired_at: Some(at(5)),
        ..key(7, 1)
    };
    assert_eq!(store.token_keys().await.unwrap(), [key(8, 5), retired]);
    write(&store, |tx| {
        Box::pin(async move { tx.retire_token_keys(at(9), at(6)).await })
    })
    .await;
    let left = store.token_keys().await.unwrap();
    assert_eq!(
        left,
        [TokenKey {
            retired_at: Some(at(9)),
            ..key(8, 5)
        }]
    );
}

async fn an_outside_identity_belongs_to_whom_it_was_given_first(db: Database) {
    let store = people(&db).await;
    let there = ExternalIdentity {
        issuer: "https://login.example.com".to_owned(),
        subject: "1".to_owned(),
    };
    assert_eq!(store.user_by_identity(&there).await.unwrap(), None);
    for name in ["ada", "bob"] {
        let there = there.clone();
        let linked = write(&store, move |tx| {
            Box::pin(async move { tx.link_identity(&there, &user_id(name), at(1)).await })
        });
        assert_eq!(linked.await, user_id("ada"));
    }
    assert_eq!(
        store.user_by_identity(&there).await.unwrap(),
        Some(user_id("ada"))
    );
}
