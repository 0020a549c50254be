use std::sync::Arc;

use wagon_domain::{Capabilities, Clock, IdSource, OrgId, SessionId, SystemClock};
use wagon_services::{CreateKey, Keys, Pepper};
use wagon_store::{Cipher, Config, DatabaseUrl, Org, Store};
use wagon_test_kit::Gateway;

/// An API key with these capabilities in another organisation than the gateway's own, which no command makes yet.
pub(crate) async fn foreign_key(gateway: &Gateway, capabilities: &str) -> String {
    let (store, clock) = open(gateway).await;
    let now = clock.now();
    let id = OrgId::from_ulid(IdSource::default().next(now, &mut rand::rng()));
    let org = Org {
        id: id.clone(),
        name: "other".to_owned(),
        created_at: now,
    };
    store
        .write(move |tx| Box::pin(async move { tx.create_org(&org).await }))
        .await
        .expect("a new organisation is unique");
    create(store, clock, &id, request(capabilities, None)).await
}

/// An API key of the gateway's own organisation that sees one session.
pub(crate) async fn limited_key(gateway: &Gateway, capabilities: &str, session: &str) -> String {
    let (store, clock) = open(gateway).await;
    let org = store.first_org().await.expect("the database answers");
    let org = org.expect("the gateway has made one").id;
    let session = session.parse().expect("a session's id");
    create(store, clock, &org, request(capabilities, Some(vec![session]))).await
}

async fn open(gateway: &Gateway) -> (Store, Arc<dyn Clock>) {
    let data = gateway.data_dir();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let cipher = Cipher::load_or_generate(data.join("secret.key")).expect("the gateway has made it");
    let url = DatabaseUrl::Sqlite(data.join("wagon.db"));
    let store = Store::open(Config { url, cipher }, Arc::clone(&clock))
        .await
        .expect("the gateway's database can be opened twice");
    (store, clock)
}

fn request(capabilities: &str, sessions: Option<Vec<SessionId>>) -> CreateKey {
    let capabilities = capabilities
        .parse::<Capabilities>()
        .expect("a list of capabilities");
    CreateKey {
        sessions,
        ..CreateKey::unlimited("theirs", capabilities)
    }
}

async fn create(store: Store, clock: Arc<dyn Clock>, org: &OrgId, request: CreateKey) -> String {
    let keys = Keys::new(store.clone(), clock, Pepper::default());
    let made = keys.issue(org, request).await;
    store.close().await;
    made.expect("a new key is unique").secret
}
