//! The phones that every sandbox has.

/// Reads every message and answers `echo: ` with the same text.
pub const ECHO: &str = "15550000001";
/// Reads every message.
pub const READER: &str = "15550000002";
/// A business.
pub const SHOP: &str = "15550000100";
