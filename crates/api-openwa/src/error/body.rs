//! What is wrong with a body, in the words of the validator that the dialect's clients know.

use http::StatusCode;
use wagon_http_kit::{BodyError, BodyErrorKind};

use super::envelope::Refusal;

impl From<BodyError> for Refusal {
    fn from(error: BodyError) -> Self {
        let BodyError { kind, path } = error;
        let field = match path.as_str() {
            "" => "body",
            path => path,
        };
        let message = match kind {
            BodyErrorKind::ContentType => {
                return Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, kind.to_string());
            }
            BodyErrorKind::TooLarge { limit: _ } => {
                let message = "request entity too large";
                return Self::new(StatusCode::PAYLOAD_TOO_LARGE, message).without_reason();
            }
            BodyErrorKind::Unreadable
            | BodyErrorKind::Empty
            | BodyErrorKind::NotUtf8
            | BodyErrorKind::TooManyValues
            | BodyErrorKind::Malformed => kind.to_string(),
            BodyErrorKind::UnknownField => format!("property {field} should not exist"),
            BodyErrorKind::MissingField { field: missing } if path.is_empty() => {
                format!("{missing} should not be empty")
            }
            BodyErrorKind::MissingField { field: missing } => format!("{path}.{missing} should not be empty"),
            BodyErrorKind::WrongType { expected } => {
                format!("{} must be {}", subject(field), noun(&expected))
            }
            BodyErrorKind::NotOneOf { expected } => {
                format!(
                    "{} must be one of the following values: {}",
                    subject(field),
                    expected.join(", ")
                )
            }
            BodyErrorKind::Invalid { problem } => format!("{}: {problem}", subject(field)),
        };
        Self::validation(vec![message])
    }
}

/// Entries of a list are spoken of as one.
fn subject(path: &str) -> String {
    match path.rsplit_once('[') {
        Some((list, index)) if index.ends_with(']') => format!("each value in {list}"),
        _ => path.to_owned(),
    }
}

fn noun(json_type: &str) -> &str {
    match json_type {
        "string" => "a string",
        "boolean" => "a boolean value",
        "integer" => "an integer number",
        "number" => "a number",
        "array" => "an array",
        "object" => "an object",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::dialect::tests::{answer, envelope};
    use super::*;

    async fn refused(kind: BodyErrorKind, path: &str) -> (u16, serde_json::Value) {
        let (status, body, _) = answer(BodyError {
            kind,
            path: path.to_owned(),
        })
        .await;
        (status, body)
    }

    #[tokio::test]
    async fn validation_answers_with_a_list() {
        let wrong = |expected: &str| BodyErrorKind::WrongType {
            expected: expected.to_owned(),
        };
        for (kind, path, message) in [
            (
                BodyErrorKind::UnknownField,
                "foo",
                "property foo should not exist",
            ),
            (
                BodyErrorKind::MissingField { field: "chatId" },
                "",
                "chatId should not be empty",
            ),
            (
                BodyErrorKind::MissingField { field: "url" },
                "preview",
                "preview.url should not be empty",
            ),
            (wrong("string"), "text", "text must be a string"),
            (
                wrong("boolean"),
                "linkPreview",
                "linkPreview must be a boolean value",
            ),
            (
                wrong("string"),
                "mentions[3]",
                "each value in mentions must be a string",
            ),
            (wrong("object"), "", "body must be an object"),
            (
                BodyErrorKind::NotOneOf {
                    expected: &["a", "b"],
                },
                "type",
                "type must be one of the following values: a, b",
            ),
            (
                BodyErrorKind::Invalid {
                    problem: "must not contain NUL".to_owned(),
                },
                "text",
                "text: must not contain NUL",
            ),
            (BodyErrorKind::Malformed, "", "request body must be valid JSON"),
        ] {
            let body = json!({"statusCode": 400, "message": [message], "error": "Bad Request"});
            assert_eq!(refused(kind, path).await, (400, body));
        }
    }

    #[tokio::test]
    async fn bodies_of_the_wrong_kind_have_their_own_status() {
        let body = envelope(
            415,
            "content type must be application/json",
            "Unsupported Media Type",
        );
        assert_eq!(refused(BodyErrorKind::ContentType, "").await, (415, body));
        let body = json!({"statusCode": 413, "message": "request entity too large"});
        assert_eq!(
            refused(BodyErrorKind::TooLarge { limit: 1 }, "").await,
            (413, body)
        );
    }
}
