use serde_json::json;
use wagon_test_kit::{DEADLINE, Gateway, wait_until};

use super::crowd::{ROOT, configured, sign_in};
use crate::support::{string, wagon};

#[tokio::test]
async fn people_are_added_listed_and_changed_while_the_gateway_runs() {
    let gateway = Gateway::builder().start().await;
    let data = gateway.data_dir();
    let add = [
        "users",
        "add",
        "--email",
        "ada@example.com",
        "--role",
        "owner",
        "--super-admin",
    ];
    let password = wagon(data, add).await.expect_success();
    let session = sign_in(&gateway, "ada@example.com", password.trim()).await;
    assert_eq!(
        (&session["orgRole"], &session["user"]["superAdmin"]),
        (&json!("owner"), &json!(true))
    );
    assert!(wagon(data, add).await.expect_failure().contains("exists already"));

    let listed = wagon(data, ["users", "list"]).await.expect_success();
    assert!(listed.contains("usr_") && listed.contains("ada@example.com") && listed.contains("super_admin"));
    let bob = ["users", "add", "--email", "bob@example.com"];
    wagon(data, bob).await.expect_success();
    let next = wagon(data, ["users", "password", "bob@example.com"])
        .await
        .expect_success();
    let session = sign_in(&gateway, "bob@example.com", next.trim()).await;
    let bob = gateway.v1().with_key(&string(&session, "accessToken"));
    bob.get("/me").await.expect(200);

    wagon(data, ["users", "disable", "bob@example.com"])
        .await
        .expect_success();
    wait_until(DEADLINE, "bob to be out", async || {
        let answer = bob.get("/me").await;
        if answer.status == 401 { Ok(()) } else { Err(answer) }
    })
    .await;
    wagon(data, ["users", "enable", "bob@example.com"])
        .await
        .expect_success();
    sign_in(&gateway, "bob@example.com", next.trim()).await;
    let unknown = wagon(data, ["users", "disable", "eve@example.com"]).await;
    assert!(unknown.expect_failure().contains("user not found"));
    let last = wagon(data, ["users", "disable", "ada@example.com"]).await;
    assert!(last.expect_failure().contains("super admin"));
}

#[tokio::test]
async fn the_configured_user_is_made_once() {
    let mut gateway = configured(Gateway::builder()).start().await;
    let data = gateway.data_dir().to_owned();
    let next = wagon(&data, ["users", "password", ROOT]).await.expect_success();
    gateway.terminate().await;
    gateway.start_again().await;
    sign_in(&gateway, ROOT, next.trim()).await;
}

#[tokio::test]
async fn a_user_without_a_password_stops_the_start() {
    let home = tempfile::tempdir().unwrap();
    let mut serve = Gateway::command();
    serve
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(home.path())
        .env("WAGON_ADMIN_EMAIL", ROOT);
    let complaint = crate::support::run(serve).await.expect_failure();
    assert!(complaint.contains("ADMIN_PASSWORD"), "{complaint}");
}

#[tokio::test]
async fn keys_are_limited_on_the_command_line_too() {
    let gateway = Gateway::builder().start().await;
    let create = [
        "keys",
        "create",
        "--name",
        "far",
        "--capabilities",
        "manage",
        "--addresses",
        "198.51.100.0/24",
        "--rate-per-min",
        "60",
    ];
    let far = wagon(gateway.data_dir(), create).await.expect_success();
    let far = gateway.v1().with_key(far.trim());
    far.get("/sessions").await.expect(403);
    let keys = gateway.v1().get("/keys").await.expect(200);
    let listed = keys["data"].as_array().unwrap().last().unwrap();
    assert_eq!(listed["addresses"], json!(["198.51.100.0/24"]));
    assert_eq!(listed["ratePerMin"], 60);
}
