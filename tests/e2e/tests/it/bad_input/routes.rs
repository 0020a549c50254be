use reqwest::Method;

use super::{Callers, Row, SECRET, VALIDATION, check, has_envelope, recipient, row};
use crate::support::text;

#[tokio::test]
async fn paths_methods_and_queries_are_checked() {
    let callers = Callers::start().await;
    let v1 = &callers.admin;
    let session = format!("/sessions/{}", callers.session);
    let messages = format!("{session}/chats/{}/messages", recipient());
    let get = |path: &str| v1.request(Method::GET, path);
    let mut rows: Vec<Row> = vec![
        row(
            "unknown route",
            get(&format!("/{SECRET}")),
            404,
            &["not_found", "route not found"],
        ),
        row(
            "unknown action",
            v1.request(Method::POST, &format!("{session}:fly")),
            404,
            &["not_found", "route not found"],
        ),
        row(
            "wrong method",
            v1.request(Method::PUT, "/sessions"),
            405,
            &[VALIDATION, "method not allowed"],
        ),
        row(
            "post to a session",
            v1.request(Method::POST, &session),
            405,
            &[VALIDATION, "method not allowed"],
        ),
        row(
            "get to an action",
            get(&format!("{session}:start")),
            404,
            &["not_found"],
        ),
        row(
            "malformed chat",
            get(&format!("{session}/chats/{SECRET}")),
            400,
            &[VALIDATION, "JID"],
        ),
        row(
            "unknown chat",
            get(&format!("{session}/chats/{}", recipient())),
            404,
            &["not_found", "chat not found"],
        ),
        row(
            "path without UTF-8",
            get("/sessions/%ff"),
            400,
            &[VALIDATION, "path"],
        ),
        row(
            "unknown event type",
            get("/events?events=message,hunter2hunter2"),
            400,
            &[VALIDATION, "query.events"],
        ),
        row(
            "malformed position",
            get("/events?since=hunter2hunter2"),
            400,
            &[VALIDATION, "query.since"],
        ),
        row(
            "malformed async",
            v1.request(Method::POST, &format!("{session}/messages?async=maybe"))
                .json(&text(&recipient(), "hello")),
            400,
            &[VALIDATION, "query.async"],
        ),
        row(
            "no ticket",
            get("/realtime"),
            401,
            &["unauthorized", "missing ticket"],
        ),
        row(
            "no WebSocket",
            get(&format!("/realtime?ticket={SECRET}")),
            400,
            &[VALIDATION, "WebSocket"],
        ),
    ];
    for list in [format!("{session}/chats"), messages] {
        for limit in ["many", "1.5", "%20", "99999999999999999999999"] {
            rows.push(row(
                "bad limit",
                get(&format!("{list}?limit={limit}")),
                400,
                &[VALIDATION, "query.limit"],
            ));
        }
        for cursor in [SECRET, "!", "MTo", "_w"] {
            rows.push(row(
                "bad cursor",
                get(&format!("{list}?cursor={cursor}")),
                400,
                &[VALIDATION, "cursor"],
            ));
        }
    }
    check(v1, rows, has_envelope).await;
}
