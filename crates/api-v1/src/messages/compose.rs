//! The fields of a send, and the message they make.

use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::content::{Contact, Coordinates, Location, Media, MediaKind, Poll};
use wagon_domain::outbox::{Context, Outgoing};
use wagon_domain::{Jid, PhoneNumber, Timestamp, WaMessageId};
use wagon_http_kit::Problem;
use wagon_services::{Draft, MediaFile};

use crate::error::invalid;
use crate::file::{File, origin};

const ALBUM: std::ops::RangeInclusive<usize> = 2..=10;

/// The fields of all types side by side, as the dialect has them. Those of other types are allowed
/// and without meaning.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "SendMessage")]
pub(crate) struct Request {
    #[serde(rename = "type")]
    kind: Kind,
    to: String,
    text: Option<String>,
    reply_to: Option<String>,
    #[schemars(with = "Option<Vec<String>>")]
    mentions: Option<Vec<Jid>>,
    name: Option<String>,
    options: Option<Vec<String>>,
    selectable_count: Option<i64>,
    poll_end_time: Option<i64>,
    poll_hide_votes: Option<bool>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    contact: Option<Card>,
    media: Option<File>,
    medias: Option<Vec<Item>>,
    caption: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "SendType")]
enum Kind {
    Text,
    Poll,
    Location,
    Contact,
    Image,
    Video,
    Audio,
    Document,
    Sticker,
    Album,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ContactCard")]
struct Card {
    name: Option<String>,
    phone: Option<String>,
    vcard: Option<String>,
}

/// An item of an album.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AlbumItem")]
struct Item {
    #[serde(rename = "type")]
    kind: Option<ItemKind>,
    data: Option<String>,
    url: Option<String>,
    mimetype: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "AlbumItemType")]
enum ItemKind {
    Image,
    Video,
}

/// Files are private and long.
impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Item").finish_non_exhaustive()
    }
}

impl Request {
    /// Whom to send what.
    pub(super) fn compose(self) -> Result<(Jid, Draft), Problem> {
        let to = recipient(&self.to)?;
        let draft = match self.kind {
            Kind::Text => self.text()?,
            Kind::Poll => self.poll()?,
            Kind::Location => self.location()?,
            Kind::Contact => self.contact()?,
            Kind::Image => self.media(MediaKind::Image)?,
            Kind::Video => self.media(MediaKind::Video)?,
            Kind::Audio => self.media(MediaKind::Audio)?,
            Kind::Document => self.media(MediaKind::Document)?,
            Kind::Sticker => self.media(MediaKind::Sticker)?,
            Kind::Album => self.album()?,
        };
        Ok((to, draft))
    }

    fn context(&self) -> Result<Context, Problem> {
        Ok(Context {
            mentions: self.mentions.clone().unwrap_or_default(),
            reply_to: reply_to(self.reply_to.as_deref())?,
        })
    }

    fn text(self) -> Result<Draft, Problem> {
        let context = self.context()?;
        let text = self
            .text
            .filter(|text| !text.is_empty())
            .ok_or_else(|| invalid("text", "text is required for type 'text'"))?;
        Ok(Outgoing::Text { text, context }.into())
    }

    fn poll(self) -> Result<Draft, Problem> {
        let context = self.context()?;
        let options = self.options.unwrap_or_default();
        let selectable = u32::try_from(self.selectable_count.unwrap_or(0)).map_err(|_| {
            let message = "selectableCount must be between 0 and the number of options";
            invalid("selectableCount", message)
        })?;
        let ends_at = match self.poll_end_time {
            None | Some(0) => None,
            Some(millis) if millis > 0 => Some(Timestamp::from_millis(millis)),
            Some(_) => {
                let message = "pollEndTime must be a positive epoch millisecond timestamp";
                return Err(invalid("pollEndTime", message));
            }
        };
        let poll = Poll {
            name: self.name.unwrap_or_default(),
            options,
            selectable,
            ends_at,
            hide_votes: self.poll_hide_votes.unwrap_or(false),
        };
        Ok(Outgoing::Poll { poll, context }.into())
    }

