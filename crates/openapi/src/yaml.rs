//! JSON as YAML that people can read.

use serde_json::Value;

/// Maps and lists in block style, everything else as in JSON, which YAML includes.
pub(crate) fn write(value: &Value) -> String {
    let mut text = String::new();
    block(&mut text, value, 0);
    text
}

fn block(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (index, (name, value)) in fields.iter().enumerate() {
                indent(text, depth, index);
                text.push_str(&key(name));
                text.push(':');
                below(text, value, depth + 1);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                indent(text, depth, index);
                text.push('-');
                text.push(' ');
                block(text, item, depth + 1);
            }
        }
        scalar => {
            text.push_str(&scalar.to_string());
            text.push('\n');
        }
    }
}

/// The value of a field: on its line, or on those that follow.
fn below(text: &mut String, value: &Value, depth: usize) {
    let nested = match value {
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    if nested {
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
    } else {
        text.push(' ');
    }
    block(text, value, depth);
}

/// The first entry stands where its parent has left off.
fn indent(text: &mut String, depth: usize, index: usize) {
    if index > 0 {
        text.push_str(&"  ".repeat(depth));
    }
}

/// A name that cannot be taken for anything else stays plain.
fn key(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && !matches!(
            name.to_ascii_lowercase().as_str(),
            "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
        );
    if plain {
        name.to_owned()
    } else {
        Value::from(name).to_string()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn maps_and_lists_are_blocks() {
        let value = json!({
            "a": { "b": [1, [true], { "c": "x\ny", "d": {} }], "200": null },
            "no": [],
        });
        assert_eq!(
            write(&value),
            "a:\n  \"200\": null\n  b:\n    - 1\n    - - true\n    - c: \"x\\ny\"\n      d: {}\n\"no\": []\n"
        );
    }
}
