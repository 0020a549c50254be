//! `PATCH /me`: one's own name and password.

use axum::extract;
use axum::response::NoContent;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{SignedIn, StrictJson};
use wagon_services::{Error, NewPassword, UpdateMe};

use crate::error::{Rejection, V1};
use crate::state::State;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "UpdateMe")]
pub(crate) struct Request {
    name: Option<String>,
    password: Option<String>,
    current_password: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    person: SignedIn<V1>,
    request: StrictJson<Request, V1>,
) -> Result<NoContent, Rejection> {
    state.services.me.update(&person, request.0.parse()?).await?;
    Ok(NoContent)
}

impl Request {
    fn parse(self) -> Result<UpdateMe, Error> {
        let password = match (self.password, self.current_password) {
            (Some(new), Some(current)) => Some(NewPassword { current, new }),
            (None, _) => None,
            (Some(_), None) => {
                return Err(Error::Invalid {
                    field: "currentPassword",
                    message: "currentPassword is required for a new password".to_owned(),
                });
            }
        };
        Ok(UpdateMe {
            name: self.name,
            password,
        })
    }
}
