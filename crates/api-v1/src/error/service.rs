//! What services refuse, in the dialect's codes and words.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use wagon_domain::outbox::SendFailure;
use wagon_http_kit::retry_after_seconds;
use wagon_services::{Conflict, Error, Missing};

use super::envelope::{Code, Refusal};

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Forbidden { capability } => Self::new(
                Code::Forbidden,
                format!("missing required capability: {capability}"),
            ),
            Error::SuperAdminRequired => Self::new(Code::Forbidden, "super_admin required"),
            Error::RoleRequired { role } => Self::new(Code::Forbidden, format!("required role: {role}")),
            Error::AddressRefused => {
                Self::new(Code::Forbidden, "this API key may not be used from this address")
            }
            Error::KeyRevoked | Error::KeyExpired => {
                Self::new(Code::Unauthorized, "missing or invalid credentials")
            }
            Error::NotSignedIn => Self::new(Code::Unauthorized, "invalid email, password or token"),
            Error::TooManyRequests { retry_after } => {
                let seconds = retry_after_seconds(retry_after);
                Self::new(Code::RateLimited, "too many requests")
                    .with_details(json!({ "retryAfterSeconds": seconds }))
                    .with_retry_after(seconds)
            }
            Error::NotFound(missing) => Self::new(Code::NotFound, absent(missing)),
            Error::Invalid { field: _, message } => Self::new(Code::ValidationError, message),
            Error::Conflict(conflict) => Self::new(Code::Conflict, in_the_way(conflict)),
            Error::NotConnected => Self::new(
                Code::NotImplemented,
                "live WhatsApp client is not available for this session",
            ),
            Error::NotLinked => Self::new(
                Code::ValidationError,
                "session not paired; use QR or pairing code",
            ),
            Error::RateLimited { retry_after } => {
                let seconds = retry_after_seconds(retry_after);
                Self::new(Code::RateLimited, "send rate limit exceeded")
                    .with_details(json!({ "retryAfterSeconds": seconds }))
                    .with_retry_after(seconds)
            }
            Error::SendFailed { failure, retry_after } => refused(&failure, retry_after),
            Error::SendsHeld { cause, retry_after } => refused(&cause, Some(retry_after)),
            error @ Error::NotAnOption { options: _ } => Self::new(Code::ValidationError, error.to_string()),
            Error::File(problem) => Self::new(Code::ValidationError, problem.to_string()),
            Error::Denied { reason } => Self::new(Code::Forbidden, reason),
            Error::Refused { reason } => Self::new(Code::GatewayUnavailable, reason),
            Error::Unanswered => Self::new(Code::GatewayUnavailable, "WhatsApp did not answer in time"),
            Error::Pairing { reason } => {
                Self::new(Code::GatewayUnavailable, format!("no pairing code: {reason}"))
            }
            Error::NotOffered { what } => Self::new(Code::GatewayUnavailable, what),
            Error::Gone => {
                Self::new(Code::NotFound, "the media is no longer available").with_status(StatusCode::GONE)
            }
            Error::Unavailable => Self::new(Code::GatewayUnavailable, "the gateway is shutting down"),
            Error::Internal(_) => Self::new(Code::Internal, "internal server error"),
        }
    }
}

/// A send that WhatsApp refused, or that its limits hold back.
fn refused(failure: &SendFailure, retry_after: Option<Duration>) -> Refusal {
    let message = failure.to_string();
    match failure {
        SendFailure::UnknownRecipient => {
            Refusal::new(Code::ValidationError, "recipient 'to' is not on WhatsApp")
        }
        SendFailure::Malformed { wa_code: _ } => Refusal::new(Code::ValidationError, message),
        SendFailure::Cancelled => Refusal::new(Code::Conflict, message),
        SendFailure::ReachOutLimited | SendFailure::NewChatCap | SendFailure::RateLimited => {
            let refusal = Refusal::new(Code::RateLimited, message);
            match retry_after.map(retry_after_seconds) {
                Some(seconds) => refusal
                    .with_details(json!({ "reason": failure.code(), "retryAfterSeconds": seconds }))
                    .with_retry_after(seconds),
                None => refusal.with_details(json!({ "reason": failure.code() })),
            }
        }
        SendFailure::Unavailable { wa_code: _ }
        | SendFailure::Refused { wa_code: _ }
        | SendFailure::Unprepared => Refusal::new(Code::GatewayUnavailable, message),
    }
}

const fn absent(missing: Missing) -> &'static str {
    match missing {
        Missing::Session => "session not found",
        Missing::Contact => "contact not found",
        Missing::Chat => "chat not found",
        Missing::Label => "label not found",
        Missing::Message => "message not found",
        Missing::Media => "message has no media",
        Missing::Outbox => "outbox entry not found",
        Missing::Qr => "QR code is not ready yet; pairing has been started",
        Missing::Link => "session is not paired",
        Missing::Key => "key not found",
        Missing::Organization => "organization not found",
        Missing::User => "user not found",
        Missing::Member => "member not found",
        Missing::Webhook => "webhook not found",
        Missing::Delivery => "delivery not found",
        Missing::Batch => "batch not found",
        Missing::Template => "template not found",
        Missing::Group => "group not found",
        Missing::OnWhatsApp => "not found on WhatsApp",
    }
}

