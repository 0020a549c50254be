//! `POST /sessions/{session}/pairing-code`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::PhoneNumber;
use wagon_http_kit::{StrictJson, needs};
use wagon_services::Error;

use crate::error::{Rejection, V1};
use crate::path::InSession;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AskPairingCode")]
pub(crate) struct Request {
    phone: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PairingCode")]
pub(crate) struct View {
    code: String,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Manage>,
    request: StrictJson<Request, V1>,
) -> Result<Json<View>, Rejection> {
    let phone = request.0.phone()?;
    let pairing = state
        .services
        .sessions
        .pairing_code(&at.caller, &at.session, &phone)
        .await?;
    Ok(Json(View { code: pairing.code }))
}

impl Request {
    fn phone(&self) -> Result<PhoneNumber, Error> {
        let invalid = |message: String| Error::Invalid {
            field: "phone",
            message,
        };
        let text = self.phone.as_deref().filter(|text| !text.is_empty());
        let text = text.ok_or_else(|| invalid("phone is required".to_owned()))?;
        text.parse()
            .map_err(|error: wagon_domain::phone::InvalidPhone| invalid(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(text: Option<&str>) -> Result<PhoneNumber, String> {
        let request = Request {
            phone: text.map(str::to_owned),
        };
        request.phone().map_err(|error| match error {
            Error::Invalid {
                field: "phone",
                message,
            } => message,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn the_phone_is_required_and_international() {
        assert_eq!(phone(Some("+15550000001")).unwrap().as_str(), "15550000001");
        for text in [None, Some("")] {
            assert_eq!(phone(text).unwrap_err(), "phone is required");
        }
        assert!(phone(Some("0555")).unwrap_err().starts_with("phone must be"));
    }
}
