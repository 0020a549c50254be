//! People who can sign in: what those who run the gateway do with them.

use std::sync::Arc;

use wagon_domain::audit::{Action, AuditEntry, Deed};
use wagon_domain::{Clock, Email, IdSource, OrgId, Person, Role, Timestamp, UserId};
use wagon_store::{Store, Tx, User};

use super::audit::Ledger;
use super::passwords::Passwords;
use super::standing::Standing;
use crate::error::{Conflict, Error, Missing};

#[derive(Clone)]
pub struct Users {
    store: Store,
    clock: Arc<dyn Clock>,
    ids: Arc<IdSource>,
    ledger: Ledger,
    passwords: Passwords,
    standing: Standing,
}

/// Somebody to be added.
#[derive(Clone)]
pub struct CreateUser {
    pub email: Email,
    pub name: Option<String>,
    /// None for someone who signs in elsewhere.
    pub password: Option<String>,
    pub super_admin: bool,
    /// An organisation to be a member of from the beginning.
    pub member: Option<(OrgId, Role)>,
}

/// Changes to a person; what is `None` stays.
#[derive(Clone, Default)]
pub struct UpdateUser {
    pub email: Option<Email>,
    /// An empty one removes it.
    pub name: Option<String>,
    pub password: Option<String>,
    pub super_admin: Option<bool>,
    pub disabled: Option<bool>,
}

/// Either the rule that stands in the way, or what was asked for.
type Ruled<T> = Result<T, Conflict>;

impl Users {
    /// With a cache of its own: for use beside the services, as the command line does it.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        let standing = Standing::new(store.clone(), Arc::clone(&clock));
        Self::sharing(store, clock, Passwords::default(), standing)
    }

    pub(crate) fn sharing(
        store: Store,
        clock: Arc<dyn Clock>,
        passwords: Passwords,
        standing: Standing,
    ) -> Self {
        Self {
            store,
            ledger: Ledger::new(Arc::clone(&clock)),
            clock,
            ids: Arc::default(),
            passwords,
            standing,
        }
    }

    pub async fn list(
        &self,
        person: &Person,
        after: Option<&UserId>,
        limit: u32,
    ) -> Result<Vec<User>, Error> {
        super_admin(person)?;
        Ok(self.store.users(after, limit).await?)
    }

    pub async fn get(&self, person: &Person, id: &UserId) -> Result<User, Error> {
        super_admin(person)?;
        self.store.user(id).await?.ok_or(Error::NotFound(Missing::User))
    }

    pub async fn create(&self, person: &Person, request: CreateUser) -> Result<User, Error> {
        super_admin(person)?;
        self.add(Deed::by_person(person, Action::UserCreate), request)
            .await
    }

    /// The same, from the gateway's own machine.
    pub async fn create_as_operator(&self, request: CreateUser) -> Result<User, Error> {
        self.add(Deed::by_operator(Action::UserCreate), request).await
    }

    pub async fn update(&self, person: &Person, id: &UserId, changes: UpdateUser) -> Result<User, Error> {
        super_admin(person)?;
        self.change(Deed::by_person(person, Action::UserUpdate), id, changes)
            .await
    }

    /// The same, from the gateway's own machine.
    pub async fn update_as_operator(&self, id: &UserId, changes: UpdateUser) -> Result<User, Error> {
        self.change(Deed::by_operator(Action::UserUpdate), id, changes)
            .await
    }

    pub async fn delete(&self, person: &Person, id: &UserId) -> Result<(), Error> {
        super_admin(person)?;
        let entry = self
            .ledger
            .entry(Deed::by_person(person, Action::UserDelete).to(id));
        let user = id.clone();
        let deleted = self.store.write(move |tx| {
            Box::pin(async move {
                let Some(known) = tx.user(&user).await? else {
                    return Ok(None);
                };
                if let Err(conflict) = dispensable(tx, &known).await? {
                    return Ok(Some(Err(conflict)));
                }
                tx.delete_user(&user).await?;
                tx.record(&entry).await?;
                Ok(Some(Ok(())))
            })
        });
        let deleted = deleted.await?.ok_or(Error::NotFound(Missing::User))?;
        self.standing.changed(id);
        deleted.map_err(Error::Conflict)
    }

    /// A person by email address, for whoever runs commands on the gateway's machine.
    pub async fn find_as_operator(&self, email: &Email) -> Result<User, Error> {
        let user = self.store.user_by_email(email).await?;
        user.ok_or(Error::NotFound(Missing::User))
    }

    pub async fn list_as_operator(&self, after: Option<&UserId>, limit: u32) -> Result<Vec<User>, Error> {
        Ok(self.store.users(after, limit).await?)
    }

    pub async fn any_exist(&self) -> Result<bool, Error> {
        Ok(self.store.has_users().await?)
    }

    async fn add(&self, deed: Deed, request: CreateUser) -> Result<User, Error> {
        if let Some((org, _)) = &request.member {
            let org = self.store.org(org).await?;
            org.ok_or(Error::NotFound(Missing::Organization))?;
        }
        let member = request.member.clone();
        let user = self.prepare(request).await?;
        let entry = self.ledger.entry(deed.to(&user.id));
        let row = user.clone();
        let added = self.store.write(move |tx| {
            Box::pin(async move {
                if let Err(conflict) = insert(tx, &row).await? {
                    return Ok(Err(conflict));
                }
                if let Some((org, role)) = member {
                    tx.put_member(&org, &row.id, role, row.created_at).await?;
                }
                tx.record(&entry).await?;
                Ok(Ok(()))
            })
        });
        added.await?.map_err(Error::Conflict)?;
        Ok(user)
    }

    /// The record of a new person, with the password hashed.
    pub(crate) async fn prepare(&self, request: CreateUser) -> Result<User, Error> {
        let password = match request.password {
            Some(password) => Some(self.passwords.hash(password).await?),
            None => None,
        };
        let now = self.clock.now();
        Ok(User {
            id: UserId::from_ulid(self.ids.next(now, &mut rand::rng())),
            email: request.email,
            name: request.name.filter(|name| !name.is_empty()),
            password,
            super_admin: request.super_admin,
            disabled_at: None,
            created_at: now,
            updated_at: now,
        })
    }

    async fn change(&self, deed: Deed, id: &UserId, changes: UpdateUser) -> Result<User, Error> {
        let hash = match &changes.password {
            Some(password) => Some(self.passwords.hash(password.clone()).await?),
            None => None,
        };
        let entry = self.ledger.entry(deed.to(id).detail(&changes.named()));
        let (user, now) = (id.clone(), self.clock.now());
        let stored = self.store.write(move |tx| {
            Box::pin(async move {
                let Some(before) = tx.user(&user).await? else {
                    return Ok(None);
                };
                Ok(Some(apply(tx, before, changes, hash, now, &entry).await?))
            })
        });
        let stored = stored.await?.ok_or(Error::NotFound(Missing::User))?;
        self.standing.changed(id);
        stored.map_err(Error::Conflict)
    }
}

