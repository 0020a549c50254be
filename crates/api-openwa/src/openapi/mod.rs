//! What the OpenAPI document says beyond what the handlers' types do.

mod about;
mod serve;

pub(crate) use serve::{routes, served};
pub(crate) use wagon_openapi::{Accepted, Access, Created, Input, Operation, Output, Schemas, op, words};

use crate::error::OpenWa;
use crate::state::State;

/// The dialect while it is put together.
pub(crate) type Api = wagon_openapi::Api<OpenWa, State>;
