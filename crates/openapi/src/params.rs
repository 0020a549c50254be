//! The values in paths.

use serde_json::{Value, json};

/// The parameters of a path such as `/sessions/{session}:start`, by what the dialect says their names mean.
pub(crate) fn of_path(path: &str, meanings: &[(&str, &str)]) -> Vec<Value> {
    names(path)
        .map(|name| {
            let meaning = meanings.iter().find(|(known, _)| *known == name);
            let (_, description) =
                meaning.unwrap_or_else(|| panic!("the dialect does not say what {{{name}}} is"));
            json!({
                "name": name,
                "in": "path",
                "required": true,
                "description": description,
                "schema": { "type": "string" },
            })
        })
        .collect()
}

fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}
