use reqwest::Method;
use serde_json::json;
use wagon_test_kit::V1;

use super::{Callers, SECRET, UNKNOWN, check, has_envelope, recipient, row};

#[tokio::test]
async fn callers_are_told_apart() {
    let callers = Callers::start().await;
    let Callers {
        admin,
        reader,
        foreigner,
        session,
        gateway: _,
    } = &callers;
    let session = format!("/sessions/{session}");
    let messages = format!("{session}/messages");
    let wrong_key = admin.with_key(&format!("wa_{SECRET}"));
    let jwt = admin.with_key(&format!("a.{SECRET}.c"));
    let get = |v1: &V1, path: &str| v1.request(Method::GET, path);
    let post = |v1: &V1, path: &str| v1.request(Method::POST, path).json(&json!({}));
    let unauthorized = &[r#""code":"unauthorized""#, "missing or invalid credentials"];
    let not_found = &[r#""code":"not_found""#, "session not found"];
    let lacks_manage = &[r#""code":"forbidden""#, "missing required capability: manage"];
    let mut rows = vec![
        row("no key", get(&admin.anonymous(), "/sessions"), 401, unauthorized),
        row("wrong key", get(&wrong_key, "/sessions"), 401, unauthorized),
        row("a JWT", get(&jwt, "/sessions"), 401, unauthorized),
        row(
            "no key, send",
            post(&admin.anonymous(), &messages),
            401,
            unauthorized,
        ),
        row(
            "no key, events",
            get(&admin.anonymous(), "/events"),
            401,
            unauthorized,
        ),
        row("may not list", get(reader, "/sessions"), 403, lacks_manage),
        row("may not create", post(reader, "/sessions"), 403, lacks_manage),
        row("may not look", get(reader, &session), 403, lacks_manage),
        row(
            "may not start",
            post(reader, &format!("{session}:start")),
            403,
            lacks_manage,
        ),
        row(
            "may not send",
            post(reader, &messages),
            403,
            &["capability: send"],
        ),
        row(
            "may not follow",
            get(reader, "/events"),
            403,
            &["capability: events"],
        ),
        row(
            "may have no ticket",
            post(reader, "/realtime/ticket"),
            403,
            &["capability: events"],
        ),
        row(
            "firehose",
            admin
                .request(Method::POST, "/realtime/ticket")
                .json(&json!({ "scope": "firehose" })),
            403,
            &["super_admin required"],
        ),
    ];
    let chat = format!("/chats/{}", recipient());
    let reads = ["", "/qr", "/me", "/chats", &chat, &format!("{chat}/messages")];
    let invoked = [":start", ":stop", ":restart", ":logout"];
    for rest in reads {
        let path = format!("{session}{rest}");
        rows.push(row("foreign session", get(foreigner, &path), 404, not_found));
        let path = format!("/sessions/{UNKNOWN}{rest}");
        rows.push(row("unknown session", get(admin, &path), 404, not_found));
    }
    for rest in invoked {
        let path = format!("{session}{rest}");
        rows.push(row("foreign session", post(foreigner, &path), 404, not_found));
        let path = format!("/sessions/{UNKNOWN}{rest}");
        rows.push(row("unknown session", post(admin, &path), 404, not_found));
    }
    let channel = "/channels/120363000000000001@newsletter";
    let social = [
        "/channels",
        &format!("{channel}:follow"),
        &format!("{channel}:unfollow"),
        &format!("{channel}:mute"),
        "/status",
        "/calls/CALL1:reject",
    ];
    for rest in social {
        let path = format!("{session}{rest}");
        rows.push(row("no key", post(&admin.anonymous(), &path), 401, unauthorized));
        rows.push(row("may not", post(reader, &path), 403, &["capability: send"]));
        rows.push(row("foreign session", post(foreigner, &path), 404, not_found));
    }
    let posts = format!("{session}{channel}/messages");
    rows.push(row("no key", get(&admin.anonymous(), &posts), 401, unauthorized));
    rows.push(row(
        "may not read a channel",
        get(reader, &posts),
        403,
        &["capability: send"],
    ));
    rows.push(row("foreign session", get(foreigner, &posts), 404, not_found));
    rows.extend([
        row(
            "foreign session, send",
            post(foreigner, &messages),
            404,
            not_found,
        ),
        row(
            "foreign session, delete",
            foreigner.request(Method::DELETE, &session),
            404,
            not_found,
        ),
        row(
            "foreign session, events",
            get(foreigner, &format!("/events?session={}", callers.session)),
            404,
            not_found,
        ),
        row(
            "foreign session, ticket",
            foreigner
                .request(Method::POST, "/realtime/ticket")
                .json(&json!({ "scope": "session", "session": callers.session })),
            404,
            not_found,
        ),
        row(
            "no session id at all",
            get(admin, &format!("/sessions/{SECRET}")),
            404,
            not_found,
        ),
    ]);
    check(admin, rows, has_envelope).await;

    let theirs = foreigner.get("/sessions").await.expect(200);
    assert_eq!(theirs, json!({ "data": [] }));
    admin.get(&session).await.expect(200);
}
