//! How often a route may be called from one address.
//!
//! Three windows count at once, each route for itself. Whoever is over one of them is refused before the key is
//! looked at, so guessing keys costs tries too.

mod limit;

pub use limit::{Limit, Limits};

pub(crate) use limit::{Throttle, throttle};
