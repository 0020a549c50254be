//! What services refuse, in the dialect's statuses and literals.

use std::time::Duration;

use http::StatusCode;
use wagon_domain::Capability;
use wagon_domain::outbox::SendFailure;
use wagon_http_kit::retry_after_seconds;
use wagon_services::{Conflict, Error, FileProblem, Missing};

use super::dialect::internal;
use super::envelope::Refusal;

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Forbidden { capability } => {
                let role = role(capability);
                Self::new(
                    StatusCode::FORBIDDEN,
                    format!("Insufficient permissions. Required: {role}"),
                )
            }
            Error::SuperAdminRequired | Error::RoleRequired { role: _ } => {
                Self::new(StatusCode::FORBIDDEN, "Insufficient permissions")
            }
            Error::AddressRefused => Self::new(StatusCode::UNAUTHORIZED, "IP address not allowed"),
            Error::KeyRevoked => Self::new(StatusCode::UNAUTHORIZED, "API key is revoked"),
            Error::KeyExpired => Self::new(StatusCode::UNAUTHORIZED, "API key has expired"),
            Error::NotSignedIn => Self::new(StatusCode::UNAUTHORIZED, "Invalid email, password or token"),
            Error::TooManyRequests { retry_after } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests")
                    .with_retry_after(retry_after_seconds(retry_after))
            }
            Error::NotFound(missing) => Self::new(StatusCode::NOT_FOUND, absent(missing)),
            Error::Invalid { field: _, message } => Self::validation(vec![message]),
            Error::NotAnOption { options } => {
                Self::validation(vec!["options must be options of the poll".to_owned()])
                    .with_code("POLL_OPTION_NOT_FOUND")
                    .with_options(options)
            }
            Error::File(problem) => problem.into(),
            Error::Conflict(conflict) => conflict.into(),
            Error::NotConnected => Self::new(StatusCode::CONFLICT, "WhatsApp client is not ready"),
            Error::NotLinked => Self::new(StatusCode::BAD_REQUEST, "Session is not linked"),
            Error::RateLimited { retry_after } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "Send rate limit exceeded")
                    .with_code("SEND_PACING_LIMITED")
                    .with_retry_after(retry_after_seconds(retry_after))
            }
            Error::SendFailed { failure, retry_after } => held(failure.into(), retry_after),
            Error::SendsHeld { cause, retry_after } => held(cause.into(), Some(retry_after)),
            Error::Denied { reason } => Self::new(StatusCode::FORBIDDEN, reason),
            Error::Refused { reason } => Self::new(StatusCode::BAD_GATEWAY, reason),
            Error::Unanswered => Self::new(StatusCode::GATEWAY_TIMEOUT, "WhatsApp did not answer in time"),
            Error::Pairing { reason } => Self::new(StatusCode::SERVICE_UNAVAILABLE, reason),
            Error::NotOffered { what } => Self::new(StatusCode::SERVICE_UNAVAILABLE, what),
            Error::Gone => Self::new(StatusCode::GONE, "Media is no longer available"),
            Error::Unavailable => Self::new(StatusCode::SERVICE_UNAVAILABLE, "The gateway is shutting down"),
            Error::Internal(_) => internal(),
        }
    }
}

/// A URL that leads where the gateway does not go; where that is is not told.
pub(crate) const DESTINATION: &str = "Destination address is not allowed";

impl From<FileProblem> for Refusal {
    fn from(problem: FileProblem) -> Self {
        if problem.is_too_large() {
            return Self::new(StatusCode::PAYLOAD_TOO_LARGE, problem.to_string());
        }
        Self::validation(vec![match problem {
            // Where a name leads is nobody's business.
            problem if problem.is_forbidden() => DESTINATION.to_owned(),
            FileProblem::NotFetched(error) => format!("url could not be fetched: {error}"),
            FileProblem::NotBase64 => "base64 must be base64 encoded".to_owned(),
            FileProblem::Empty => "base64 should not be empty".to_owned(),
            other => other.to_string(),
        }])
    }
}

impl From<Conflict> for Refusal {
    fn from(conflict: Conflict) -> Self {
        match conflict {
            Conflict::LastAdminKey => {
                Self::new(StatusCode::CONFLICT, "Cannot remove the last active admin key")
            }
            Conflict::AlreadyStarting => Self::new(StatusCode::BAD_REQUEST, "Session is already starting"),
            Conflict::SessionNameTaken => {
                Self::new(StatusCode::CONFLICT, "A session with this name already exists")
            }
            Conflict::AlreadyLinked => Self::new(StatusCode::CONFLICT, "Session is already linked"),
            Conflict::AlreadyRunning => Self::new(StatusCode::BAD_REQUEST, "Session is already started"),
            Conflict::PairingCodeOutstanding => {
                Self::new(StatusCode::CONFLICT, "A pairing code is already outstanding")
            }
            Conflict::NotABusiness => Self::new(StatusCode::UNPROCESSABLE_ENTITY, conflict.to_string()),
            Conflict::TooOld | Conflict::MessageDeleted | Conflict::PollEnded => {
                Self::new(StatusCode::CONFLICT, conflict.to_string())
            }
            Conflict::EmailTaken
            | Conflict::AlreadyMember
            | Conflict::LastOwner
            | Conflict::LastSuperAdmin
            | Conflict::HasSessions
            | Conflict::TemplateNameTaken => Self::new(StatusCode::CONFLICT, conflict.to_string()),
            Conflict::BatchExists | Conflict::BatchOver(_) => {
                Self::new(StatusCode::BAD_REQUEST, conflict.to_string())
            }
            Conflict::AlreadyUnderWay => Self::new(StatusCode::CONFLICT, "The send is on its way already"),
            Conflict::OnWhatsApp => {
                Self::new(StatusCode::CONFLICT, "The state on WhatsApp does not allow it")
            }
            Conflict::IdempotencyKeyReused => {
                let message = "Idempotency-Key was already used for another request";
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, message).with_code("IDEMPOTENCY_KEY_REUSED")
            }
        }
    }
}

