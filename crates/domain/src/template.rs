//! Texts with places to be filled in.

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::id::{SessionId, TemplateId};

/// A stored text of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub id: TemplateId,
    pub session: SessionId,
    /// Unique within the session.
    pub name: String,
    pub body: String,
    pub header: Option<String>,
    pub footer: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What stands for the places of a text, by name.
pub type Variables = BTreeMap<String, String>;

impl Template {
    /// Header, body and footer with their places filled in, a blank line between them.
    pub fn render(&self, variables: &Variables) -> String {
        [self.header.as_deref(), Some(&self.body), self.footer.as_deref()]
            .into_iter()
            .flatten()
            .map(|part| fill(part, variables))
            .collect::<Vec<_>>()
            .join("\n\n")
    }
}

/// Puts variables into the places `{{name}}`. A place without a variable stays as it is, and what
/// comes out of a variable is not looked at again.
pub fn fill(text: &str, variables: &Variables) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, place)) = rest.split_once("{{") {
        let named = place
            .split_once("}}")
            .and_then(|(name, after)| Some((variables.get(name.trim())?, after)));
        filled.push_str(before);
        rest = if let Some((value, after)) = named {
            filled.push_str(value);
            after
        } else {
            filled.push_str("{{");
            place
        };
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables() -> Variables {
        [("name", "Ada"), ("day", "{{name}}")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }

    #[test]
    fn places_are_filled_once() {
        for (text, expected) in [
            ("Hi {{name}}!", "Hi Ada!"),
            ("{{ name }}{{name}}", "AdaAda"),
            ("on {{day}}", "on {{name}}"),
            ("{{unknown}} {{name}}", "{{unknown}} Ada"),
            ("{{open {{name}}", "{{open Ada"),
            ("}} {{", "}} {{"),
            ("{name}", "{name}"),
            ("", ""),
        ] {
            assert_eq!(fill(text, &variables()), expected, "{text}");
        }
    }

    #[test]
    fn a_template_has_a_head_and_a_foot() {
        let mut template = Template {
            id: "tpl_1".parse().unwrap(),
            session: "sess_1".parse().unwrap(),
            name: "greeting".to_owned(),
            body: "Hi {{name}}".to_owned(),
            header: Some("News".to_owned()),
            footer: Some("Bye, {{name}}".to_owned()),
            created_at: Timestamp::default(),
            updated_at: Timestamp::default(),
        };
        assert_eq!(template.render(&variables()), "News\n\nHi Ada\n\nBye, Ada");
        template.header = None;
        template.footer = None;
        assert_eq!(template.render(&variables()), "Hi Ada");
    }
}
