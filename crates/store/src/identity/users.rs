//! People.

use sqlx::FromRow;
use wagon_domain::{Email, Timestamp, UserId};

use crate::row::Row;
use crate::sql::sql;
use crate::{Error, Store, Tx};

/// A person who can sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub email: Email,
    pub name: Option<String>,
    /// A PHC string; none for someone who signs in elsewhere.
    pub password: Option<String>,
    /// One of those who run the gateway.
    pub super_admin: bool,
    pub disabled_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Says who it is, and neither how to reach them nor what the hash of their password is.
impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[derive(FromRow)]
struct UserRow {
    id: String,
    email: String,
    name: Option<String>,
    password: Option<String>,
    super_admin: bool,
    disabled_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<UserRow> for User {
    type Error = Error;

    fn try_from(row: UserRow) -> Result<Self, Error> {
        let at = Row::of("users", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            email: at.parse("email", &row.email)?,
            name: row.name,
            password: row.password,
            super_admin: row.super_admin,
            disabled_at: row.disabled_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        })
    }
}

const BY_ID: &str = "SELECT * FROM users WHERE id = $1";
const BY_EMAIL: &str = "SELECT * FROM users WHERE email = $1";

impl Tx<'_> {
    /// Stores a new person, or the new state of a known one.
    pub async fn put_user(&mut self, user: &User) -> Result<(), Error> {
        let query = sql(
            "INSERT INTO users (id, email, name, password, super_admin, disabled_at, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (id) DO UPDATE SET email = excluded.email, name = excluded.name,
                password = excluded.password, super_admin = excluded.super_admin,
                disabled_at = excluded.disabled_at, updated_at = excluded.updated_at",
        )
        .bind(&user.id)
        .bind(user.email.as_str())
        .bind(user.name.as_deref())
        .bind(user.password.as_deref())
        .bind(user.super_admin)
        .bind(user.disabled_at)
        .bind(user.created_at)
        .bind(user.updated_at);
        self.execute(query).await.map(drop)
    }

    /// The person as they are in this transaction.
    pub async fn user(&mut self, id: &UserId) -> Result<Option<User>, Error> {
        let row: Option<UserRow> = self.fetch_optional(sql(BY_ID).bind(id)).await?;
        row.map(User::try_from).transpose()
    }

    pub async fn user_by_email(&mut self, email: &Email) -> Result<Option<User>, Error> {
        let row: Option<UserRow> = self.fetch_optional(sql(BY_EMAIL).bind(email.as_str())).await?;
        row.map(User::try_from).transpose()
    }

    /// Says whether there was such a person.
    pub async fn delete_user(&mut self, id: &UserId) -> Result<bool, Error> {
        let query = sql("DELETE FROM users WHERE id = $1").bind(id);
        Ok(self.execute(query).await? > 0)
    }

    /// Whether someone else who runs the gateway can still sign in.
    pub async fn has_other_super_admin(&mut self, than: &UserId) -> Result<bool, Error> {
        let query =
            sql("SELECT id FROM users WHERE super_admin AND disabled_at IS NULL AND id <> $1 LIMIT 1")
                .bind(than);
        let other: Option<(String,)> = self.fetch_optional(query).await?;
        Ok(other.is_some())
    }
}

impl Store {
    pub async fn user(&self, id: &UserId) -> Result<Option<User>, Error> {
        let row: Option<UserRow> = self.fetch_optional(sql(BY_ID).bind(id)).await?;
        row.map(User::try_from).transpose()
    }

    pub async fn user_by_email(&self, email: &Email) -> Result<Option<User>, Error> {
        let row: Option<UserRow> = self.fetch_optional(sql(BY_EMAIL).bind(email.as_str())).await?;
        row.map(User::try_from).transpose()
    }

    /// People after the cursor, in the order in which they were added.
    pub async fn users(&self, after: Option<&UserId>, limit: u32) -> Result<Vec<User>, Error> {
        let query = sql("SELECT * FROM users WHERE id > $1 ORDER BY id LIMIT $2")
            .bind(after.map_or("", UserId::as_str))
            .bind(limit);
        self.fetch_all::<UserRow>(query)
            .await?
            .into_iter()
            .map(User::try_from)
            .collect()
    }

    pub async fn has_users(&self) -> Result<bool, Error> {
        let row: Option<(String,)> = self.fetch_optional(sql("SELECT id FROM users LIMIT 1")).await?;
        Ok(row.is_some())
    }
}
