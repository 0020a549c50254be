//! `GET /sessions/{id}/contacts/{contactId}`.

use axum::{Json, extract};
use wagon_http_kit::needs;
use wagon_services::{Error, Missing};

use super::FAMILY;
use super::view::View;
use crate::access::AtChat;
use crate::error::{Failure, Refusal};
use crate::path::Path;
use crate::state::State;

pub(super) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Read>,
    path: Path,
) -> Result<Json<View>, Failure> {
    let who = at.chat_in(&path, "contactId")?;
    let (contacts, session) = (&state.services.contacts, at.session(FAMILY)?);
    let refuse = |error| match error {
        Error::NotFound(Missing::Contact) => {
            Refusal::not_found(format!("Contact {} not found", path.text("contactId"))).into()
        }
        error => at.refuse(error, FAMILY),
    };
    let (contact, _) = contacts.get(&at.caller, session, &who).await.map_err(refuse)?;
    let blocked = contacts.blocked(&at.caller, session).await.map_err(refuse)?;
    let picture = contacts
        .picture(&at.caller, session, &who)
        .await
        .map_err(refuse)?;
    let view = View::new(contact, &blocked);
    Ok(Json(view.with_picture(picture.map(|picture| picture.url))))
}
