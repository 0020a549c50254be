//! API keys: what is known of a key without knowing the key.

use sqlx::FromRow;
use wagon_domain::{Capabilities, Jid, KeyId, Networks, OrgId, SessionId, Timestamp};

use crate::row::{Row, json};
use crate::sql::sql;
use crate::{Error, Store, Tx};

/// An API key's record. Whether it is expired or revoked is for the caller to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: KeyId,
    pub org: OrgId,
    pub name: String,
    /// SHA-256 of the key.
    pub hash: [u8; 32],
    /// The key's last four characters, for people to recognise it by.
    pub hint: String,
    /// How the key begins, for the same; empty if that would tell much of it.
    pub prefix: String,
    pub capabilities: Capabilities,
    /// `None`: every session of the organisation.
    pub sessions: Option<Vec<SessionId>>,
    /// The only chats it is good for; `None`: every chat.
    pub chats: Option<Vec<Jid>>,
    /// From where it may be used; `None`: from anywhere.
    pub addresses: Option<Networks>,
    /// How many requests it is good for in a minute; `None`: any number.
    pub rate_per_min: Option<u32>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub used: Uses,
}

/// How often a key was used, and when last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Uses {
    pub count: i64,
    pub last: Option<Timestamp>,
}

#[derive(FromRow)]
struct KeyRow {
    id: String,
    organization_id: String,
    name: String,
    hash: Vec<u8>,
    hint: String,
    prefix: String,
    capabilities: String,
    sessions: Option<String>,
    chats: Option<String>,
    addresses: Option<String>,
    rate_per_min: Option<i64>,
    created_at: i64,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
    use_count: i64,
    last_used_at: Option<i64>,
}

impl TryFrom<KeyRow> for ApiKey {
    type Error = Error;

    fn try_from(row: KeyRow) -> Result<Self, Error> {
        let at = Row::of("api_keys", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            org: at.parse("organization_id", &row.organization_id)?,
            name: row.name,
            hash: at.hash("hash", &row.hash)?,
            hint: row.hint,
            prefix: row.prefix,
            capabilities: at.parse("capabilities", &row.capabilities)?,
            sessions: at.json_optional("sessions", row.sessions.as_deref())?,
            chats: at.json_optional("chats", row.chats.as_deref())?,
            addresses: at.parse_optional("addresses", row.addresses.as_deref())?,
            rate_per_min: row
                .rate_per_min
                .map(|rate| u32::try_from(rate).map_err(|_| at.corrupt("rate_per_min")))
                .transpose()?,
            created_at: Timestamp::from_millis(row.created_at),
            expires_at: row.expires_at.map(Timestamp::from_millis),
            revoked_at: row.revoked_at.map(Timestamp::from_millis),
            used: Uses {
                count: row.use_count,
                last: row.last_used_at.map(Timestamp::from_millis),
            },
        })
    }
}

