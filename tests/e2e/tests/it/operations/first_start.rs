use std::fs;

use tokio::process::Command;
use wagon_test_kit::{DEADLINE, Gateway, V1, wait_until};

use crate::support::wagon;

#[tokio::test]
async fn the_first_start_makes_a_key_and_shows_it_once() {
    let mut gateway = Gateway::builder().env("API_MASTER_KEY", "").start().await;
    let file = gateway.data_dir().join("api-key");
    let key = fs::read_to_string(&file).expect("the key is written");
    let key = key.trim();
    assert!(key.starts_with("wa_") && key.len() == 67);
    assert_eq!(gateway.log().matches(key).count(), 1, "{}", gateway.log());
    V1::new(&gateway.base_url(), key)
        .get("/sessions")
        .await
        .expect(200);

    gateway.terminate().await;
    gateway.start_again().await;
    assert_eq!(gateway.log().matches(key).count(), 1, "shown again");
    assert_eq!(fs::read_to_string(&file).unwrap().trim(), key);
    V1::new(&gateway.base_url(), key)
        .get("/sessions")
        .await
        .expect(200);
}

#[cfg(unix)]
#[tokio::test]
async fn secrets_are_for_their_owner() {
    use std::os::unix::fs::PermissionsExt as _;

    let gateway = Gateway::builder().env("API_MASTER_KEY", "").start().await;
    for file in ["api-key", "secret.key"] {
        let metadata = fs::metadata(gateway.data_dir().join(file)).expect("the file is there");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{file}");
    }
}

/// What the first start prints, pasted into a second terminal as it stands.
#[tokio::test]
async fn the_printed_tour_ends_with_the_echo() {
    let gateway = Gateway::builder().env("API_MASTER_KEY", "").start().await;
    let tour = wait_until(DEADLINE, "the tour", async || {
        let log = gateway.log();
        let lines: Vec<&str> = log
            .lines()
            .skip_while(|line| !line.starts_with("Try it"))
            .skip(1)
            .take_while(|line| line.starts_with("  "))
            .collect();
        match lines.last() {
            Some(last) if last.ends_with("/messages") => Ok(lines.join("\n")),
            _ => Err(log),
        }
    })
    .await;
    let terminal = Command::new("bash").arg("-c").arg(&tour).output().await;
    let shown = terminal.expect("bash runs").stdout;
    let shown = String::from_utf8_lossy(&shown);
    assert!(shown.contains(r#""status":"sent""#), "{tour}\n{shown}");
    assert!(shown.contains(r#""body":"echo: Hello""#), "{tour}\n{shown}");
}

#[tokio::test]
async fn a_configured_key_is_used_and_never_shown() {
    let gateway = Gateway::builder()
        .env("API_MASTER_KEY", "chosen-by-the-operator")
        .start()
        .await;
    let v1 = V1::new(&gateway.base_url(), "chosen-by-the-operator");
    v1.get("/sessions").await.expect(200);
    assert!(!gateway.log().contains("chosen-by-the-operator"));
    assert!(!gateway.data_dir().join("api-key").exists());
}

#[tokio::test]
async fn keys_are_managed_beside_a_running_gateway() {
    let gateway = Gateway::builder().start().await;
    let data = gateway.data_dir();
    let made = wagon(
        data,
        [
            "keys",
            "create",
            "--name",
            "till",
            "--capabilities",
            "read,manage",
        ],
    )
    .await;
    let id = made.stderr.split_whitespace().next().unwrap().to_owned();
    let secret = made.expect_success().trim().to_owned();
    let till = gateway.v1().with_key(&secret);
    till.get("/sessions").await.expect(200);
    till.get("/events").await.expect(403);

    let listed = wagon(data, ["keys", "list"]).await.expect_success();
    let line = |listed: &str| listed.lines().find(|line| line.contains(&id)).map(str::to_owned);
    let before = line(&listed).expect("the key is listed");
    for word in ["valid", "read,manage", "till", &secret[secret.len() - 4..]] {
        assert!(before.contains(word), "{before}");
    }
    assert!(!listed.contains(&secret));

    wagon(data, ["keys", "revoke", &id]).await.expect_success();
    wait_until(DEADLINE, "the key to be refused", async || {
        let answer = till.get("/sessions").await;
        if answer.status == 401 { Ok(()) } else { Err(answer) }
    })
    .await;
    let listed = wagon(data, ["keys", "list"]).await.expect_success();
    assert!(
        line(&listed).is_some_and(|line| line.contains("revoked")),
        "{listed}"
    );
    let unknown = "key_00000000000000000000000000";
    let complaint = wagon(data, ["keys", "revoke", unknown]).await.expect_failure();
    assert!(complaint.contains("key not found"), "{complaint}");
    let args = ["keys", "create", "--name", "x", "--capabilities", "everything"];
    let complaint = wagon(data, args).await.expect_failure();
    assert!(
        complaint.contains("everything") && complaint.contains("read, send"),
        "{complaint}"
    );
}

#[tokio::test]
async fn the_sandbox_says_who_is_there_and_takes_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let scripts = folder.path().join("phones.toml");
    let file = "[scripts.bakery]\nabout = \"sells bread\"\n[[phones]]\npn = \"15550000200\"\nname = \"Bakery\"\nscript = \"bakery\"\n";
    fs::write(&scripts, file).unwrap();
    let gateway = Gateway::builder()
        .arg("--scripts")
        .arg(&scripts)
        .arg("--seed")
        .arg("42")
        .start()
        .await;
    let greeting = wait_until(DEADLINE, "the greeting", async || {
        let log = gateway.log();
        if log.contains("Try it") { Ok(log) } else { Err(log) }
    })
    .await;
    assert!(
        greeting.contains("15550000200  Bakery         sells bread"),
        "{greeting}"
    );
    assert!(greeting.contains("15550000001  Echo"), "{greeting}");
    let stats = gateway.sandbox().stats().await;
    assert_eq!(stats["seed"], 42, "{stats}");
}
