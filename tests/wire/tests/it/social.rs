//! Channels, calls, profiles, blocked accounts, and what strangers may not do.

use serde_json::{Value, json};
use wacore::types::{call::CallAction, events::Event};
use wacore_binary::Jid;
use wagon_test_kit::{DEADLINE, cast};
use wagon_wire::Network;

#[tokio::test]
async fn followers_read_what_a_channel_posts() {
    let network = Network::start().await;
    let ann = network.client("Ann").await;
    let made = json!({ "owner": cast::READER, "name": "News" });
    let channel = network.admin().post("/admin/channels", made).await;
    let channel: Jid = channel["jid"]
        .as_str()
        .expect("an address")
        .parse()
        .expect("a JID");
    let joined = ann
        .library()
        .newsletter()
        .join(&channel)
        .await
        .expect("open to all");
    assert_eq!(joined.name, "News");

    let path = format!("/admin/phones/{}/channels/{channel}/posts", cast::READER);
    network
        .admin()
        .post(&path, json!({ "text": "extra, extra" }))
        .await;
    let received = ann.wait_text("extra, extra").await;
    assert_eq!(received.info.source.chat, channel);
    let posts = ann.library().newsletter().get_messages(&channel, 10, None).await;
    assert_eq!(posts.expect("a follower may ask").len(), 1);

    ann.library()
        .newsletter()
        .leave(&channel)
        .await
        .expect("everybody may leave");
    let mark = ann.mark();
    network.admin().post(&path, json!({ "text": "unread" })).await;
    network
        .admin()
        .send(cast::READER, &ann.account().jid(), "seen my post?")
        .await;
    ann.wait_text("seen my post?").await;
    assert_eq!(ann.stanzas(mark, "message").len(), 1);
}

#[tokio::test]
async fn a_client_owns_a_channel() {
    let network = Network::start().await;
    let (ann, bo) = tokio::join!(network.client("Ann"), network.client("Bo"));
    let made = ann.library().newsletter().create("Ann's news", None).await;
    let channel = made.expect("everybody may make one").jid;
    bo.library()
        .newsletter()
        .join(&channel)
        .await
        .expect("open to all");
    ann.send(&channel, "first post").await;
    bo.wait_text("first post").await;
}

#[tokio::test]
async fn a_call_rings_and_is_refused() {
    let network = Network::start().await;
    let ann = network.client("Ann").await;
    let body = json!({ "to": ann.account().pn, "video": true });
    let path = format!("/admin/phones/{}/calls", cast::READER);
    let made = network.admin().post(&path, body).await;
    let call = made["id"].as_str().expect("an id").to_owned();
    let (incoming, video) = ann
        .wait("the call", |event| match event {
            Event::IncomingCall(incoming) if incoming.action.call_id() == call => match &incoming.action {
                CallAction::Offer { is_video, .. } => Some((incoming.clone(), *is_video)),
                _ => None,
            },
            _ => None,
        })
        .await;
    assert!(video);
    let refused = ann.library().voip().reject(&incoming).await;
    refused.expect("the connection is up");
    let hears = |entry: &Value| entry["kind"] == "call" && entry["id"] == call && entry["type"] == "reject";
    network.admin().wait_inbox(cast::READER, hears, DEADLINE).await;
}

#[tokio::test]
async fn what_people_say_about_themselves_is_shown_to_others() {
    let network = Network::start().await;
    let (ann, bo) = tokio::join!(network.client("Ann"), network.client("Bo"));
    let told = ann.library().profile().set_status_text("At sea").await;
    told.expect("everybody may");
    let picture = ann
        .library()
        .profile()
        .set_profile_picture(b"no JPEG, but who looks".to_vec())
        .await;
    picture.expect("everybody may");
    let info = bo.library().contacts().get_user_info(&[ann.jid()]).await;
    let info = info.expect("everybody may ask");
    let about = info.values().next().and_then(|info| info.status.as_deref());
    assert_eq!(about, Some("At sea"));
    let picture = bo
        .library()
        .contacts()
        .get_profile_picture(&ann.jid(), false)
        .await;
    assert!(picture.expect("everybody may ask").is_some());
}

#[tokio::test]
async fn a_blocked_account_writes_into_the_void() {
    let network = Network::start().await;
    let (ann, bo) = tokio::join!(network.client("Ann"), network.client("Bo"));
    bo.send(&ann.jid(), "one").await;
    ann.wait_text("one").await;
    ann.library()
        .blocking()
        .block(&bo.jid())
        .await
        .expect("everybody may");
    let id = bo.send(&ann.jid(), "two").await;
    let error = bo
        .wait("the acknowledgement", |event| match event {
            Event::ServerAck(ack) if ack.id == id => Some(ack.error.clone()),
            _ => None,
        })
        .await;
    assert_eq!(error, None, "nobody is told that they are blocked");
    ann.library()
        .blocking()
        .unblock(&bo.jid())
        .await
        .expect("everybody may");
    bo.send(&ann.jid(), "three").await;
    ann.wait_text("three").await;
    assert_eq!(ann.texts(), ["one", "three"]);
}

#[tokio::test]
async fn strangers_need_a_token() {
    let network = Network::start().await;
    let (ann, bo) = tokio::join!(network.client("Ann"), network.client("Bo"));
    let path = format!("/admin/accounts/{}/limits", ann.account().pn);
    network.admin().put(&path, json!({ "restricted": true })).await;
    let error = async |id: String| {
        bo.wait("the answer", |event| match event {
            Event::ServerAck(ack) if ack.id == id => Some(ack.error.clone()),
            _ => None,
        })
        .await
    };
    let id = bo.send(&ann.jid(), "let me in").await;
    assert_eq!(error(id).await.as_deref(), Some("463"));
    // Whoever writes to somebody lets them answer.
    ann.send(&bo.jid(), "come in").await;
    bo.wait_text("come in").await;
    let id = bo.send(&ann.jid(), "thank you").await;
    assert_eq!(error(id).await, None);
    ann.wait_text("thank you").await;
}
