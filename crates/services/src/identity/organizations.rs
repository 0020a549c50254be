//! Organisations and their people.

use std::sync::Arc;

use wagon_domain::audit::{Action, Deed};
use wagon_domain::{Caller, Capabilities, Capability, Clock, Email, IdSource, OrgId, Person, Role, UserId};
use wagon_store::{Member, Membership, Org, Store};

use super::access::Identified;
use super::audit::Ledger;
use super::standing::Standing;
use super::users::{CreateUser, Users, insert, super_admin};
use crate::error::{Conflict, Error, Missing};
use crate::keys::Keys;

const MAX_NAME: usize = 100;

#[derive(Clone)]
pub struct Organizations {
    store: Store,
    clock: Arc<dyn Clock>,
    ids: Arc<IdSource>,
    ledger: Ledger,
    users: Users,
    keys: Keys,
    standing: Standing,
}

/// Somebody to be made a member. Who has no account yet gets one, and needs a password for it.
pub struct AddMember {
    pub email: Email,
    pub role: Role,
    pub name: Option<String>,
    pub password: Option<String>,
}

/// What a caller may do in an organisation that is not necessarily the one they act in.
struct Authority {
    role: Role,
    capabilities: Capabilities,
}

impl Organizations {
    pub(crate) fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        users: Users,
        keys: Keys,
        standing: Standing,
    ) -> Self {
        Self {
            store,
            ledger: Ledger::new(Arc::clone(&clock)),
            clock,
            ids: Arc::default(),
            users,
            keys,
            standing,
        }
    }

    /// The organisations that someone belongs to; a key to its own.
    pub async fn list(&self, who: &Identified) -> Result<Vec<Membership>, Error> {
        match who {
            Identified::Person(person) => Ok(self.store.memberships(&person.user).await?),
            Identified::Program(caller) => {
                let (org, authority) = self.require(who, &caller.org).await?;
                Ok(vec![Membership {
                    org,
                    role: authority.role,
                }])
            }
        }
    }

    /// All organisations, for those who run the gateway.
    pub async fn list_all(
        &self,
        person: &Person,
        after: Option<&OrgId>,
        limit: u32,
    ) -> Result<Vec<Org>, Error> {
        super_admin(person)?;
        Ok(self.store.orgs(after, limit).await?)
    }

    /// A new organisation, owned by whoever makes it.
    pub async fn create(&self, person: &Person, name: String) -> Result<Org, Error> {
        super_admin(person)?;
        let name = named(&name)?;
        let now = self.clock.now();
        let org = Org {
            id: OrgId::from_ulid(self.ids.next(now, &mut rand::rng())),
            name,
            created_at: now,
        };
        let deed = Deed::by_person(person, Action::OrganizationCreate);
        let entry = self.ledger.entry(deed.within(&org.id).to(&org.id));
        let (row, owner) = (org.clone(), person.user.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.create_org(&row).await?;
                    tx.put_member(&row.id, &owner, Role::Owner, now).await?;
                    tx.record(&entry).await
                })
            })
            .await?;
        Ok(org)
    }

    pub async fn get(&self, who: &Identified, id: &OrgId) -> Result<Membership, Error> {
        let (org, authority) = self.require(who, id).await?;
        Ok(Membership {
            org,
            role: authority.role,
        })
    }

    pub async fn rename(&self, who: &Identified, id: &OrgId, name: String) -> Result<Membership, Error> {
        let (org, authority) = self.require_admin(who, id).await?;
        let name = named(&name)?;
        let entry = self
            .ledger
            .entry(deed(who, Action::OrganizationUpdate).within(id).to(id));
        let (target, next) = (id.clone(), name.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.rename_org(&target, &next).await?;
                    tx.record(&entry).await
                })
            })
            .await?;
        Ok(Membership {
            org: Org { name, ..org },
            role: authority.role,
        })
    }

    /// Deletes an organisation with its keys, webhooks and memberships. Its sessions have to be deleted
    /// first: each is a phone that somebody linked.
    pub async fn delete(&self, who: &Identified, id: &OrgId) -> Result<(), Error> {
        let (_, authority) = self.require_admin(who, id).await?;
        if authority.role < Role::Owner {
            return Err(Error::RoleRequired { role: Role::Owner });
        }
        let entry = self
            .ledger
            .entry(deed(who, Action::OrganizationDelete).within(id).to(id));
        let target = id.clone();
        let deleted = self.store.write(move |tx| {
            Box::pin(async move {
                let deleted = tx.delete_org(&target).await?;
                if deleted {
                    tx.record(&entry).await?;
                }
                Ok(deleted)
            })
        });
        if !deleted.await? {
            return Err(Error::Conflict(Conflict::HasSessions));
        }
        self.standing.deleted(id);
        self.keys.forget_all(id);
        Ok(())
    }

    pub async fn members(&self, who: &Identified, id: &OrgId) -> Result<Vec<Member>, Error> {
        self.require_admin(who, id).await?;
        Ok(self.store.members(id).await?)
    }

    pub async fn add_member(
        &self,
        who: &Identified,
        id: &OrgId,
        request: AddMember,
    ) -> Result<Member, Error> {
        let (_, authority) = self.require_admin(who, id).await?;
        authority.assign(request.role)?;
        let AddMember {
            email,
            role,
            name,
            password,
        } = request;
        let known = self.store.user_by_email(&email).await?;
        let (user, new) = match (known, password) {
            (Some(user), None) => (user, false),
            // Whoever may add members must not set the password of someone who is there already.
            (Some(_), Some(_)) => return Err(Error::Conflict(Conflict::EmailTaken)),
            (None, None) => {
                return Err(Error::Invalid {
                    field: "password",
                    message: "password is required for someone who has no account yet".to_owned(),
                });
            }
            (None, password) => {
                let request = CreateUser {
                    email,
                    name,
                    password,
                    super_admin: false,
                    member: None,
                };
                (self.users.prepare(request).await?, true)
            }
        };
        let added = self
            .ledger
            .entry(deed(who, Action::MemberAdd).within(id).to(&user.id).detail(&role));
        let created = self
            .ledger
            .entry(deed(who, Action::UserCreate).within(id).to(&user.id));
        let (org, row, now) = (id.clone(), user.clone(), self.clock.now());
        let stored = self.store.write(move |tx| {
            Box::pin(async move {
                if new {
                    if let Err(conflict) = insert(tx, &row).await? {
                        return Ok(Err(conflict));
                    }
                    tx.record(&created).await?;
                }
                if tx.role(&org, &row.id).await?.is_some() {
                    return Ok(Err(Conflict::AlreadyMember));
                }
                tx.put_member(&org, &row.id, role, now).await?;
                tx.record(&added).await?;
                Ok(Ok(()))
            })
        });
        stored.await?.map_err(Error::Conflict)?;
        self.standing.changed(&user.id);
        Ok(Member {
            user: user.id,
            email: user.email,
            name: user.name,
            role,
            disabled: user.disabled_at.is_some(),
            joined_at: now,
        })
    }

    pub async fn update_member(
        &self,
        who: &Identified,
        id: &OrgId,
        user: &UserId,
        role: Role,
    ) -> Result<Member, Error> {
        let (_, authority) = self.require_admin(who, id).await?;
        authority.assign(role)?;
        let entry = self
            .ledger
            .entry(deed(who, Action::MemberUpdate).within(id).to(user).detail(&role));
        let (org, target, now) = (id.clone(), user.clone(), self.clock.now());
        let changed = self.store.write(move |tx| {
            Box::pin(async move {
                let Some(before) = tx.role(&org, &target).await? else {
                    return Ok(Err(Error::NotFound(Missing::Member)));
                };
                if let Err(refusal) = authority.assign(before) {
                    return Ok(Err(refusal));
                }
                if before == Role::Owner && role < before && !tx.has_other_owner(&org, &target).await? {
                    return Ok(Err(Error::Conflict(Conflict::LastOwner)));
                }
                tx.put_member(&org, &target, role, now).await?;
                tx.record(&entry).await?;
                Ok(Ok(()))
            })
        });
        changed.await??;
        self.standing.changed(user);
        let members = self.store.members(id).await?;
        let changed = members.into_iter().find(|member| member.user == *user);
        changed.ok_or(Error::NotFound(Missing::Member))
    }

    /// Takes someone from the organisation; everybody may leave it themselves.
    pub async fn remove_member(&self, who: &Identified, id: &OrgId, user: &UserId) -> Result<(), Error> {
        let leaving = matches!(who, Identified::Person(person) if person.user == *user);
        let (_, authority) = if leaving {
            self.require(who, id).await?
        } else {
            self.require_admin(who, id).await?
        };
        let entry = self
            .ledger
            .entry(deed(who, Action::MemberRemove).within(id).to(user));
        let (org, target) = (id.clone(), user.clone());
        let removed = self.store.write(move |tx| {
            Box::pin(async move {
                let Some(before) = tx.role(&org, &target).await? else {
                    return Ok(Err(Error::NotFound(Missing::Member)));
                };
                if !leaving && let Err(refusal) = authority.assign(before) {
                    return Ok(Err(refusal));
                }
                if before == Role::Owner && !tx.has_other_owner(&org, &target).await? {
                    return Ok(Err(Error::Conflict(Conflict::LastOwner)));
                }
                tx.delete_member(&org, &target).await?;
                tx.record(&entry).await?;
                Ok(Ok(()))
            })
        });
        removed.await??;
        self.standing.changed(user);
        Ok(())
    }

    /// The organisation, if it exists for this caller, and what they may do there.
    async fn require(&self, who: &Identified, id: &OrgId) -> Result<(Org, Authority), Error> {
        let missing = || Error::NotFound(Missing::Organization);
        let authority = match who {
            Identified::Program(caller) => Authority::of_key(caller, id).ok_or_else(missing)?,
            Identified::Person(person) => {
                let role = self.store.role(id, &person.user).await?;
                let role = if person.super_admin {
                    Some(Role::Owner)
                } else {
                    role
                };
                Authority::of_role(role.ok_or_else(missing)?)
            }
        };
        let org = self.store.org(id).await?.ok_or_else(missing)?;
        Ok((org, authority))
    }

    async fn require_admin(&self, who: &Identified, id: &OrgId) -> Result<(Org, Authority), Error> {
        let (org, authority) = self.require(who, id).await?;
        let capability = Capability::Admin;
        if authority.capabilities.contains(capability) {
            Ok((org, authority))
        } else {
            Err(Error::Forbidden { capability })
        }
    }
}

