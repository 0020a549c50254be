//! Event names in requests.

use wagon_domain::EventKind;
use wagon_domain::event::UnknownEventKind;

/// Names of the dialect that Wagon does not log yet. Asking for them is right, and nothing comes.
const NOT_LOGGED: [&str; 1] = ["newsletter.update"];

/// The kinds that a list of names stands for; `None` for all: an empty list, or one with `*`.
pub fn filter(names: &[&str]) -> Result<Option<Vec<EventKind>>, UnknownEventKind> {
    if names.is_empty() || names.contains(&"*") {
        return Ok(None);
    }
    let logged = names.iter().filter(|name| !NOT_LOGGED.contains(name));
    logged
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
        assert_eq!(
            filter(&["message", "newsletter.update"]),
            Ok(Some(vec![EventKind::Message]))
        );
        assert_eq!(filter(&["newsletter.update"]), Ok(Some(Vec::new())));
        assert!(filter(&["message.received"]).is_err());
    }

    #[test]
    fn every_logged_kind_has_its_name() {
        for kind in EventKind::ALL {
            assert_eq!(filter(&[kind.as_str()]), Ok(Some(vec![kind])));
        }
    }
}
