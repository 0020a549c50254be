//! Sessions.

mod act;
mod create;
mod delete;
mod get;
mod list;
mod me;
mod pairing_code;
mod qr;
mod update;
mod view;

use http::StatusCode;
use wagon_domain::Capability::Manage;

use crate::openapi::{Api, op};

pub(crate) use view::{Reason, View as SessionView};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Sessions", "Sessions: each is one linked WhatsApp account.")
        .get(
            "/sessions",
            list::handler,
            op("listSessions", "Sessions, newest first").needs(Manage),
        )
        .post(
            "/sessions",
            create::handler,
            op("createSession", "Makes a session"),
        )
        .get(
            "/sessions/{session}",
            get::handler,
            op("getSession", "One session").needs(Manage),
        )
        .patch(
            "/sessions/{session}",
            update::handler,
            op(
                "updateSession",
                "Changes what is given; budgets of 0 are unlimited",
            ),
        )
        .delete(
            "/sessions/{session}",
            delete::handler,
            op(
                "deleteSession",
                "Takes a session down and deletes everything of it; the phone keeps the device",
            )
            .needs(Manage),
        )
        .post(
            "/sessions/{session}:start",
            act::start,
            op("startSession", "Connects a linked session")
                .needs(Manage)
                .refused(StatusCode::BAD_REQUEST, "The session has never been linked."),
        )
        .post(
            "/sessions/{session}:stop",
            act::stop,
            op("stopSession", "Disconnects").needs(Manage),
        )
        .post(
            "/sessions/{session}:restart",
            act::restart,
            op("restartSession", "Disconnects and connects")
                .needs(Manage)
                .refused(StatusCode::BAD_REQUEST, "The session has never been linked."),
        )
        .post(
            "/sessions/{session}:logout",
            act::logout,
            op("logoutSession", "Unlinks the device from the account").needs(Manage),
        )
        .get(
            "/sessions/{session}/me",
            me::handler,
            op("getLinkedAccount", "The linked account").needs(Manage),
        )
        .get(
            "/sessions/{session}/qr",
            qr::handler,
            op("getQrCode", "The QR code to scan now; begins pairing")
                .needs(Manage)
                .conflict("The session is linked already."),
        )
        .post(
            "/sessions/{session}/pairing-code",
            pairing_code::handler,
            op("createPairingCode", "A code to type on the phone")
                .conflict("The session is linked already, or a code is outstanding."),
        )
}
