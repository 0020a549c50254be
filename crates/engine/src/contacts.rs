//! People: who is on WhatsApp, what they show of themselves, who is blocked.

use async_trait::async_trait;
use wagon_domain::contact::Names;
use wagon_domain::message::Chat;
use wagon_domain::{Jid, PhoneNumber, SessionId};

use crate::call::CallError;

/// Where a profile picture can be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub id: String,
    pub url: String,
}

/// Somebody who is on WhatsApp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub addresses: Chat,
    pub names: Names,
}

#[async_trait]
pub trait Contacts {
    /// Who has this number; `None` when nobody on WhatsApp has.
    async fn look_up(&self, session: &SessionId, phone: &PhoneNumber) -> Result<Option<Found>, CallError>;

    async fn about(&self, session: &SessionId, who: &Jid) -> Result<Option<String>, CallError>;

    /// The picture of a person or group; `None` when there is none that this account may see.
    async fn picture(&self, session: &SessionId, of: &Jid) -> Result<Option<Picture>, CallError>;

    async fn set_blocked(&self, session: &SessionId, who: &Jid, blocked: bool) -> Result<(), CallError>;

    /// Saves a person under a name, on all devices of the account.
    async fn save_contact(
        &self,
        session: &SessionId,
        who: &Jid,
        full_name: &str,
        first_name: &str,
    ) -> Result<(), CallError>;

    /// Takes the name away that a person was saved under.
    async fn remove_contact(&self, session: &SessionId, who: &Jid) -> Result<(), CallError>;

    async fn blocked(&self, session: &SessionId) -> Result<Vec<Chat>, CallError>;
}
