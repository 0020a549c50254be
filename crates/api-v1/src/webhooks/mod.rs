//! Webhooks and their deliveries.

mod act;
mod create;
mod delete;
mod deliveries;
mod delivery;
mod fields;
mod get;
mod list;
mod path;
mod redeliver;
mod redeliver_range;
mod rotate_secret;
mod test;
mod update;
mod view;

pub(crate) use act::handler as act;
pub(crate) use create::handler as create;
pub(crate) use delete::handler as delete;
pub(crate) use deliveries::handler as deliveries;
pub(crate) use delivery::handler as delivery;
pub(crate) use get::handler as get;
pub(crate) use list::handler as list;
pub(crate) use redeliver::handler as redeliver;
pub(crate) use update::handler as update;
