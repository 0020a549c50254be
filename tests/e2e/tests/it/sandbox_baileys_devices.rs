//! Two Baileys clients linked to one account: what one does, the other sees; and what a new one is told of the past.

use serde_json::{Value, json};
use wagon_test_kit::{Account, Baileys, DEADLINE, Sandbox, wait_until};

use crate::support::{PIXELS, Person, assert_same_file, call};

struct Household {
    sandbox: Sandbox,
    ada: Account,
    desk: Baileys,
    laptop: Baileys,
    bo: Person,
}

impl Household {
    /// Bo has written to Ada, on both of her devices.
    async fn start() -> Self {
        let sandbox = Sandbox::start().await;
        let admin = sandbox.admin();
        let (Person { account, peer }, bo) =
            tokio::join!(Person::join(admin, "Ada"), Person::join(admin, "Bo"));
        let laptop = Baileys::pair(admin, "Ada's laptop", &account.pn).await;
        admin.wait_reachable(&account.pn).await;
        let id = bo.peer.send(&account.jid(), "hello").await;
        for device in [&peer, &laptop] {
            device.wait_message(|message| message["id"] == id, DEADLINE).await;
        }
        let household = Self {
            sandbox,
            ada: account,
            desk: peer,
            laptop,
            bo,
        };
        for device in [&household.desk, &household.laptop] {
            household.wait_for_keys(device).await;
        }
        household
    }

    /// Waits until a device can write app state: its phone sends the keys some time after linking.
    async fn wait_for_keys(&self, device: &Baileys) {
        let nothing_new = call("chatModify", &json!([{ "pin": false }, self.bo.jid()]));
        wait_until(DEADLINE, "keys of the app state", async || {
            let answer = device.try_command(nothing_new.clone()).await;
            if answer["ok"] == true { Ok(()) } else { Err(answer) }
        })
        .await;
    }

    /// Changes the chat with Bo on a device.
    async fn change(&self, device: &Baileys, change: Value) {
        device
            .command(call("chatModify", &json!([change, self.bo.jid()])))
            .await;
    }

    /// Waits until the device knows of the chat with Bo that `field` is `value`.
    async fn wait_chat(&self, device: &Baileys, field: &str, value: Value) {
        let told = |chat: &Value| chat["id"] == self.bo.jid() && chat.get(field) == Some(&value);
        device.wait("chat", told, DEADLINE).await;
    }
}

#[tokio::test]
async fn both_devices_have_the_whole_conversation() {
    let home = Household::start().await;
    let sent = home.desk.send(&home.bo.jid(), "from the desk").await;
    let mirrored = home
        .laptop
        .wait_message(|message| message["id"] == sent, DEADLINE)
        .await;
    assert_eq!(
        (&mirrored["fromMe"], &mirrored["text"]),
        (&json!(true), &json!("from the desk"))
    );
    let sent = home.laptop.send(&home.bo.jid(), "from the laptop").await;
    for device in [&home.desk, &home.bo.peer] {
        let received = device
            .wait_message(|message| message["id"] == sent, DEADLINE)
            .await;
        assert_eq!(received["text"], "from the laptop");
    }
    let answer = home.bo.peer.send(&home.ada.jid(), "to both of you").await;
    for device in [&home.desk, &home.laptop] {
        let received = device
            .wait_message(|message| message["id"] == answer, DEADLINE)
            .await;
        assert_eq!(
            (&received["fromMe"], &received["text"]),
            (&json!(false), &json!("to both of you"))
        );
    }
}

#[tokio::test]
async fn what_is_done_with_a_chat_on_one_device_is_seen_on_the_other() {
    const FAR_AWAY: i64 = 4_102_444_800_000;
    let home = Household::start().await;
    let (desk, laptop) = (&home.desk, &home.laptop);
    let hello = laptop
        .wait_message(|message| message["text"] == "hello", DEADLINE)
        .await;
    let key = json!({ "remoteJid": home.bo.jid(), "id": hello["id"], "fromMe": false });
    let last = json!([{ "key": key, "messageTimestamp": hello["timestamp"] }]);

    home.change(desk, json!({ "pin": true })).await;
    home.wait_chat(laptop, "pinned", json!(true)).await;
    home.change(desk, json!({ "mute": FAR_AWAY })).await;
    home.wait_chat(laptop, "muteEndTime", json!(FAR_AWAY)).await;
    home.change(desk, json!({ "archive": true, "lastMessages": last }))
        .await;
    home.wait_chat(laptop, "archived", json!(true)).await;
    // The phone is one of the account's devices as well.
    let entries = home.sandbox.admin().look(&home.ada.pn, "app-state").await;
    for field in ["pinned", "muted", "archived"] {
        let entries = entries.as_array().unwrap();
        assert!(entries.iter().any(|entry| entry[field] == true), "{entries:#?}");
    }

    // And the other way round.
    home.change(laptop, json!({ "archive": false, "lastMessages": last }))
        .await;
    home.wait_chat(desk, "archived", json!(false)).await;
    home.change(laptop, json!({ "markRead": false, "lastMessages": last }))
        .await;
    home.wait_chat(desk, "unreadCount", json!(-1)).await;
    let star = json!({ "star": { "messages": [{ "id": hello["id"], "fromMe": false }], "star": true } });
    home.change(laptop, star).await;
    let starred = |star: &Value| star["id"] == hello["id"] && star["starred"] == true;
    desk.wait("star", starred, DEADLINE).await;
    home.change(laptop, json!({ "delete": true, "lastMessages": last }))
        .await;
    desk.wait("chatDeleted", |chat| chat["id"] == home.bo.jid(), DEADLINE)
        .await;
}

