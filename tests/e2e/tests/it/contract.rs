//! All operations of the OpenAPI document, row by row: whatever it says of who may call, of addresses and
//! of bodies is tried with each. The client checks every answer against the document as well.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use wagon_test_kit::V1;
use wagon_test_kit::contract::{self, Operation};

use crate::identity::Crowd;
use crate::support::{announce, foreign_key, string};

const ALL: [&str; 5] = ["read", "send", "manage", "events", "admin"];
const ABSENT: &str = "00000000000000000000000000";

/// A gateway with one of everything that paths name, as far as it can be made without WhatsApp.
struct World {
    crowd: Crowd,
    session: String,
    webhook: String,
    key: String,
    user: String,
}

impl World {
    async fn start() -> Self {
        let crowd = Crowd::start().await;
        let session = crowd.root.post("/sessions", json!({})).await.expect(201);
        let webhook = json!({ "url": "https://example.com/hook", "events": ["*"] });
        let webhook = crowd.root.post("/webhooks", webhook).await.expect(201);
        let key = crowd
            .root
            .post("/keys", json!({ "name": "one" }))
            .await
            .expect(201);
        let me = crowd.root.get("/me").await.expect(200);
        Self {
            session: string(&session, "id"),
            webhook: string(&webhook, "id"),
            key: string(&key, "id"),
            user: string(&me["user"], "id"),
            crowd,
        }
    }

    /// The path of an operation, with values that exist where they can.
    fn path(&self, operation: &Operation) -> String {
        [
            ("session", self.session.as_str()),
            ("webhook", &self.webhook),
            ("key", &self.key),
            ("user", &self.user),
            ("organization", &self.crowd.org),
            ("mid", "3EB0AAAAAAAAAAAAAAAA"),
            ("oid", &format!("out_{ABSENT}")),
            ("delivery", &format!("dlv_{ABSENT}")),
            ("cid", "15550000001@s.whatsapp.net"),
            ("jid", "15550000001@s.whatsapp.net"),
            ("gid", "120363000000000001@g.us"),
            ("channel", "120363000000000001@newsletter"),
            ("call", "CALL1"),
        ]
        .into_iter()
        .fold(operation.path.clone(), |path, (name, value)| {
            path.replace(&format!("{{{name}}}"), value)
        })
    }
}

/// A body for those that read theirs before they look who may.
fn body(operation: &Operation) -> Value {
    match operation.id.as_str() {
        "updateOrganization" => json!({ "name": "Works" }),
        "addOrganizationMember" => json!({ "email": "new@example.com", "password": "correct horse battery" }),
        "updateOrganizationMember" => json!({ "role": "member" }),
        "redeliverEvents" => json!({ "since": 0 }),
        _ => json!({}),
    }
}

fn request(v1: &V1, operation: &Operation, path: &str) -> RequestBuilder {
    let request = v1.request(operation.method.clone(), path);
    if operation.takes_body() {
        request.json(&body(operation))
    } else {
        request
    }
}

/// Reports all rows that were answered otherwise.
struct Rows {
    wrong: Vec<String>,
    tried: usize,
}

impl Rows {
    fn new() -> Self {
        Self {
            wrong: Vec::new(),
            tried: 0,
        }
    }

    async fn expect(&mut self, v1: &V1, operation: &Operation, request: RequestBuilder, status: u16) {
        self.tried += 1;
        let answer = v1.send(request).await;
        if answer.status.as_u16() != status {
            self.wrong
                .push(format!("{}: {} {}", operation.id, answer.status, answer.body));
        }
    }

    #[track_caller]
    fn done(self) {
        assert!(self.tried > 0, "the document has no such operation");
        assert!(self.wrong.is_empty(), "{:#?}", self.wrong);
    }
}

fn with_parameters(operation: &Operation) -> bool {
    operation.path_parameters().next().is_some()
}

