//! Refresh tokens: each is exchanged once, for its successor.

use sqlx::FromRow;
use wagon_domain::{OrgId, Timestamp, UserId};

use crate::row::Row;
use crate::sql::sql;
use crate::{Error, Tx};

/// What is known of a refresh token without knowing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// The sign-in that it descends from.
    pub family: String,
    pub user: UserId,
    pub org: Option<OrgId>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// When it was exchanged for its successor.
    pub used_at: Option<Timestamp>,
}

#[derive(FromRow)]
struct TokenRow {
    hash: Vec<u8>,
    family: String,
    user_id: String,
    organization_id: Option<String>,
    created_at: i64,
    expires_at: i64,
    used_at: Option<i64>,
}

impl TryFrom<TokenRow> for RefreshToken {
    type Error = Error;

    fn try_from(row: TokenRow) -> Result<Self, Error> {
        let at = Row::of("refresh_tokens", &row.family);
        Ok(Self {
            hash: at.hash("hash", &row.hash)?,
            user: at.parse("user_id", &row.user_id)?,
            org: at.parse_optional("organization_id", row.organization_id.as_deref())?,
            created_at: Timestamp::from_millis(row.created_at),
            expires_at: Timestamp::from_millis(row.expires_at),
            used_at: row.used_at.map(Timestamp::from_millis),
            family: row.family,
        })
    }
}

impl Tx<'_> {
    pub async fn insert_refresh_token(&mut self, token: &RefreshToken) -> Result<(), Error> {
        let query = sql("INSERT INTO refresh_tokens
                (hash, family, user_id, organization_id, created_at, expires_at, used_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(&token.hash)
        .bind(token.family.as_str())
        .bind(&token.user)
        .bind(token.org.as_ref())
        .bind(token.created_at)
        .bind(token.expires_at)
        .bind(token.used_at);
        self.execute(query).await.map(drop)
    }

    pub async fn refresh_token(&mut self, hash: &[u8; 32]) -> Result<Option<RefreshToken>, Error> {
        let query = sql("SELECT * FROM refresh_tokens WHERE hash = $1").bind(hash);
        let row: Option<TokenRow> = self.fetch_optional(query).await?;
        row.map(RefreshToken::try_from).transpose()
    }

    pub async fn use_refresh_token(&mut self, hash: &[u8; 32], now: Timestamp) -> Result<(), Error> {
        let query = sql("UPDATE refresh_tokens SET used_at = $2 WHERE hash = $1")
            .bind(hash)
            .bind(now);
        self.execute(query).await.map(drop)
    }

    /// Ends one sign-in.
    pub async fn delete_refresh_family(&mut self, family: &str) -> Result<(), Error> {
        let query = sql("DELETE FROM refresh_tokens WHERE family = $1").bind(family);
        self.execute(query).await.map(drop)
    }

    /// Ends all sign-ins of a person.
    pub async fn delete_refresh_tokens(&mut self, user: &UserId) -> Result<(), Error> {
        let query = sql("DELETE FROM refresh_tokens WHERE user_id = $1").bind(user);
        self.execute(query).await.map(drop)
    }

    /// Forgets those that expired before this; says how many, at most `limit`.
    pub async fn delete_refresh_tokens_before(
        &mut self,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, Error> {
        let query = sql("DELETE FROM refresh_tokens WHERE hash IN (
                SELECT hash FROM refresh_tokens WHERE expires_at < $1 LIMIT $2)")
        .bind(before)
        .bind(limit);
        self.execute(query).await
    }
}
