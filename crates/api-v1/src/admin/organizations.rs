//! `GET /admin/organizations`.

use axum::{Json, extract};
use wagon_http_kit::{Query, SuperAdmin};

use crate::error::{Rejection, V1};
use crate::organizations::OrganizationView;
use crate::page::{Page, Params};
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    person: SuperAdmin<V1>,
    params: Query<Params, V1>,
) -> Result<Json<Page<OrganizationView>>, Rejection> {
    let limit = params.0.limit()?;
    let after = params.0.position(|text| text.parse().ok())?;
    let organizations = &state.services.organizations;
    let orgs = organizations
        .list_all(&person, after.as_ref(), limit.get())
        .await?;
    Ok(Json(Page::new(orgs, limit, |org| org.id.to_string())))
}