#[tokio::test]
async fn nobody_is_let_in_without_credentials() {
    let world = World::start().await;
    let (anonymous, mut rows) = (world.crowd.root.anonymous(), Rows::new());
    for operation in contract::V1
        .operations()
        .iter()
        .filter(|operation| !operation.is_public())
    {
        let request = request(&anonymous, operation, &world.path(operation));
        rows.expect(&anonymous, operation, request, 401).await;
    }
    rows.done();
}

#[tokio::test]
async fn every_capability_and_role_is_needed() {
    let world = World::start().await;
    let mut rows = Rows::new();
    for needed in ALL.into_iter().chain(["user", "super_admin"]) {
        let others: Vec<&str> = ALL
            .into_iter()
            .filter(|capability| *capability != needed)
            .collect();
        let caller = world.crowd.key(&others).await;
        for operation in contract::V1
            .operations()
            .iter()
            .filter(|operation| operation.needs() == Some(needed))
        {
            let request = request(&caller, operation, &world.path(operation));
            rows.expect(&caller, operation, request, 403).await;
        }
    }
    rows.done();
}

#[tokio::test]
async fn what_belongs_to_others_does_not_exist() {
    let world = World::start().await;
    let foreign = foreign_key(&world.crowd.gateway, &ALL.join(",")).await;
    let foreigner = world.crowd.root.with_key(&foreign);
    let mut rows = Rows::new();
    let of_organizations = contract::V1
        .operations()
        .into_iter()
        .filter(|operation| with_parameters(operation) && operation.needs() != Some("super_admin"));
    for operation in of_organizations {
        let request = request(&foreigner, &operation, &world.path(&operation));
        rows.expect(&foreigner, &operation, request, 404).await;
    }
    rows.done();
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let mut world = World::start().await;
    for id in [
        &mut world.session,
        &mut world.webhook,
        &mut world.key,
        &mut world.user,
    ] {
        let (kind, _) = id.split_once('_').expect("ids say what they are of");
        *id = format!("{kind}_{ABSENT}");
    }
    world.crowd.org = format!("org_{ABSENT}");
    let mut rows = Rows::new();
    for operation in contract::V1
        .operations()
        .iter()
        .filter(|operation| with_parameters(operation))
    {
        let request = request(&world.crowd.root, operation, &world.path(operation));
        rows.expect(&world.crowd.root, operation, request, 404).await;
    }
    rows.done();
}

#[tokio::test]
async fn a_key_from_elsewhere_opens_nothing() {
    let world = World::start().await;
    let limited = json!({ "name": "far", "capabilities": ALL, "addresses": ["192.0.2.1"] });
    let made = world.crowd.root.post("/keys", limited).await.expect(201);
    let caller = world.crowd.root.with_key(&string(&made, "key"));
    let mut rows = Rows::new();
    for operation in contract::V1
        .operations()
        .iter()
        .filter(|operation| !operation.is_public())
    {
        let request = request(&caller, operation, &world.path(operation));
        rows.expect(&caller, operation, request, 403).await;
    }
    rows.done();
}

#[tokio::test]
async fn a_key_over_its_rate_waits_whatever_it_asks_for() {
    let world = World::start().await;
    let limited = json!({ "name": "slow", "capabilities": ALL, "ratePerMin": 1 });
    let made = world.crowd.root.post("/keys", limited).await.expect(201);
    let caller = world.crowd.root.with_key(&string(&made, "key"));
    caller.get("/me").await.expect(200);
    let mut rows = Rows::new();
    for operation in contract::V1
        .operations()
        .iter()
        .filter(|operation| !operation.is_public())
    {
        let request = request(&caller, operation, &world.path(operation));
        rows.expect(&caller, operation, request, 429).await;
    }
    rows.done();
}