impl Tx<'_> {
    pub async fn insert_key(&mut self, key: &ApiKey) -> Result<(), Error> {
        let query = sql(
            "INSERT INTO api_keys (id, organization_id, name, hash, hint, capabilities, sessions,
                created_at, expires_at, revoked_at, addresses, rate_per_min, chats, prefix)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        )
        .bind(&key.id)
        .bind(&key.org)
        .bind(key.name.as_str())
        .bind(&key.hash)
        .bind(key.hint.as_str())
        .bind(key.capabilities.to_string())
        .bind(key.sessions.as_ref().map(json))
        .bind(key.created_at)
        .bind(key.expires_at)
        .bind(key.revoked_at)
        .bind(key.addresses.as_ref().map(ToString::to_string))
        .bind(key.rate_per_min)
        .bind(key.chats.as_ref().map(json))
        .bind(key.prefix.as_str());
        self.execute(query).await.map(drop)
    }

    /// Says whether there was such a key to revoke; a second time there is none.
    pub async fn revoke_key(&mut self, org: &OrgId, id: &KeyId, now: Timestamp) -> Result<bool, Error> {
        let query = sql("UPDATE api_keys SET revoked_at = $3
             WHERE organization_id = $1 AND id = $2 AND revoked_at IS NULL")
        .bind(org)
        .bind(id)
        .bind(now);
        Ok(self.execute(query).await? > 0)
    }

    /// Changes what a key is called and good for; says whether there is such a key.
    pub async fn update_key(&mut self, key: &ApiKey) -> Result<bool, Error> {
        let query = sql(
            "UPDATE api_keys SET name = $3, capabilities = $4, sessions = $5, chats = $6,
                addresses = $7, expires_at = $8
             WHERE organization_id = $1 AND id = $2",
        )
        .bind(&key.org)
        .bind(&key.id)
        .bind(key.name.as_str())
        .bind(key.capabilities.to_string())
        .bind(key.sessions.as_ref().map(json))
        .bind(key.chats.as_ref().map(json))
        .bind(key.addresses.as_ref().map(ToString::to_string))
        .bind(key.expires_at);
        Ok(self.execute(query).await? > 0)
    }

    /// Removes the record itself; says whether there was one.
    pub async fn delete_key(&mut self, org: &OrgId, id: &KeyId) -> Result<bool, Error> {
        let query = sql("DELETE FROM api_keys WHERE organization_id = $1 AND id = $2")
            .bind(org)
            .bind(id);
        Ok(self.execute(query).await? > 0)
    }

    /// Adds uses to a key's count.
    pub async fn count_key_uses(&mut self, id: &KeyId, uses: Uses) -> Result<(), Error> {
        let query = sql("UPDATE api_keys SET use_count = use_count + $2, last_used_at = $3 WHERE id = $1")
            .bind(id)
            .bind(uses.count)
            .bind(uses.last);
        self.execute(query).await.map(drop)
    }

    /// All keys of an organisation, oldest first, as they are within this transaction.
    pub async fn keys_of(&mut self, org: &OrgId) -> Result<Vec<ApiKey>, Error> {
        let query = sql("SELECT * FROM api_keys WHERE organization_id = $1 ORDER BY id").bind(org);
        self.fetch_all::<KeyRow>(query)
            .await?
            .into_iter()
            .map(ApiKey::try_from)
            .collect()
    }
}

impl Store {
    /// The key with this SHA-256, also when it is expired or revoked.
    pub async fn key_by_hash(&self, hash: &[u8; 32]) -> Result<Option<ApiKey>, Error> {
        let query = sql("SELECT * FROM api_keys WHERE hash = $1").bind(hash);
        self.fetch_optional::<KeyRow>(query)
            .await?
            .map(ApiKey::try_from)
            .transpose()
    }

    /// A key of an organisation, also when it is expired or revoked.
    pub async fn key(&self, org: &OrgId, id: &KeyId) -> Result<Option<ApiKey>, Error> {
        let query = sql("SELECT * FROM api_keys WHERE organization_id = $1 AND id = $2")
            .bind(org)
            .bind(id);
        self.fetch_optional::<KeyRow>(query)
            .await?
            .map(ApiKey::try_from)
            .transpose()
    }

    /// All keys of an organisation, oldest first.
    pub async fn keys(&self, org: &OrgId) -> Result<Vec<ApiKey>, Error> {
        let query = sql("SELECT * FROM api_keys WHERE organization_id = $1 ORDER BY id").bind(org);
        self.fetch_all::<KeyRow>(query)
            .await?
            .into_iter()
            .map(ApiKey::try_from)
            .collect()
    }

    /// Whether any key was ever made.
    pub async fn has_keys(&self) -> Result<bool, Error> {
        let row: Option<(String,)> = self
            .fetch_optional(sql("SELECT id FROM api_keys LIMIT 1"))
            .await?;
        Ok(row.is_some())
    }
}
