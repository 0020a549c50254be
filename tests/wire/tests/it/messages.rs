//! Direct messages, receipts, presence and typing between two clients.

use wacore::{
    request::InfoQuery,
    types::{
        events::Event,
        presence::{ChatPresence, ChatPresenceMedia, ReceiptType},
    },
};
use wacore_binary::{Jid, Server};
use wagon_test_kit::DEADLINE;
use wagon_wire::{Client, Network};

async fn two() -> (Network, Client, Client) {
    let network = Network::start().await;
    let (ann, bo) = tokio::join!(network.client("Ann"), network.client("Bo"));
    (network, ann, bo)
}

#[tokio::test]
async fn texts_travel_both_ways_in_order() {
    let (network, ann, bo) = two().await;
    for text in ["Hello Bo", "👩🏽‍🚀 é ≠ é", "مرحبًا — שלום"] {
        let id = ann.send(&bo.jid(), text).await;
        let received = bo.wait_text(text).await;
        assert_eq!(received.info.id, id);
        assert_eq!(received.info.push_name, "Ann");
        assert!(!received.info.source.is_from_me);
        assert_eq!(received.info.source.sender.device, ann.address().device);
        ann.wait_receipt(&id, ReceiptType::Delivered).await;
        // The phone has it as well, and decrypted it by itself.
        let here = |entry: &serde_json::Value| entry["id"] == id && entry["text"] == text;
        network.admin().wait_inbox(&bo.account().pn, here, DEADLINE).await;
    }
    bo.send(&ann.jid(), "Hello Ann").await;
    ann.wait_text("Hello Ann").await;
    assert_eq!(bo.texts().len(), 3, "each once: {:?}", bo.texts());
}

#[tokio::test]
async fn many_messages_at_once_keep_their_order() {
    const COUNT: usize = 100;
    let (_network, ann, bo) = two().await;
    let texts: Vec<String> = (0..COUNT).map(|number| format!("number {number}")).collect();
    for text in &texts {
        ann.send(&bo.jid(), text).await;
    }
    bo.wait_text(&texts[COUNT - 1]).await;
    assert_eq!(bo.texts(), texts);
}

#[tokio::test]
async fn receipts_for_reading_and_playing_come_back() {
    let (_network, ann, bo) = two().await;
    let id = ann.send(&bo.jid(), "Lunch?").await;
    let received = bo.wait_text("Lunch?").await;
    let chat = received.info.source.chat.clone();

    bo.library().mark_as_read(&chat, None, &[&id]).await.unwrap();
    let reader = ann.wait_receipt(&id, ReceiptType::Read).await;
    assert_eq!(reader.to_non_ad_string(), chat_of(&bo, &reader), "{reader}");
    bo.library().mark_as_played(&chat, None, &[&id]).await.unwrap();
    ann.wait_receipt(&id, ReceiptType::Played).await;
}

/// The account's address in the space of another one.
fn chat_of(client: &Client, like: &Jid) -> String {
    if like.is_lid() {
        format!("{}@lid", client.account().lid)
    } else {
        client.account().jid()
    }
}

#[tokio::test]
async fn subscribers_are_told_who_is_there() {
    let (_network, ann, bo) = two().await;
    bo.library().presence().set_available().await.unwrap();
    ann.library().presence().subscribe(bo.jid()).await.unwrap();
    let presence = |absent: bool| {
        move |event: &Event| match event {
            Event::Presence(update) if update.unavailable == absent => Some(update.last_seen),
            _ => None,
        }
    };
    ann.wait("Bo's presence", presence(false)).await;
    let mark = ann.mark();
    bo.library().presence().set_unavailable().await.unwrap();
    let last_seen = ann.wait_from(mark, "Bo's absence", presence(true)).await;
    assert!(last_seen.is_some(), "whoever has been there was seen");

    // Without a subscription there is nothing to hear.
    ann.library().presence().unsubscribe(&bo.jid()).await.unwrap();
    // What comes later on the same connection is answered later: the network has heard it.
    ann.library()
        .send_iq(InfoQuery::get("w:p", Jid::new("", Server::Pn), None))
        .await
        .unwrap();
    let mark = ann.mark();
    bo.library().presence().set_available().await.unwrap();
    bo.send(&ann.jid(), "am I still there?").await;
    ann.wait_text("am I still there?").await;
    let told = ann.stanzas(mark, "presence");
    assert!(told.is_empty(), "{told:?}");
}

#[tokio::test]
async fn typing_shows_in_the_other_chat() {
    let (_network, ann, bo) = two().await;
    // Whoever is not there is told nothing.
    ann.library().presence().set_available().await.unwrap();
    bo.library().presence().set_available().await.unwrap();
    let state = |wanted: ChatPresence, media: ChatPresenceMedia| {
        move |event: &Event| match event {
            Event::ChatPresence(update) if update.state == wanted && update.media == media => {
                Some(update.source.sender.clone())
            }
            _ => None,
        }
    };
    bo.library().chatstate().send_composing(&ann.jid()).await.unwrap();
    let who = ann
        .wait("typing", state(ChatPresence::Composing, ChatPresenceMedia::Text))
        .await;
    assert_eq!(who.to_non_ad_string(), chat_of(&bo, &who));
    bo.library().chatstate().send_recording(&ann.jid()).await.unwrap();
    ann.wait(
        "recording",
        state(ChatPresence::Composing, ChatPresenceMedia::Audio),
    )
    .await;
    bo.library().chatstate().send_paused(&ann.jid()).await.unwrap();
    ann.wait("a pause", state(ChatPresence::Paused, ChatPresenceMedia::Text))
        .await;
}

#[tokio::test]
async fn nobody_at_a_number_is_an_error_in_the_acknowledgement() {
    let (_network, ann, _bo) = two().await;
    let sent = ann.library().send_text(Jid::pn("15559999999"), "anybody?").await;
    let Ok(sent) = sent else {
        // The client found no device to encrypt for, and said so.
        return;
    };
    let error = ann
        .wait("the refusal", |event| match event {
            Event::ServerAck(ack) if ack.id == sent.message_id => Some(ack.error.clone()),
            _ => None,
        })
        .await;
    assert_eq!(error.as_deref(), Some("404"));
}
