//! Files in the body of a request: by address, or in base64.

use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::HttpUrl;
use wagon_services::Origin;

use crate::error::Refusal;

/// What a body has beside its files.
const WORDS: usize = 1024 * 1024;

/// The most bytes of a body with a file of at most `media` bytes in it. Base64 makes four characters of three bytes.
pub(crate) const fn body_limit(media: usize) -> usize {
    media.div_ceil(3) * 4 + WORDS
}

/// A file. What its bytes are is looked at, not believed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) url: Option<String>,
    pub(crate) base64: Option<String>,
    pub(crate) mimetype: Option<String>,
}

impl File {
    /// A file whose type nobody has to say.
    pub(crate) fn untyped(url: Option<String>, base64: Option<String>) -> Self {
        Self {
            url,
            base64,
            mimetype: Some("application/octet-stream".to_owned()),
        }
    }

    /// Where its bytes are. Base64 wins.
    pub(crate) fn origin(self) -> Result<Origin, Refusal> {
        let bad = |problem: String| Refusal::validation(vec![problem]);
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        match (given(self.base64), given(self.url)) {
            (Some(_), _) if given(self.mimetype).is_none() => {
                Err(bad("mimetype is required when using base64 data".to_owned()))
            }
            (Some(base64), _) => Ok(Origin::Inline(base64)),
            (None, Some(url)) => {
                let url: HttpUrl = url.parse().map_err(|error| bad(format!("url: {error}")))?;
                Ok(Origin::Url(url))
            }
            (None, None) => Err(bad("Either url or base64 must be provided".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_is_needed_and_base64_wins() {
        let image = |url: Option<&str>, base64: Option<&str>, mimetype: Option<&str>| File {
            url: url.map(str::to_owned),
            base64: base64.map(str::to_owned),
            mimetype: mimetype.map(str::to_owned),
        };
        let url = Some("https://example.com/a.png");
        assert!(matches!(image(url, None, None).origin(), Ok(Origin::Url(_))));
        assert!(matches!(
            image(url, Some("AAAA"), Some("image/png")).origin(),
            Ok(Origin::Inline(_))
        ));
        for (url, base64) in [
            (None, None),
            (Some(""), None),
            (None, Some("AAAA")),
            (Some("ftp://x"), None),
        ] {
            assert!(image(url, base64, None).origin().is_err());
        }
    }
}
