//! How a request to WhatsApp failed, in Wagon's words.

use std::error::Error;
use std::time::Duration;

use wacore_binary::Jid as WaJid;
use wagon_domain::Jid;
use wagon_engine::{CallError, Refusal};
use whatsapp_rust::request::IqError;

use crate::translate;

/// The address on the wire of what the caller named in `field`.
pub(crate) fn wire_address(field: &'static str, jid: &Jid) -> Result<WaJid, CallError> {
    translate::to_wa(jid).ok_or_else(|| CallError::Invalid {
        field,
        message: format!("{jid} is not an address on WhatsApp"),
    })
}

/// Finds what WhatsApp said in the library's nested errors; each feature wraps it in a type of its own.
pub(crate) fn failed(error: impl Into<Box<dyn Error + Send + Sync>>) -> CallError {
    let error = error.into();
    let mut cause: Option<&(dyn Error + 'static)> = Some(&*error);
    while let Some(current) = cause {
        match current.downcast_ref::<IqError>() {
            Some(IqError::ServerError {
                code, text, backoff, ..
            }) => {
                return Refusal {
                    code: *code,
                    text: text.clone(),
                    retry_after: backoff.map(|seconds| Duration::from_secs(u64::from(seconds))),
                }
                .into();
            }
            Some(IqError::NotConnected) => return CallError::NotConnected,
            Some(IqError::Timeout | IqError::Disconnected(_) | IqError::InternalChannelClosed) => {
                return CallError::Unanswered;
            }
            _ => cause = current.source(),
        }
    }
    CallError::Engine(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("a feature failed")]
    struct Wrapped(#[source] IqError);

    fn refused(code: u16) -> IqError {
        IqError::ServerError {
            code,
            text: "not-authorized".to_owned(),
            error_type: None,
            backoff: Some(30),
        }
    }

    #[test]
    fn the_servers_refusal_is_found_under_the_wrapping() {
        for error in [
            failed(Wrapped(refused(403))),
            failed(anyhow::Error::new(refused(403)).context("while asking")),
        ] {
            let CallError::Refused(refusal) = error else {
                panic!("{error:?} is not a refusal");
            };
            assert_eq!(
                (refusal.code, refusal.retry_after),
                (403, Some(Duration::from_secs(30)))
            );
        }
    }

    #[test]
    fn silence_and_absence_are_told_apart() {
        assert!(matches!(failed(Wrapped(IqError::Timeout)), CallError::Unanswered));
        assert!(matches!(
            failed(Wrapped(IqError::NotConnected)),
            CallError::NotConnected
        ));
        assert!(matches!(failed("something else"), CallError::Engine(_)));
    }
}
