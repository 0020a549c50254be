//! What the account shows of itself.

use std::sync::Arc;

use wagon_domain::audit::Action;
use wagon_domain::{Caller, Capability, Jid, Session, SessionId};
use wagon_engine::{Engine, Picture};

use crate::deeds::Deeds;
use crate::error::{Error, Missing};
use crate::messages::Origin;
use crate::pictures::Pictures;
use crate::sessions::Sessions;

/// The longest name and about text that WhatsApp takes, in characters.
const MAX_NAME: usize = 25;
const MAX_ABOUT: usize = 139;
/// Far more than any profile picture needs.
const MAX_PICTURE: usize = 1024 * 1024;

#[derive(Clone)]
pub struct Profile {
    sessions: Sessions,
    engine: Arc<dyn Engine>,
    pictures: Pictures,
    deeds: Deeds,
}

/// The account as others see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnProfile {
    pub jid: Jid,
    pub lid: Option<Jid>,
    pub name: String,
    pub about: Option<String>,
    pub picture: Option<Picture>,
}

/// What to change; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct ChangeProfile {
    pub name: Option<String>,
    pub about: Option<String>,
}

impl Profile {
    pub(crate) fn new(sessions: Sessions, engine: Arc<dyn Engine>, pictures: Pictures, deeds: Deeds) -> Self {
        Self {
            sessions,
            engine,
            pictures,
            deeds,
        }
    }

    pub async fn get(&self, caller: &Caller, session: &SessionId) -> Result<OwnProfile, Error> {
        let session = self.sessions.require(caller, session, Capability::Read).await?;
        self.read(&session).await
    }

    pub async fn change(
        &self,
        caller: &Caller,
        session: &SessionId,
        change: ChangeProfile,
    ) -> Result<OwnProfile, Error> {
        let session = self.sessions.require(caller, session, Capability::Send).await?;
        if let Some(name) = &change.name {
            check("name", name, MAX_NAME)?;
            if name.trim().is_empty() {
                return Err(invalid("name", "name must not be empty"));
            }
        }
        if let Some(about) = &change.about {
            check("about", about, MAX_ABOUT)?;
        }
        if let Some(name) = &change.name {
            self.engine.set_own_name(&session.id, name).await?;
            self.updated(caller, &session.id, "name").await?;
        }
        if let Some(about) = &change.about {
            self.engine.set_own_about(&session.id, about).await?;
            self.updated(caller, &session.id, "about").await?;
        }
        self.read(&session).await
    }

    /// Sets the picture, a JPEG, and answers its id; `None` takes it away.
    pub async fn set_picture(
        &self,
        caller: &Caller,
        session: &SessionId,
        image: Option<Vec<u8>>,
    ) -> Result<Option<String>, Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        if let Some(image) = &image {
            if !image.starts_with(&[0xff, 0xd8]) {
                return Err(invalid("data", "data must be a JPEG"));
            }
            if image.len() > MAX_PICTURE {
                return Err(invalid("data", "data may have 1 MiB at most"));
            }
        }
        let id = self.engine.set_own_picture(session, image).await?;
        self.updated(caller, session, "picture").await?;
        Ok(id)
    }

    /// Sets the picture from any image.
    pub async fn set_picture_from(
        &self,
        caller: &Caller,
        session: &SessionId,
        image: Origin,
    ) -> Result<(), Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        let image = self.pictures.avatar(image).await?;
        self.engine.set_own_picture(session, Some(image)).await?;
        self.updated(caller, session, "picture").await
    }

    pub async fn set_online(&self, caller: &Caller, session: &SessionId, online: bool) -> Result<(), Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        Ok(self.engine.set_online(session, online).await?)
    }

    async fn updated(&self, caller: &Caller, session: &SessionId, what: &str) -> Result<(), Error> {
        self.deeds
            .record(caller, session, Action::ProfileUpdate, session, what)
            .await
    }

    async fn read(&self, session: &Session) -> Result<OwnProfile, Error> {
        let name = self.engine.own_name(&session.id).await?;
        let jid = session.jid.as_ref().ok_or(Error::NotFound(Missing::Link))?.bare();
        let about = self.engine.about(&session.id, &jid).await?;
        let picture = self.engine.picture(&session.id, &jid).await?;
        Ok(OwnProfile {
            jid,
            lid: session.lid.as_ref().map(Jid::bare),
            name,
            about,
            picture,
        })
    }
}

fn check(field: &'static str, text: &str, most: usize) -> Result<(), Error> {
    if text.chars().count() > most {
        return Err(invalid(
            field,
            &format!("{field} may have {most} characters at most"),
        ));
    }
    Ok(())
}

fn invalid(field: &'static str, message: &str) -> Error {
    Error::Invalid {
        field,
        message: message.to_owned(),
    }
}