const fn in_the_way(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::LastAdminKey => "nobody could manage keys any more",
        Conflict::AlreadyStarting => "session is starting",
        Conflict::SessionNameTaken => "a session with this name exists already",
        Conflict::AlreadyLinked => "session already paired",
        Conflict::AlreadyRunning => "session already running",
        Conflict::IdempotencyKeyReused => "Idempotency-Key was already used for another request",
        Conflict::TooOld => "the message is too old for this",
        Conflict::MessageDeleted => "the message was deleted",
        Conflict::PollEnded => "the poll has ended",
        Conflict::NotABusiness => "labels need a WhatsApp Business account",
        Conflict::EmailTaken => "a user with this email address exists already",
        Conflict::AlreadyMember => "the user is a member already",
        Conflict::LastOwner => "an organization needs an owner",
        Conflict::LastSuperAdmin => "the gateway needs a super admin",
        Conflict::HasSessions => "the organization still has sessions; delete them first",
        Conflict::AlreadyUnderWay => "the send is not queued any more",
        Conflict::PairingCodeOutstanding => "a pairing code is already outstanding",
        Conflict::BatchExists => "a batch with this id exists already",
        Conflict::BatchOver(_) => "the batch is over",
        Conflict::TemplateNameTaken => "a template with this name exists already",
        Conflict::OnWhatsApp => "the state on WhatsApp does not allow it",
    }
}

#[cfg(test)]
mod tests {
    use wagon_domain::Capability;

    use super::super::dialect::tests::{answer, envelope};
    use super::*;

    #[tokio::test]
    async fn every_service_error_has_its_code_and_words() {
        for (error, status, body) in [
            (
                Error::Forbidden {
                    capability: Capability::Manage,
                },
                403,
                envelope("forbidden", "missing required capability: manage"),
            ),
            (
                Error::NotFound(Missing::Session),
                404,
                envelope("not_found", "session not found"),
            ),
            (
                Error::NotFound(Missing::Link),
                404,
                envelope("not_found", "session is not paired"),
            ),
            (
                Error::Invalid {
                    field: "text",
                    message: "text is required for type 'text'".to_owned(),
                },
                400,
                envelope("validation_error", "text is required for type 'text'"),
            ),
            (
                Error::Conflict(Conflict::AlreadyLinked),
                409,
                envelope("conflict", "session already paired"),
            ),
            (
                Error::Conflict(Conflict::AlreadyRunning),
                409,
                envelope("conflict", "session already running"),
            ),
            (
                Error::NotConnected,
                501,
                envelope(
                    "not_implemented",
                    "live WhatsApp client is not available for this session",
                ),
            ),
            (
                Error::NotLinked,
                400,
                envelope("validation_error", "session not paired; use QR or pairing code"),
            ),
            (
                Error::Pairing {
                    reason: "WhatsApp said no".to_owned(),
                },
                503,
                envelope("gateway_unavailable", "no pairing code: WhatsApp said no"),
            ),
            (
                Error::Denied {
                    reason: "not an admin".to_owned(),
                },
                403,
                envelope("forbidden", "not an admin"),
            ),
            (
                Error::Refused {
                    reason: "no".to_owned(),
                },
                503,
                envelope("gateway_unavailable", "no"),
            ),
            (
                Error::Unanswered,
                503,
                envelope("gateway_unavailable", "WhatsApp did not answer in time"),
            ),
            (
                Error::Conflict(Conflict::OnWhatsApp),
                409,
                envelope("conflict", "the state on WhatsApp does not allow it"),
            ),
            (
                Error::NotFound(Missing::OnWhatsApp),
                404,
                envelope("not_found", "not found on WhatsApp"),
            ),
            (
                Error::Unavailable,
                503,
                envelope("gateway_unavailable", "the gateway is shutting down"),
            ),
            (
                Error::Internal("secret".into()),
                500,
                envelope("internal", "internal server error"),
            ),
        ] {
            assert_eq!(answer(error).await, (status, body, None));
        }
    }

    #[tokio::test]
    async fn an_exhausted_budget_says_when_to_come_back() {
        let error = Error::RateLimited {
            retry_after: Duration::from_millis(36_001),
        };
        let body = json!({"error": {
            "code": "rate_limited",
            "message": "send rate limit exceeded",
            "details": {"retryAfterSeconds": 37},
        }});
        assert_eq!(answer(error).await, (429, body, Some("37".to_owned())));
    }

    #[tokio::test]
    async fn whatsapps_refusals_are_the_callers_to_act_on() {
        for (failure, status, code, reason) in [
            (SendFailure::UnknownRecipient, 400, "validation_error", None),
            (
                SendFailure::Malformed { wa_code: 479 },
                400,
                "validation_error",
                None,
            ),
            (
                SendFailure::RateLimited,
                429,
                "rate_limited",
                Some("rate_limited"),
            ),
            (
                SendFailure::ReachOutLimited,
                429,
                "rate_limited",
                Some("reach_out_limited"),
            ),
            (SendFailure::NewChatCap, 429, "rate_limited", Some("new_chat_cap")),
            (
                SendFailure::Unavailable { wa_code: 503 },
                503,
                "gateway_unavailable",
                None,
            ),
            (
                SendFailure::Refused { wa_code: 401 },
                503,
                "gateway_unavailable",
                None,
            ),
        ] {
            let (found, body, _) = answer(Error::SendFailed {
                failure,
                retry_after: None,
            })
            .await;
            assert_eq!((found, body["error"]["code"].as_str()), (status, Some(code)));
            assert_eq!(body["error"]["details"]["reason"].as_str(), reason);
        }
    }
}
