//! All operations of the OpenWA dialect's OpenAPI document, row by row. The client checks every answer
//! against the document as well.

use serde_json::{Value, json};
use wagon_test_kit::contract::{OPENWA, Operation};
use wagon_test_kit::{Gateway, OpenWa, Sandbox};

use crate::support::string;

/// From the lowest to the highest.
const ROLES: [&str; 3] = ["viewer", "operator", "admin"];

struct World {
    root: OpenWa,
    session: String,
    _gateway: Gateway,
    _sandbox: Sandbox,
}

impl World {
    async fn start() -> Self {
        let sandbox = Sandbox::start().await;
        let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
        let root = gateway.openwa();
        let session = root
            .post("/sessions", json!({ "name": "shop" }))
            .await
            .expect(201);
        Self {
            session: string(&session, "id"),
            root,
            _gateway: gateway,
            _sandbox: sandbox,
        }
    }

    fn path(&self, operation: &Operation) -> String {
        let with_session = operation.path.replace("{id}", &self.session);
        operation.path_parameters().fold(with_session, |path, name| {
            path.replace(&format!("{{{name}}}"), "1")
        })
    }

    /// Calls all operations that `which` picks; answers with those that did not answer `status`.
    async fn others(&self, caller: &OpenWa, status: u16, which: impl Fn(&Operation) -> bool) -> Vec<String> {
        let operations: Vec<Operation> = OPENWA.operations().into_iter().filter(which).collect();
        assert!(!operations.is_empty(), "the document has no such operation");
        let mut others = Vec::new();
        for operation in operations {
            let mut request = caller.request(operation.method.clone(), &self.path(&operation));
            if operation.takes_body() {
                request = request.json(&json!({}));
            }
            let answer = caller.send(request).await;
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
