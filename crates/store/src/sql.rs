//! One statement text for two databases.
//!
//! A [`Query`] is a text with `$1`-style parameters and its typed values. Both databases cache the
//! prepared statement by its text, so texts are constants, or come from a small fixed set.

use std::borrow::Cow;

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Arguments, AssertSqlSafe, Database, Encode, FromRow, Postgres, Sqlite, Type};

use crate::conn::Conn;
use crate::value::Value;

/// A row that both databases can produce; `#[derive(FromRow)]` gives it.
pub(crate) trait Record:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A statement's text.
pub(crate) enum Sql {
    Same(&'static str),
    /// For the rare place where the dialects differ.
    Per {
        sqlite: &'static str,
        postgres: &'static str,
    },
    /// Assembled from constants, such as a row pattern repeated; never from data.
    Built(String),
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::Same(text)
    }
}

/// Statement text around parameters that are lists: `with_lists!("… id IN " list "$2" " AND …")`.
/// A list is bound as a JSON array of strings (see [`list`](crate::value::list)), so the text does
/// not depend on its length.
macro_rules! with_lists {
    ($start:literal $(list $parameter:literal $text:literal)+) => {
        $crate::sql::Sql::Per {
            sqlite: concat!($start, $("(SELECT value FROM json_each(", $parameter, "))", $text),+),
            postgres: concat!($start, $("(SELECT json_array_elements_text(", $parameter, "::json))", $text),+),
        }
    };
}
pub(crate) use with_lists;

pub(crate) struct Query {
    sql: Sql,
    values: Vec<Value>,
}

pub(crate) fn sql(text: impl Into<Sql>) -> Query {
    Query {
        sql: text.into(),
        values: Vec::new(),
    }
}

/// The same call on a sqlx query for the database that the connection leads to.
macro_rules! on_either {
    ($query:expr, $conn:expr, |$text:ident, $values:ident, $db:ident, $executor:ident| $call:expr) => {{
        let Query { sql, values } = $query;
        match $conn {
            Conn::Sqlite(conn) => {
                type $db = Sqlite;
                let ($text, $values) = (sql.for_sqlite(), arguments::<$db>(values)?);
                let $executor = &mut **conn;
                $call.await
            }
            Conn::Postgres(conn) => {
                type $db = Postgres;
                let ($text, $values) = (sql.for_postgres(), arguments::<$db>(values)?);
                let $executor = &mut **conn;
                $call.await
            }
        }
    }};
}

impl Query {
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Runs the statement and tells how many rows it changed.
    pub(crate) async fn execute(self, conn: &mut Conn) -> sqlx::Result<u64> {
        on_either!(self, conn, |text, values, Db, executor| async {
            let done = sqlx::query_with::<Db, _>(text, values).execute(executor).await?;
            Ok(done.rows_affected())
        })
    }

    /// Runs several statements, on SQLite in one exchange with its thread, and tells how many rows
    /// they changed together.
    pub(crate) async fn execute_all(queries: Vec<Self>, conn: &mut Conn) -> sqlx::Result<u64> {
        if let Conn::Sqlite(_) = conn {
            return Self::joined(queries).execute(conn).await;
        }
        let mut changed = 0;
        for query in queries {
            changed += query.execute(conn).await?;
        }
        Ok(changed)
    }

    /// One text of many statements for SQLite, where a parameter's number counts through all of them.
    fn joined(queries: Vec<Self>) -> Self {
        let (mut text, mut values) = (String::new(), Vec::new());
        for query in queries {
            let AssertSqlSafe(statement) = query.sql.for_sqlite();
            renumber(&statement, values.len(), &mut text);
            text.push(';');
            values.extend(query.values);
        }
        Self {
            sql: Sql::Built(text),
            values,
        }
    }

    pub(crate) async fn fetch_all<T: Record>(self, conn: &mut Conn) -> sqlx::Result<Vec<T>> {
        on_either!(self, conn, |text, values, Db, executor| {
            sqlx::query_as_with::<Db, T, _>(text, values).fetch_all(executor)
        })
    }

    pub(crate) async fn fetch_optional<T: Record>(self, conn: &mut Conn) -> sqlx::Result<Option<T>> {
        on_either!(self, conn, |text, values, Db, executor| {
            sqlx::query_as_with::<Db, T, _>(text, values).fetch_optional(executor)
        })
    }

    pub(crate) async fn fetch_one<T: Record>(self, conn: &mut Conn) -> sqlx::Result<T> {
        self.fetch_optional(conn).await?.ok_or(sqlx::Error::RowNotFound)
    }
}

impl Sql {
    fn for_sqlite(self) -> AssertSqlSafe<Cow<'static, str>> {
        AssertSqlSafe(match self {
            Self::Same(text) | Self::Per { sqlite: text, .. } => text.into(),
            Self::Built(text) => text.into(),
        })
    }

    fn for_postgres(self) -> AssertSqlSafe<Cow<'static, str>> {
        AssertSqlSafe(match self {
            Self::Same(text) | Self::Per { postgres: text, .. } => text.into(),
            Self::Built(text) => text.into(),
        })
    }
}

/// Appends a statement with its parameters moved up: `$1` becomes `$4` after three.
fn renumber(statement: &str, offset: usize, text: &mut String) {
    let mut parts = statement.split('$');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        text.push('$');
        match number.parse::<usize>() {
            Ok(number) => text.push_str(&(number + offset).to_string()),
            Err(_) => text.push_str(number),
        }
        text.push_str(rest);
    }
}

fn arguments<DB: Database>(values: Vec<Value>) -> sqlx::Result<DB::Arguments>
where
    for<'q> Option<String>: Encode<'q, DB> + Type<DB>,
    for<'q> Option<i64>: Encode<'q, DB> + Type<DB>,
    for<'q> bool: Encode<'q, DB> + Type<DB>,
    for<'q> Option<Vec<u8>>: Encode<'q, DB> + Type<DB>,
{
    let mut arguments = DB::Arguments::default();
    for value in values {
        match value {
            Value::Text(text) => arguments.add(text),
            Value::Int(int) => arguments.add(int),
            Value::Flag(flag) => arguments.add(flag),
            Value::Bytes(bytes) => arguments.add(bytes),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_statements_keep_their_own_values() {
        let joined = Query::joined(vec![
            sql("UPDATE a SET x = $2 WHERE id = $1").bind("a").bind(1_i64),
            sql("DELETE FROM b WHERE id IN ($1, $10)").bind("b"),
        ]);
        let AssertSqlSafe(text) = joined.sql.for_sqlite();
        assert_eq!(
            text,
            "UPDATE a SET x = $2 WHERE id = $1;DELETE FROM b WHERE id IN ($3, $12);"
        );
        assert_eq!(joined.values.len(), 3);
    }
}
