//! Contacts.

mod block;
mod book;
mod check;
mod get;
mod list;
mod phone;
mod pictures;
mod view;

use crate::access::Family;
use crate::openapi::{Api, op};

const FAMILY: Family = Family::Account;

pub(crate) fn routes(api: Api) -> Api {
    api.about("Contacts", "People whom the account knows.")
        .get(
            "/sessions/{id}/contacts",
            list::handler,
            op("listContacts", "People whom the account knows"),
        )
        .get(
            "/sessions/{id}/contacts/blocked",
            block::list,
            op("listBlocked", "Who is blocked"),
        )
        .get(
            "/sessions/{id}/contacts/check/{number}",
            check::handler,
            op("checkNumber", "Whether a number is on WhatsApp"),
        )
        .get(
            "/sessions/{id}/contacts/profile-pictures",
            pictures::many,
            op("listProfilePictures", "Pictures of several people"),
        )
        .put(
            "/sessions/{id}/contacts/{contactId}",
            book::save,
            op("saveContact", "Saves a name for a person"),
        )
        .get(
            "/sessions/{id}/contacts/{contactId}",
            get::handler,
            op("getContact", "One person"),
        )
        .delete(
            "/sessions/{id}/contacts/{contactId}",
            book::forget,
            op("forgetContact", "Takes the saved name away"),
        )
        .get(
            "/sessions/{id}/contacts/{contactId}/profile-picture",
            pictures::one,
            op("getProfilePicture", "A person's picture"),
        )
        .get(
            "/sessions/{id}/contacts/{contactId}/phone",
            phone::handler,
            op("getContactPhone", "The number behind a hidden identity"),
        )
        .post(
            "/sessions/{id}/contacts/{contactId}/block",
            block::add,
            op("blockContact", "Blocks a person"),
        )
        .delete(
            "/sessions/{id}/contacts/{contactId}/block",
            block::remove,
            op("unblockContact", "Blocks a person no more"),
        )
}
