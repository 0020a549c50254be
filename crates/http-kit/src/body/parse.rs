//! From bytes to a type.

use serde::de::DeserializeOwned;

use super::error::{BodyError, BodyErrorKind};
use super::node::Node;

/// Every value but the first stands behind one of three characters, which base64 does not have: large
/// bodies are few values, and a large body of tiny values is not a request.
const MAX_VALUES: usize = 200_000;

/// Reads a whole body into `T`.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, BodyError> {
    let text = std::str::from_utf8(bytes).map_err(|_| BodyErrorKind::NotUtf8)?;
    if text
        .bytes()
        .filter(|byte| matches!(byte, b',' | b'[' | b'{'))
        .count()
        > MAX_VALUES
    {
        return Err(BodyErrorKind::TooManyValues.into());
    }
    let tree = serde_json::from_str(text).map_err(|_| BodyErrorKind::Malformed)?;
    serde_path_to_error::deserialize(Node(tree)).map_err(|error| {
        let path = match error.path().to_string() {
            path if path == "." => String::new(),
            path => shortened(path),
        };
        BodyError {
            kind: error.into_inner(),
            path,
        }
    })
}

/// A path names the client's own fields, and those can be as long as the body.
fn shortened(mut path: String) -> String {
    const MAX_LEN: usize = 100;
    path.truncate(path.floor_char_boundary(MAX_LEN));
    path
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[serde(rename = "type")]
        kind: Word,
        text: String,
        count: Option<i32>,
        ratio: Option<f64>,
        list: Option<Vec<String>>,
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        flag: bool,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        #[default]
        One,
        Two,
    }

    fn error(json: &str) -> (BodyErrorKind, String) {
        let error = parse::<Outer>(json.as_bytes()).unwrap_err();
        (error.kind, error.path)
    }

    fn wrong(expected: &str) -> BodyErrorKind {
        BodyErrorKind::WrongType {
            expected: expected.to_owned(),
        }
    }

    #[test]
    fn good_bodies_are_read() {
        let json = r#"{"type":"two","text":"a","count":-1,"ratio":0.5,"list":null,"inner":{"flag":true}}"#;
        let outer: Outer = parse(json.as_bytes()).unwrap();
        assert_eq!(
            (outer.kind, outer.text.as_str(), outer.count),
            (Word::Two, "a", Some(-1))
        );
        assert_eq!((outer.ratio, outer.list), (Some(0.5), None));
        assert!(outer.inner.unwrap().flag);
    }

    #[test]
    fn errors_say_what_and_where() {
        let base = r#""type":"one","text":"a""#;
        for (json, kind, path) in [
            (
                format!(r#"{{{base},"foo":"secret"}}"#),
                BodyErrorKind::UnknownField,
                "foo",
            ),
            (
                format!(r#"{{{base},"inner":{{"flag":true,"x":1}}}}"#),
                BodyErrorKind::UnknownField,
                "inner.x",
            ),
            (
                r#"{"type":"one"}"#.to_owned(),
                BodyErrorKind::MissingField { field: "text" },
                "",
            ),
            (
                format!(r#"{{{base},"inner":{{}}}}"#),
                BodyErrorKind::MissingField { field: "flag" },
                "inner",
            ),
            (
                r#"{"type":"one","text":"a\u0000b"}"#.to_owned(),
                BodyErrorKind::Invalid {
                    problem: "must not contain NUL".to_owned(),
                },
                "text",
            ),
            (r#"{"type":"one","text":5}"#.to_owned(), wrong("string"), "text"),
            (
                format!(r#"{{{base},"count":"secret"}}"#),
                wrong("integer"),
                "count",
            ),
            (
                format!(r#"{{{base},"count":99999999999}}"#),
                wrong("integer"),
                "count",
            ),
            (
                format!(r#"{{{base},"list":["a",5]}}"#),
                wrong("string"),
                "list[1]",
            ),
            (format!(r#"{{{base},"list":"secret"}}"#), wrong("array"), "list"),
            (format!(r#"{{{base},"inner":[true]}}"#), wrong("object"), "inner"),
            (r#"["one","secret"]"#.to_owned(), wrong("object"), ""),
            (
                r#"{"type":"secret","text":"a"}"#.to_owned(),
                BodyErrorKind::NotOneOf {
                    expected: &["one", "two"],
                },
                "type",
            ),
            (r#"{"type":"#.to_owned(), BodyErrorKind::Malformed, ""),
            (
                r#"{"type":"one"} secret"#.to_owned(),
                BodyErrorKind::Malformed,
                "",
            ),
        ] {
            let (found, at) = error(&json);
            assert_eq!((&found, at.as_str()), (&kind, path), "{json}");
            assert!(!found.to_string().contains("secret"), "{json}");
        }
    }

    #[test]
    fn messages_are_for_people_who_write_json() {
        assert_eq!(
            BodyErrorKind::NotOneOf {
                expected: &["one", "two"]
            }
            .to_string(),
            r#"expected value to be one of "one, two""#
        );
        assert_eq!(wrong("string").to_string(), "expected string");
    }

    #[test]
    fn a_body_of_countless_values_is_not_taken_apart() {
        let json = format!(r#"{{"list":[{}0]}}"#, "0,".repeat(MAX_VALUES));
        assert_eq!(error(&json), (BodyErrorKind::TooManyValues, String::new()));
    }

    #[test]
    fn long_names_are_cut() {
        let (_, path) = error(&format!(r#"{{"{}":1}}"#, "é".repeat(1000)));
        assert_eq!(path.len(), 100);
    }
}
