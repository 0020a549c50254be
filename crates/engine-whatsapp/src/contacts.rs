//! People, through the user directory and the block list.

use async_trait::async_trait;
use wacore_binary::Jid as WaJid;
use wagon_domain::contact::Names;
use wagon_domain::message::Chat;
use wagon_domain::{Jid, PhoneNumber, SessionId};
use wagon_engine::{CallError, Contacts, Found, Picture, Refusal};
use whatsapp_rust::Client;

use crate::call::{failed, wire_address};
use crate::engine::WhatsAppEngine;
use crate::translate;

#[async_trait]
impl Contacts for WhatsAppEngine {
    async fn look_up(&self, session: &SessionId, phone: &PhoneNumber) -> Result<Option<Found>, CallError> {
        let client = self.client(session)?;
        let asked = WaJid::pn(phone.as_str());
        let found = client
            .contacts()
            .is_on_whatsapp(std::slice::from_ref(&asked))
            .await
            .map_err(failed)?;
        let Some(found) = found.into_iter().find(|found| found.is_registered) else {
            return Ok(None);
        };
        let addresses = translate::chat_of(&client, &found.jid, found.lid.as_ref()).await;
        Ok(addresses.map(|addresses| Found {
            addresses,
            names: Names {
                business: found.verified_name.and_then(|verified| verified.name),
                ..Names::default()
            },
        }))
    }

    async fn about(&self, session: &SessionId, who: &Jid) -> Result<Option<String>, CallError> {
        let client = self.client(session)?;
        let jid = wire_address("jid", who)?;
        let users = client.contacts().get_user_info(&[jid]).await.map_err(failed)?;
        let about = users.into_values().find_map(|user| user.status);
        Ok(about.filter(|about| !about.is_empty()))
    }

    async fn picture(&self, session: &SessionId, of: &Jid) -> Result<Option<Picture>, CallError> {
        let client = self.client(session)?;
        let jid = wire_address("jid", of)?;
        let picture = client.contacts().get_profile_picture(&jid, false).await;
        Ok(picture.map_err(failed)?.map(|picture| Picture {
            id: picture.id,
            url: picture.url,
        }))
    }

    async fn set_blocked(&self, session: &SessionId, who: &Jid, blocked: bool) -> Result<(), CallError> {
        let client = self.client(session)?;
        let jid = wire_address("jid", who)?;
        know(&client, &jid).await?;
        let blocking = client.blocking();
        let done = if blocked {
            blocking.block(&jid).await
        } else {
            blocking.unblock(&jid).await
        };
        self.block_list(session)?.forget();
        done.map_err(failed)
    }

    async fn save_contact(
        &self,
        session: &SessionId,
        who: &Jid,
        full_name: &str,
        first_name: &str,
    ) -> Result<(), CallError> {
        let client = self.client_with_app_state(session).await?;
        let jid = wire_address("jid", who)?;
        let (full, first) = (full_name.to_owned(), first_name.to_owned());
        client
            .chat_actions()
            .save_contact(&jid, Some(full), Some(first), true)
            .await
            .map_err(failed)
    }

    /// The library sets entries of app state and cannot remove one; without names it says the same.
    async fn remove_contact(&self, session: &SessionId, who: &Jid) -> Result<(), CallError> {
        let client = self.client_with_app_state(session).await?;
        let jid = wire_address("jid", who)?;
        client
            .chat_actions()
            .save_contact(&jid, None, None, false)
            .await
            .map_err(failed)
    }

    async fn blocked(&self, session: &SessionId) -> Result<Vec<Chat>, CallError> {
        let client = self.client(session)?;
        let list = self.block_list(session)?;
        let changes = match list.known() {
            Ok(blocked) => return Ok(blocked),
            Err(changes) => changes,
        };
        let entries = client.blocking().get_blocklist().await.map_err(failed)?;
        let mut blocked = Vec::with_capacity(entries.len());
        for entry in entries {
            blocked.extend(translate::chat_of(&client, &entry.jid, None).await);
        }
        list.remember(&blocked, changes);
        Ok(blocked)
    }
}

/// Blocking needs both addresses of a person; who is new is looked up first.
async fn know(client: &Client, jid: &WaJid) -> Result<(), CallError> {
    if client.get_lid_pn_entry(jid).await.ok().flatten().is_some() {
        return Ok(());
    }
    let found = client
        .contacts()
        .is_on_whatsapp(std::slice::from_ref(jid))
        .await
        .map_err(failed)?;
    if found.iter().any(|found| found.is_registered) {
        return Ok(());
    }
    Err(Refusal {
        code: 404,
        text: "not on WhatsApp".to_owned(),
        retry_after: None,
    }
    .into())
}
