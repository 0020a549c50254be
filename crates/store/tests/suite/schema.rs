use wagon_store::DatabaseUrl;

use crate::database::{Database, on_postgres};

/// Table, column, type and whether it may be null.
type Column = (String, String, String, bool);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_have_the_same_schema() {
    on_postgres(async |postgres: Database| {
        let sqlite = Database::sqlite();
        sqlite.open().await.close().await;
        postgres.open().await.close().await;

        let in_postgres: Vec<Column> = postgres
            .rows(
                "SELECT table_name::text, column_name::text, upper(data_type), is_nullable = 'YES'
                 FROM information_schema.columns
                 WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'
                 ORDER BY table_name COLLATE \"C\", column_name COLLATE \"C\"",
            )
            .await;
        let mut in_sqlite: Vec<Column> = sqlite
            .rows(
                "SELECT tables.name, columns.name, columns.type, CAST(columns.\"notnull\" = 0 AS BOOLEAN)
                 FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
                 WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'
                    AND tables.name <> '_sqlx_migrations'
                 ORDER BY tables.name, columns.name",
            )
            .await;
        for (_, _, kind, _) in &mut in_sqlite {
            match kind.as_str() {
                "BLOB" => "BYTEA".clone_into(kind),
                "INTEGER" => "BIGINT".clone_into(kind),
                _ => {}
            }
        }
        assert!(in_sqlite.len() > 60);
        assert_eq!(in_sqlite, in_postgres);

        let indexes = "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";
        let in_sqlite: Vec<(String,)> = sqlite.rows(indexes).await;
        let indexes = "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public'
            AND indexname NOT LIKE '%_pkey' ORDER BY indexname COLLATE \"C\"";
        let in_postgres: Vec<(String,)> = postgres.rows(indexes).await;
        assert_eq!(in_sqlite, in_postgres);
    })
    .await;
}

/// Sorting and comparing must mean the same on both databases, whatever the server's locale is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_sort_by_bytes_on_postgres() {
    on_postgres(async |db: Database| {
        db.open().await.close().await;
        let sorted_by_locale: Vec<(String, String)> = db
            .rows(
                "SELECT table_name::text, column_name::text FROM information_schema.columns
                 WHERE table_schema = 'public' AND collation_name IS DISTINCT FROM 'C'
                    AND (column_name IN ('id', 'kind', 'alt', 'jid', 'lid', 'alias') OR column_name LIKE '%\\_id'
                        OR column_name LIKE '%\\_jid')
                    AND data_type = 'text'",
            )
            .await;
        assert_eq!(sorted_by_locale, []);
    })
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn the_sqlite_file_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let db = Database::sqlite();
    let store = db.open().await;
    let DatabaseUrl::Sqlite(path) = &db.url else {
        unreachable!("it was made as SQLite")
    };
    for suffix in ["", "-wal", "-shm"] {
        let file = format!("{}{suffix}", path.display());
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600,
            "{file}"
        );
    }
    store.close().await;
}
