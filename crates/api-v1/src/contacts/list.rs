//! `GET /sessions/{session}/contacts`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::Jid;
use wagon_domain::contact::Contact;
use wagon_http_kit::{Authenticated, Query, QueryError};
use wagon_services::ContactFilter;

use super::view::View;
use crate::error::{Rejection, V1};
use crate::page::{Page, Params};
use crate::path::SessionPath;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Search {
    #[schemars(extend("enum" = ["dm", "group"]))]
    source: Option<String>,
    group: Option<String>,
    q: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SessionPath(session): SessionPath,
    params: Query<Params, V1>,
    search: Query<Search, V1>,
) -> Result<Json<Page<View>>, Rejection> {
    let limit = params.0.limit()?;
    let after = params.0.position(|position| position.parse().ok())?;
    let filter = filter(search.0)?;
    let contacts = &state.services.contacts;
    let found = contacts
        .list(&caller, &session, filter, after, limit.get())
        .await?;
    Ok(Json(Page::<View>::new(found, limit, |contact: &Contact| {
        contact.row.to_string()
    })))
}

fn filter(search: Search) -> Result<ContactFilter, QueryError> {
    let dm = match search.source.as_deref() {
        None | Some("") => None,
        Some("dm") => Some(true),
        Some("group") => Some(false),
        Some(_) => {
            return Err(QueryError::new(
                "source",
                "expected value to be one of \"dm, group\"",
            ));
        }
    };
    let group = search.group.filter(|group| !group.is_empty());
    let group = group
        .map(|group| group.parse::<Jid>())
        .transpose()
        .map_err(|_| QueryError::new("group", "expected the JID of a group"))?;
    Ok(ContactFilter {
        dm,
        group,
        text: search.q.filter(|text| !text.is_empty()),
        offset: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(source: &str, group: &str) -> Search {
        Search {
            source: Some(source.to_owned()),
            group: Some(group.to_owned()),
            q: Some(String::new()),
        }
    }

    #[test]
    fn empty_parameters_filter_nothing() {
        let filter = filter(search("", "")).unwrap();
        assert!(filter.dm.is_none() && filter.group.is_none() && filter.text.is_none());
    }

    #[test]
    fn other_words_are_refused() {
        assert_eq!(filter(search("all", "")).unwrap_err().name, Some("source"));
        assert_eq!(filter(search("dm", "no jid")).unwrap_err().name, Some("group"));
    }
}
