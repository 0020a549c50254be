//! `POST …/messages/send-{image,video,audio,document,sticker}`: one flat body for all.

use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::content::{Media, MediaKind};
use wagon_domain::outbox::Context;
use wagon_domain::{HttpUrl, Jid};
use wagon_services::{Draft, MediaFile, Origin};

use super::send::{Body, Limits};
use crate::check::Checks;
use crate::error::Failure;

const MAX_FILENAME: usize = 255;
pub(super) const MAX_CAPTION: usize = 1024;

/// What a route sends.
pub(crate) trait Kind: Send + 'static {
    const KIND: MediaKind;
}

macro_rules! kinds {
    ($($name:ident),*) => {$(
        pub(crate) enum $name {}

        impl Kind for $name {
            const KIND: MediaKind = MediaKind::$name;
        }
    )*};
}

kinds!(Image, Video, Audio, Document, Sticker);

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", bound = "")]
pub(crate) struct SendMedia<K> {
    #[schemars(required)]
    chat_id: Option<String>,
    url: Option<String>,
    base64: Option<String>,
    mimetype: Option<String>,
    filename: Option<String>,
    caption: Option<String>,
    /// Of recordings only.
    ptt: Option<bool>,
    mentions: Option<Vec<String>>,
    quoted_message_id: Option<String>,
    #[serde(skip)]
    kind: PhantomData<fn() -> K>,
}

impl<K> Default for SendMedia<K> {
    fn default() -> Self {
        Self {
            chat_id: None,
            url: None,
            base64: None,
            mimetype: None,
            filename: None,
            caption: None,
            ptt: None,
            mentions: None,
            quoted_message_id: None,
            kind: PhantomData,
        }
    }
}

impl<K: Kind> Body for SendMedia<K> {
    fn read(self, limits: Limits) -> Result<(Jid, Draft), Failure> {
        let mut checks = Checks::default();
        let to = checks.chat("chatId", self.chat_id.as_deref());
        let origin = origin(&mut checks, self.url, self.base64, self.mimetype.as_deref());
        let filename = checks.optional("filename", self.filename, MAX_FILENAME);
        let caption = checks.optional("caption", self.caption, MAX_CAPTION);
        if self.ptt.is_some() && K::KIND != MediaKind::Audio {
            checks.problem("property ptt should not exist");
        }
        let context = Context {
            mentions: checks.mentions(&self.mentions.unwrap_or_default()),
            reply_to: checks.quoted("quotedMessageId", self.quoted_message_id.as_deref()),
        };
        let (to, origin) = checks.finish(to.zip(origin))?;
        let file = MediaFile {
            media: described(K::KIND, self.mimetype, filename, caption, self.ptt),
            origin,
            limit: limits.media,
        };
        Ok((to, Draft::Media { file, context }))
    }
}

/// What is said of a file, as far as its kind shows it.
pub(super) fn described(
    kind: MediaKind,
    mimetype: Option<String>,
    filename: Option<String>,
    caption: Option<String>,
    ptt: Option<bool>,
) -> Media {
    let captioned = matches!(kind, MediaKind::Image | MediaKind::Video | MediaKind::Document);
    Media {
        mimetype: mimetype.filter(|mimetype| !mimetype.is_empty()),
        caption: caption.filter(|_| captioned),
        filename: match kind {
            MediaKind::Document => Some(filename.unwrap_or_else(|| "file".to_owned())),
            _ => None,
        },
        ptt: kind == MediaKind::Audio && ptt.unwrap_or(false),
        ..Media::of(kind)
    }
}

/// Where the bytes are. Of two places, the request itself wins.
fn origin(
    checks: &mut Checks,
    url: Option<String>,
    base64: Option<String>,
    mimetype: Option<&str>,
) -> Option<Origin> {
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    if let Some(data) = filled(base64) {
        if mimetype.is_none_or(str::is_empty) {
            checks.problem("mimetype is required when using base64 data");
        }
        return Some(Origin::Inline(data));
    }
    let Some(url) = filled(url) else {
        checks.problem("Either url or base64 must be provided");
        return None;
    };
    match url.parse::<HttpUrl>() {
        Ok(url) => Some(Origin::Url(url)),
        Err(error) => {
            checks.problem(format!("url {error}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use serde_json::{Value, json};

    use super::super::send::tests::read;
    use super::*;

    async fn refused<K: Kind>(body: Value) -> Value {
        let refused = read::<SendMedia<K>>(body).unwrap_err().into_response();
        assert_eq!(refused.status(), 400);
        let bytes = axum::body::to_bytes(refused.into_body(), 10_000).await.unwrap();
        serde_json::from_slice::<Value>(&bytes).unwrap()["message"].take()
    }

    fn file<K: Kind>(body: Value) -> MediaFile {
        match read::<SendMedia<K>>(body).unwrap() {
            (_, Draft::Media { file, .. }) => file,
            (_, other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn captions_names_and_ptt_belong_to_those_that_show_them() {
        let body = json!({
            "chatId": "15550000001@c.us", "base64": "aGk=", "mimetype": "x/y", "caption": "c", "filename": "f",
        });
        let shown = |file: MediaFile| (file.media.caption.is_some(), file.media.filename);
        assert_eq!(shown(file::<Image>(body.clone())), (true, None));
        assert_eq!(shown(file::<Video>(body.clone())), (true, None));
        assert_eq!(shown(file::<Audio>(body.clone())), (false, None));
        assert_eq!(
            shown(file::<Document>(body.clone())),
            (true, Some("f".to_owned()))
        );
        assert_eq!(shown(file::<Sticker>(body)), (false, None));
        let voice = json!({"chatId": "15550000001@c.us", "url": "https://example.com/a.ogg", "ptt": true});
        assert!(file::<Audio>(voice).media.ptt);
        let nameless = json!({"chatId": "15550000001@c.us", "url": "https://example.com/a"});
        assert_eq!(file::<Document>(nameless).media.filename.as_deref(), Some("file"));
    }

    #[test]
    fn bytes_in_the_request_win() {
        let both = json!({
            "chatId": "15550000001@c.us", "base64": "aGk=", "mimetype": "x/y", "url": "https://example.com/a",
        });
        let MediaFile { origin, limit, .. } = file::<Image>(both);
        assert!(matches!(origin, Origin::Inline(data) if data == "aGk="));
        assert_eq!(limit, 1024);
    }

    #[tokio::test]
    async fn a_file_has_to_come_from_somewhere() {
        let to = "15550000001@c.us";
        for (body, messages) in [
            (
                json!({"chatId": to, "url": ""}),
                json!(["Either url or base64 must be provided"]),
            ),
            (
                json!({"chatId": to, "base64": "aGk="}),
                json!(["mimetype is required when using base64 data"]),
            ),
            (
                json!({"chatId": to, "base64": "aGk=", "mimetype": "x/y", "ptt": true}),
                json!(["property ptt should not exist"]),
            ),
            (
                json!({"chatId": to, "base64": "aGk=", "mimetype": "x/y", "caption": "é".repeat(1025)}),
                json!(["caption must be shorter than or equal to 1024 characters"]),
            ),
        ] {
            assert_eq!(refused::<Image>(body).await, messages);
        }
        let ftp = refused::<Image>(json!({"chatId": to, "url": "ftp://example.com/a"})).await;
        assert!(ftp[0].as_str().unwrap().starts_with("url "), "{ftp}");
    }
}
