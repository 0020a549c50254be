//! Reading a JSON tree into a type, with errors as data.
//!
//! The parser's own errors are texts that quote the offending value. Here the tree is walked once
//! more with [`BodyErrorKind`] as the error type, so that dialects word errors themselves.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Error, IntoDeserializer, Visitor};
use serde_json::Value;

use super::error::BodyErrorKind;

pub(super) struct Node(pub(super) Value);

impl IntoDeserializer<'_, BodyErrorKind> for Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

fn visit_object<'de, V: Visitor<'de>>(
    object: serde_json::Map<String, Value>,
    visitor: V,
) -> Result<V::Value, BodyErrorKind> {
    let mut map = MapDeserializer::new(object.into_iter().map(|(key, value)| (key, Node(value))));
    let value = visitor.visit_map(&mut map)?;
    map.end()?;
    Ok(value)
}

impl<'de> Deserializer<'de> for Node {
    type Error = BodyErrorKind;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BodyErrorKind> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => {
                if let Some(value) = number.as_u64() {
                    visitor.visit_u64(value)
                } else if let Some(value) = number.as_i64() {
                    visitor.visit_i64(value)
                } else {
                    visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN))
                }
            }
            // Databases cannot keep it, and no text needs it.
            Value::String(text) if text.contains('\0') => Err(BodyErrorKind::Invalid {
                problem: "must not contain NUL".to_owned(),
            }),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => {
                let mut seq = SeqDeserializer::new(items.into_iter().map(Node));
                let value = visitor.visit_seq(&mut seq)?;
                seq.end()?;
                Ok(value)
            }
            Value::Object(object) => visit_object(object, visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BodyErrorKind> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, BodyErrorKind> {
        visitor.visit_newtype_struct(self)
    }

    /// Only objects: serde would also take an array of the fields in order.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, BodyErrorKind> {
        match self.0 {
            Value::Object(object) => visit_object(object, visitor),
            _ => Err(BodyErrorKind::WrongType {
                expected: "object".to_owned(),
            }),
        }
    }

    /// Only enums of plain words.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, BodyErrorKind> {
        match self.0 {
            Value::String(text) => text.into_deserializer().deserialize_enum(name, variants, visitor),
            _ => Err(BodyErrorKind::unknown_variant("", variants)),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}
