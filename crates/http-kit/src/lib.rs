//! What the HTTP dialects have in common before and after a use case: who is calling, what the body,
//! path and query say, and the one log line per request.
//!
//! The crate knows axum and how a key is checked; it knows no use case. Whatever it turns away is a
//! [`Problem`], and each [`Dialect`] renders problems in its own envelope.

mod address;
mod body;
mod caller;
mod dialect;
mod fallback;
mod observe;
mod page;
mod path;
mod query;
mod request_id;
mod retry;

pub use address::{ClientAddress, TrustedProxies};
pub use body::{BodyError, BodyErrorKind, BodyLimit, LenientJson, StrictJson};
pub use caller::{Anyone, Authenticated, Needs, Permitted, SignedIn, SuperAdmin, needs};
pub use dialect::{Dialect, Problem, Rejection, Unauthenticated};
pub use fallback::route_not_found;
pub use observe::observe;
pub use page::{InvalidCursor, Limit, cursor_from_text, cursor_to_text};
pub use path::{Action, PathValues};
pub use query::{Query, QueryError};
pub use retry::retry_after_seconds;