#[tokio::test]
async fn path_values_that_make_no_sense_are_refused() {
    let world = World::start().await;
    let mut rows = Rows::new();
    for operation in contract::V1.operations() {
        for name in operation.path_parameters() {
            let is_address = matches!(name, "cid" | "jid" | "gid" | "channel");
            // No UTF-8 once it is decoded; ids that are none just do not exist.
            for broken in ["%ff"].into_iter().chain(is_address.then_some("no%20address")) {
                let broken = Operation {
                    path: operation.path.replace(&format!("{{{name}}}"), broken),
                    ..operation.clone()
                };
                let request = request(&world.crowd.root, &operation, &world.path(&broken));
                rows.expect(&world.crowd.root, &operation, request, 400).await;
            }
        }
    }
    rows.done();
}

#[tokio::test]
async fn parameters_that_make_no_sense_are_refused() {
    let world = World::start().await;
    let mut rows = Rows::new();
    // These are free text, or named by a path that is tried elsewhere.
    let free = ["q", "actor", "target", "session", "ticket"];
    for operation in contract::V1.operations() {
        for name in operation.query_parameters().filter(|name| !free.contains(name)) {
            let path = format!("{}?{name}=no%20sense", world.path(&operation));
            let request = request(&world.crowd.root, &operation, &path);
            rows.expect(&world.crowd.root, &operation, request, 400).await;
        }
    }
    rows.done();
}

#[tokio::test]
async fn bodies_that_are_none_are_refused() {
    let world = World::start().await;
    let mut rows = Rows::new();
    for operation in contract::V1
        .operations()
        .iter()
        .filter(|operation| operation.takes_body())
    {
        let root = &world.crowd.root;
        let caller = if operation.is_public() {
            &root.anonymous()
        } else {
            root
        };
        let path = world.path(operation);
        let bare = |content_type: &str| {
            let request = caller.request(operation.method.clone(), &path);
            request.header("content-type", content_type)
        };
        let request = bare("application/json").body("{\"");
        rows.expect(caller, operation, request, 400).await;
        let request = bare("application/json").body("{\"nobodyKnows\":1}");
        let lenient = operation.id == "createTicket";
        rows.expect(caller, operation, request, if lenient { 201 } else { 400 })
            .await;
        let request = bare("text/plain").body("{}");
        rows.expect(caller, operation, request, 415).await;

        // Announced only: the refusal does not wait for what is too long anyway.
        let announced = bare("application/json").build().expect("a plain request");
        let status = announce(&announced).await;
        contract::V1.note(&operation.method, &path, status);
        if status != 413 {
            rows.wrong
                .push(format!("{}: {status} for a long body", operation.id));
        }
    }
    rows.done();
}

#[tokio::test]
async fn the_document_is_served_as_it_is_committed() {
    let world = World::start().await;
    let anonymous = world.crowd.root.anonymous();
    assert_eq!(
        anonymous.get("/openapi.json").await.expect(200),
        contract::V1.document
    );
    let yaml = anonymous.get("/openapi.yaml").await;
    assert_eq!(yaml.headers["content-type"], "application/yaml");
    assert!(
        yaml.expect(200)
            .as_str()
            .is_some_and(|text| text.contains("\nopenapi: \"3.1.0\"\n"))
    );
    let page = anonymous.get("/docs").await;
    let policy = page.headers["content-security-policy"].to_str().expect("text");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(
        page.expect(200)
            .as_str()
            .is_some_and(|html| html.contains("fetch('openapi.json')"))
    );
    let printed = wagon_test_kit::Gateway::command()
        .arg("openapi")
        .output()
        .await
        .expect("it runs");
    let printed: Value = serde_json::from_slice(&printed.stdout).expect("it prints JSON");
    assert_eq!(printed, contract::V1.document);
}

#[tokio::test]
async fn words_behind_ids_may_be_encoded_and_must_exist() {
    let world = World::start().await;
    let root = &world.crowd.root;
    let post = async |path: String| root.send(root.request(Method::POST, &path)).await;
    let session = format!("/sessions/{}", world.session);
    post(format!("{session}%3Astop")).await.expect(200);
    post(format!("{session}:dance")).await.expect(404);
    let refused = post(session).await;
    assert_eq!(refused.headers["allow"], "GET,HEAD,PATCH,DELETE");
    refused.expect(405);
}
