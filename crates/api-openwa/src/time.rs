//! Times: ISO 8601 in UTC with milliseconds where the dialect has dates.

use chrono::{DateTime, SecondsFormat};
use wagon_domain::Timestamp;

pub(crate) fn iso(at: Timestamp) -> String {
    let at = DateTime::from_timestamp_millis(at.as_millis()).unwrap_or_default();
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
