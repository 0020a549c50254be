//! People.

mod about;
mod block;
mod check;
mod get;
mod list;
mod picture;
mod view;

use wagon_domain::Capability::{Read, Send};

use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Contacts", "People.")
        .get(
            "/sessions/{session}/contacts",
            list::handler,
            op("listContacts", "People that the account knows").needs(Read),
        )
        .get(
            "/sessions/{session}/contacts/check",
            check::handler,
            op("checkNumber", "Whether a number is on WhatsApp, and its address").live(),
        )
        .get(
            "/sessions/{session}/contacts/blocklist",
            block::list,
            op("listBlocked", "Who is blocked").needs(Read).live(),
        )
        .get(
            "/sessions/{session}/contacts/{jid}",
            get::handler,
            op("getContact", "One person").needs(Read),
        )
        .get(
            "/sessions/{session}/contacts/{jid}/about",
            about::handler,
            op("getAbout", "What somebody says about themselves")
                .needs(Read)
                .live(),
        )
        .get(
            "/sessions/{session}/contacts/{jid}/picture",
            picture::handler,
            op(
                "getContactPicture",
                "The profile picture, as far as the account may see it",
            )
            .needs(Read)
            .live(),
        )
        .post(
            "/sessions/{session}/contacts/{jid}/block",
            block::block,
            op("block", "Blocks somebody").needs(Send).live(),
        )
        .post(
            "/sessions/{session}/contacts/{jid}/unblock",
            block::unblock,
            op("unblock", "Lets somebody write again").needs(Send).live(),
        )
}
