//! The values in paths.

use serde_json::{Value, json};

const MEANINGS: [(&str, &str); 13] = [
    ("session", "A session's id, `sess_…`."),
    ("mid", "A message's WhatsApp id."),
    ("oid", "A send's id, `out_…`."),
    ("cid", "A chat's JID, by either address of a person."),
    ("jid", "A person's JID, by either address."),
    ("gid", "A group's JID, `…@g.us`."),
    ("channel", "A channel's JID, `…@newsletter`."),
    ("call", "A call's id, as `call.incoming` tells it."),
    ("webhook", "A webhook's id, `wh_…`."),
    ("delivery", "A delivery's id."),
    ("user", "A user's id."),
    ("organization", "An organisation's id."),
    ("key", "An API key's id."),
];

/// The parameters of a path such as `/sessions/{session}:start`.
pub(super) fn of_path(path: &str) -> Vec<Value> {
    names(path)
        .map(|name| {
            let meaning = MEANINGS.iter().find(|(known, _)| *known == name);
            let (_, description) = meaning.expect("every name in a path has a meaning above");
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