    fn location(self) -> Result<Draft, Problem> {
        let context = self.context()?;
        let required = |field: &'static str, value: Option<f64>| {
            value.ok_or_else(|| invalid(field, format!("{field} is required for type 'location'")))
        };
        let latitude = required("latitude", self.latitude)?;
        let longitude = required("longitude", self.longitude)?;
        let coordinates =
            Coordinates::new(latitude, longitude).map_err(|error| invalid("latitude", error.to_string()))?;
        let location = Location {
            coordinates: Some(coordinates),
            name: self.name.filter(|name| !name.is_empty()),
            address: None,
            live: false,
        };
        Ok(Outgoing::Location { location, context }.into())
    }

    fn contact(self) -> Result<Draft, Problem> {
        let context = self.context()?;
        let card = self
            .contact
            .ok_or_else(|| invalid("contact", "contact is required for type 'contact'"))?;
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let contact = match (filled(card.vcard), filled(card.name), filled(card.phone)) {
            (Some(vcard), _, _) => Contact::from_vcard(vcard),
            (None, Some(name), Some(phone)) => {
                let phone: PhoneNumber = phone
                    .parse()
                    .map_err(|_| invalid("contact.phone", "contact.phone must be a phone number"))?;
                Contact::of(&name, &phone)
            }
            _ => {
                let message = "contact requires either a vcard or both name and phone";
                return Err(invalid("contact", message));
            }
        };
        Ok(Outgoing::Contacts {
            contacts: vec![contact],
            context,
        }
        .into())
    }

    fn media(self, kind: MediaKind) -> Result<Draft, Problem> {
        let context = self.context()?;
        let file = File::required(self.media, kind)?;
        Ok(Draft::Media {
            file: file.read(kind)?,
            context,
        })
    }

    fn album(self) -> Result<Draft, Problem> {
        let context = self.context()?;
        let items = self.medias.unwrap_or_default();
        if !ALBUM.contains(&items.len()) {
            return Err(invalid("medias", "album requires between 2 and 10 medias"));
        }
        let mut caption = self.caption.filter(|caption| !caption.is_empty());
        let files = items
            .into_iter()
            .map(|item| {
                let kind = match item.kind {
                    None | Some(ItemKind::Image) => MediaKind::Image,
                    Some(ItemKind::Video) => MediaKind::Video,
                };
                Ok(MediaFile {
                    media: Media {
                        mimetype: item.mimetype.filter(|mimetype| !mimetype.is_empty()),
                        // The album's one caption is that of its first item.
                        caption: caption.take(),
                        ..Media::of(kind)
                    },
                    origin: origin(item.data, item.url, "album")?,
                    limit: MediaFile::LIMIT,
                })
            })
            .collect::<Result<Vec<_>, Problem>>()?;
        Ok(Draft::Album { files, context })
    }
}

fn recipient(to: &str) -> Result<Jid, Problem> {
    if to.is_empty() {
        return Err(invalid("to", "recipient 'to' is required"));
    }
    let jid: Jid = to
        .parse()
        .map_err(|error| invalid("to", format!("recipient 'to' is not valid: {error}")))?;
    Ok(jid.bare())
}