impl Authority {
    fn of_role(role: Role) -> Self {
        Self {
            role,
            capabilities: role.capabilities(),
        }
    }

    /// A key that may administer does what admins do; it is nobody's owner.
    fn of_key(caller: &Caller, org: &OrgId) -> Option<Self> {
        let role = if caller.may(Capability::Admin) {
            Role::Admin
        } else {
            Role::Member
        };
        (caller.org == *org).then_some(Self {
            role,
            capabilities: caller.capabilities,
        })
    }

    /// Nobody gives a role that does more than they may do themselves.
    fn assign(&self, role: Role) -> Result<(), Error> {
        if !self.role.may_assign(role) {
            return Err(Error::RoleRequired { role: Role::Owner });
        }
        let lacking = role
            .capabilities()
            .iter()
            .find(|capability| !self.capabilities.contains(*capability));
        lacking.map_or(Ok(()), |capability| Err(Error::Forbidden { capability }))
    }
}

fn deed(who: &Identified, action: Action) -> Deed {
    match who {
        Identified::Program(caller) => Deed::by_caller(caller, action),
        Identified::Person(person) => Deed::by_person(person, action),
    }
}

fn named(name: &str) -> Result<String, Error> {
    let length = name.trim().chars().count();
    if length == 0 || length > MAX_NAME {
        return Err(Error::Invalid {
            field: "name",
            message: format!("name must have between 1 and {MAX_NAME} characters"),
        });
    }
    Ok(name.trim().to_owned())
}
