//! Closed lists of words, taken from where they are defined.

use schemars::{Schema, SchemaGenerator, json_schema};
use wagon_domain::group::GroupRole;
use wagon_domain::{Capability, DeliveryStatus, MessageStatus, Role, SessionStatus};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $words:expr;)+) => {$(
        $(#[$doc])*
        pub fn $name(_: &mut SchemaGenerator) -> Schema {
            let words: Vec<&str> = $words.into_iter().collect();
            json_schema!({ "type": "string", "enum": words })
        }
    )+};
}

words! {
    session_status: SessionStatus::ALL.iter().map(|status| status.as_str());
    message_status: MessageStatus::ALL.iter().map(|status| status.as_str());
    /// A send is queued and on its way before it is what its message is.
    send_status: ["queued", "sending"].into_iter().chain(
        MessageStatus::ALL.iter().map(|status| status.as_str()).filter(|status| *status != "pending"),
    );
    delivery_status: DeliveryStatus::ALL.iter().map(|status| status.as_str());
    group_role: GroupRole::ALL.iter().map(|role| role.as_str());
    presence_state: ["available", "unavailable", "composing", "recording", "paused"];
    role: Role::ALL.iter().map(|role| role.as_str());
    capability: Capability::ALL.iter().map(|capability| capability.as_str());
    action: wagon_domain::audit::Action::ALL.iter().map(|action| action.as_str());
}

/// Several of [`capability`].
pub fn capabilities(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": capability(generator) })
}
