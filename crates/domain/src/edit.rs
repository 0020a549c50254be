//! Changes to something that may also be absent.

use serde::{Deserialize, Deserializer};

/// What to do with an optional value. In JSON, with `#[serde(default)]`: left out, null, or the new value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edit<T> {
    #[default]
    Keep,
    Clear,
    Set(T),
}

impl<T> Edit<T> {
    pub fn apply(self, value: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *value = None,
            Self::Set(new) => *value = Some(new),
        }
    }

    /// What something new gets.
    pub fn into_option(self) -> Option<T> {
        match self {
            Self::Keep | Self::Clear => None,
            Self::Set(new) => Some(new),
        }
    }

    /// The same edit, in other terms; `None` clears.
    pub fn and_then<U>(self, change: impl FnOnce(T) -> Option<U>) -> Edit<U> {
        match self {
            Self::Keep => Edit::Keep,
            Self::Clear => Edit::Clear,
            Self::Set(new) => change(new).map_or(Edit::Clear, Edit::Set),
        }
    }

    pub fn as_ref(&self) -> Edit<&T> {
        match self {
            Self::Keep => Edit::Keep,
            Self::Clear => Edit::Clear,
            Self::Set(new) => Edit::Set(new),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Edit<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Body {
        #[serde(default)]
        name: Edit<String>,
    }

    #[test]
    fn left_out_null_and_a_value_differ() {
        for (json, after) in [
            (r"{}", Some("old")),
            (r#"{"name":null}"#, None),
            (r#"{"name":"new"}"#, Some("new")),
        ] {
            let body: Body = serde_json::from_str(json).unwrap();
            let mut name = Some("old".to_owned());
            body.name.apply(&mut name);
            assert_eq!(name.as_deref(), after, "{json}");
        }
    }
}
