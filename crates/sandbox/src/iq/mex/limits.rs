//! How far an account may go with people it does not know.

use serde_json::{Value, json};

use super::{Fault, Request};

/// Why WhatsApp keeps an account from opening chats, as far as we tell.
const ENFORCEMENT: &str = "DEFAULT";

#[expect(clippy::unnecessary_wraps, reason = "one signature for all operations")]
pub(super) fn time_lock(request: &Request<'_>, _: &Value) -> Result<Value, Fault> {
    let until = request.peer.origin.account.trust.time_lock(request.now());
    Ok(json!({
        "is_active": until.is_some(),
        "time_enforcement_ends": until.unwrap_or_default().to_string(),
        "enforcement_type": ENFORCEMENT,
    }))
}

#[expect(clippy::unnecessary_wraps, reason = "one signature for all operations")]
pub(super) fn new_chats(request: &Request<'_>, _: &Value) -> Result<Value, Fault> {
    let now = request.now();
    let usage = request.peer.origin.account.trust.new_chats(now);
    Ok(match usage {
        None => json!({ "capping_status": "NONE" }),
        Some(usage) => json!({
            "capping_status": if usage.used >= usage.limit { "CAPPED" } else { "FIRST_WARNING" },
            "total_quota": usage.limit,
            "used_quota": usage.used,
            "cycle_start_timestamp": (usage.ends - usage.window).to_string(),
            "cycle_end_timestamp": usage.ends.to_string(),
        }),
    })
}
