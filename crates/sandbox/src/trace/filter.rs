use serde::Deserialize;

use super::{Direction, Line};

/// Which lines of the transcripts somebody wants: those that have everything named here.
#[derive(Debug, Default, Clone, Deserialize)]
pub(crate) struct Filter {
    account: Option<String>,
    connection: Option<u64>,
    direction: Option<Direction>,
    /// The name of the stanza's element.
    tag: Option<String>,
    /// The stanza's id.
    id: Option<String>,
    /// Any part of the stanza as it is shown.
    contains: Option<String>,
    /// Only what came after the line with this number.
    since: Option<u64>,
}

impl Filter {
    /// Whether anything of this connection can be wanted.
    pub(super) fn wants_connection(&self, connection: u64, account: Option<&str>) -> bool {
        let account_fits = match wanted(self.account.as_ref()) {
            Some(wanted) => account == Some(wanted),
            None => true,
        };
        account_fits && self.connection.is_none_or(|wanted| wanted == connection)
    }

    pub(crate) fn wants(&self, line: &Line) -> bool {
        let head = line.stanza.split('>').next().unwrap_or_default();
        self.wants_connection(line.connection, line.account.as_deref())
            && self.direction.is_none_or(|wanted| wanted == line.direction)
            && self.since.is_none_or(|since| line.sequence > since)
            && wanted(self.tag.as_ref()).is_none_or(|tag| {
                let name = head.strip_prefix('<').unwrap_or_default();
                name.split([' ', '/']).next() == Some(tag)
            })
            && wanted(self.id.as_ref()).is_none_or(|id| {
                let attribute = format!("id={id}");
                head.trim_end_matches('/')
                    .split(' ')
                    .any(|part| part == attribute)
            })
            && wanted(self.contains.as_ref()).is_none_or(|part| line.stanza.contains(part))
    }
}

/// An empty value, as forms send it, asks for nothing.
fn wanted(field: Option<&String>) -> Option<&str> {
    field.map(String::as_str).filter(|field| !field.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_to_have_everything_that_is_named() {
        let line = Line {
            sequence: 7,
            connection: 2,
            account: Some("15550000001".to_owned()),
            t: 0,
            direction: Direction::In,
            stanza: "<iq id=A1 xmlns=w:p><ping/></iq>".to_owned(),
        };
        let fits = |json: serde_json::Value| {
            let filter: Filter = serde_json::from_value(json).expect("a filter");
            filter.wants(&line)
        };
        assert!(fits(serde_json::json!({})));
        assert!(fits(serde_json::json!({"account": "", "tag": ""})));
        assert!(fits(serde_json::json!({
            "account": "15550000001", "connection": 2, "direction": "in", "tag": "iq", "id": "A1",
            "contains": "ping", "since": 6,
        })));
        for other in [
            serde_json::json!({"account": "15550000002"}),
            serde_json::json!({"connection": 3}),
            serde_json::json!({"direction": "out"}),
            serde_json::json!({"tag": "i"}),
            serde_json::json!({"tag": "ping"}),
            serde_json::json!({"id": "A"}),
            serde_json::json!({"contains": "pong"}),
            serde_json::json!({"since": 7}),
        ] {
            assert!(!fits(other.clone()), "{other}");
        }
    }
}
