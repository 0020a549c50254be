//! Random faults for as long as one likes, while numbers talk through Wagon; at the end the books have to balance.
//!
//! The gateway and the network are processes of their own. Everything random comes from one seed: each actor draws from
//! dice of its own, so a seed repeats who says what to whom and which faults strike, whatever the timing does.

mod dice;
mod faults;
mod inbound;
mod ledger;
mod memory;
mod options;
mod outbound;
mod readers;
mod report;
mod run;
mod transcript;
mod world;

pub use options::Options;
pub use report::Report;
pub use run::run;
