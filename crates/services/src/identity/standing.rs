//! Whether people are still what their tokens say.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use wagon_domain::{Clock, OrgId, Person, Role, Timestamp, UserId};
use wagon_store::{ExternalIdentity, Store};

use crate::error::Error;

/// The longest that a person whom another process disabled, or took from an organisation, goes on.
const BELIEVED_FOR: Duration = Duration::from_secs(5);
const MAX_BELIEVED: usize = 10_000;

/// Looks people up, and remembers them for a moment: tokens say who it is, and the store what they may.
#[derive(Clone)]
pub(crate) struct Standing {
    store: Store,
    clock: Arc<dyn Clock>,
    believed: Arc<Mutex<Believed>>,
}

type Believed = HashMap<(UserId, Option<OrgId>), (Standings, Timestamp)>;

#[derive(Debug, Clone, Copy)]
struct Standings {
    super_admin: bool,
    role: Option<Role>,
}

impl Standing {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            clock,
            believed: Arc::default(),
        }
    }

    /// The person in this organisation; none when they may not sign in, or have nothing to do with it.
    pub(crate) async fn person(
        &self,
        user: &UserId,
        org: Option<&OrgId>,
        address: Option<IpAddr>,
    ) -> Result<Option<Person>, Error> {
        let key = (user.clone(), org.cloned());
        let now = self.clock.now();
        let known = self.lock().get(&key).filter(|(_, until)| *until > now).copied();
        let standings = match known {
            Some((standings, _)) => standings,
            None => match self.look_up(user, org).await? {
                None => return Ok(None),
                Some(standings) => {
                    self.believe(key.clone(), standings, now);
                    standings
                }
            },
        };
        let (user, org) = key;
        Ok(Some(Person {
            user,
            super_admin: standings.super_admin,
            org,
            role: standings.role,
            address,
        }))
    }

    /// The organisation that a person is taken to act in when they name none: the one they joined first.
    pub(crate) async fn first_org(&self, user: &UserId) -> Result<Option<OrgId>, Error> {
        let memberships = self.store.memberships(user).await?;
        Ok(memberships.into_iter().next().map(|membership| membership.org.id))
    }

    /// Remembers who someone from outside is.
    pub(crate) async fn link(&self, identity: ExternalIdentity, user: UserId) -> Result<UserId, Error> {
        let now = self.clock.now();
        let linked = self
            .store
            .write(move |tx| Box::pin(async move { tx.link_identity(&identity, &user, now).await }));
        Ok(linked.await?)
    }

    async fn look_up(&self, user: &UserId, org: Option<&OrgId>) -> Result<Option<Standings>, Error> {
        let found = self.store.user(user).await?;
        let Some(user) = found.filter(|user| user.disabled_at.is_none()) else {
            return Ok(None);
        };
        let super_admin = user.super_admin;
        let role = match org {
            None => None,
            Some(org) => match self.store.role(org, &user.id).await? {
                None if !super_admin || self.store.org(org).await?.is_none() => return Ok(None),
                role => role,
            },
        };
        Ok(Some(Standings { super_admin, role }))
    }

    fn believe(&self, key: (UserId, Option<OrgId>), standings: Standings, now: Timestamp) {
        let mut believed = self.lock();
        if believed.len() >= MAX_BELIEVED {
            believed.retain(|_, (_, until)| *until > now);
        }
        if believed.len() < MAX_BELIEVED {
            believed.insert(key, (standings, now + BELIEVED_FOR));
        }
    }

    /// Something about the person has changed.
    pub(crate) fn changed(&self, user: &UserId) {
        self.lock().retain(|(known, _), _| known != user);
    }

    /// An organisation is gone.
    pub(crate) fn deleted(&self, org: &OrgId) {
        self.lock().retain(|(_, known), _| known.as_ref() != Some(org));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Believed> {
        self.believed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
