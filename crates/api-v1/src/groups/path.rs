//! Groups and members as path values.

use axum::extract::FromRequestParts;
use http::request::Parts;
use wagon_domain::Jid;
use wagon_http_kit::PathValues;
use wagon_services::Error;

use crate::error::{Rejection, V1};
use crate::openapi::Input;
use crate::state::State;

/// `{gid}`. The session is a matter of other extractors, which come first: what is wrong with a
/// group's address is nobody's business who may not see the session.
pub(crate) struct Group(pub(crate) Jid);

impl Input for Group {}

impl FromRequestParts<State> for Group {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        Ok(Self(group(values.get("gid"))?))
    }
}

/// `{jid}`: somebody in a group.
pub(crate) struct Member(pub(crate) Jid);

impl Input for Member {}

impl FromRequestParts<State> for Member {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        Ok(Self(parse("jid", values.get("jid"))?))
    }
}

/// The address of a group.
pub(super) fn group(text: &str) -> Result<Jid, Error> {
    let jid = parse("gid", text)?;
    if jid.is_group() {
        Ok(jid)
    } else {
        Err(invalid("gid", "a group's address ends in @g.us"))
    }
}

/// The addresses of people in a body; an absent or null list is empty.
pub(super) fn people(texts: Option<Vec<String>>) -> Result<Vec<Jid>, Error> {
    let texts = texts.unwrap_or_default();
    texts.iter().map(|text| parse("participants", text)).collect()
}

fn parse(field: &'static str, text: &str) -> Result<Jid, Error> {
    text.parse()
        .map_err(|error: wagon_domain::jid::InvalidJid| invalid(field, &error.to_string()))
}

fn invalid(field: &'static str, why: &str) -> Error {
    Error::Invalid {
        field,
        message: format!("invalid jid: {field}: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_people_are_told_apart() {
        assert!(group("120363000000000001@g.us").is_ok());
        for text in ["15550000001@s.whatsapp.net", "120363000000000001", ""] {
            let Err(Error::Invalid { message, .. }) = group(text) else {
                panic!("{text} is no group");
            };
            assert!(message.starts_with("invalid jid: "), "{message}");
        }
        assert_eq!(people(None).unwrap(), []);
        assert!(people(Some(vec!["nobody".to_owned()])).is_err());
    }
}
