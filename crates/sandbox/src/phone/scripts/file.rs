use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use toml::Spanned;

use super::{Script, ScriptName, cast::Phone};

/// A file of scripts, and of phones that follow them.
#[derive(Debug)]
pub(crate) struct ScriptFile {
    pub(crate) scripts: BTreeMap<ScriptName, Script>,
    pub(crate) phones: Vec<Phone>,
}

/// What is wrong with a file of scripts, and where.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// It is not TOML, or has fields or values that scripts do not have.
    #[error("{0}")]
    Syntax(#[from] toml::de::Error),
    /// A phone's field makes no sense.
    #[error("line {line}: phones.{field}: {what}")]
    Phone {
        /// Where, from 1.
        line: usize,
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        what: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    scripts: BTreeMap<ScriptName, Script>,
    #[serde(default)]
    phones: Vec<WrittenPhone>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPhone {
    pn: Spanned<String>,
    name: Option<String>,
    script: Option<Spanned<String>>,
}

impl ScriptFile {
    /// Reads a file whose phones may refer to its own scripts and to those `known` already.
    pub(super) fn parse(text: &str, known: &[String]) -> Result<Self, Problem> {
        let written: Written = toml::from_str(text)?;
        let problem = |span: std::ops::Range<usize>, field, what| Problem::Phone {
            line: text[..span.start].matches('\n').count() + 1,
            field,
            what,
        };
        let mut seen = HashSet::new();
        let mut phones = Vec::with_capacity(written.phones.len());
        for phone in written.phones {
            let pn = phone.pn.get_ref();
            if !crate::state::is_number(pn) {
                return Err(problem(
                    phone.pn.span(),
                    "pn",
                    format!("`{pn}` is not 5 to 15 digits"),
                ));
            }
            if !seen.insert(pn.clone()) {
                return Err(problem(phone.pn.span(), "pn", format!("`{pn}` is there twice")));
            }
            let script = phone.script.as_ref().map(|script| {
                let name = ScriptName::new(script.get_ref().clone());
                let exists = written.scripts.contains_key(&name) || known.contains(script.get_ref());
                exists.then_some(name).ok_or_else(|| {
                    let known: Vec<_> = known
                        .iter()
                        .map(String::as_str)
                        .chain(written.scripts.keys().map(ScriptName::as_str))
                        .collect();
                    let what = format!(
                        "there is no script `{}`; there are {}",
                        script.get_ref(),
                        known.join(", ")
                    );
                    problem(script.span(), "script", what)
                })
            });
            phones.push(Phone {
                pn: pn.clone(),
                name: phone.name,
                script: script.transpose()?.unwrap_or_default(),
            });
        }
        Ok(Self {
            scripts: written.scripts,
            phones,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::scripts::script::{Chat, Step};

    const SHOP: &str = r#"
[scripts.shop]
about = "sells bread"

[[scripts.shop.on]]
text = "Menu"
do = ["read", "typing", { wait = "2s" }, { reply = "1) bread" }]

[[scripts.shop.on]]
starts_with = "order "
type = "text"
chat = "direct"
do = [{ quote = "thanks" }]

[[phones]]
pn = "15550000200"
name = "Bakery"
script = "shop"
"#;

    fn parse(text: &str) -> Result<ScriptFile, String> {
        ScriptFile::parse(text, &["echo".to_owned()]).map_err(|problem| problem.to_string())
    }

    #[test]
    fn rules_are_tried_in_order() {
        let file = parse(SHOP).expect("a valid file");
        assert_eq!(file.phones[0].script.as_str(), "shop");
        let shop = &file.scripts[&ScriptName::new("shop".to_owned())];
        assert_eq!(shop.steps_for(Some(" menu "), "text", Chat::Direct).len(), 4);
        assert_eq!(
            shop.steps_for(Some("ORDER two"), "text", Chat::Direct),
            [Step::Quote("thanks".to_owned())]
        );
        assert!(shop.steps_for(Some("order two"), "text", Chat::Group).is_empty());
        assert!(shop.steps_for(None, "image", Chat::Direct).is_empty());
    }

    #[test]
    fn errors_say_where_and_what() {
        for (text, says) in [
            ("[scripts.x]\nabuot = 1\n", &["line 2", "abuot"][..]),
            ("[[scripts.x.on]]\ndo = [\"fly\"]\n", &["line 2", "fly", "read"]),
            (
                "[[scripts.x.on]]\ndo = [{ wait = \"soon\" }]\n",
                &["line 2", "soon", "250ms"],
            ),
            (
                "[[phones]]\npn = \"12\"\n",
                &["line 2", "phones.pn", "5 to 15 digits"],
            ),
            (
                "[[phones]]\npn = \"15550000200\"\n\n[[phones]]\npn = \"15550000200\"\n",
                &["line 5", "twice"],
            ),
            (
                "[[phones]]\npn = \"15550000200\"\nscript = \"shop\"\n",
                &["line 3", "phones.script", "shop", "echo"],
            ),
            ("[[phones]\n", &["line 1"]),
        ] {
            let problem = parse(text).expect_err(text);
            for part in says {
                assert!(problem.contains(part), "{part}: {problem}");
            }
        }
    }
}
