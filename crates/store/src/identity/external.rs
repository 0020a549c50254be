//! Who people are at an issuer of tokens outside.

use wagon_domain::{Timestamp, UserId};

use crate::row::Row;
use crate::sql::sql;
use crate::{Error, Store, Tx};

/// A person's name at an issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalIdentity {
    pub issuer: String,
    pub subject: String,
}

impl Tx<'_> {
    /// Remembers who this is, unless that is remembered already; says who it is.
    pub async fn link_identity(
        &mut self,
        identity: &ExternalIdentity,
        user: &UserId,
        now: Timestamp,
    ) -> Result<UserId, Error> {
        let query = sql(
            "INSERT INTO external_identities (issuer, subject, user_id, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (issuer, subject) DO NOTHING",
        )
        .bind(identity.issuer.as_str())
        .bind(identity.subject.as_str())
        .bind(user)
        .bind(now);
        self.execute(query).await?;
        let (linked,): (String,) = self.fetch_one(find(identity)).await?;
        Row::of("external_identities", &identity.subject).parse("user_id", &linked)
    }
}

impl Store {
    pub async fn user_by_identity(&self, identity: &ExternalIdentity) -> Result<Option<UserId>, Error> {
        let row: Option<(String,)> = self.fetch_optional(find(identity)).await?;
        let at = Row::of("external_identities", &identity.subject);
        at.parse_optional("user_id", row.as_ref().map(|(user,)| user.as_str()))
    }
}

fn find(identity: &ExternalIdentity) -> crate::sql::Query {
    sql("SELECT user_id FROM external_identities WHERE issuer = $1 AND subject = $2")
        .bind(identity.issuer.as_str())
        .bind(identity.subject.as_str())
}
