//! From stored columns to our types; a row that contradicts them is named, not guessed at.

use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;

/// The row being read, for errors.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    table: &'static str,
    id: &'a str,
}

impl<'a> Row<'a> {
    pub(crate) fn of(table: &'static str, id: &'a str) -> Self {
        Self { table, id }
    }

    pub(crate) fn corrupt(self, column: &'static str) -> Error {
        Error::Corrupt {
            table: self.table,
            column,
            id: self.id.to_owned(),
        }
    }

    pub(crate) fn parse<T: FromStr>(self, column: &'static str, text: &str) -> Result<T, Error> {
        text.parse().map_err(|_| self.corrupt(column))
    }

    pub(crate) fn parse_optional<T: FromStr>(
        self,
        column: &'static str,
        text: Option<&str>,
    ) -> Result<Option<T>, Error> {
        text.map(|text| self.parse(column, text)).transpose()
    }

    pub(crate) fn json<T: DeserializeOwned>(self, column: &'static str, text: &str) -> Result<T, Error> {
        serde_json::from_str(text).map_err(|_| self.corrupt(column))
    }

    pub(crate) fn json_optional<T: DeserializeOwned>(
        self,
        column: &'static str,
        text: Option<&str>,
    ) -> Result<Option<T>, Error> {
        text.map(|text| self.json(column, text)).transpose()
    }

    pub(crate) fn hash(self, column: &'static str, bytes: &[u8]) -> Result<[u8; 32], Error> {
        bytes.try_into().map_err(|_| self.corrupt(column))
    }
}

/// The stored form of structured values.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("domain types are plain data with text keys")
}
