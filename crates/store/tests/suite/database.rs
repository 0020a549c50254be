//! A database for each test, of either kind.

use std::env;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::FutureExt;
use sqlx::postgres::PgRow;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, FromRow, PgConnection};
use tempfile::TempDir;
use wagon_domain::{Clock, Timestamp};
use wagon_store::{Cipher, Config, DatabaseUrl, Error, Store};

/// Declares each test for SQLite and for Postgres.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                crate::database::on_sqlite(super::$test).await;
            })+
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                crate::database::on_postgres(super::$test).await;
            })+
        }
    };
}
pub(crate) use on_both;

pub(crate) struct Database {
    pub(crate) url: DatabaseUrl,
    pub(crate) clock: Arc<ManualClock>,
    /// Deleted at the end of the test.
    _dir: Option<TempDir>,
}

/// Stands still until it is set.
pub(crate) struct ManualClock(AtomicI64);

impl ManualClock {
    pub(crate) fn set(&self, millis: i64) {
        self.0.store(millis, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) async fn on_sqlite<F: Future<Output = ()>>(test: impl FnOnce(Database) -> F) {
    test(Database::sqlite()).await;
}

#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "where these tests run is told by the environment"
)]
pub(crate) async fn on_postgres<F: Future<Output = ()>>(test: impl FnOnce(Database) -> F) {
    let Ok(server) = env::var("TESTS_POSTGRES") else {
        assert!(
            env::var("TESTS_REQUIRE_POSTGRES").is_err(),
            "set TESTS_POSTGRES to the URL of a Postgres server"
        );
        println!("passed over: TESTS_POSTGRES is not set");
        return;
    };
    let name = format!("wagon_test_{}", rand::random::<u64>());
    administer(&server, format!("CREATE DATABASE {name}")).await;
    let (base, _) = server.rsplit_once('/').expect("a Postgres URL names a database");
    let db = Database::at(DatabaseUrl::Postgres(format!("{base}/{name}")), None);
    let outcome = AssertUnwindSafe(test(db)).catch_unwind().await;
    administer(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
    outcome.unwrap_or_else(|panic| resume_unwind(panic));
}

async fn administer(server: &str, statement: String) {
    let mut conn = PgConnection::connect(server)
        .await
        .expect("TESTS_POSTGRES is reachable");
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(&mut conn)
        .await
        .unwrap();
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self::at(DatabaseUrl::Sqlite(dir.path().join("wagon.db")), Some(dir))
    }

    fn at(url: DatabaseUrl, dir: Option<TempDir>) -> Self {
        Self {
            url,
            clock: Arc::new(ManualClock(AtomicI64::new(1_700_000_000_000))),
            _dir: dir,
        }
    }

    pub(crate) async fn open(&self) -> Store {
        self.try_open(Cipher::new([7; 32])).await.unwrap()
    }

    pub(crate) async fn try_open(&self, cipher: Cipher) -> Result<Store, Error> {
        Store::open(self.config(cipher), self.clock()).await
    }

    pub(crate) async fn claim(&self) -> Result<Store, Error> {
        Store::claim(self.config(Cipher::new([7; 32])), self.clock()).await
    }

    fn config(&self, cipher: Cipher) -> Config {
        Config {
            url: self.url.clone(),
            cipher,
        }
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::<ManualClock>::clone(&self.clock)
    }

    /// Reads past the store, on a connection of its own.
    pub(crate) async fn rows<T>(&self, query: &str) -> Vec<T>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        match &self.url {
            DatabaseUrl::Sqlite(path) => {
                let mut conn = SqliteConnectOptions::new()
                    .filename(path)
                    .connect()
                    .await
                    .unwrap();
                sqlx::query_as(AssertSqlSafe(query))
                    .fetch_all(&mut conn)
                    .await
                    .unwrap()
            }
            DatabaseUrl::Postgres(url) => {
                let mut conn = PgConnection::connect(url).await.unwrap();
                sqlx::query_as(AssertSqlSafe(query))
                    .fetch_all(&mut conn)
                    .await
                    .unwrap()
            }
        }
    }

    /// Writes past the store.
    pub(crate) async fn tamper(&self, statement: &str) {
        let _: Vec<(i64,)> = self
            .rows(&format!("{statement} RETURNING CAST(1 AS BIGINT)"))
            .await;
    }

    pub(crate) async fn count(&self, table: &str) -> i64 {
        self.rows::<(i64,)>(&format!("SELECT COUNT(*) FROM {table}"))
            .await[0]
            .0
    }
}
