//! What phones do by themselves.
//!
//! A [`Script`] is a list of rules: when something arrives that fits, do these steps. Scripts are
//! written in small TOML files; the default cast is one too.

mod cast;
mod file;
mod pause;
mod perform;
mod registry;
mod sample;
mod script;

pub use cast::BUILT_IN;
pub(crate) use cast::cast;
pub(crate) use file::{Problem, ScriptFile};
pub(crate) use perform::{Arrival, react};
pub(crate) use registry::{ScriptName, Scripts};
pub(crate) use script::Script;
