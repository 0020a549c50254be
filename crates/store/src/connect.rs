//! Opening either database with the settings that the store relies on.

use std::io;
use std::path::Path;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};

use crate::conn::Conn;
use crate::{DatabaseUrl, Error};

const SQLITE_READERS: u32 = 4;
const POSTGRES_READERS: u32 = 8;
const STATEMENT_CACHE: usize = 256;
/// How long to wait for another process that holds the SQLite file, such as a backup.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// One connection for writing, several for reading.
pub(crate) struct Pools {
    pub(crate) write: Pool,
    pub(crate) read: Pool,
}

impl Pools {
    /// Nothing connects yet.
    pub(crate) fn new(url: &DatabaseUrl) -> Result<Self, Error> {
        match url {
            DatabaseUrl::Sqlite(path) => {
                create_private(path).map_err(|source| Error::File {
                    path: path.clone(),
                    source,
                })?;
                let pool = |size| {
                    // A local file cannot go away, so asking each time whether it still answers is waste.
                    SqlitePoolOptions::new()
                        .max_connections(size)
                        .test_before_acquire(false)
                        .idle_timeout(None)
                };
                let options = sqlite_options(path);
                // Only the writer sets WAL mode: it is stored in the file.
                let writing = options.clone().journal_mode(SqliteJournalMode::Wal);
                Ok(Self {
                    write: Pool::Sqlite(pool(1).max_lifetime(None).connect_lazy_with(writing)),
                    read: Pool::Sqlite(pool(SQLITE_READERS).connect_lazy_with(options.read_only(true))),
                })
            }
            DatabaseUrl::Postgres(url) => {
                let options = url
                    .parse::<PgConnectOptions>()?
                    .application_name("wagon")
                    .statement_cache_capacity(STATEMENT_CACHE);
                let pool = |size| {
                    PgPoolOptions::new()
                        .max_connections(size)
                        .connect_lazy_with(options.clone())
                };
                Ok(Self {
                    write: Pool::Postgres(pool(1)),
                    read: Pool::Postgres(pool(POSTGRES_READERS)),
                })
            }
        }
    }
}

impl Pool {
    pub(crate) async fn acquire(&self) -> sqlx::Result<Conn> {
        Ok(match self {
            Self::Sqlite(pool) => Conn::Sqlite(pool.acquire().await?),
            Self::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// A connection that is closed when dropped, so that none with an open transaction comes back.
    pub(crate) async fn acquire_own(&self) -> sqlx::Result<Conn> {
        let mut conn = self.acquire().await?;
        match &mut conn {
            Conn::Sqlite(conn) => conn.close_on_drop(),
            Conn::Postgres(conn) => conn.close_on_drop(),
        }
        Ok(conn)
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

fn sqlite_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(STATEMENT_CACHE)
        // Negative: KiB instead of pages.
        .pragma("cache_size", "-16000")
        .pragma("mmap_size", "268435456")
        .pragma("temp_store", "MEMORY")
        // A message changes some 28 pages of tables and indexes. Copied back every thousand pages, as is
        // the default, the same pages go to disk again and again.
        .pragma("wal_autocheckpoint", "16384")
}

/// SQLite gives its journal files the mode of the database file.
fn create_private(path: &Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}
