//! Organisations.

use sqlx::FromRow;
use wagon_domain::{OrgId, Timestamp};

use crate::row::Row;
use crate::sql::sql;
use crate::{Error, Store, Tx};

/// The owner of everything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Org {
    pub id: OrgId,
    pub name: String,
    pub created_at: Timestamp,
}

#[derive(FromRow)]
struct OrgRow {
    id: String,
    name: String,
    created_at: i64,
}

impl TryFrom<OrgRow> for Org {
    type Error = Error;

    fn try_from(row: OrgRow) -> Result<Self, Error> {
        let at = Row::of("organizations", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            name: row.name,
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

impl Tx<'_> {
    pub async fn create_org(&mut self, org: &Org) -> Result<(), Error> {
        let query = sql("INSERT INTO organizations (id, name, created_at) VALUES ($1, $2, $3)")
            .bind(&org.id)
            .bind(org.name.as_str())
            .bind(org.created_at);
        self.execute(query).await.map(drop)
    }

    /// Says whether there is such an organisation.
    pub async fn rename_org(&mut self, id: &OrgId, name: &str) -> Result<bool, Error> {
        let query = sql("UPDATE organizations SET name = $2 WHERE id = $1")
            .bind(id)
            .bind(name);
        Ok(self.execute(query).await? > 0)
    }

    /// Deletes an organisation without sessions, with everything of it; says whether it did.
    pub async fn delete_org(&mut self, id: &OrgId) -> Result<bool, Error> {
        let query = sql("DELETE FROM organizations WHERE id = $1
             AND NOT EXISTS (SELECT 1 FROM sessions WHERE organization_id = $1)")
        .bind(id);
        Ok(self.execute(query).await? > 0)
    }
}

impl Store {
    pub async fn org(&self, id: &OrgId) -> Result<Option<Org>, Error> {
        let query = sql("SELECT id, name, created_at FROM organizations WHERE id = $1").bind(id);
        self.fetch_optional::<OrgRow>(query)
            .await?
            .map(Org::try_from)
            .transpose()
    }

    /// Organisations after the cursor, in the order in which they were made.
    pub async fn orgs(&self, after: Option<&OrgId>, limit: u32) -> Result<Vec<Org>, Error> {
        let query = sql("SELECT id, name, created_at FROM organizations WHERE id > $1 ORDER BY id LIMIT $2")
            .bind(after.map_or("", OrgId::as_str))
            .bind(limit);
        self.fetch_all::<OrgRow>(query)
            .await?
            .into_iter()
            .map(Org::try_from)
            .collect()
    }

    /// The oldest organisation: the one that a gateway for a single owner works for.
    pub async fn first_org(&self) -> Result<Option<Org>, Error> {
        let query = sql("SELECT id, name, created_at FROM organizations ORDER BY created_at, id LIMIT 1");
        self.fetch_optional::<OrgRow>(query)
            .await?
            .map(Org::try_from)
            .transpose()
    }
}