fn held(refusal: Refusal, retry_after: Option<Duration>) -> Refusal {
    match retry_after {
        Some(retry_after) => refusal.with_retry_after(retry_after_seconds(retry_after)),
        None => refusal,
    }
}

impl From<SendFailure> for Refusal {
    fn from(failure: SendFailure) -> Self {
        let status = match failure {
            SendFailure::UnknownRecipient => {
                return Self::validation(vec!["chatId is not on WhatsApp".to_owned()]);
            }
            SendFailure::ReachOutLimited | SendFailure::NewChatCap | SendFailure::RateLimited => {
                StatusCode::TOO_MANY_REQUESTS
            }
            SendFailure::Cancelled => StatusCode::CONFLICT,
            SendFailure::Unavailable { wa_code: _ } => StatusCode::SERVICE_UNAVAILABLE,
            SendFailure::Malformed { wa_code: _ }
            | SendFailure::Refused { wa_code: _ }
            | SendFailure::Unprepared => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, failure.to_string())
    }
}

/// The lowest role that has the capability.
const fn role(capability: Capability) -> &'static str {
    match capability {
        Capability::Read | Capability::Events => "viewer",
        Capability::Send | Capability::Manage => "operator",
        Capability::Admin => "admin",
    }
}

const fn absent(missing: Missing) -> &'static str {
    match missing {
        Missing::Session => "Session not found",
        Missing::Contact => "Contact not found",
        Missing::Chat => "Chat not found",
        Missing::Label => "Label not found",
        Missing::Message => "Message not found",
        Missing::Media => "Message has no media",
        Missing::Outbox => "Send not found",
        Missing::Qr => "QR code is not ready yet",
        Missing::Link => "Session is not linked",
        Missing::Key => "API key not found",
        Missing::Organization => "Organization not found",
        Missing::User => "User not found",
        Missing::Member => "Member not found",
        Missing::Webhook => "Webhook not found",
        Missing::Delivery => "Delivery not found",
        Missing::Batch => "Batch not found",
        Missing::Template => "Template not found",
        Missing::Group => "Group not found",
        Missing::OnWhatsApp => "Not found on WhatsApp",
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::super::dialect::tests::{answer, envelope};
    use super::*;

    #[tokio::test]
    async fn every_service_error_has_its_status_and_literal() {
        for (error, body) in [
            (
                Error::Forbidden {
                    capability: Capability::Send,
                },
                envelope(403, "Insufficient permissions. Required: operator", "Forbidden"),
            ),
            (
                Error::NotFound(Missing::Session),
                envelope(404, "Session not found", "Not Found"),
            ),
            (
                Error::NotConnected,
                envelope(409, "WhatsApp client is not ready", "Conflict"),
            ),
            (
                Error::NotLinked,
                envelope(400, "Session is not linked", "Bad Request"),
            ),
            (
                Error::Conflict(Conflict::AlreadyRunning),
                envelope(400, "Session is already started", "Bad Request"),
            ),
            (
                Error::Invalid {
                    field: "text",
                    message: "text is empty".to_owned(),
                },
                json!({"statusCode": 400, "message": ["text is empty"], "error": "Bad Request"}),
            ),
            (
                Error::Conflict(Conflict::IdempotencyKeyReused),
                json!({
                    "statusCode": 422, "message": "Idempotency-Key was already used for another request",
                    "error": "Unprocessable Entity", "code": "IDEMPOTENCY_KEY_REUSED",
                }),
            ),
            (
                Error::Pairing {
                    reason: "no".to_owned(),
                },
                envelope(503, "no", "Service Unavailable"),
            ),
            (
                Error::Unavailable,
                envelope(503, "The gateway is shutting down", "Service Unavailable"),
            ),
            (
                Error::Internal("secret".into()),
                json!({"statusCode": 500, "message": "Internal server error"}),
            ),
        ] {
            let status = u16::try_from(body["statusCode"].as_u64().unwrap()).unwrap();
            assert_eq!(answer(error).await, (status, body, None));
        }
    }

    #[tokio::test]
    async fn an_exhausted_budget_says_when_to_come_back() {
        let body = json!({
            "statusCode": 429, "message": "Send rate limit exceeded", "error": "Too Many Requests",
            "code": "SEND_PACING_LIMITED", "retryAfterSeconds": 37,
        });
        let error = Error::RateLimited {
            retry_after: Duration::from_millis(36_001),
        };
        assert_eq!(answer(error).await, (429, body, Some("37".to_owned())));
    }

    #[tokio::test]
    async fn whatsapps_refusals_keep_their_class() {
        for (failure, status) in [
            (SendFailure::UnknownRecipient, 400),
            (SendFailure::RateLimited, 429),
            (SendFailure::ReachOutLimited, 429),
            (SendFailure::NewChatCap, 429),
            (SendFailure::Unavailable { wa_code: 503 }, 503),
            (SendFailure::Malformed { wa_code: 479 }, 500),
            (SendFailure::Refused { wa_code: 401 }, 500),
            (SendFailure::Unprepared, 500),
        ] {
            let (found, body, _) = answer(Error::SendFailed {
                failure,
                retry_after: None,
            })
            .await;
            assert_eq!(
                (found, body["statusCode"].as_u64()),
                (status, Some(u64::from(status)))
            );
        }
    }
}
