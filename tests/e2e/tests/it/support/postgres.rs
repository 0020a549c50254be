use wagon_test_kit::{Gateway, GatewayBuilder, TestDatabase};

/// Runs the test with a gateway on a fresh Postgres database, if the run has a server for it.
pub(crate) async fn on_postgres(test: impl AsyncFnOnce(GatewayBuilder)) {
    let Some(database) = TestDatabase::create().await else {
        assert!(
            !is_required(),
            "TESTS_POSTGRES is not set: run with scripts/with-postgres.sh"
        );
        eprintln!("passed over: TESTS_POSTGRES is not set");
        return;
    };
    test(Gateway::builder().database(database.url())).await;
}

#[expect(
    clippy::disallowed_methods,
    reason = "where these tests run is told by the environment"
)]
fn is_required() -> bool {
    std::env::var("TESTS_REQUIRE_POSTGRES").is_ok_and(|value| !value.is_empty())
}
