//! The OpenAPI document, made of what the handlers take and answer.
//!
//! A route is registered and documented in one step, [`Api::get`] and its likes: parameters, bodies and
//! most refusals are read off the handler's types, so that what is served and what is documented cannot
//! differ. What types do not say, such as when a conflict arises, stands beside the route.

mod api;
mod describe;
mod document;
mod errors;
mod events;
mod operation;
mod params;
mod schemas;
mod serve;
mod tidy;
pub(crate) mod words;
mod yaml;

pub(crate) use api::Api;
pub(crate) use describe::{Accepted, Created, Input, Output};
pub(crate) use events::routes as events;
pub(crate) use operation::{Operation, op};
pub(crate) use schemas::Schemas;
pub(crate) use serve::{Served, routes};