fn reply_to(id: Option<&str>) -> Result<Option<WaMessageId>, Problem> {
    let id = id.filter(|id| !id.is_empty());
    id.map(str::parse)
        .transpose()
        .map_err(|_| invalid("replyTo", "replyTo must be a message id"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use wagon_services::Error;

    use super::*;

    const TO: &str = "15550000001@s.whatsapp.net";

    fn read(mut body: Value) -> Result<Draft, Problem> {
        if body["to"].is_null() {
            body["to"] = json!(TO);
        }
        let (to, draft) = serde_json::from_value::<Request>(body).unwrap().compose()?;
        assert_eq!(to.to_string(), TO);
        Ok(draft)
    }

    fn ready(body: Value) -> Outgoing {
        match read(body).unwrap() {
            Draft::Ready(outgoing) => outgoing,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_text_becomes_an_outgoing_text() {
        let body = json!({
            "type": "text", "to": "15550000001:3@c.us", "text": "hi", "replyTo": "3EB0A1",
            "mentions": ["15550000002@s.whatsapp.net"], "caption": null, "name": "of another type",
        });
        assert_eq!(
            ready(body),
            Outgoing::Text {
                text: "hi".to_owned(),
                context: Context {
                    mentions: vec!["15550000002@s.whatsapp.net".parse().unwrap()],
                    reply_to: Some("3EB0A1".parse().unwrap()),
                },
            }
        );
    }

    #[test]
    fn structured_types_are_read() {
        let poll = json!({
            "type": "poll", "name": "Lunch?", "options": ["Pizza", "Sushi"], "selectableCount": 1,
            "pollEndTime": 9, "pollHideVotes": true,
        });
        let Outgoing::Poll { poll, .. } = ready(poll) else {
            panic!("not a poll");
        };
        assert_eq!((poll.selectable, poll.hide_votes), (1, true));
        assert_eq!(poll.ends_at, Some(Timestamp::from_millis(9)));

        let pin = json!({"type": "location", "latitude": -6, "longitude": 106.8, "name": "Monas"});
        let Outgoing::Location { location, .. } = ready(pin) else {
            panic!("not a location");
        };
        let point = location.coordinates.unwrap();
        assert_eq!(point, Coordinates::new(-6.0, 106.8).unwrap());

        let both = json!({"type": "contact", "contact": {"name": "Jamie", "phone": "+15550000009"}});
        let raw =
            json!({"type": "contact", "contact": {"vcard": "BEGIN:VCARD\nFN:Ada\nEND:VCARD", "name": "x"}});
        for (body, name) in [(both, "Jamie"), (raw, "Ada")] {
            let Outgoing::Contacts { contacts, .. } = ready(body) else {
                panic!("not a contact");
            };
            assert_eq!(contacts[0].name.as_deref(), Some(name));
        }
    }

    #[test]
    fn captions_and_names_belong_to_those_that_show_them() {
        for (kind, caption, filename, ptt) in [
            ("image", true, false, false),
            ("video", true, false, false),
            ("audio", false, false, true),
            ("document", true, true, false),
            ("sticker", false, false, false),
        ] {
            let media = json!({"data": "aGk=", "caption": "c", "filename": "f", "ptt": true});
            let Draft::Media { file, .. } = read(json!({"type": kind, "media": media})).unwrap() else {
                panic!("{kind} is not media");
            };
            let media = file.media;
            assert_eq!(
                (
                    media.kind.as_str(),
                    media.caption.is_some(),
                    media.filename.is_some(),
                    media.ptt
                ),
                (kind, caption, filename, ptt)
            );
        }
        let body = json!({
            "type": "album", "caption": "trip",
            "medias": [{"data": "aGk="}, {"type": "video", "url": "https://example.com/a.mp4"}],
        });
        let Draft::Album { files, .. } = read(body).unwrap() else {
            panic!("not an album");
        };
        let captions: Vec<_> = files.iter().map(|file| file.media.caption.as_deref()).collect();
        assert_eq!(captions, [Some("trip"), None]);
        assert_eq!(files[1].media.kind, MediaKind::Video);
    }

    #[test]
    fn what_is_missing_is_named() {
        for (body, expected) in [
            (
                json!({"type": "text", "to": "", "text": "hi"}),
                "recipient 'to' is required",
            ),
            (json!({"type": "text"}), "text is required for type 'text'"),
            (
                json!({"type": "text", "text": ""}),
                "text is required for type 'text'",
            ),
            (
                json!({"type": "text", "text": "a", "replyTo": "a b"}),
                "replyTo must be a message id",
            ),
            (
                json!({"type": "poll", "name": "a", "options": ["a", "b"], "selectableCount": -1}),
                "selectableCount must be between 0 and the number of options",
            ),
            (
                json!({"type": "poll", "name": "a", "options": ["a", "b"], "pollEndTime": -1}),
                "pollEndTime must be a positive epoch millisecond timestamp",
            ),
            (
                json!({"type": "location", "longitude": 1}),
                "latitude is required for type 'location'",
            ),
            (
                json!({"type": "location", "latitude": 1}),
                "longitude is required for type 'location'",
            ),
            (
                json!({"type": "location", "latitude": 91, "longitude": 1}),
                "latitude must be between -90 and 90",
            ),
            (
                json!({"type": "location", "latitude": 1, "longitude": -181}),
                "longitude must be between -180 and 180",
            ),
            (
                json!({"type": "contact"}),
                "contact is required for type 'contact'",
            ),
            (
                json!({"type": "contact", "contact": {"name": "a"}}),
                "contact requires either a vcard or both name and phone",
            ),
            (
                json!({"type": "contact", "contact": {"name": "a", "phone": "x"}}),
                "contact.phone must be a phone number",
            ),
            (json!({"type": "image"}), "media is required for type 'image'"),
            (
                json!({"type": "audio", "media": {}}),
                "provide exactly one of media.data or media.url for type 'audio'",
            ),
            (
                json!({"type": "image", "media": {"data": "aGk=", "url": "https://example.com"}}),
                "provide exactly one of media.data or media.url for type 'image'",
            ),
            (
                json!({"type": "album", "medias": [{"data": "aGk="}]}),
                "album requires between 2 and 10 medias",
            ),
        ] {
            match read(body.clone()) {
                Err(Problem::Service(Error::Invalid { message, .. })) => assert_eq!(message, expected),
                other => panic!("{body}: {other:?}"),
            }
        }
        let unreadable = json!({"type": "text", "to": "15550000001", "text": "hi"});
        assert!(
            matches!(read(unreadable), Err(Problem::Service(Error::Invalid { message, .. }))
                if message.starts_with("recipient 'to' is not valid: a JID"))
        );
    }
}
