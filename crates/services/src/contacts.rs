//! People: those a session has met, and those it asks WhatsApp about.

use std::sync::Arc;

use wagon_domain::audit::Action;
use wagon_domain::contact::{Contact, Names, SharedGroup};
use wagon_domain::message::Chat;
use wagon_domain::{Caller, Capability, Clock, Jid, PhoneNumber, Server, SessionId};
use wagon_engine::{Engine, Picture};
use wagon_store::{ContactFilter, Learnt, Store};

use crate::deeds::Deeds;
use crate::error::{Error, Missing};
use crate::sessions::Sessions;

/// In characters.
const LONGEST_NAME: usize = 100;

#[derive(Clone)]
pub struct Contacts {
    store: Store,
    sessions: Sessions,
    engine: Arc<dyn Engine>,
    clock: Arc<dyn Clock>,
    deeds: Deeds,
}

impl Contacts {
    pub(crate) fn new(
        store: Store,
        sessions: Sessions,
        engine: Arc<dyn Engine>,
        clock: Arc<dyn Clock>,
        deeds: Deeds,
    ) -> Self {
        Self {
            store,
            sessions,
            engine,
            clock,
            deeds,
        }
    }

    /// Contacts in the order they became known. A group named in the filter overrides its source.
    pub async fn list(
        &self,
        caller: &Caller,
        session: &SessionId,
        mut filter: ContactFilter,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Contact>, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        if filter.group.is_some() {
            filter.dm = None;
        }
        Ok(self.store.contacts(session, &filter, after, limit).await?)
    }

    /// One person, by either address, and the groups they were seen in.
    pub async fn get(
        &self,
        caller: &Caller,
        session: &SessionId,
        who: &Jid,
    ) -> Result<(Contact, Vec<SharedGroup>), Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        let contact = self
            .store
            .contact(session, &who.bare())
            .await?
            .ok_or(Error::NotFound(Missing::Contact))?;
        let groups = self.store.shared_groups(&contact).await?;
        Ok((contact, groups))
    }

    /// The number of a person: their own address says it, or what was learnt with their hidden one.
    pub async fn phone(
        &self,
        caller: &Caller,
        session: &SessionId,
        who: &Jid,
    ) -> Result<Option<PhoneNumber>, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        let who = of_person(who)?;
        if let Some(phone) = who.phone_number() {
            return Ok(Some(phone));
        }
        let known = self.store.contact(session, &who).await?;
        Ok(known
            .and_then(|contact| contact.jid)
            .and_then(|jid| jid.phone_number()))
    }

    /// Saves a person under a name, on all devices of the account.
    pub async fn save(
        &self,
        caller: &Caller,
        session: &SessionId,
        who: &Jid,
        first: &str,
        last: Option<&str>,
    ) -> Result<(), Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        let who = with_number(who)?;
        let (first, last) = (first.trim(), last.unwrap_or_default().trim());
        for (field, name) in [("firstName", first), ("lastName", last)] {
            if name.chars().count() > LONGEST_NAME {
                return Err(invalid(
                    field,
                    format!("{field} must have at most {LONGEST_NAME} characters"),
                ));
            }
        }
        if first.is_empty() {
            return Err(invalid("firstName", "firstName is required"));
        }
        let full = format!("{first} {last}").trim_end().to_owned();
        self.engine.save_contact(session, &who, &full, first).await?;
        let deed = self.deeds.entry(caller, session, Action::ContactSave, &who, "");
        let learnt = Learnt {
            jid: Some(who),
            lid: None,
            names: Names {
                full: Some(full),
                first: Some(first.to_owned()),
                ..Names::default()
            },
        };
        let (session, now) = (session.clone(), self.clock.now());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.record(&deed).await?;
                    tx.learn_contact(&session, &learnt, now).await
                })
            })
            .await?;
        Ok(())
    }

    /// Takes the name away that a person was saved under.
    pub async fn forget(&self, caller: &Caller, session: &SessionId, who: &Jid) -> Result<(), Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        let who = with_number(who)?;
        self.engine.remove_contact(session, &who).await?;
        let deed = self.deeds.entry(caller, session, Action::ContactForget, &who, "");
        let (session, now) = (session.clone(), self.clock.now());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.record(&deed).await?;
                    tx.forget_saved_name(&session, &who, now).await
                })
            })
            .await?;
        Ok(())
    }

    /// Asks WhatsApp who has a number.
    pub async fn check(
        &self,
        caller: &Caller,
        session: &SessionId,
        phone: &PhoneNumber,
    ) -> Result<Option<Jid>, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        let Some(found) = self.engine.look_up(session, phone).await? else {
            return Ok(None);
        };
        let learnt = person(&found.addresses, found.names);
        let (session, now) = (session.clone(), self.clock.now());
        self.store
            .write(move |tx| Box::pin(async move { tx.learn_contact(&session, &learnt, now).await }))
            .await?;
        Ok(Some(found.addresses.jid))
    }

    /// The person's own words about themselves, as far as this account may see them.
    pub async fn about(
        &self,
        caller: &Caller,
        session: &SessionId,
        who: &Jid,
    ) -> Result<Option<String>, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.engine.about(session, &of_person(who)?).await?)
    }

    /// The picture of a person or group.
    pub async fn picture(
        &self,
        caller: &Caller,
        session: &SessionId,
        of: &Jid,
    ) -> Result<Option<Picture>, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.engine.picture(session, &of.bare()).await?)
    }

    pub async fn set_blocked(
        &self,
        caller: &Caller,
        session: &SessionId,
        who: &Jid,
        blocked: bool,
    ) -> Result<(), Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        let who = of_person(who)?;
        self.engine.set_blocked(session, &who, blocked).await?;
        let action = if blocked {
            Action::ContactBlock
        } else {
            Action::ContactUnblock
        };
        self.deeds.record(caller, session, action, &who, "").await
    }

    /// Everybody whom the account has blocked.
    pub async fn blocked(&self, caller: &Caller, session: &SessionId) -> Result<Vec<Chat>, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.engine.blocked(session).await?)
    }
}

/// What the addresses and names of a person say about them.
pub(crate) fn person(addresses: &Chat, names: Names) -> Learnt {
    let (jid, lid) = match addresses.jid.server() {
        Server::Lid => (None, Some(addresses.jid.clone())),
        _ => (Some(addresses.jid.clone()), addresses.alias.clone()),
    };
    Learnt { jid, lid, names }
}

fn of_person(who: &Jid) -> Result<Jid, Error> {
    let who = who.bare();
    if who.is_person() {
        return Ok(who);
    }
    Err(invalid("jid", "jid must be the address of a person"))
}

/// Address books are lists of numbers.
fn with_number(who: &Jid) -> Result<Jid, Error> {
    let who = who.bare();
    match who.server() {
        Server::Phone => Ok(who),
        _ => Err(invalid(
            "jid",
            "jid must be the address of a person by phone number",
        )),
    }
}

fn invalid(field: &'static str, message: impl Into<String>) -> Error {
    Error::Invalid {
        field,
        message: message.into(),
    }
}
