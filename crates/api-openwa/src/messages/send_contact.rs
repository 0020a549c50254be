//! `POST …/messages/send-contact`.

use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::content::Contact;
use wagon_domain::outbox::{Context, Outgoing};
use wagon_domain::{Jid, PhoneNumber};
use wagon_services::Draft;

use super::send::{Body, Limits};
use crate::check::Checks;
use crate::error::Failure;

const MAX_NAME: usize = 255;
const MAX_NUMBER: usize = 30;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct SendContact {
    #[schemars(required)]
    chat_id: Option<String>,
    #[schemars(required)]
    contact_name: Option<String>,
    #[schemars(required)]
    contact_number: Option<String>,
    quoted_message_id: Option<String>,
}

impl Body for SendContact {
    fn read(self, _limits: Limits) -> Result<(Jid, Draft), Failure> {
        let mut checks = Checks::default();
        let to = checks.chat("chatId", self.chat_id.as_deref());
        let name = checks.filled("contactName", self.contact_name, MAX_NAME);
        let number = checks.filled("contactNumber", self.contact_number, MAX_NUMBER);
        let phone = number.and_then(|number| {
            let phone = number.parse::<PhoneNumber>();
            if phone.is_err() {
                checks.problem("contactNumber must be a phone number");
            }
            phone.ok()
        });
        let reply_to = checks.quoted("quotedMessageId", self.quoted_message_id.as_deref());
        let ((to, name), phone) = checks.finish(to.zip(name).zip(phone))?;
        let context = Context {
            mentions: Vec::new(),
            reply_to,
        };
        let contacts = vec![Contact::of(&name, &phone)];
        Ok((to, Outgoing::Contacts { contacts, context }.into()))
    }
}
