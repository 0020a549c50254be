//! Times: ISO 8601 in UTC with milliseconds where the dialect has dates, and plainer ones in its statistics.

use chrono::{DateTime, SecondsFormat, Timelike, Utc};
use wagon_domain::Timestamp;

pub(crate) fn iso(at: Timestamp) -> String {
    utc(at).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// An hour or a day.
pub(crate) fn bucket(at: Timestamp, by_hour: bool) -> String {
    let form = if by_hour { "%Y-%m-%d %H:00:00" } else { "%Y-%m-%d" };
    utc(at).format(form).to_string()
}

pub(crate) fn second(at: Timestamp) -> String {
    utc(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// The hour of the clock.
pub(crate) fn hour(at: Timestamp) -> u32 {
    utc(at).hour()
}

fn utc(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.as_millis()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_utc() {
        let at = Timestamp::from_millis(1_719_312_000_007);
        assert_eq!(iso(at), "2024-06-25T10:40:00.007Z");
        assert_eq!(
            (bucket(at, true), bucket(at, false)),
            ("2024-06-25 10:00:00".to_owned(), "2024-06-25".to_owned())
        );
        assert_eq!((second(at), hour(at)), ("2024-06-25 10:40:00".to_owned(), 10));
    }
}
