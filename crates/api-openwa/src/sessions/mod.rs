//! Sessions.

mod config;
mod create;
mod delete;
mod force_kill;
mod get;
mod list;
mod logout;
mod pairing_code;
mod presence;
mod proxy;
mod qr;
mod start;
mod stats;
mod stop;
mod view;

pub(crate) use view::{error, restriction, status};

use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Sessions", "Linked numbers.")
        .get(
            "/sessions",
            list::handler,
            op("listSessions", "All sessions that the key sees"),
        )
        .post(
            "/sessions",
            create::handler,
            op("createSession", "Makes a session"),
        )
        .get(
            "/sessions/stats/overview",
            stats::handler,
            op("getSessionStats", "Counts by status, and memory"),
        )
        .get("/sessions/{id}", get::handler, op("getSession", "One session"))
        .delete(
            "/sessions/{id}",
            delete::handler,
            op("deleteSession", "Deletes a session and unlinks it"),
        )
        .post(
            "/sessions/{id}/start",
            start::handler,
            op("startSession", "Connects a session, or begins to link it"),
        )
        .post(
            "/sessions/{id}/stop",
            stop::handler,
            op("stopSession", "Disconnects a session and keeps it linked"),
        )
        .post(
            "/sessions/{id}/logout",
            logout::handler,
            op("logoutSession", "Unlinks a session"),
        )
        .post(
            "/sessions/{id}/force-kill",
            force_kill::handler,
            op("forceKillSession", "Ends a connection at once"),
        )
        .get(
            "/sessions/{id}/qr",
            qr::handler,
            op("getQrCode", "The code to link with, as a picture"),
        )
        .post(
            "/sessions/{id}/pairing-code",
            pairing_code::handler,
            op("requestPairingCode", "A code to type into the phone"),
        )
        .get(
            "/sessions/{id}/config",
            config::read,
            op("getSessionConfig", "The settings of a session"),
        )
        .patch(
            "/sessions/{id}/config",
            config::change,
            op("changeSessionConfig", "Changes the settings that are given"),
        )
        .get(
            "/sessions/{id}/proxy",
            proxy::read,
            op("getSessionProxy", "The proxy of a session"),
        )
        .patch(
            "/sessions/{id}/proxy",
            proxy::change,
            op("changeSessionProxy", "Sets or removes the proxy"),
        )
        .put(
            "/sessions/{id}/presence",
            presence::handler,
            op("setPresence", "Shows the account as online or not"),
        )
}
