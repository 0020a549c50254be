//! The library's ways of ending a connection, as typed reasons.

use wacore::types::events::{ConnectFailureReason, Event};
use wagon_domain::Timestamp;
use wagon_domain::session::StatusReason;

/// The reason when `event` says that this connection will not come back by itself.
pub(crate) fn ending(event: &Event, now: Timestamp) -> Option<StatusReason> {
    Some(match event {
        Event::LoggedOut(out) if out.reason == ConnectFailureReason::AccountLocked => {
            StatusReason::AccountLocked
        }
        Event::LoggedOut(_) => StatusReason::LoggedOut,
        Event::StreamReplaced(_) => StatusReason::Replaced,
        Event::TemporaryBan(ban) => StatusReason::TemporaryBan {
            until: now + ban.expire.to_std().unwrap_or_default(),
            ban_code: ban.code.code(),
        },
        Event::ClientOutdated(_) => StatusReason::ClientOutdated,
        Event::PairError(_) => StatusReason::PairingFailed,
        Event::PairingQrCodesExhausted(_) => StatusReason::PairingTimedOut,
        Event::ConnectFailure(failure) if !failure.reason.should_reconnect() => {
            StatusReason::ConnectionRefused {
                reason: failure.reason.code(),
            }
        }
        _ => return None,
    })
}
