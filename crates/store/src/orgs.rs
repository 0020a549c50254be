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
}

impl Store {
    pub async fn org(&self, id: &OrgId) -> Result<Option<Org>, Error> {
        let query = sql("SELECT id, name, created_at FROM organizations WHERE id = $1").bind(id);
        self.fetch_optional::<OrgRow>(query)
            .await?
            .map(Org::try_from)
            .transpose()
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
