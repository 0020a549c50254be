//! Keys that receivers drop repetitions by.

use sha2::{Digest, Sha256};
use wagon_domain::Event;

use super::Told;
use crate::time;

/// The same for every delivery of the event, however often it is repeated.
pub(super) fn stem(event: &Event, told: &Told) -> String {
    let session = event.session.as_str();
    let at = time::iso(event.timestamp);
    let of = |name: &str| told.data.get(name).map(plain).unwrap_or_default();
    match told.name {
        "message.received" | "message.sent" => format!("msg_{session}_{}", of("id")),
        "message.ack" => format!("ack_{session}_{}_{}", of("messageId"), of("status")),
        "message.failed" => format!("failed_{session}_{}", of("messageId")),
        "message.revoked" => format!("rev_{session}_{}", of("id")),
        "message.edited" => format!("edit_{session}_{}_{at}", of("messageId")),
        "message.reaction" => format!("react_{session}_{}_{}_{at}", of("messageId"), of("senderId")),
        "session.qr" => format!("qr_{session}_{}", digest(told)),
        "session.status" => format!("sess_{session}_{}_{at}", of("status")),
        "session.authenticated" => format!("auth_{session}_{}_{at}", digest(told)),
        "session.disconnected" => format!("disc_{session}_{}_{at}", digest(told)),
        "session.reconnect_loop" => format!("loop_{session}_{}_{at}", of("attempts")),
        "session.restriction" => format!("restr_{session}_{}_{}_{at}", of("kind"), of("active")),
        "group.join" | "group.leave" | "group.update" | "group.join_request" => {
            let what = told.name.trim_start_matches("group.");
            format!("grp_{}_{}_{what}_{at}", of("groupId"), digest(told))
        }
        "call.received" => format!("call_{session}_{}", of("callId")),
        "call.accepted" | "call.rejected" | "call.missed" => {
            format!("call_{session}_{}_{}", of("callId"), of("outcome"))
        }
        "event.response" => format!("rsvp_{session}_{}", of("responseMessageId")),
        "presence.update" => format!("pres_{session}_{}_{}_{at}", of("chatId"), digest(told)),
        name => format!("evt_{}_{}", name.replace('.', "_"), digest(told)),
    }
}

fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Short, of what the event says.
fn digest(told: &Told) -> String {
    let data = serde_json::Value::Object(told.data.clone()).to_string();
    let hash = Sha256::digest(data.as_bytes());
    hex::encode(&hash[..6])
}
