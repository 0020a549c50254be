//! Lists.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_http_kit::{InvalidCursor, Limit, QueryError, cursor_from_text, cursor_to_text};

/// The paging parameters of a list.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Params {
    /// 50 unless given, at most 200.
    #[schemars(with = "Option<i64>")]
    limit: Option<String>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
}

impl Params {
    /// Those of a list that has others besides.
    pub(crate) fn new(limit: Option<String>, cursor: Option<String>) -> Self {
        Self { limit, cursor }
    }

    pub(crate) fn limit(&self) -> Result<Limit, QueryError> {
        Limit::parse(self.limit.as_deref())
    }

    /// Where the page begins, read with `parse` from the form that [`Page::new`] was given.
    pub(crate) fn position<T>(
        &self,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, InvalidCursor> {
        match self.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
            None => Ok(None),
            Some(cursor) => parse(&cursor_from_text(cursor)?).map(Some).ok_or(InvalidCursor),
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "{V}Page")]
pub(crate) struct Page<V> {
    data: Vec<V>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl<V> Page<V> {
    /// A page of a longer list. A full page names its last entry's position as the next cursor.
    pub(crate) fn new<T>(items: Vec<T>, limit: Limit, position: impl FnOnce(&T) -> String) -> Self
    where
        V: From<T>,
    {
        let last = items.last().filter(|_| limit.is_reached_by(items.len()));
        let next_cursor = last.map(|item| cursor_to_text(&position(item)));
        Self {
            data: items.into_iter().map(V::from).collect(),
            next_cursor,
        }
    }
}

/// A list that comes in one piece.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{V}List")]
pub(crate) struct List<V> {
    data: Vec<V>,
}

impl<V> List<V> {
    pub(crate) fn of(data: Vec<V>) -> Self {
        Self { data }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_full_page_has_a_next_cursor() {
        let limit = Limit::parse(Some("2")).unwrap();
        let page = Page::<i32>::new(vec![1], limit, i32::to_string);
        assert_eq!(serde_json::to_string(&page).unwrap(), r#"{"data":[1]}"#);
        let page = Page::<i32>::new(vec![1, 2], limit, i32::to_string);
        assert_eq!(
            serde_json::to_string(&page).unwrap(),
            r#"{"data":[1,2],"nextCursor":"Mg"}"#
        );
    }

    #[test]
    fn a_cursor_leads_back_to_its_position() {
        let params = |cursor: &str| Params {
            limit: None,
            cursor: Some(cursor.to_owned()),
        };
        let number = |text: &str| text.parse::<i32>().ok();
        assert_eq!(params("Mg").position(number), Ok(Some(2)));
        assert_eq!(params("").position(number), Ok(None));
        assert_eq!(params("Mg==").position(number), Err(InvalidCursor));
        assert_eq!(params("YQ").position(number), Err(InvalidCursor));
    }
}