#[tokio::test]
async fn names_are_shared_between_the_devices() {
    let home = Household::start().await;
    let contact = json!([home.bo.jid(), { "fullName": "Bo Builder", "firstName": "Bo" }]);
    home.desk.command(call("addOrEditContact", &contact)).await;
    home.laptop
        .wait(
            "contact",
            |contact| contact["id"] == home.bo.jid() && contact["name"] == "Bo Builder",
            DEADLINE,
        )
        .await;
    home.laptop
        .command(call("updateProfileName", &json!(["Captain Ada"])))
        .await;
    home.desk
        .wait("name", |own| own["name"] == "Captain Ada", DEADLINE)
        .await;
}

#[tokio::test]
async fn a_device_that_is_linked_later_gets_the_history() {
    const GRANDMA: &str = "15550009998@s.whatsapp.net";
    let sandbox = Sandbox::start().await;
    let admin = sandbox.admin();
    let (ada, bo) = tokio::join!(Person::join(admin, "Ada"), Person::join(admin, "Bo"));
    let past = async |messages: &[(&str, u64)]| {
        let messages: Vec<_> = messages
            .iter()
            .map(|(id, t)| json!({ "id": id, "text": format!("text {id}"), "t": t }))
            .collect();
        let grandma = json!({ "jid": GRANDMA, "name": "Grandma", "messages": messages });
        let conversations = json!({ "conversations": [grandma] });
        admin.act(&ada.account.pn, "history", conversations).await;
    };
    past(&[("OLD2", 1_600_000_100)]).await;
    let question = ada.peer.send(&bo.jid(), "What do you see?").await;
    bo.peer
        .wait_message(|message| message["id"] == question, DEADLINE)
        .await;
    let image = json!({ "cmd": "sendMedia", "to": ada.jid(), "kind": "image", "path": PIXELS, "caption": "This", "mimetype": "image/png" });
    let answer = bo.peer.send_with(image).await;
    for id in [&question, &answer] {
        admin
            .wait_inbox(&ada.account.pn, |entry| entry["id"] == *id, DEADLINE)
            .await;
    }

    let laptop = Baileys::pair_with_history(admin, "Ada's laptop", &ada.account.pn).await;
    for (id, from_me, text) in [
        (question.as_str(), true, "What do you see?"),
        (&answer, false, "This"),
        ("OLD2", false, "text OLD2"),
    ] {
        let message = from_history(&laptop, id).await;
        assert_eq!(
            (&message["fromMe"], &message["text"]),
            (&json!(from_me), &json!(text)),
            "{message}"
        );
    }
    assert_same_file(&bo.peer, &laptop, &answer, &json!("image/png")).await;
    laptop
        .wait("history", |part| part["progress"] == 100, DEADLINE)
        .await;

    // What the phone has beyond that comes when it is asked for.
    past(&[("OLD2", 1_600_000_100), ("OLD1", 1_600_000_000)]).await;
    let oldest = json!({ "remoteJid": GRANDMA, "id": "OLD2", "fromMe": false });
    laptop
        .command(call(
            "fetchMessageHistory",
            &json!([10, oldest, 1_600_000_100_000_u64]),
        ))
        .await;
    let older = from_history(&laptop, "OLD1").await;
    assert_eq!(older["text"], "text OLD1");
}

/// A message as the history tells of it.
async fn from_history(device: &Baileys, id: &str) -> Value {
    let find = |part: &Value| {
        let messages = part["messages"].as_array()?;
        messages.iter().find(|message| message["id"] == id).cloned()
    };
    let part = device
        .wait("history", |part| find(part).is_some(), DEADLINE)
        .await;
    find(&part).expect("it was just found")
}
