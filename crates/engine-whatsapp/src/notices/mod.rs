//! What happens beside messages, in Wagon's words.

mod channels;
mod chats;
mod labels;
mod people;

use std::time::Duration;

use wacore::types::call::{CallAction, IncomingCall as WaCall};
use wacore::types::events::Event;
use wagon_domain::Timestamp;
use wagon_domain::event::{CallOutcome, EndedCall, IncomingCall};
use wagon_engine::Notice;
use whatsapp_rust::Client;

use crate::translate;

/// What comes after the list of groups waits for it no longer than this.
const GROUPS_WAIT: Duration = Duration::from_secs(10);

/// `None` for what nobody needs to hear of.
pub(crate) async fn notice(client: &Client, event: &Event) -> Option<Notice> {
    match event {
        Event::IncomingCall(call) => incoming_call(client, call).await.map(Notice::Call),
        Event::MexNotification(news) => channels::update(&news.op_name, &news.payload).map(Notice::Channel),
        Event::GroupUpdate(update) => match translate::join_request(client, update).await {
            Some(asked) => Some(Notice::JoinRequested(asked)),
            None => translate::group_change(client, update).await.map(Notice::Group),
        },
        Event::ContactUpdate(_) | Event::PictureUpdate(_) | Event::Presence(_) | Event::ChatPresence(_) => {
            people::notice(client, event).await
        }
        Event::LabelEditUpdate(_) | Event::LabelAssociationUpdate(_) => {
            labels::change(client, event).await.map(Notice::Label)
        }
        other => chats::notice(client, other).await,
    }
}

/// What became of a call that rang.
pub(crate) async fn ended_call(client: &Client, offer: &WaCall, outcome: CallOutcome) -> Option<Notice> {
    let call = incoming_call(client, offer).await?;
    Some(Notice::CallEnded(EndedCall { call, outcome }))
}

/// Only the offer rings; the other steps of a call belong to whoever took it.
pub(crate) async fn incoming_call(client: &Client, call: &WaCall) -> Option<IncomingCall> {
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

/// The groups the account is in; `None` if WhatsApp does not say. Asked for on the way of the notices, so
/// that whatever changes afterwards is told afterwards.
pub(crate) async fn groups(client: &Client) -> Option<Notice> {
    let answer = tokio::time::timeout(GROUPS_WAIT, client.groups().get_participating()).await;
    match answer {
        Ok(Ok(groups)) => {
            let groups = groups
                .into_values()
                .filter_map(|group| translate::group_info(&group));
            Some(Notice::Groups(groups.collect()))
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "the account's groups cannot be listed");
            None
        }
        Err(_) => {
            tracing::warn!("WhatsApp did not list the account's groups in time");
            None
        }
    }
}
