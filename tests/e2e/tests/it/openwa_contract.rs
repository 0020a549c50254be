//! All operations of the OpenWA dialect's OpenAPI document, row by row. The client checks every answer
//! against the document as well.

use serde_json::{Value, json};
use wagon_test_kit::contract::{OPENWA, Operation};
use wagon_test_kit::{Answer, Gateway, GatewayBuilder, OpenWa, Sandbox};

use crate::support::{announce, string};

/// From the lowest to the highest.
const ROLES: [&str; 3] = ["viewer", "operator", "admin"];

struct World {
    root: OpenWa,
    session: String,
    template: String,
    _gateway: Gateway,
    _sandbox: Sandbox,
}

impl World {
    async fn start() -> Self {
        Self::start_with(Gateway::builder()).await
    }

    async fn start_with(builder: GatewayBuilder) -> Self {
        let sandbox = Sandbox::start().await;
        let gateway = builder.sandbox(sandbox.admin()).start().await;
        let root = gateway.openwa();
        let session = root
            .post("/sessions", json!({ "name": "shop" }))
            .await
            .expect(201);
        let template = json!({ "name": "hello", "body": "Hello" });
        let template = root.post("/sessions/shop/templates", template).await.expect(201);
        Self {
            session: string(&session, "id"),
            template: string(&template, "id"),
            root,
            _gateway: gateway,
            _sandbox: sandbox,
        }
    }

    fn path(&self, operation: &Operation) -> String {
        let with_session = operation
            .path
            .replace("{id}", &self.session)
            .replace("{template}", &self.template);
        operation.path_parameters().fold(with_session, |path, name| {
            path.replace(&format!("{{{name}}}"), "1")
        })
    }

    /// Calls an operation, without anything in its body.
    async fn answer(&self, caller: &OpenWa, operation: &Operation) -> Answer {
        let mut request = caller.request(operation.method.clone(), &self.path(operation));
        if operation.takes_body() {
            request = request.json(&json!({}));
        }
        caller.send(request).await
    }

    /// Calls all operations that `which` picks; answers with those that did not answer `status`.
    async fn others(&self, caller: &OpenWa, status: u16, which: impl Fn(&Operation) -> bool) -> Vec<String> {
        let operations: Vec<Operation> = OPENWA.operations().into_iter().filter(which).collect();
        assert!(!operations.is_empty(), "the document has no such operation");
        let mut others = Vec::new();
        for operation in operations {
            let answer = self.answer(caller, &operation).await;
            if answer.status.as_u16() != status {
                others.push(format!("{}: {} {}", operation.id, answer.status, answer.body));
            }
        }
        others
    }
}

#[tokio::test]
async fn nobody_is_let_in_without_a_key() {
    let world = World::start().await;
    let anonymous = world.root.anonymous();
    let others = world.others(&anonymous, 401, |operation| !operation.is_public());
    assert_eq!(others.await, Vec::<String>::new());
}

#[tokio::test]
async fn every_role_is_needed() {
    let world = World::start().await;
    for (least, lower) in ROLES[1..].iter().zip(ROLES) {
        let key = json!({ "name": lower, "role": lower });
        let key = world.root.post("/auth/api-keys", key).await.expect(201);
        let caller = world.root.with_key(&string(&key, "apiKey"));
        let others = world.others(&caller, 403, |operation| operation.needs() == Some(least));
        assert_eq!(others.await, Vec::<String>::new(), "a {lower} is not a {least}");
    }
}

#[tokio::test]
async fn whoever_asks_too_often_waits() {
    let once = Gateway::builder()
        .env("RATE_LIMIT_SHORT_LIMIT", "1")
        .env("RATE_LIMIT_SHORT_TTL", "600000");
    let world = World::start_with(once).await;
    let mut wrong = Vec::new();
    for operation in OPENWA.operations() {
        // The figures are exempt; only who guesses at their token waits.
        if !operation.answers(429) || operation.id == "getMetrics" {
            continue;
        }
        // Of whatever kind the first answer is: it counts.
        world.answer(&world.root, &operation).await;
        let answer = world.answer(&world.root, &operation).await;
        if answer.status != 429 {
            wrong.push(format!("{}: {} {}", operation.id, answer.status, answer.body));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn path_values_that_make_no_sense_are_refused() {
    let broken = |operation: &Operation, name: &str| operation.path.replace(&format!("{{{name}}}"), "%ff");
    assert_refused(|operation| {
        let names = operation.path_parameters();
        names.map(|name| broken(operation, name)).collect()
    })
    .await;
}

/// Asks each operation for each of these paths; all answers have to be 400.
async fn assert_refused(paths: impl Fn(&Operation) -> Vec<String>) {
    let world = World::start().await;
    let mut wrong = Vec::new();
    for operation in OPENWA.operations() {
        for path in paths(&operation) {
            let asked = Operation {
                path,
                ..operation.clone()
            };
            let answer = world.answer(&world.root, &asked).await;
            if answer.status != 400 {
                wrong.push(format!(
                    "{} {}: {} {}",
                    operation.id, asked.path, answer.status, answer.body
                ));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn bodies_that_are_none_are_refused() {
    let world = World::start().await;
    let mut wrong = Vec::new();
    for operation in OPENWA.operations() {
        if !operation.takes_body() {
            continue;
        }
        let path = world.path(&operation);
        let bare = |content_type: &str| {
            let request = world.root.request(operation.method.clone(), &path);
            request.header("content-type", content_type)
        };
        let unknown = "{\"nobodyKnows\":1}";
        for (request, status) in [
            (bare("application/json").body("{\""), 400),
            (bare("application/json").body(unknown), 400),
            (bare("text/plain").body("{}"), 415),
        ] {
            let answer = world.root.send(request).await;
            if answer.status != status {
                wrong.push(format!("{}: {} {}", operation.id, answer.status, answer.body));
            }
        }
        let announced = bare("application/json").build().expect("a plain request");
        let status = announce(&announced).await;
        OPENWA.note(&operation.method, &path, status);
        if status != 413 {
            wrong.push(format!("{}: {status} for a long body", operation.id));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn parameters_that_make_no_sense_are_refused() {
    // These are free text.
    let free = [
        "q",
        "name",
        "chatId",
        "sessionId",
        "from",
        "type",
        "action",
        "apiKeyId",
        "ids",
    ];
    assert_refused(|operation| {
        let names = operation.query_parameters().filter(|name| !free.contains(name));
        names
            .map(|name| format!("{}?{name}=no%20sense", operation.path))
            .collect()
    })
    .await;
}

#[tokio::test]
async fn the_document_is_served_as_it_is_committed() {
    let world = World::start().await;
    let anonymous = world.root.anonymous();
    let served = anonymous.get("/docs-json").await.expect(200);
    assert!(
        served == OPENWA.document,
        "run `wagon openapi openwa > openapi/openwa.json`"
    );
    let yaml = anonymous.get("/docs-yaml").await;
    assert_eq!(yaml.headers["content-type"], "application/yaml");
    let yaml = yaml.expect(200);
    assert!(
        yaml.as_str()
            .is_some_and(|text| text.contains("\nopenapi: \"3.1.0\"\n"))
    );
    let page = anonymous.get("/docs").await.expect(200);
    assert!(
        page.as_str()
            .is_some_and(|html| html.contains("fetch('docs-json')"))
    );
    let printed = Gateway::command()
        .args(["openapi", "openwa"])
        .output()
        .await
        .expect("it runs");
    let printed: Value = serde_json::from_slice(&printed.stdout).expect("it prints JSON");
    assert!(printed == OPENWA.document);
}
