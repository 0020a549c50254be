use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Jid;
use wagon_domain::contact::Contact;
use wagon_domain::message::Chat;

use crate::jid;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Contact")]
pub(super) struct View {
    id: String,
    name: Option<String>,
    push_name: Option<String>,
    number: Option<String>,
    is_my_contact: bool,
    is_blocked: bool,
    profile_pic_url: Option<String>,
}

impl View {
    /// `blocked` is everybody whom the account has blocked.
    pub(super) fn new(contact: Contact, blocked: &[Chat]) -> Self {
        let addresses = [contact.jid.as_ref(), contact.lid.as_ref()];
        let is = |address: &Jid| addresses.contains(&Some(address));
        let is_blocked = blocked
            .iter()
            .any(|person| is(&person.jid) || person.alias.as_ref().is_some_and(is));
        let id = addresses.into_iter().flatten().next();
        Self {
            id: id.map(jid::to_text).unwrap_or_default(),
            number: contact.jid.as_ref().map(|jid| jid.user().to_owned()),
            is_my_contact: contact.names.full.is_some(),
            is_blocked,
            profile_pic_url: None,
            push_name: contact.names.push,
            name: contact.names.full.or(contact.names.business),
        }
    }

    pub(super) fn with_picture(self, url: Option<String>) -> Self {
        Self {
            profile_pic_url: url,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wagon_domain::Timestamp;
    use wagon_domain::contact::Names;

    use super::*;

    #[test]
    fn a_contact_is_saved_when_it_has_a_name_in_the_address_book() {
        let contact = Contact {
            row: 1,
            session: "sess_1".parse().unwrap(),
            jid: Some("15550000001@s.whatsapp.net".parse().unwrap()),
            lid: Some("100000000000001@lid".parse().unwrap()),
            names: Names {
                push: Some("Ada".to_owned()),
                full: Some("Ada Lovelace".to_owned()),
                ..Names::default()
            },
            dm: true,
            first_seen_at: Timestamp::from_millis(1),
            updated_at: Timestamp::from_millis(1),
        };
        let blocked = [Chat {
            jid: "100000000000001@lid".parse().unwrap(),
            alias: None,
        }];
        let view = View::new(contact.clone(), &blocked).with_picture(Some("https://x/p".to_owned()));
        assert_eq!(
            serde_json::to_value(view).unwrap(),
            json!({
                "id": "15550000001@c.us", "name": "Ada Lovelace", "pushName": "Ada", "number": "15550000001",
                "isMyContact": true, "isBlocked": true, "profilePicUrl": "https://x/p",
            })
        );
        let stranger = Contact {
            jid: None,
            names: Names::default(),
            ..contact
        };
        let view = serde_json::to_value(View::new(stranger, &[])).unwrap();
        assert_eq!(
            (&view["id"], &view["number"], &view["isMyContact"]),
            (&json!("100000000000001@lid"), &json!(null), &json!(false))
        );
    }
}
