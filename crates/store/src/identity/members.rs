//! Who belongs to which organisation, as what.

use sqlx::FromRow;
use wagon_domain::{Email, OrgId, Role, Timestamp, UserId};

use crate::orgs::Org;
use crate::row::Row;
use crate::sql::sql;
use crate::{Error, Store, Tx};

/// A person in an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub user: UserId,
    pub email: Email,
    pub name: Option<String>,
    pub role: Role,
    pub disabled: bool,
    pub joined_at: Timestamp,
}

/// An organisation that a person belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub org: Org,
    pub role: Role,
}

#[derive(FromRow)]
struct MemberRow {
    user_id: String,
    email: String,
    name: Option<String>,
    role: String,
    disabled_at: Option<i64>,
    created_at: i64,
}

impl TryFrom<MemberRow> for Member {
    type Error = Error;

    fn try_from(row: MemberRow) -> Result<Self, Error> {
        let at = Row::of("members", &row.user_id);
        Ok(Self {
            user: at.parse("user_id", &row.user_id)?,
            email: at.parse("email", &row.email)?,
            name: row.name,
            role: at.parse("role", &row.role)?,
            disabled: row.disabled_at.is_some(),
            joined_at: Timestamp::from_millis(row.created_at),
        })
    }
}

#[derive(FromRow)]
struct MembershipRow {
    id: String,
    name: String,
    created_at: i64,
    role: String,
}

impl TryFrom<MembershipRow> for Membership {
    type Error = Error;

    fn try_from(row: MembershipRow) -> Result<Self, Error> {
        let at = Row::of("members", &row.id);
        Ok(Self {
            role: at.parse("role", &row.role)?,
            org: Org {
                id: at.parse("organization_id", &row.id)?,
                name: row.name,
                created_at: Timestamp::from_millis(row.created_at),
            },
        })
    }
}

const ROLE: &str = "SELECT role FROM members WHERE organization_id = $1 AND user_id = $2";

fn role(user: &UserId, row: Option<&(String,)>) -> Result<Option<Role>, Error> {
    let at = Row::of("members", user.as_str());
    at.parse_optional("role", row.map(|(role,)| role.as_str()))
}

impl Tx<'_> {
    /// Makes the person a member in this role, or gives a member this role.
    pub async fn put_member(
        &mut self,
        org: &OrgId,
        user: &UserId,
        role: Role,
        now: Timestamp,
    ) -> Result<(), Error> {
        let query = sql(
            "INSERT INTO members (organization_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (organization_id, user_id) DO UPDATE SET role = excluded.role",
        )
        .bind(org)
        .bind(user)
        .bind(role.as_str())
        .bind(now);
        self.execute(query).await.map(drop)
    }

    pub async fn delete_member(&mut self, org: &OrgId, user: &UserId) -> Result<(), Error> {
        let query = sql("DELETE FROM members WHERE organization_id = $1 AND user_id = $2")
            .bind(org)
            .bind(user);
        self.execute(query).await.map(drop)
    }

    /// The role as it is in this transaction.
    pub async fn role(&mut self, org: &OrgId, user: &UserId) -> Result<Option<Role>, Error> {
        let row = self.fetch_optional(sql(ROLE).bind(org).bind(user)).await?;
        role(user, row.as_ref())
    }

    /// Whether the organisation has an owner besides this person.
    pub async fn has_other_owner(&mut self, org: &OrgId, than: &UserId) -> Result<bool, Error> {
        let query = sql("SELECT user_id FROM members
             WHERE organization_id = $1 AND role = 'owner' AND user_id <> $2 LIMIT 1")
        .bind(org)
        .bind(than);
        let other: Option<(String,)> = self.fetch_optional(query).await?;
        Ok(other.is_some())
    }

    /// The organisations that would be left without an owner if this person were gone.
    pub async fn solely_owned(&mut self, user: &UserId) -> Result<Vec<OrgId>, Error> {
        let query = sql(
            "SELECT organization_id FROM members m WHERE user_id = $1 AND role = 'owner' AND NOT EXISTS (
                SELECT 1 FROM members o WHERE o.organization_id = m.organization_id
                AND o.role = 'owner' AND o.user_id <> m.user_id)",
        )
        .bind(user);
        let rows: Vec<(String,)> = self.fetch_all(query).await?;
        rows.iter()
            .map(|(org,)| Row::of("members", user.as_str()).parse("organization_id", org))
            .collect()
    }
}

impl Store {
    pub async fn role(&self, org: &OrgId, user: &UserId) -> Result<Option<Role>, Error> {
        let row = self.fetch_optional(sql(ROLE).bind(org).bind(user)).await?;
        role(user, row.as_ref())
    }

    /// An organisation's people, in the order in which they were added.
    pub async fn members(&self, org: &OrgId) -> Result<Vec<Member>, Error> {
        let query = sql(
            "SELECT m.user_id, u.email, u.name, m.role, u.disabled_at, m.created_at
             FROM members m JOIN users u ON u.id = m.user_id
             WHERE m.organization_id = $1 ORDER BY m.user_id",
        )
        .bind(org);
        self.fetch_all::<MemberRow>(query)
            .await?
            .into_iter()
            .map(Member::try_from)
            .collect()
    }

    /// A person's organisations, the one they joined first in front.
    pub async fn memberships(&self, user: &UserId) -> Result<Vec<Membership>, Error> {
        let query = sql("SELECT o.id, o.name, o.created_at, m.role
             FROM members m JOIN organizations o ON o.id = m.organization_id
             WHERE m.user_id = $1 ORDER BY m.created_at, o.id")
        .bind(user);
        self.fetch_all::<MembershipRow>(query)
            .await?
            .into_iter()
            .map(Membership::try_from)
            .collect()
    }
}
