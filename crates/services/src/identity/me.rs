//! What callers see and change of themselves.

use std::sync::Arc;

use wagon_domain::audit::{Action, Deed};
use wagon_domain::{Actor, Caller, Clock, Person};
use wagon_store::{ApiKey, Membership, Store, User};

use super::access::Identified;
use super::audit::Ledger;
use super::passwords::Passwords;
use crate::error::{Error, Missing};

#[derive(Clone)]
pub struct Me {
    store: Store,
    clock: Arc<dyn Clock>,
    ledger: Ledger,
    passwords: Passwords,
}

/// Who is calling, in full.
pub enum WhoAmI {
    Program {
        caller: Caller,
        key: ApiKey,
    },
    Person {
        person: Person,
        user: User,
        memberships: Vec<Membership>,
    },
}

/// Changes to oneself; what is `None` stays.
#[derive(Default)]
pub struct UpdateMe {
    /// An empty one removes it.
    pub name: Option<String>,
    pub password: Option<NewPassword>,
}

/// A new password, and the one that proves it is oneself.
pub struct NewPassword {
    pub current: String,
    pub new: String,
}

impl Me {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>, passwords: Passwords) -> Self {
        Self {
            store,
            ledger: Ledger::new(Arc::clone(&clock)),
            clock,
            passwords,
        }
    }

    pub async fn get(&self, who: &Identified) -> Result<WhoAmI, Error> {
        match who {
            Identified::Program(caller) => {
                let Actor::Key(id) = &caller.actor else {
                    return Err(Error::NotFound(Missing::Key));
                };
                let key = self.store.key(&caller.org, id).await?;
                Ok(WhoAmI::Program {
                    key: key.ok_or(Error::NotFound(Missing::Key))?,
                    caller: caller.clone(),
                })
            }
            Identified::Person(person) => Ok(WhoAmI::Person {
                user: self.user(person).await?,
                memberships: self.store.memberships(&person.user).await?,
                person: person.clone(),
            }),
        }
    }

    /// A new password ends all sign-ins, this one included once its access token is over.
    pub async fn update(&self, person: &Person, changes: UpdateMe) -> Result<(), Error> {
        let user = self.user(person).await?;
        let UpdateMe { name, password } = changes;
        let (action, hash) = match password {
            None => (Action::UserUpdate, None),
            Some(NewPassword { current, new }) => {
                if !self.passwords.matches(current, user.password.as_deref()).await? {
                    return Err(Error::Invalid {
                        field: "currentPassword",
                        message: "currentPassword is not right".to_owned(),
                    });
                }
                (Action::UserPassword, Some(self.passwords.hash(new).await?))
            }
        };
        let entry = self.ledger.entry(Deed::by_person(person, action).to(&user.id));
        let (id, now) = (user.id, self.clock.now());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let Some(mut user) = tx.user(&id).await? else {
                        return Ok(());
                    };
                    if let Some(name) = name {
                        user.name = Some(name).filter(|name| !name.is_empty());
                    }
                    if hash.is_some() {
                        user.password = hash;
                        tx.delete_refresh_tokens(&id).await?;
                    }
                    user.updated_at = now;
                    tx.put_user(&user).await?;
                    tx.record(&entry).await
                })
            })
            .await?;
        Ok(())
    }

    async fn user(&self, person: &Person) -> Result<User, Error> {
        let user = self.store.user(&person.user).await?;
        user.ok_or(Error::NotFound(Missing::User))
    }
}
