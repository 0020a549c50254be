//! The account as others see it.

use schemars::JsonSchema;
use serde::Serialize;
use wagon_services::OwnProfile;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Profile")]
pub(crate) struct View {
    jid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lid: Option<String>,
    name: String,
    about: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<Picture>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProfilePicture")]
struct Picture {
    id: String,
    url: String,
}

impl From<OwnProfile> for View {
    fn from(profile: OwnProfile) -> Self {
        Self {
            jid: profile.jid.into(),
            lid: profile.lid.map(String::from),
            name: profile.name,
            about: profile.about.unwrap_or_default(),
            picture: profile.picture.map(|picture| Picture {
                id: picture.id,
                url: picture.url,
            }),
        }
    }
}
