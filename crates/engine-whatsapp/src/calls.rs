//! Declining calls, and links to call by.

use std::time::Duration;

use async_trait::async_trait;
use wacore::stanza::group_call::{build_call_link_create, parse_call_link_create_ack};
use wacore::types::group_call::CallLinkMedia;
use wagon_domain::SessionId;
use wagon_domain::event::IncomingCall;
use wagon_engine::{CallError, Calls, Refusal};
use whatsapp_rust::NodeFilter;

use crate::call::failed;
use crate::engine::WhatsAppEngine;
use crate::notices;

const LINK_DEADLINE: Duration = Duration::from_secs(10);

#[async_trait]
impl Calls for WhatsAppEngine {
    async fn call_link(&self, session: &SessionId, video: bool) -> Result<String, CallError> {
        let client = self.client(session)?;
        let id = client.generate_message_id();
        let media = if video {
            CallLinkMedia::Video
        } else {
            CallLinkMedia::Audio
        };
        let request = build_call_link_create(media, &id).map_err(|error| CallError::Engine(error.into()))?;
        let answer = client.wait_for_node(NodeFilter::tag("ack").attr("id", id));
        client.send_node(request).await.map_err(failed)?;
        let Ok(Ok(answer)) = tokio::time::timeout(LINK_DEADLINE, answer).await else {
            return Err(CallError::Unanswered);
        };
        let answer = answer.get();
        if let Some(code) = answer.attrs().optional_string("error") {
            return Err(Refusal {
                code: code.parse().unwrap_or_default(),
                text: "no call link".to_owned(),
                retry_after: None,
            }
            .into());
        }
        let link = parse_call_link_create_ack(answer).map_err(|error| CallError::Engine(error.into()))?;
        Ok(link.url())
    }

    async fn reject_call(&self, session: &SessionId, call: &str) -> Result<IncomingCall, CallError> {
        let client = self.client(session)?;
        let ringing = self.ringing(session)?.take(call).ok_or_else(|| Refusal {
            code: 404,
            text: "no such call is ringing".to_owned(),
            retry_after: None,
        })?;
        let call = notices::incoming_call(&client, &ringing).await;
        let call = call.ok_or_else(|| CallError::Engine("the caller has no address".into()))?;
        client.voip().reject(&ringing).await.map_err(failed)?;
        Ok(call)
    }
}
