//! The OpenAPI document.

use std::collections::BTreeSet;

use serde_json::Value;

fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("a path has operations");
        item.iter()
            .map(move |(method, operation)| (path, method, operation))
    })
}

/// Every `$ref` of the document, wherever it is.
fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                found.insert(reference);
            }
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn the_committed_document_is_the_one_that_is_served() {
    let committed: Value = serde_json::from_str(include_str!("../../../openapi/v1.json")).unwrap();
    assert!(
        committed == wagon_api_v1::document(),
        "openapi/v1.json is behind: cargo run -- openapi > openapi/v1.json"
    );
}

#[test]
fn every_reference_leads_somewhere_and_nothing_is_left_over() {
    let document = wagon_api_v1::document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for reference in &found {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    for kind in ["schemas", "responses"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            let reference = format!("#/components/{kind}/{name}");
            assert!(found.contains(reference.as_str()), "nothing uses {reference}");
        }
    }
}

#[test]
fn schemas_are_named_by_what_they_are() {
    let document = wagon_api_v1::document();
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        let clash = name.ends_with(|c: char| c.is_ascii_digit());
        assert!(
            !clash && name != "View" && name != "Request",
            "two types are called {name}"
        );
    }
}

#[test]
fn an_operation_says_who_may_call_it_and_what_goes_wrong() {
    let document = wagon_api_v1::document();
    for (path, method, operation) in operations(&document) {
        let answers = operation["responses"].as_object().unwrap();
        let public = operation["security"].as_array().unwrap().is_empty();
        assert!(public || answers.contains_key("401"), "{method} {path}");
        assert!(answers.contains_key("default"), "{method} {path}");
        if operation["requestBody"].is_object() {
            for status in ["400", "413", "415"] {
                assert!(
                    answers.contains_key(status),
                    "{method} {path} takes a body: {status}"
                );
            }
        }
    }
}
