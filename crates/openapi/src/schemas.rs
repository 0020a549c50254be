//! JSON Schemas of the types in requests and answers.

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, transform};
use serde_json::{Map, Value};

use crate::tidy;

/// Where the document keeps schemas that have a name.
const DEFINITIONS: &str = "/components/schemas";

/// Collects schemas. What is read and what is written differ: a field that may be left out in a request
/// may also be null there, and one that is left out of an answer never is.
pub struct Schemas {
    requests: SchemaGenerator,
    answers: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = DEFINITIONS.into();
            settings.meta_schema = None;
        });
        Self {
            requests: settings.clone().for_deserialize().into_generator(),
            answers: settings
                .for_serialize()
                .with_transform(transform::RecursiveTransform(tidy::answer))
                .into_generator(),
        }
    }
}

impl Schemas {
    /// The schema of a request's body, or a reference to it.
    pub fn request<T: JsonSchema>(&mut self) -> Value {
        self.requests.subschema_for::<T>().to_value()
    }

    /// Whether a body cannot go without some field.
    pub(crate) fn requires<T: JsonSchema>(&mut self) -> bool {
        let schema = self.requests.root_schema_for::<T>();
        schema
            .get("required")
            .is_some_and(|required| *required != Value::Array(Vec::new()))
    }

    /// The schema of an answer's body, or a reference to it.
    pub fn answer<T: JsonSchema>(&mut self) -> Value {
        self.answers.subschema_for::<T>().to_value()
    }

    /// The fields of a query string: name, schema, and the words about it.
    pub(crate) fn query<T: JsonSchema>(&mut self) -> Vec<(String, Value)> {
        let mut schema = self.requests.root_schema_for::<T>().to_value();
        tidy::without_nulls(&mut schema);
        match schema.get_mut("properties").map(Value::take) {
            Some(Value::Object(properties)) => properties.into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Everything that has a name. A type that is both read and written has to be the same in both.
    pub(crate) fn into_named(mut self) -> Map<String, Value> {
        let mut named = self.requests.take_definitions(true);
        for (name, schema) in self.answers.take_definitions(true) {
            let other = named.insert(name.clone(), schema);
            assert!(
                other.is_none_or(|other| other == named[&name]),
                "two schemas are named {name}"
            );
        }
        named
    }
}
