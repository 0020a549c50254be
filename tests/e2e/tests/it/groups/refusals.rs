use reqwest::Method;
use serde_json::{Value, json};

use super::{Town, refused};
use crate::support::{foreign_key, wagon};

const NOWHERE: &str = "120363999999999999@g.us";

/// Every operation: method, path below the session with `{g}` for the group and `{m}` for a member, a
/// valid body, and the capability it needs.
fn operations(town: &Town) -> Vec<(Method, &'static str, Option<Value>, &'static str)> {
    let people = json!({ "participants": [town.bob.jid()] });
    vec![
        (Method::POST, "/groups", Some(json!({ "name": "Trip" })), "send"),
        (Method::GET, "/groups", None, "read"),
        (Method::GET, "/groups/{g}", None, "read"),
        (
            Method::PATCH,
            "/groups/{g}",
            Some(json!({ "subject": "Journey" })),
            "send",
        ),
        (Method::POST, "/groups/{g}:leave", None, "send"),
        (
            Method::POST,
            "/groups:join",
            Some(json!({ "invite": "AbCdEf" })),
            "send",
        ),
        (Method::GET, "/groups/{g}/invite", None, "read"),
        (Method::DELETE, "/groups/{g}/invite", None, "send"),
        (Method::GET, "/groups/{g}/members", None, "read"),
        (Method::POST, "/groups/{g}/members", Some(people.clone()), "send"),
        (Method::DELETE, "/groups/{g}/members/{m}", None, "send"),
        (Method::POST, "/groups/{g}/members/{m}/promote", None, "send"),
        (Method::POST, "/groups/{g}/members/{m}/demote", None, "send"),
        (Method::POST, "/groups/{g}/members:approve", Some(people), "send"),
        (Method::GET, "/groups/{g}/members:requests", None, "read"),
    ]
}

/// A key of the gateway's own organisation.
async fn key(town: &Town, capabilities: &str) -> String {
    let create = ["keys", "create", "--name", "some", "--capabilities", capabilities];
    let made = wagon(town.scene.gateway.data_dir(), create).await;
    made.expect_success().trim().to_owned()
}

