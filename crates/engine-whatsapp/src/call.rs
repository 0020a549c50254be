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
            Some(IqError::ParseError(answer)) => {
                if let Some(refusal) = graphql_refusal(&answer.to_string()) {
                    return refusal.into();
                }
                cause = current.source();
            }
            _ => cause = current.source(),
        }
    }
    CallError::Engine(error)
}

/// The library puts the errors inside a GraphQL answer into words; the code is among them.
fn graphql_refusal(words: &str) -> Option<Refusal> {
    let (_, rest) = words.strip_prefix("MEX fatal error")?.split_once("code=")?;
    let (code, text) = rest.split_once("): ")?;
    Some(Refusal {
        code: code.parse().ok()?,
        text: text.to_owned(),
        retry_after: None,
    })
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
    fn refusals_inside_an_answer_are_found_too() {
        let words = "MEX fatal error (query=WAWebMexJoin, code=404): there is no such channel";
        let error = failed(Wrapped(IqError::ParseError(anyhow::anyhow!(words))));
        let CallError::Refused(refusal) = error else {
            panic!("{error:?} is not a refusal");
        };
        assert_eq!(
            (refusal.code, refusal.text.as_str()),
            (404, "there is no such channel")
        );
        let other = failed(Wrapped(IqError::ParseError(anyhow::anyhow!("not JSON"))));
        assert!(matches!(other, CallError::Engine(_)));
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
