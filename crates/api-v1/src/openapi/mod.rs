//! What the OpenAPI document says beyond what the handlers' types do.

mod about;
mod events;
mod serve;

pub(crate) use events::routes as events;
pub(crate) use serve::{routes, served};
pub(crate) use wagon_openapi::{Accepted, Created, Input, Operation, Output, Schemas, op, words};

use crate::error::V1;
use crate::state::State;

/// The dialect while it is put together.
pub(crate) type Api = wagon_openapi::Api<V1, State>;