async fn call(
    town: &Town,
    v1: &wagon_test_kit::V1,
    group: &str,
    (method, path, body, _): &(Method, &'static str, Option<Value>, &'static str),
) -> wagon_test_kit::Answer {
    let path = path.replace("{g}", group).replace("{m}", &town.ada.jid());
    let request = v1.request(method.clone(), &town.scene.path(&path));
    v1.send(match body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}

#[tokio::test]
async fn every_operation_asks_who_calls() {
    let town = Town::start().await;
    let group = town.group(&[&town.ada]).await;
    let v1 = town.scene.gateway.v1();
    let foreign = v1.with_key(&foreign_key(&town.scene.gateway, "read,send,manage,events").await);
    let keys = [
        ("read", v1.with_key(&key(&town, "events,manage,send").await)),
        ("send", v1.with_key(&key(&town, "events,manage,read").await)),
    ];
    for operation in operations(&town) {
        let (_, path, _, needs) = &operation;
        refused(
            call(&town, &v1.anonymous(), &group, &operation).await,
            401,
            "unauthorized",
            "credentials",
        );
        refused(
            call(&town, &foreign, &group, &operation).await,
            404,
            "not_found",
            "session not found",
        );
        let lacking = keys
            .iter()
            .find(|(capability, _)| capability == needs)
            .expect("one of two");
        let answer = call(&town, &lacking.1, &group, &operation).await;
        assert_eq!(answer.status, 403, "{path}");
        refused(
            answer,
            403,
            "forbidden",
            &format!("missing required capability: {needs}"),
        );
    }
    assert_eq!(
        town.get(&format!("/groups/{group}")).await.expect(200)["subject"],
        "Trip"
    );
}

#[tokio::test]
async fn addresses_and_bodies_are_checked() {
    let town = Town::start().await;
    let group = town.group(&[&town.ada]).await;
    for operation in operations(&town) {
        if operation.1.contains("{g}") {
            for bad in ["15550000001@s.whatsapp.net", "nonsense"] {
                let answer = call(&town, &town.scene.gateway.v1(), bad, &operation).await;
                refused(answer, 400, "validation_error", "invalid jid");
            }
        }
    }
    let path = format!("/groups/{group}");
    let long = "x".repeat(101);
    for (method, path, body, words) in [
        (Method::POST, "/groups".to_owned(), json!({}), "name is required"),
        (
            Method::POST,
            "/groups".to_owned(),
            json!({ "name": long }),
            "at most 100",
        ),
        (
            Method::POST,
            "/groups".to_owned(),
            json!({ "name": "Trip", "participants": ["x"] }),
            "invalid jid",
        ),
        (
            Method::POST,
            "/groups".to_owned(),
            json!({ "name": "Trip", "participants": [group] }),
            "invalid jid",
        ),
        (
            Method::POST,
            "/groups".to_owned(),
            json!({ "name": "Trip", "color": "red" }),
            "validation failed",
        ),
        (
            Method::PATCH,
            path.clone(),
            json!({}),
            "no group settings to update",
        ),
        (
            Method::PATCH,
            path.clone(),
            json!({ "subject": "" }),
            "subject is required",
        ),
        (
            Method::PATCH,
            path.clone(),
            json!({ "description": "x".repeat(2049) }),
            "at most 2048",
        ),
        (
            Method::POST,
            "/groups:join".to_owned(),
            json!({}),
            "invite is required",
        ),
        (
            Method::POST,
            format!("{path}/members"),
            json!({ "participants": [] }),
            "at least one participant",
        ),
        (
            Method::POST,
            format!("{path}/members"),
            json!({ "participants": null }),
            "at least one participant",
        ),
        (
            Method::POST,
            format!("{path}/members"),
            json!({ "participants": ["@"] }),
            "invalid jid",
        ),
    ] {
        let v1 = town.scene.gateway.v1();
        let request = v1.request(method, &town.scene.path(&path)).json(&body);
        refused(v1.send(request).await, 400, "validation_error", words);
    }
    let bad = town.delete(&format!("{path}/members/nobody")).await;
    refused(bad, 400, "validation_error", "invalid jid");
}

#[tokio::test]
async fn whatsapps_refusals_are_told_as_what_they_are() {
    let town = Town::start().await;
    let group = town.adas_group(json!({})).await;
    let path = format!("/groups/{group}");
    for setting in [
        json!({ "announce": true }),
        json!({ "locked": true }),
        json!({ "subject": "x", "locked": true }),
    ] {
        refused(town.patch(&path, setting).await, 403, "forbidden", "admin");
    }
    let shown = town.get(&path).await.expect(200);
    assert_eq!(shown["subject"], "Ada's", "nothing of it has changed");
    for answer in [
        town.invoke(&format!("{path}/members/{}/promote", town.ada.jid()))
            .await,
        town.invoke(&format!("{path}/members/{}/demote", town.ada.jid()))
            .await,
        town.delete(&format!("{path}/members/{}", town.ada.jid())).await,
        town.get(&format!("{path}/invite")).await,
        town.delete(&format!("{path}/invite")).await,
        town.get(&format!("{path}/members:requests")).await,
        town.post(
            &format!("{path}/members:approve"),
            json!({ "participants": [town.bob.jid()] }),
        )
        .await,
    ] {
        refused(answer, 403, "forbidden", "");
    }
    let own = format!("/groups/{}", town.group(&[&town.ada]).await);
    let stranger = "15559999999@s.whatsapp.net";
    for answer in [
        town.delete(&format!("{own}/members/{}", town.bob.jid())).await,
        town.invoke(&format!("{own}/members/{}/promote", town.bob.jid()))
            .await,
        town.post(&format!("{own}/members"), json!({ "participants": [stranger] }))
            .await,
        town.post("/groups:join", json!({ "invite": "NoSuchCode" })).await,
    ] {
        refused(answer, 404, "not_found", "");
    }
    let again = town
        .post(
            &format!("{own}/members"),
            json!({ "participants": [town.ada.jid()] }),
        )
        .await;
    refused(again, 409, "conflict", "");
    for operation in operations(&town) {
        if operation.1.contains("{g}") {
            let answer = call(&town, &town.scene.gateway.v1(), NOWHERE, &operation).await;
            refused(answer, 404, "not_found", "");
        }
    }

    let admin = town.scene.sandbox.admin();
    let theirs = town.adas_group(json!({ "subject": "Secret" })).await;
    let link = admin.phone_invite(&town.ada.pn, &theirs).await;
    admin
        .phone_members(&town.ada.pn, &theirs, "remove", &[&town.scene.shop.jid()])
        .await;
    let rejoin = town.post("/groups:join", json!({ "invite": link })).await;
    refused(rejoin, 403, "forbidden", "removed");
}

#[tokio::test]
async fn without_a_connection_only_reading_is_possible() {
    let town = Town::start().await;
    let group = town.group(&[&town.ada]).await;
    town.invoke(":stop").await.expect(200);
    for operation in operations(&town) {
        let answer = call(&town, &town.scene.gateway.v1(), &group, &operation).await;
        let reads = ["/groups", "/groups/{g}", "/groups/{g}/members"].contains(&operation.1);
        if reads && operation.0 == Method::GET {
            answer.expect(200);
        } else {
            refused(answer, 501, "not_implemented", "live WhatsApp client");
        }
    }
}
