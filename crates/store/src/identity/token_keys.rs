//! The keys that sign access tokens.

use sqlx::FromRow;
use wagon_domain::{Timestamp, TokenKeyId};

use crate::crypto::Cipher;
use crate::row::Row;
use crate::sql::sql;
use crate::{Error, Store, Tx};

/// A pair of keys. Its private half is encrypted at rest and hides itself in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenKey {
    pub id: TokenKeyId,
    pub public: Vec<u8>,
    /// PKCS #8.
    pub private: Vec<u8>,
    pub created_at: Timestamp,
    /// Since when it signs nothing new.
    pub retired_at: Option<Timestamp>,
}

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenKey")
            .field("id", &self.id)
            .field("retired_at", &self.retired_at)
            .finish_non_exhaustive()
    }
}

#[derive(FromRow)]
struct KeyRow {
    id: String,
    public: Vec<u8>,
    private: Vec<u8>,
    created_at: i64,
    retired_at: Option<i64>,
}

impl KeyRow {
    fn decrypt(self, cipher: &Cipher) -> Result<TokenKey, Error> {
        let id: TokenKeyId = Row::of("token_keys", &self.id).parse("id", &self.id)?;
        let private = cipher
            .decrypt(&context(&id), &self.private)
            .map_err(|reason| Error::Decrypt {
                kind: "token key".to_owned(),
                reason,
            })?;
        Ok(TokenKey {
            id,
            public: self.public,
            private,
            created_at: Timestamp::from_millis(self.created_at),
            retired_at: self.retired_at.map(Timestamp::from_millis),
        })
    }
}

fn context(id: &TokenKeyId) -> Vec<u8> {
    format!("token_keys|{id}|private").into_bytes()
}

impl Tx<'_> {
    pub async fn insert_token_key(&mut self, key: &TokenKey) -> Result<(), Error> {
        let private = self.state.cipher.encrypt(&context(&key.id), &key.private);
        let query = sql(
            "INSERT INTO token_keys (id, public, private, created_at, retired_at)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&key.id)
        .bind(key.public.clone())
        .bind(private)
        .bind(key.created_at)
        .bind(key.retired_at);
        self.execute(query).await.map(drop)
    }

    /// Whether a key signs new tokens, as of this transaction.
    pub async fn has_active_token_key(&mut self) -> Result<bool, Error> {
        let query = sql("SELECT id FROM token_keys WHERE retired_at IS NULL LIMIT 1");
        let row: Option<(String,)> = self.fetch_optional(query).await?;
        Ok(row.is_some())
    }

    /// Retires all keys that still sign, and forgets those that were retired before `forgotten`.
    pub async fn retire_token_keys(&mut self, now: Timestamp, forgotten: Timestamp) -> Result<(), Error> {
        let query = sql("DELETE FROM token_keys WHERE retired_at < $1").bind(forgotten);
        self.execute(query).await?;
        let query = sql("UPDATE token_keys SET retired_at = $1 WHERE retired_at IS NULL").bind(now);
        self.execute(query).await.map(drop)
    }
}

impl Store {
    /// All keys, the newest first.
    pub async fn token_keys(&self) -> Result<Vec<TokenKey>, Error> {
        self.fetch_all::<KeyRow>(sql("SELECT * FROM token_keys ORDER BY created_at DESC, id DESC"))
            .await?
            .into_iter()
            .map(|row| row.decrypt(&self.cipher))
            .collect()
    }
}
