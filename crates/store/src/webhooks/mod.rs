//! Webhooks, and what is on its way to them.
//!
//! A delivery is a row for one event and one webhook. The writer makes them in the transaction of
//! the event, for every webhook that wants it at that moment, so none can be missing; whoever sends
//! them hears of it after the commit. Their order within a webhook and session is `position`.

mod claim;
mod deliveries;
mod fan_out;
mod hooks;
mod redeliver;
mod settle;

pub use claim::{Due, Lane};
pub use deliveries::{DeliveryFilter, GivenUp};
pub(crate) use fan_out::FanOut;
pub use fan_out::Wake;
pub use redeliver::Again;
pub use settle::Settled;
