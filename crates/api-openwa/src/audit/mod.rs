//! Who did what.

mod list;
mod names;
mod view;

use axum::Router;
use axum::routing::get;

use crate::state::State;

pub(crate) fn routes() -> Router<State> {
    Router::new().route("/audit", get(list::handler))
}
