//! What is shown to many: channels and status updates.

use serde_json::{Value, json};
use wagon_test_kit::{Baileys, DEADLINE};

use super::{PIXELS, Stage, base64, c_us};
use crate::support::string;

const CLIP: &[u8] = include_bytes!("../../../../../crates/sandbox/src/phone/scripts/samples/clip.mp4");
const VOICE: &[u8] = include_bytes!("../../../../../crates/sandbox/src/phone/scripts/samples/voice.ogg");

#[tokio::test]
async fn channels_are_followed_run_and_given_away() {
    let mut stage = Stage::start().await;
    let admin = stage.scene.sandbox.admin();
    let theirs = json!(admin.channel(&stage.ada.pn, "Ada's News").await);
    let channel = theirs.as_str().unwrap();
    admin.post_to_channel(&stage.ada.pn, channel, "first news").await;
    let known = admin.inspect_channel(channel).await;
    let code = string(&known, "invite");
    let followed = stage
        .call("channels.subscribe", &[json!({ "inviteCode": code })])
        .await;
    assert_eq!(
        (&followed["id"], &followed["name"]),
        (&theirs, &json!("Ada's News"))
    );
    let listed = stage.call("channels.list", &[]).await;
    assert_eq!(
        (&listed[0]["id"], &listed[0]["inviteCode"]),
        (&theirs, &json!(code))
    );
    let shown = stage.call("channels.get", &[theirs.clone()]).await;
    assert_eq!(shown["subscriberCount"], 2, "{shown}");
    let posts = stage
        .call("channels.messages", &[theirs.clone(), json!({ "limit": 5 })])
        .await;
    assert_eq!(
        (&posts[0]["body"], &posts[0]["hasMedia"]),
        (&json!("first news"), &json!(false))
    );
    stage
        .call("channels.mute", &[theirs.clone(), json!({ "mute": true })])
        .await;
    stage.call("channels.unsubscribe", &[theirs.clone()]).await;
    assert_eq!(stage.call("channels.list", &[]).await, json!([]));

    let made = json!({ "name": "Our News", "description": "All of it" });
    let made = stage.call("channels.create", &[made]).await;
    assert_eq!(made["description"], "All of it");
    let ours = json!(string(&made, "id"));
    let channel = ours.as_str().unwrap().to_owned();
    let admin = stage.scene.sandbox.admin();
    admin.follow_channel(&stage.ada.pn, &channel).await;
    let demoted = json!({ "userId": c_us(&stage.ada) });
    stage
        .call("channels.demote_admin", &[ours.clone(), demoted])
        .await;
    let heir = json!({ "newOwnerId": c_us(&stage.ada) });
    stage
        .call("channels.transfer_ownership", &[ours.clone(), heir])
        .await;
    let refused = stage.raises("channels.delete", &[ours.clone()]).await;
    assert_eq!(refused["type"], "OpenWAForbiddenError", "{refused}");

    let short = stage.call("channels.create", &[json!({ "name": "Short" })]).await;
    let short = json!(string(&short, "id"));
    stage.call("channels.delete", &[short.clone()]).await;
    let gone = stage.raises("channels.get", &[short]).await;
    assert_eq!(gone["type"], "OpenWANotFoundError", "{gone}");
    stage.sdk.assert_all_called("channels").await;
}

#[tokio::test]
async fn status_updates_are_shown_listed_and_taken_back() {
    let mut stage = Stage::start().await;
    let admin = stage.scene.sandbox.admin();
    let peer = Baileys::pair(admin, "Ada", &stage.ada.pn).await;
    let ada = c_us(&stage.ada);
    let recipients = json!([ada]);
    let shown = async |posted: &Value| {
        let id = string(posted, "statusId");
        let id = id.rsplit('_').next().unwrap().to_owned();
        peer.wait_message(|message| message["id"] == id, DEADLINE).await
    };
    let text =
        json!({ "text": "Open today", "recipients": recipients, "backgroundColor": "#104080", "font": 7 });
    let text = stage.call("status.send_text", &[text]).await;
    assert_eq!(shown(&text).await["text"], "Open today");
    let image = json!({
        "image": { "base64": base64(PIXELS), "mimetype": "image/png" }, "caption": "Look", "recipients": recipients,
    });
    let image = stage.call("status.send_image", &[image]).await;
    assert_eq!(shown(&image).await["type"], "image");
    let video =
        json!({ "video": { "base64": base64(CLIP), "mimetype": "video/mp4" }, "recipients": recipients });
    let video = stage.call("status.send_video", &[video]).await;
    assert_eq!(shown(&video).await["type"], "video");
    let voice = json!({ "audio": { "base64": base64(VOICE), "mimetype": "audio/ogg; codecs=opus" }, "recipients": recipients });
    let voice = stage.call("status.send_voice", &[voice]).await;
    assert_eq!(shown(&voice).await["type"], "audio");

    let listed = stage.call("status.list", &[]).await;
    let kinds: Vec<&Value> = listed["statuses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["type"])
        .collect();
    assert_eq!(kinds, ["voice", "video", "image", "text"]);
    let first = &listed["statuses"][3];
    assert_eq!(
        (&first["id"], &first["contact"]["id"]),
        (&text["statusId"], &json!(c_us(&stage.scene.shop)))
    );
    assert!(string(first, "expiresAt") > string(first, "timestamp"));
    let bytes = stage.call("status.media", &[image["statusId"].clone()]).await;
    assert_eq!(
        bytes,
        json!({ "data": { "base64": base64(PIXELS) }, "contentType": "image/png" })
    );
    let absent = stage.raises("status.media", &[text["statusId"].clone()]).await;
    assert_eq!(absent["type"], "OpenWANotFoundError", "{absent}");

    stage.call("status.delete", &[text["statusId"].clone()]).await;
    let id = string(&text, "statusId");
    let id = id.rsplit('_').next().unwrap().to_owned();
    peer.wait("revoke", |revoke| revoke.to_string().contains(&id), DEADLINE)
        .await;
    let again = stage.raises("status.delete", &[text["statusId"].clone()]).await;
    assert_eq!(again["type"], "OpenWANotFoundError", "{again}");

    let theirs = json!({
        "cmd": "call", "method": "sendMessage",
        "args": ["status@broadcast", { "text": "On holiday" }, { "statusJidList": [stage.scene.shop.jid()] }],
    });
    peer.command(theirs).await;
    let of_ada = stage
        .until("status.from_contact", &[json!(ada)], |answer| {
            answer["statuses"][0]["caption"] == "On holiday"
        })
        .await;
    assert_eq!(of_ada["statuses"].as_array().unwrap().len(), 1, "{of_ada}");
    for body in [
        json!({ "text": "" }),
        json!({ "text": "a", "font": 3 }),
        json!({ "text": "a", "backgroundColor": "red" }),
        json!({ "text": "a", "recipients": ["nobody"] }),
    ] {
        let refused = stage.raises("status.send_text", &[body]).await;
        assert_eq!(refused["status"], 400, "{refused}");
    }
    stage.sdk.assert_all_called("status").await;
}
