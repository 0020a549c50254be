//! Labels that another device of the account has changed.

use wacore::types::events::Event;
use wagon_domain::label::{Label, LabelChange};
use whatsapp_rust::Client;

use crate::translate;

/// `None` for other events, and for labels on what has no address.
pub(super) async fn change(client: &Client, event: &Event) -> Option<LabelChange> {
    match event {
        Event::LabelEditUpdate(update) => {
            let (label, action) = (update.label_id.clone(), &update.action);
            if action.deleted.unwrap_or_default() {
                return Some(LabelChange::Deleted { label });
            }
            Some(LabelChange::Set(Label {
                id: label,
                name: action.name.clone().unwrap_or_default(),
                color: action.color.unwrap_or_default(),
            }))
        }
        Event::LabelAssociationUpdate(update) => Some(LabelChange::Put {
            label: update.label_id.clone(),
            chat: translate::chat_of(client, &update.chat_jid, None).await?.jid,
            on: update.action.labeled.unwrap_or_default(),
        }),
        _ => None,
    }
}
