//! JSON bodies: read within a limit, understood strictly, refused without echoing what they said.

mod error;
mod extract;
mod node;
mod parse;

pub use error::{BodyError, BodyErrorKind};
pub use extract::{BodyLimit, LenientJson, StrictJson};
