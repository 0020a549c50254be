//! What a message must be to make sense, whichever dialect it came in.

use wagon_domain::content::Poll;
use wagon_domain::outbox::Outgoing;

use crate::error::Error;

pub(super) fn check(outgoing: &Outgoing) -> Result<(), Error> {
    match outgoing {
        Outgoing::Text { text, .. } if text.is_empty() => {
            Err(invalid("text", "text is required for type 'text'"))
        }
        Outgoing::Poll { poll, .. } => check_poll(poll),
        _ => Ok(()),
    }
}

fn check_poll(poll: &Poll) -> Result<(), Error> {
    if poll.name.is_empty() {
        return Err(invalid("name", "name is required for type 'poll'"));
    }
    if poll.options.len() < 2 {
        return Err(invalid("options", "poll requires at least 2 options"));
    }
    if poll.options.iter().any(String::is_empty) {
        return Err(invalid("options", "poll options must not be empty"));
    }
    let repeated = |at: usize| poll.options[..at].contains(&poll.options[at]);
    if (1..poll.options.len()).any(repeated) {
        return Err(invalid("options", "poll options must be distinct"));
    }
    if usize::try_from(poll.selectable).is_ok_and(|count| count > poll.options.len()) {
        let message = "selectableCount must be between 0 and the number of options";
        return Err(invalid("selectableCount", message));
    }
    Ok(())
}

fn invalid(field: &'static str, message: &str) -> Error {
    Error::Invalid {
        field,
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use wagon_domain::outbox::Context;

    use super::*;

    #[test]
    fn polls_need_a_question_and_distinct_options() {
        let poll = |name: &str, options: &[&str], selectable| Outgoing::Poll {
            poll: Poll {
                name: name.to_owned(),
                options: options.iter().map(|option| (*option).to_owned()).collect(),
                selectable,
                ends_at: None,
                hide_votes: false,
            },
            context: Context::default(),
        };
        assert!(check(&poll("Lunch?", &["Pizza", "Sushi"], 2)).is_ok());
        for (wrong, field) in [
            (poll("", &["Pizza", "Sushi"], 0), "name"),
            (poll("Lunch?", &["Pizza"], 0), "options"),
            (poll("Lunch?", &["Pizza", ""], 0), "options"),
            (poll("Lunch?", &["Pizza", "Sushi", "Pizza"], 0), "options"),
            (poll("Lunch?", &["Pizza", "Sushi"], 3), "selectableCount"),
        ] {
            assert!(
                matches!(check(&wrong), Err(Error::Invalid { field: at, .. }) if at == field),
                "{wrong:?}"
            );
        }
        assert!(check(&Outgoing::text("")).is_err());
    }
}
