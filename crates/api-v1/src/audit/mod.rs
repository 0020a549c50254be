//! Who did what.

mod list;
mod params;
mod view;

pub(crate) use list::handler as list;
pub(crate) use params::Params;
pub(crate) use view::View;
