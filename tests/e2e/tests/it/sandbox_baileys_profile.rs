//! What one Baileys client shows of its user, as another one sees it: name and picture.

use serde_json::json;
use wagon_test_kit::{DEADLINE, Sandbox};

use crate::support::{PIXELS, Person, call};

/// Two people who have written to each other.
async fn acquainted(sandbox: &Sandbox) -> (Person, Person) {
    let admin = sandbox.admin();
    let (ada, bo) = tokio::join!(Person::join(admin, "Ada"), Person::join(admin, "Bo"));
    let id = ada.peer.send(&bo.jid(), "hello").await;
    bo.peer
        .wait_message(|message| message["id"] == id, DEADLINE)
        .await;
    (ada, bo)
}

#[tokio::test]
async fn a_picture_is_seen_until_it_is_taken_away() {
    let sandbox = Sandbox::start().await;
    let (ada, bo) = acquainted(&sandbox).await;
    let look = call("profilePictureUrl", &json!([ada.jid(), "image"]));
    assert_eq!(
        bo.peer.try_command(look.clone()).await["ok"],
        false,
        "there is none yet"
    );

    let show = call("updateProfilePicture", &json!([ada.jid(), { "url": PIXELS }]));
    ada.peer.command(show).await;
    bo.peer
        .wait(
            "contact",
            |contact| contact["id"] == ada.jid() && contact["imgUrl"] == "changed",
            DEADLINE,
        )
        .await;
    let found = bo.peer.command(look.clone()).await;
    let image = reqwest::get(found["result"].as_str().unwrap()).await.unwrap();
    let image = image.bytes().await.unwrap();
    // Baileys makes a JPEG of whatever it is given.
    assert!(image.starts_with(b"\xff\xd8"), "{} bytes", image.len());

    ada.peer
        .command(call("removeProfilePicture", &json!([ada.jid()])))
        .await;
    bo.peer
        .wait(
            "contact",
            |contact| contact["id"] == ada.jid() && contact["imgUrl"] == "removed",
            DEADLINE,
        )
        .await;
    let gone = bo.peer.try_command(look).await;
    assert_eq!(
        (&gone["ok"], &gone["error"]),
        (&json!(false), &json!("item-not-found"))
    );
}

#[tokio::test]
async fn a_new_name_comes_with_the_next_message() {
    let sandbox = Sandbox::start().await;
    let (ada, bo) = acquainted(&sandbox).await;
    let before = bo
        .peer
        .wait_message(|message| message["text"] == "hello", DEADLINE)
        .await;
    assert_eq!(before["pushName"], "Ada");
    ada.peer
        .command(call("updateProfileName", &json!(["Captain Ada"])))
        .await;
    let id = ada.peer.send(&bo.jid(), "ahoy").await;
    let after = bo
        .peer
        .wait_message(|message| message["id"] == id, DEADLINE)
        .await;
    assert_eq!(after["pushName"], "Captain Ada");
}
