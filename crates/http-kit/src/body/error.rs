//! What can be wrong with a body.

use std::fmt;

use serde::de;

/// Why a body is refused. Nothing in it repeats a value that the client sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct BodyError {
    pub kind: BodyErrorKind,
    /// Where, like `media.caption` or `mentions[2]`; empty for the body as a whole. For a missing
    /// field this is the object that lacks it.
    pub path: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyErrorKind {
    #[error("content type must be application/json")]
    ContentType,
    #[error("request body is too large limit={limit} bytes")]
    TooLarge { limit: usize },
    /// The connection broke, or the transfer encoding did not hold.
    #[error("request body could not be read")]
    Unreadable,
    #[error("request body is required")]
    Empty,
    #[error("request body must be UTF-8")]
    NotUtf8,
    #[error("request body must be valid JSON")]
    Malformed,
    /// So many values that taking them apart would cost far more memory than the body has bytes.
    #[error("request body has too many values")]
    TooManyValues,
    #[error("unexpected property")]
    UnknownField,
    #[error("expected required property {field} to be present")]
    MissingField { field: &'static str },
    #[error("expected {expected}")]
    WrongType { expected: String },
    #[error("expected value to be one of \"{}\"", expected.join(", "))]
    NotOneOf { expected: &'static [&'static str] },
    #[error("{problem}")]
    Invalid { problem: String },
}

impl From<BodyErrorKind> for BodyError {
    /// A problem of the body as a whole.
    fn from(kind: BodyErrorKind) -> Self {
        Self {
            kind,
            path: String::new(),
        }
    }
}

impl de::Error for BodyErrorKind {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Invalid {
            problem: message.to_string(),
        }
    }

    fn invalid_type(_unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::WrongType {
            expected: json_word(&expected.to_string()),
        }
    }

    fn invalid_value(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }

    fn invalid_length(_len: usize, expected: &dyn de::Expected) -> Self {
        Self::WrongType {
            expected: json_word(&expected.to_string()),
        }
    }

    fn unknown_variant(_variant: &str, expected: &'static [&'static str]) -> Self {
        Self::NotOneOf { expected }
    }

    fn unknown_field(_field: &str, _expected: &'static [&'static str]) -> Self {
        Self::UnknownField
    }

    fn missing_field(field: &'static str) -> Self {
        Self::MissingField { field }
    }

    fn duplicate_field(_field: &'static str) -> Self {
        Self::Invalid {
            problem: "given more than once".to_owned(),
        }
    }
}

/// What serde's visitors call a Rust type, as someone who writes JSON calls it.
fn json_word(rust: &str) -> String {
    match rust {
        "a string" | "a borrowed string" => "string",
        "a boolean" => "boolean",
        "f32" | "f64" => "number",
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => "integer",
        "a sequence" => "array",
        "a map" => "object",
        other if other.starts_with("struct ") => "object",
        other => other,
    }
    .to_owned()
}
