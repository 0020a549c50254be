use crate::database::{Database, on_both};

on_both!(the_first_claim_holds);

async fn the_first_claim_holds(db: Database) {
    let store = db.open().await;
    assert_eq!(store.claim_meta("network", "sandbox").await.unwrap(), "sandbox");
    assert_eq!(store.claim_meta("network", "whatsapp").await.unwrap(), "sandbox");
}
