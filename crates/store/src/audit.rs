//! The audit log.

use sqlx::FromRow;
use wagon_domain::audit::{Action, AuditEntry};
use wagon_domain::{Actor, AuditId, OrgId, Timestamp};

use crate::row::Row;
use crate::sql::{Query, sql};
use crate::{Error, Store, Tx};

/// Which entries to read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// `None`: of all organisations, and of none.
    pub org: Option<OrgId>,
    /// Empty: all of them.
    pub actions: Vec<Action>,
    /// The id of a key or user.
    pub actor: Option<String>,
    pub target: Option<String>,
}

impl AuditFilter {
    /// The actions in one text, each between commas, so that a statement does not depend on their number.
    fn names(&self) -> Option<String> {
        let names = self.actions.iter().map(|action| format!("{action},"));
        (!self.actions.is_empty()).then(|| format!(",{}", names.collect::<String>()))
    }
}

#[derive(FromRow)]
struct AuditRow {
    id: String,
    organization_id: Option<String>,
    actor_kind: String,
    actor_id: Option<String>,
    action: String,
    target: Option<String>,
    detail: Option<String>,
    address: Option<String>,
    created_at: i64,
}

impl TryFrom<AuditRow> for AuditEntry {
    type Error = Error;

    fn try_from(row: AuditRow) -> Result<Self, Error> {
        let at = Row::of("audit_log", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            org: at.parse_optional("organization_id", row.organization_id.as_deref())?,
            actor: Actor::from_parts(&row.actor_kind, row.actor_id.as_deref())
                .ok_or_else(|| at.corrupt("actor_id"))?,
            action: at.parse("action", &row.action)?,
            target: row.target,
            detail: row.detail,
            address: at.parse_optional("address", row.address.as_deref())?,
            at: Timestamp::from_millis(row.created_at),
        })
    }
}

impl Tx<'_> {
    /// Appends to the log. In the transaction of what was done: there is no deed without its entry.
    pub async fn record(&mut self, entry: &AuditEntry) -> Result<(), Error> {
        let query = sql(
            "INSERT INTO audit_log (id, organization_id, actor_kind, actor_id, action, target, detail,
                address, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&entry.id)
        .bind(entry.org.as_ref())
        .bind(entry.actor.kind())
        .bind(entry.actor.id())
        .bind(entry.action.as_str())
        .bind(entry.target.as_deref())
        .bind(entry.detail.as_deref())
        .bind(entry.address.map(|address| address.to_string()))
        .bind(entry.at);
        self.execute(query).await.map(drop)
    }

    /// Forgets entries from before this; says how many, at most `limit`.
    pub async fn delete_audit_before(&mut self, before: Timestamp, limit: u32) -> Result<u64, Error> {
        let query = sql("DELETE FROM audit_log WHERE id IN (
                SELECT id FROM audit_log WHERE created_at < $1 LIMIT $2)")
        .bind(before)
        .bind(limit);
        self.execute(query).await
    }
}

impl Store {
    /// How many entries there are.
    pub async fn count_audit(&self, filter: &AuditFilter) -> Result<u64, Error> {
        let query = sql("SELECT COUNT(*) FROM audit_log WHERE ($1 IS NULL OR organization_id = $1)
            AND ($2 IS NULL OR $2 LIKE '%,' || action || ',%') AND ($3 IS NULL OR actor_id = $3) AND ($4 IS NULL OR target = $4)")
        .bind(filter.org.as_ref())
        .bind(filter.names())
        .bind(filter.actor.as_deref())
        .bind(filter.target.as_deref());
        let found: Option<(i64,)> = self.fetch_optional(query).await?;
        Ok(found.map_or(0, |(found,)| u64::try_from(found).unwrap_or_default()))
    }

    /// Entries before the cursor, the latest first.
    pub async fn audit(
        &self,
        filter: &AuditFilter,
        before: Option<&AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, Error> {
        let query = select(filter.org.is_some())
            .bind(filter.org.as_ref())
            .bind(before.map(AuditId::as_str))
            .bind(filter.names())
            .bind(filter.actor.as_deref())
            .bind(filter.target.as_deref())
            .bind(limit);
        self.fetch_all::<AuditRow>(query)
            .await?
            .into_iter()
            .map(AuditEntry::try_from)
            .collect()
    }
}

/// Two texts, so that each has its index.
fn select(of_one: bool) -> Query {
    macro_rules! select {
        ($org:literal) => {
            concat!(
                "SELECT * FROM audit_log WHERE ",
                $org,
                " AND ($2 IS NULL OR id < $2) AND ($3 IS NULL OR $3 LIKE '%,' || action || ',%')
                AND ($4 IS NULL OR actor_id = $4) AND ($5 IS NULL OR target = $5)
                ORDER BY id DESC LIMIT $6"
            )
        };
    }
    sql(if of_one {
        select!("organization_id = $1")
    } else {
        select!("$1 IS NULL")
    })
}
