use std::ops::Range;

/// The answer to a `Range` header for a blob of known length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Requested {
    /// No header, or one this host does not understand: RFC 9110 says to ignore it.
    Whole,
    Part(Range<usize>),
    Unsatisfiable,
}

/// Understands one `bytes` range; several at once are answered with the whole blob.
pub(super) fn parse(header: Option<&str>, len: usize) -> Requested {
    let Some((first, last)) = header
        .and_then(|value| value.trim().strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'))
    else {
        return Requested::Whole;
    };
    match (first.trim(), last.trim()) {
        ("", suffix) => match suffix.parse::<usize>() {
            Ok(0) => Requested::Unsatisfiable,
            Ok(_) if len == 0 => Requested::Unsatisfiable,
            Ok(suffix) => Requested::Part(len.saturating_sub(suffix)..len),
            Err(_) => Requested::Whole,
        },
        (first, "") => match first.parse::<usize>() {
            Ok(first) if first < len => Requested::Part(first..len),
            Ok(_) => Requested::Unsatisfiable,
            Err(_) => Requested::Whole,
        },
        (first, last) => match (first.parse::<usize>(), last.parse::<usize>()) {
            (Ok(first), Ok(last)) if first > last => Requested::Whole,
            (Ok(first), Ok(last)) if first < len => Requested::Part(first..last.saturating_add(1).min(len)),
            (Ok(_), Ok(_)) => Requested::Unsatisfiable,
            _ => Requested::Whole,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_single_ranges_and_ignores_the_rest() {
        for (header, expected) in [
            ("bytes=0-3", Requested::Part(0..4)),
            ("bytes=4-", Requested::Part(4..10)),
            ("bytes=-3", Requested::Part(7..10)),
            ("bytes=-99", Requested::Part(0..10)),
            ("bytes=8-99", Requested::Part(8..10)),
            ("bytes=0-18446744073709551615", Requested::Part(0..10)),
            ("bytes=10-", Requested::Unsatisfiable),
            ("bytes=10-12", Requested::Unsatisfiable),
            ("bytes=-0", Requested::Unsatisfiable),
            ("bytes=5-2", Requested::Whole),
            ("bytes=0-1,4-5", Requested::Whole),
            ("bytes=a-b", Requested::Whole),
            ("bytes=-", Requested::Whole),
            ("items=0-3", Requested::Whole),
        ] {
            assert_eq!(parse(Some(header), 10), expected, "{header}");
        }
        assert_eq!(parse(None, 10), Requested::Whole);
        assert_eq!(parse(Some("bytes=0-"), 0), Requested::Unsatisfiable);
        assert_eq!(parse(Some("bytes=-1"), 0), Requested::Unsatisfiable);
    }
}
