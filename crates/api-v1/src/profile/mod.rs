//! The account's own profile, and the history it came with.

mod change;
mod get;
mod history;
mod picture;
mod view;

use wagon_domain::Capability::{Read, Send};
use wagon_http_kit::BodyLimit;

use crate::openapi::{Api, op};

/// A picture of 1 MiB, as base64.
const PICTURE_BODY: BodyLimit = BodyLimit(2 * 1024 * 1024);

pub(crate) fn routes(api: Api) -> Api {
    api.about("Profile", "The account itself.")
        .get(
            "/sessions/{session}/profile",
            get::handler,
            op("getProfile", "The account as others see it")
                .needs(Read)
                .live(),
        )
        .patch(
            "/sessions/{session}/profile",
            change::handler,
            op("changeProfile", "Changes name and about").live(),
        )
        .put(
            "/sessions/{session}/profile/picture",
            picture::set,
            op("setProfilePicture", "Sets the picture")
                .limit(PICTURE_BODY)
                .live(),
        )
        .delete(
            "/sessions/{session}/profile/picture",
            picture::remove,
            op("removeProfilePicture", "Removes the picture")
                .needs(Send)
                .live(),
        )
        .get(
            "/sessions/{session}/history",
            history::handler,
            op(
                "getHistoryImport",
                "How far the import of the history that the phone offers is",
            )
            .needs(Read),
        )
}
