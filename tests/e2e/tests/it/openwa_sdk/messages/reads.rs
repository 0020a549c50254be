use serde_json::{Value, json};

use super::super::{PIXELS, base64};
use super::{Talk, raw};

pub(super) async fn lists_history_reactions_and_files(talk: &mut Talk) {
    let chat = json!(talk.chat());
    let picture = json!({ "base64": base64(PIXELS), "mimetype": "image/png", "caption": "the last" });
    let (id, _) = talk.send("send_image", picture).await;
    let query = json!({ "chatId": chat, "limit": 2, "direction": "outgoing" });
    let page = talk.stage.call("messages.list", &[query]).await;
    let listed = page["messages"].as_array().unwrap();
    assert_eq!(
        (listed.len(), &listed[0]["waMessageId"], &listed[0]["body"]),
        (2, &json!(id), &json!("the last"))
    );
    assert!(page["total"].as_u64() > Some(10), "{page}");
    let after = json!({ "after": listed[0]["id"], "limit": 1 });
    let next = talk.stage.call("messages.list", &[after]).await;
    assert_eq!(next["messages"][0]["id"], listed[1]["id"]);

    let history = talk
        .stage
        .call("messages.history", &[chat.clone(), json!({ "limit": 1 })])
        .await;
    assert_eq!(
        (&history[0]["id"], &history[0]["type"], &history[0]["fromMe"]),
        (&json!(id), &json!("image"), &json!(true))
    );

    let thanks = json!({ "cmd": "react", "message": raw(&id), "text": "🎉" });
    talk.peer.command(thanks).await;
    let named = [chat.clone(), json!(id)];
    let reactions = talk
        .stage
        .until("messages.reactions", &named, |reactions: &Value| {
            reactions[0]["emoji"] == "🎉"
        })
        .await;
    assert_eq!(reactions[0]["senders"][0]["senderId"], chat);
    let file = talk.stage.call("messages.media", &named).await;
    assert_eq!(
        file,
        json!({ "data": { "base64": base64(PIXELS) }, "contentType": "image/png" })
    );
    let (text, _) = talk.send("send_text", json!({ "text": "no file" })).await;
    let absent = talk.stage.raises("messages.media", &[chat, json!(text)]).await;
    assert_eq!(absent["type"], "OpenWANotFoundError", "{absent}");
}
