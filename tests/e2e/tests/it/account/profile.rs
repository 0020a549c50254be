use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use wagon_test_kit::Gateway;

use crate::support::Scene;

const FACE: &[u8] = b"\xff\xd8\xff\xe0 a face";

#[tokio::test]
async fn the_account_shows_itself_as_asked() {
    let scene = Scene::start(Gateway::builder()).await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let path = scene.path("/profile");
    let before = v1.get(&path).await.expect(200);
    assert_eq!(
        (&before["jid"], &before["name"]),
        (&json!(scene.shop.jid()), &json!("Shop"))
    );
    assert_eq!(before["lid"], format!("{}@lid", scene.shop.lid));
    assert!(before.get("picture").is_none());

    let change = json!({ "name": "Shop 24/7", "about": "Always open" });
    let changed = v1.patch(&path, change).await.expect(200);
    assert_eq!(
        (&changed["name"], &changed["about"]),
        (&json!("Shop 24/7"), &json!("Always open"))
    );
    let picture = scene.path("/profile/picture");
    let set = v1
        .put(&picture, json!({ "data": STANDARD.encode(FACE) }))
        .await
        .expect(200);
    let shown = admin.look(&scene.shop.pn, "profile").await;
    assert_eq!(
        (&shown["name"], &shown["about"]),
        (&json!("Shop 24/7"), &json!("Always open"))
    );
    assert_eq!(shown["picture"], json!({ "id": set["id"], "bytes": FACE.len() }));
    assert_eq!(v1.get(&path).await.expect(200)["picture"]["id"], set["id"]);
    v1.delete(&picture).await.expect(204);
    assert!(admin.look(&scene.shop.pn, "profile").await["picture"].is_null());
}

#[tokio::test]
async fn what_whatsapp_would_not_take_is_refused() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    let path = scene.path("/profile");
    for (body, word) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x".repeat(26) }), "name"),
        (json!({ "about": "x".repeat(140) }), "about"),
        (json!({ "picture": "x" }), "picture"),
    ] {
        let refused = v1.patch(&path, body).await.expect(400);
        assert!(refused.to_string().contains(word), "{refused}");
    }
    let picture = scene.path("/profile/picture");
    for data in ["no base64!", "aGVsbG8="] {
        let refused = v1.put(&picture, json!({ "data": data })).await.expect(400);
        assert!(refused.to_string().contains("data"), "{refused}");
    }
    v1.invoke(&scene.path(":stop")).await.expect(200);
    v1.get(&path).await.expect(501);
    v1.patch(&path, json!({ "about": "gone" })).await.expect(501);
    v1.delete(&picture).await.expect(501);
}
