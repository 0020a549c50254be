use serde_json::{Value, json};
use wagon_test_kit::{Baileys, DEADLINE, wait_until};

use super::{Talk, raw};
use crate::support::string;

pub(super) async fn what_ada_sees(talk: &mut Talk) {
    let success = json!({ "success": true });
    let (id, _) = talk.send("send_text", json!({ "text": "noon" })).await;
    let reaction = json!({ "messageId": id, "emoji": "👍" });
    assert_eq!(talk.call("react", reaction).await, success);
    assert_eq!(talk.about(&id, "reaction").await["text"], "👍");
    let edited = json!({ "messageId": id, "body": "1pm" });
    assert_eq!(talk.call("edit_message", edited).await["messageId"], id);
    let words = |edit: &Value| edit["id"] == raw(&id) && edit["text"] == "1pm";
    talk.peer.wait("edit", words, DEADLINE).await;

    let mut told = Vec::new();
    for (method, kind) in [("pin", "PIN_FOR_ALL"), ("unpin", "UNPIN_FOR_ALL")] {
        assert_eq!(talk.call(method, json!({ "messageId": id })).await, success);
        let ours = |message: &Value| message["type"] == "pinInChat" && message["target"] == raw(&id);
        let before = told.len();
        told = wait_until(DEADLINE, method, async || {
            let pins = talk.peer.messages(ours);
            if pins.len() > before { Ok(pins) } else { Err(pins) }
        })
        .await;
        let content = talk.content(&told[before]).await;
        assert_eq!(content["pinInChatMessage"]["type"], kind, "{content}");
    }
    assert_eq!(talk.call("delete", json!({ "messageId": id })).await, success);
    talk.about(&id, "protocol").await;

    // A poll and an offer of Ada's.
    let poll = json!({ "poll": { "name": "Tea?", "values": ["Green", "Black"], "selectableCount": 1 } });
    let asked = talk
        .arrives(json!({ "cmd": "sendContent", "content": poll }))
        .await;
    let vote = json!({ "pollMessageId": asked, "options": ["Black"] });
    assert_eq!(talk.call("vote_poll", vote).await, success);
    let cast = |message: &Value| message["type"] == "pollUpdate" && message["fromMe"] != true;
    let cast = talk.peer.wait_message(cast, DEADLINE).await;
    let open = json!({ "cmd": "openVote", "message": cast["id"] });
    assert_eq!(talk.peer.command(open).await["options"], json!(["Black"]));
    let vote = json!([talk.stage.scene.session, { "chatId": talk.chat(), "pollMessageId": asked, "options": ["Red"] }]);
    let refused = talk.stage.sdk.raises("messages.vote_poll", vote).await;
    assert_eq!(
        (&refused["status"], &refused["code"]),
        (&json!(400), &json!("POLL_OPTION_NOT_FOUND"))
    );

    let offer = talk.arrives(json!({ "cmd": "send", "text": "Shall we?" })).await;
    let press = json!({ "messageId": offer, "buttonId": "yes-1", "text": "Yes" });
    let (_, received) = talk.send("click_button", press).await;
    let pressed = talk.content(&received).await["buttonsResponseMessage"].take();
    assert_eq!(
        (&pressed["selectedButtonId"], &pressed["contextInfo"]["stanzaId"]),
        (&json!("yes-1"), &json!(offer))
    );
}

pub(super) async fn what_the_accounts_devices_see(talk: &mut Talk) {
    let scene = &talk.stage.scene;
    let device = Baileys::pair(scene.sandbox.admin(), "Shop", &scene.shop.pn).await;
    let (id, _) = talk.send("send_text", json!({ "text": "keep this" })).await;
    talk.call("star", json!({ "messageId": id, "star": true })).await;
    let starred = |event: &Value| event["id"] == raw(&id) && event["starred"] == true;
    device.wait("star", starred, DEADLINE).await;
    let forget = json!({ "messageId": id, "forEveryone": false });
    talk.call("delete", forget).await;
    let deleted = |event: &Value| event["id"] == raw(&id);
    device.wait("messageDeleted", deleted, DEADLINE).await;
    let of_it = |message: &Value| message["type"] == "protocol" && message["target"] == raw(&id);
    assert!(talk.peer.messages(of_it).is_empty(), "Ada keeps it");
}

impl Talk {
    /// Something that Ada's client sends to the session, once it is there: its id.
    async fn arrives(&mut self, mut command: Value) -> String {
        command["to"] = json!(self.stage.scene.shop.jid());
        let id = self.peer.send_with(command).await;
        let query = json!({ "messageId": id });
        let found = self
            .stage
            .until("messages.list", &[query], |page| page["total"] == 1)
            .await;
        let listed = string(&found["messages"][0], "waMessageId");
        assert_eq!(listed, format!("false_{}_{id}", self.chat()));
        id
    }
}
