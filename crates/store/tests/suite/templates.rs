use wagon_domain::Template;
use wagon_store::Store;

use crate::database::{Database, on_both};
use crate::fixtures::{at, seed, session_id};

on_both!(names_are_unique_within_a_session, what_is_deleted_stays_deleted,);

fn template(id: &str, name: &str) -> Template {
    Template {
        id: format!("tpl_{id}").parse().unwrap(),
        session: session_id("a"),
        name: name.to_owned(),
        body: "Hi {{name}}".to_owned(),
        header: None,
        footer: Some("Bye".to_owned()),
        created_at: at(1),
        updated_at: at(2),
    }
}

async fn insert(store: &Store, template: Template) -> bool {
    store
        .write(move |tx| Box::pin(async move { tx.insert_template(&template).await }))
        .await
        .unwrap()
}

async fn update(store: &Store, template: Template) -> bool {
    store
        .write(move |tx| Box::pin(async move { tx.update_template(&template).await }))
        .await
        .unwrap()
}

async fn names_are_unique_within_a_session(db: Database) {
    let store = db.open().await;
    seed(&store).await;
    let first = template("1", "greeting");
    assert!(insert(&store, first.clone()).await);
    assert!(!insert(&store, template("2", "greeting")).await);
    assert!(insert(&store, template("3", "reminder")).await);
    let named = store
        .template_by_name(&session_id("a"), "greeting")
        .await
        .unwrap();
    assert_eq!(named, Some(first.clone()));
    let all = store.templates(&session_id("a")).await.unwrap();
    assert_eq!(all, [template("3", "reminder"), first]);
    assert!(!update(&store, template("3", "greeting")).await);
    let changed = Template {
        header: Some("News".to_owned()),
        ..template("3", "reminder")
    };
    assert!(update(&store, changed.clone()).await);
    let read = store.template(&session_id("a"), &changed.id).await.unwrap();
    assert_eq!(read, Some(changed));
}

async fn what_is_deleted_stays_deleted(db: Database) {
    let store = db.open().await;
    seed(&store).await;
    let one = template("1", "greeting");
    insert(&store, one.clone()).await;
    let delete = async || {
        let one = one.clone();
        store
            .write(move |tx| Box::pin(async move { tx.delete_template(&one.session, &one.id).await }))
            .await
            .unwrap()
    };
    assert!(delete().await);
    assert!(!delete().await);
    update(&store, one.clone()).await;
    assert_eq!(store.template(&one.session, &one.id).await.unwrap(), None);
}
