//! A contact as clients see it.

use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Jid;
use wagon_domain::contact::{Contact, SharedGroup};

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Contact")]
pub(crate) struct View {
    /// Missing for who is known by a phone number only.
    #[serde(skip_serializing_if = "Option::is_none")]
    lid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jid: Option<String>,
    #[schemars(extend("enum" = ["dm", "group"]))]
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    business_name: Option<String>,
}

impl From<Contact> for View {
    fn from(contact: Contact) -> Self {
        Self {
            source: if contact.dm { "dm" } else { "group" },
            phone_number: phone_number(&contact),
            name: contact.name().map(str::to_owned),
            lid: contact.lid.map(String::from),
            jid: contact.jid.map(String::from),
            business_name: contact.names.business,
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ContactDetail")]
pub(crate) struct Detail {
    identity: Identity,
    dm: bool,
    groups: Vec<Group>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Identity")]
struct Identity {
    id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    lid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_jid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    push_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    business_name: Option<String>,
    first_seen_at: i64,
    updated_at: i64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ContactGroup")]
struct Group {
    jid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[schemars(schema_with = "crate::openapi::words::group_role")]
    role: &'static str,
    last_seen: i64,
}

impl From<(Contact, Vec<SharedGroup>)> for Detail {
    fn from((contact, groups): (Contact, Vec<SharedGroup>)) -> Self {
        Self {
            dm: contact.dm,
            groups: groups.into_iter().map(Group::from).collect(),
            identity: Identity {
                id: contact.row,
                phone_number: phone_number(&contact),
                name: contact.name().map(str::to_owned),
                lid: contact.lid.map(String::from),
                phone_jid: contact.jid.map(String::from),
                push_name: contact.names.push,
                business_name: contact.names.business,
                first_seen_at: contact.first_seen_at.as_millis(),
                updated_at: contact.updated_at.as_millis(),
            },
        }
    }
}

impl From<SharedGroup> for Group {
    fn from(group: SharedGroup) -> Self {
        Self {
            jid: group.jid.into(),
            name: group.name,
            role: "member",
            last_seen: group.last_seen.as_millis(),
        }
    }
}

fn phone_number(contact: &Contact) -> Option<String> {
    contact.jid.as_ref().and_then(Jid::phone_number).map(String::from)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wagon_domain::Timestamp;
    use wagon_domain::contact::Names;

    use super::*;

    fn contact() -> Contact {
        Contact {
            row: 7,
            session: "sess_1".parse().unwrap(),
            jid: Some("15550000001@s.whatsapp.net".parse().unwrap()),
            lid: Some("100000000000001@lid".parse().unwrap()),
            names: Names {
                push: Some("Alex".to_owned()),
                full: Some("Alex Rivera".to_owned()),
                ..Names::default()
            },
            dm: true,
            first_seen_at: Timestamp::from_millis(1),
            updated_at: Timestamp::from_millis(2),
        }
    }

    #[test]
    fn a_contact_is_shown_with_both_addresses() {
        assert_eq!(
            serde_json::to_value(View::from(contact())).unwrap(),
            json!({
                "lid": "100000000000001@lid", "jid": "15550000001@s.whatsapp.net", "source": "dm",
                "phoneNumber": "15550000001", "name": "Alex Rivera",
            })
        );
    }

    #[test]
    fn the_detail_names_the_groups() {
        let group = SharedGroup {
            jid: "120363000000000001@g.us".parse().unwrap(),
            name: Some("Trip".to_owned()),
            last_seen: Timestamp::from_millis(3),
        };
        assert_eq!(
            serde_json::to_value(Detail::from((contact(), vec![group]))).unwrap(),
            json!({
                "identity": {
                    "id": 7, "lid": "100000000000001@lid", "phoneNumber": "15550000001",
                    "phoneJid": "15550000001@s.whatsapp.net", "name": "Alex Rivera", "pushName": "Alex",
                    "firstSeenAt": 1, "updatedAt": 2,
                },
                "dm": true,
                "groups": [{"jid": "120363000000000001@g.us", "name": "Trip", "role": "member", "lastSeen": 3}],
            })
        );
    }
}
