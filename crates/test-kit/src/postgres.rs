use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, postgres::PgConnectOptions};
use ulid::Ulid;

use crate::env;

/// A fresh Postgres database, dropped with its handle.
#[derive(Debug)]
pub struct TestDatabase {
    server: PgConnectOptions,
    name: String,
}

impl TestDatabase {
    /// `None` when the run has no Postgres server, i.e. `TESTS_POSTGRES` is not set.
    pub async fn create() -> Option<Self> {
        let url = env::postgres_url()?;
        let server: PgConnectOptions = url
            .parse()
            .unwrap_or_else(|error| panic!("TESTS_POSTGRES is not a database URL: {error}"));
        let name = format!("wagon_test_{}", Ulid::generate().to_string().to_lowercase());
        let database = Self { server, name };
        execute(&database.server, &format!("CREATE DATABASE {}", database.name))
            .await
            .unwrap_or_else(|error| panic!("cannot create a test database: {error}"));
        Some(database)
    }

    /// Where the database is, as the gateway's configuration wants it.
    pub fn url(&self) -> String {
        self.server
            .clone()
            .database(&self.name)
            .to_url_lossy()
            .to_string()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let server = self.server.clone();
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // A runtime of its own: the test's may be gone, and it cannot be blocked on from inside.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(execute(&server, &statement)))
        });
        if !matches!(dropped.join(), Ok(Ok(Ok(())))) {
            eprintln!("cannot drop the test database {}", self.name);
        }
    }
}

async fn execute(server: &PgConnectOptions, statement: &str) -> sqlx::Result<()> {
    let mut connection = server.connect().await?;
    // Names cannot be bound as parameters; these are made here from letters and digits.
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await?;
    connection.close().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_lives_as_long_as_its_handle() {
        let Some(database) = TestDatabase::create().await else {
            return;
        };
        let options: PgConnectOptions = database.url().parse().unwrap();
        options.connect().await.unwrap().close().await.unwrap();
        drop(database);
        options.connect().await.unwrap_err();
    }
}