impl UpdateUser {
    /// The names of what changes.
    fn named(&self) -> String {
        let names = [
            (self.email.is_some(), "email"),
            (self.name.is_some(), "name"),
            (self.password.is_some(), "password"),
            (self.super_admin.is_some(), "superAdmin"),
            (self.disabled.is_some(), "disabled"),
        ];
        let names: Vec<&str> = names
            .iter()
            .filter(|(set, _)| *set)
            .map(|(_, name)| *name)
            .collect();
        names.join(",")
    }
}

async fn apply(
    tx: &mut Tx<'_>,
    before: User,
    changes: UpdateUser,
    hash: Option<String>,
    now: Timestamp,
    entry: &AuditEntry,
) -> Result<Ruled<User>, wagon_store::Error> {
    let mut user = before.clone();
    if let Some(email) = changes.email {
        if let Some(other) = tx.user_by_email(&email).await?
            && other.id != user.id
        {
            return Ok(Err(Conflict::EmailTaken));
        }
        user.email = email;
    }
    if let Some(name) = changes.name {
        user.name = Some(name).filter(|name| !name.is_empty());
    }
    user.super_admin = changes.super_admin.unwrap_or(user.super_admin);
    match changes.disabled {
        Some(true) => user.disabled_at = user.disabled_at.or(Some(now)),
        Some(false) => user.disabled_at = None,
        None => {}
    }
    let runs = |user: &User| user.super_admin && user.disabled_at.is_none();
    if runs(&before) && !runs(&user) && !tx.has_other_super_admin(&user.id).await? {
        return Ok(Err(Conflict::LastSuperAdmin));
    }
    let signs_in_anew = hash.is_some() || user.disabled_at.is_some();
    user.password = hash.or(user.password);
    user.updated_at = now;
    tx.put_user(&user).await?;
    if signs_in_anew {
        tx.delete_refresh_tokens(&user.id).await?;
    }
    tx.record(entry).await?;
    Ok(Ok(user))
}

/// Adds the person, if nobody has the address.
pub(super) async fn insert(tx: &mut Tx<'_>, user: &User) -> Result<Ruled<()>, wagon_store::Error> {
    if tx.user_by_email(&user.email).await?.is_some() {
        return Ok(Err(Conflict::EmailTaken));
    }
    tx.put_user(user).await?;
    Ok(Ok(()))
}

/// Whether everything goes on without this person.
async fn dispensable(tx: &mut Tx<'_>, user: &User) -> Result<Ruled<()>, wagon_store::Error> {
    if user.super_admin && !tx.has_other_super_admin(&user.id).await? {
        return Ok(Err(Conflict::LastSuperAdmin));
    }
    if !tx.solely_owned(&user.id).await?.is_empty() {
        return Ok(Err(Conflict::LastOwner));
    }
    Ok(Ok(()))
}

pub(super) fn super_admin(person: &Person) -> Result<(), Error> {
    if person.super_admin {
        Ok(())
    } else {
        Err(Error::SuperAdminRequired)
    }
}
