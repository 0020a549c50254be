//! What happens beside messages, in Wagon's words.

use wacore::types::call::{CallAction, IncomingCall as WaCall};
use wacore::types::events::Event;
use wagon_domain::Timestamp;
use wagon_domain::event::IncomingCall;
use wagon_engine::Notice;
use whatsapp_rust::Client;

use crate::translate;

/// `None` for what nobody needs to hear of.
pub(crate) async fn notice(client: &Client, event: &Event) -> Option<Notice> {
    match event {
        Event::IncomingCall(call) => incoming_call(client, call).await.map(Notice::Call),
        _ => None,
    }
}

/// Only the offer rings; the other steps of a call belong to whoever took it.
async fn incoming_call(client: &Client, call: &WaCall) -> Option<IncomingCall> {
    let CallAction::Offer {
        call_id,
        call_creator,
        caller_pn,
        is_video,
        group_jid,
        ..
    } = &call.action
    else {
        return None;
    };
    let from = translate::chat_of(client, call_creator, caller_pn.as_ref()).await?;
    Some(IncomingCall {
        call: call_id.clone(),
        from: from.jid,
        group: group_jid.as_ref().and_then(translate::to_domain),
        video: *is_video,
        timestamp: Timestamp::from_millis(call.timestamp.timestamp_millis()),
    })
}
