//! Status updates: encrypted like a message to a group of everybody who may see them.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use buffa::{Enumeration as _, MessageField};
use wacore_binary::Jid;
use wagon_domain::{SessionId, WaMessageId};
use wagon_engine::{Ack, MediaStatus, SendError, Statuses, TextStatus};
use waproto::whatsapp as wa;
use waproto::whatsapp::message::extended_text_message::FontType;
use whatsapp_rust::{Client, StatusSendOptions};

use crate::acks::Acks;
use crate::compose::uploaded;
use crate::engine::WhatsAppEngine;
use crate::{send, translate};

/// Encrypting for a large audience takes its time on the wire too.
const ACK_DEADLINE: Duration = Duration::from_secs(20);

#[async_trait]
impl Statuses for WhatsAppEngine {
    async fn post_text_status(
        &self,
        session: &SessionId,
        id: &WaMessageId,
        status: &TextStatus,
        audience: &[wagon_domain::Jid],
    ) -> Result<Ack, SendError> {
        let (client, acks) = self.live(session).ok_or(SendError::NotConnected)?;
        let font = FontType::from_i32(i32::from(status.font)).unwrap_or(FontType::SYSTEM);
        let text = wa::message::ExtendedTextMessage {
            text: Some(status.text.clone()),
            background_argb: Some(status.background),
            font: Some(font),
            ..Default::default()
        };
        let message = wa::Message {
            extended_text_message: MessageField::some(text),
            ..Default::default()
        };
        show(&client, &acks, id, message, audience).await
    }

    async fn post_media_status(
        &self,
        session: &SessionId,
        id: &WaMessageId,
        status: &MediaStatus,
        audience: &[wagon_domain::Jid],
    ) -> Result<Ack, SendError> {
        let (client, acks) = self.live(session).ok_or(SendError::NotConnected)?;
        let mut message = uploaded(&client, &status.attachment, Some(&status.bytes)).await?;
        if let Some(audio) = message.audio_message.as_option_mut() {
            audio.background_argb = status.background;
        }
        let key = wa::MessageKey {
            remote_jid: Some(Jid::status_broadcast().to_string()),
            from_me: Some(true),
            id: Some(id.to_string()),
            participant: None,
        };
        let wire = translate::keep(key, &message);
        let ack = show(&client, &acks, id, message, audience).await?;
        Ok(Ack { wire, ..ack })
    }

    async fn revoke_status(
        &self,
        session: &SessionId,
        id: &WaMessageId,
        status: &WaMessageId,
        audience: &[wagon_domain::Jid],
    ) -> Result<Ack, SendError> {
        let (client, acks) = self.live(session).ok_or(SendError::NotConnected)?;
        let key = wa::MessageKey {
            remote_jid: Some(Jid::status_broadcast().to_string()),
            from_me: Some(true),
            id: Some(status.to_string()),
            participant: None,
        };
        let revoke = wa::message::ProtocolMessage {
            key: MessageField::some(key),
            r#type: Some(wa::message::protocol_message::Type::REVOKE),
            ..Default::default()
        };
        let message = wa::Message {
            protocol_message: MessageField::some(revoke),
            ..Default::default()
        };
        show(&client, &acks, id, message, audience).await
    }
}

async fn show(
    client: &Client,
    acks: &Arc<Acks>,
    id: &WaMessageId,
    message: wa::Message,
    audience: &[wagon_domain::Jid],
) -> Result<Ack, SendError> {
    let audience: Vec<_> = audience.iter().filter_map(translate::to_wa).collect();
    learn_hidden_identities(client, &audience).await;
    let options = StatusSendOptions {
        message_id: Some(id.to_string()),
        ..Default::default()
    };
    let verdict = acks.expect(id);
    let sent = client.status().send_raw(message, &audience, options).await;
    let outcome = match sent {
        Ok(_) => match tokio::time::timeout(ACK_DEADLINE, verdict).await {
            Ok(Ok(Ok(timestamp))) => Ok(Ack {
                timestamp,
                wire: None,
                parts: Vec::new(),
            }),
            Ok(Ok(Err(failure))) => Err(failure.into()),
            Ok(Err(_)) | Err(_) => Err(SendError::Unanswered),
        },
        Err(error) => {
            drop(verdict);
            Err(send::refusal(client, error))
        }
    };
    acks.forget(id);
    outcome
}

/// Updates are addressed by hidden identity, and the library leaves out whoever it has none for. A failed look-up
/// leaves them out too, which is no reason to show the update to nobody.
async fn learn_hidden_identities(client: &Client, audience: &[Jid]) {
    let mut unknown = Vec::new();
    for person in audience.iter().filter(|person| person.is_pn()) {
        if !matches!(client.get_lid_pn_entry(person).await, Ok(Some(_))) {
            unknown.push(person.clone());
        }
    }
    if let Err(error) = client.contacts().is_on_whatsapp(&unknown).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "part of a status audience could not be looked up"
        );
    }
}
