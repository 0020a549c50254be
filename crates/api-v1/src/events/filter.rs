//! Event names in requests.

use wagon_domain::EventKind;
use wagon_domain::event::UnknownEventKind;

/// The kinds that a list of names stands for; `None` for all: an empty list, or one with `*`.
pub fn filter(names: &[&str]) -> Result<Option<Vec<EventKind>>, UnknownEventKind> {
    if names.is_empty() || names.contains(&"*") {
        return Ok(None);
    }
    names
        .iter()
        .map(|name| name.parse())
        .collect::<Result<_, _>>()
        .map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_select_kinds() {
        assert_eq!(filter(&[]), Ok(None));
        assert_eq!(filter(&["message", "*"]), Ok(None));
        assert_eq!(
            filter(&["session.status", "message.status"]),
            Ok(Some(vec![EventKind::SessionStatus, EventKind::MessageStatus]))
        );
        assert!(filter(&["message.received"]).is_err());
    }

    #[test]
    fn every_logged_kind_has_its_name() {
        for kind in EventKind::ALL {
            assert_eq!(filter(&[kind.as_str()]), Ok(Some(vec![kind])));
        }
    }
}
