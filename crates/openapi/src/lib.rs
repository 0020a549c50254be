//! OpenAPI documents, made of what handlers take and answer.
//!
//! A route is registered and documented in one step, [`Api::get`] and its likes: parameters, bodies and
//! most refusals are read off the handler's types, so that what is served and what is documented cannot
//! differ. What types do not say, such as when a conflict arises, stands beside the route. What is absent:
//! the words of a dialect, which are its [`Documented`].

mod api;
mod describe;
mod document;
mod errors;
mod operation;
mod params;
mod schemas;
mod serve;
mod tidy;
pub mod words;
mod yaml;

pub use api::Api;
pub use describe::{Accepted, Created, Described, Input, Output};
pub use document::Documented;
pub use errors::Refusal;
pub use operation::{Access, Operation, op};
pub use schemas::Schemas;
pub use serve::Served;
