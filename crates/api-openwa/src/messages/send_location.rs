//! `POST …/messages/send-location`.

use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::Jid;
use wagon_domain::content::{Coordinates, Location};
use wagon_domain::outbox::{Context, Outgoing};
use wagon_services::Draft;

use super::send::{Body, Limits};
use crate::check::Checks;
use crate::error::Failure;

const MAX_WORDS: usize = 1024;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct SendLocation {
    #[schemars(required)]
    chat_id: Option<String>,
    #[schemars(required)]
    latitude: Option<f64>,
    #[schemars(required)]
    longitude: Option<f64>,
    description: Option<String>,
    address: Option<String>,
    quoted_message_id: Option<String>,
}

impl Body for SendLocation {
    fn read(self, _limits: Limits) -> Result<(Jid, Draft), Failure> {
        let mut checks = Checks::default();
        let to = checks.chat("chatId", self.chat_id.as_deref());
        let latitude = checks.given("latitude", self.latitude, "a number");
        let longitude = checks.given("longitude", self.longitude, "a number");
        let point = latitude.zip(longitude).and_then(|(latitude, longitude)| {
            Coordinates::new(latitude, longitude)
                .map_err(|error| checks.problem(error.to_string()))
                .ok()
        });
        let name = checks.optional("description", self.description, MAX_WORDS);
        let address = checks.optional("address", self.address, MAX_WORDS);
        let reply_to = checks.quoted("quotedMessageId", self.quoted_message_id.as_deref());
        let (to, point) = checks.finish(to.zip(point))?;
        let location = Location {
            coordinates: Some(point),
            name,
            address,
            live: false,
        };
        let context = Context {
            mentions: Vec::new(),
            reply_to,
        };
        Ok((to, Outgoing::Location { location, context }.into()))
    }
}
