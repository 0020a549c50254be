use std::io::Read as _;

use buffa::{Message as _, MessageField};
use flate2::read::ZlibDecoder;
use serde_json::json;
use wacore_binary::{Jid, Node, builder::NodeBuilder};
use waproto::whatsapp::{
    HistorySync, Message, MessageKey, WebMessageInfo,
    history_sync::HistorySyncType,
    message::{
        DeviceSentMessage, PeerDataOperationRequestMessage, ProtocolMessage,
        peer_data_operation_request_message::{HistorySyncOnDemandRequest, PlaceholderMessageResendRequest},
    },
};

use crate::support::{Admin, Client, Device, attr, network, welcomed};

const SHOP: &str = "15550000100";
const CHAT: &str = "15550000001@s.whatsapp.net";
const GROUP: &str = "120363000000000001@g.us";

/// The chunk inside a message of the phone; `None` when it went by the media host.
async fn chunk(device: &mut Device, word: &Node) -> Option<HistorySync> {
    let message = device.open(word).await;
    let notification = &message.protocol_message.history_sync_notification;
    let inline = notification.initial_hist_bootstrap_inline_payload.as_deref()?;
    let mut plain = Vec::new();
    ZlibDecoder::new(inline).read_to_end(&mut plain).unwrap();
    Some(HistorySync::decode_from_slice(&plain).unwrap())
}

async fn give_history(admin: &Admin) {
    let conversations = json!({"conversations": [
        {"jid": CHAT, "name": "Ada", "unread": 1, "archived": true, "messages": [
            {"id": "H1", "text": "first", "t": 1_600_000_000, "pushName": "Echo"},
            {"id": "H2", "text": "second", "t": 1_600_000_100, "fromMe": true},
        ]},
        {"jid": GROUP, "name": "Trip", "messages": [
            {"id": "G1", "text": "hi all", "t": 1_600_000_050, "participant": CHAT},
        ]},
    ]});
    admin
        .post(&format!("/phones/{SHOP}/history"), conversations)
        .await;
}

#[tokio::test]
async fn a_new_device_gets_the_phones_conversations() {
    let (_sandbox, admin) = network().await;
    give_history(&admin).await;
    // Something that the phone has really lived through, too.
    admin
        .post(
            &format!("/phones/{SHOP}/messages"),
            json!({"to": CHAT, "text": "just now", "id": "N1"}),
        )
        .await;
    let (mut device, _client, words) = welcomed(&admin, SHOP).await;

    let first = chunk(&mut device, &words[1]).await.expect("small enough");
    assert_eq!(first.sync_type, HistorySyncType::INITIAL_BOOTSTRAP);
    assert!(
        first
            .phone_number_to_lid_mappings
            .iter()
            .any(|mapping| mapping.pn_jid.as_deref() == Some(CHAT) && mapping.lid_jid.is_some())
    );
    let names = chunk(&mut device, &words[2]).await.expect("small enough");
    assert_eq!(names.sync_type, HistorySyncType::PUSH_NAME);
    assert!(
        names
            .pushnames
            .iter()
            .any(|name| name.pushname.as_deref() == Some("Echo"))
    );

    let rest = chunk(&mut device, &words[3]).await.expect("small enough");
    assert_eq!(
        (rest.sync_type, rest.progress),
        (HistorySyncType::RECENT, Some(100))
    );
    let chat = rest
        .conversations
        .iter()
        .find(|found| found.id == CHAT)
        .expect("the chat");
    assert_eq!((chat.unread_count, chat.archived), (Some(1), Some(true)));
    let ids: Vec<_> = chat
        .messages
        .iter()
        .filter_map(|message| message.message.key.id.clone())
        .collect();
    assert_eq!(ids[ids.len() - 2..], ["H2", "H1"], "the latest first: {ids:?}");
    assert!(ids.contains(&"N1".to_owned()));
    let group = rest
        .conversations
        .iter()
        .find(|found| found.id == GROUP)
        .expect("the group");
    assert_eq!(group.name.as_deref(), Some("Trip"));
    assert_eq!(group.messages[0].message.key.participant.as_deref(), Some(CHAT));
}

#[tokio::test]
async fn a_long_history_goes_by_the_media_host() {
    let (_sandbox, admin) = network().await;
    let messages: Vec<_> = (0..800)
        .map(|number| {
            let text = format!("{number} {}", hex::encode(rand::random::<[u8; 32]>()));
            json!({"id": format!("L{number}"), "text": text, "t": 1_600_000_000 + number})
        })
        .collect();
    admin
        .post(
            &format!("/phones/{SHOP}/history"),
            json!({"conversations": [{"jid": CHAT, "messages": messages}]}),
        )
        .await;
    let (mut device, _client, words) = welcomed(&admin, SHOP).await;
    let message = device.open(&words[3]).await;
    let notification = &message.protocol_message.history_sync_notification;
    assert!(notification.initial_hist_bootstrap_inline_payload.is_none());
    let path = notification.direct_path.clone().expect("a path");
    let blob = reqwest::get(format!("http://{}{path}", admin.addr))
        .await
        .unwrap();
    assert!(blob.status().is_success());
}

/// A request as a message to the phone.
fn request_message(request: PeerDataOperationRequestMessage) -> Message {
    let protocol = ProtocolMessage {
        peer_data_operation_request_message: MessageField::some(request),
        ..Default::default()
    };
    Message {
        protocol_message: MessageField::some(protocol),
        ..Default::default()
    }
}

/// Sends a request to the phone and opens its answer.
async fn ask(device: &mut Device, client: &mut Client, message: &Message) -> Message {
    let phone = Jid::pn(device.pn());
    let enc = device.encrypt_message(client, &phone, message).await;
    let stanza = NodeBuilder::new("message")
        .attr("to", &phone)
        .attr("id", "ASK")
        .attr("type", "text")
        .attr("category", "peer")
        .children([enc])
        .build();
    client.send(stanza).await;
    let answer = client
        .expect("the phone's answer", |node| attr(node, "category") == "peer")
        .await;
    device.open(&answer).await
}

#[tokio::test]
async fn the_phone_has_more_on_demand() {
    let (_sandbox, admin) = network().await;
    give_history(&admin).await;
    let (mut device, mut client, _) = welcomed(&admin, SHOP).await;
    let wanted = HistorySyncOnDemandRequest {
        chat_jid: Some(CHAT.to_owned()),
        oldest_msg_timestamp_ms: Some(1_600_000_100_000),
        on_demand_msg_count: Some(10),
        ..Default::default()
    };
    let request = PeerDataOperationRequestMessage {
        history_sync_on_demand_request: MessageField::some(wanted),
        ..Default::default()
    };
    let answer = ask(&mut device, &mut client, &request_message(request)).await;
    let notification = &answer.protocol_message.history_sync_notification;
    assert_eq!(notification.peer_data_request_session_id.as_deref(), Some("ASK"));
    let inline = notification
        .initial_hist_bootstrap_inline_payload
        .clone()
        .expect("inline");
    let mut plain = Vec::new();
    ZlibDecoder::new(&*inline).read_to_end(&mut plain).unwrap();
    let chunk = HistorySync::decode_from_slice(&plain).unwrap();
    assert_eq!(chunk.sync_type, HistorySyncType::ON_DEMAND);
    let messages = &chunk.conversations[0].messages;
    assert_eq!(messages.len(), 1, "only what is older");
    assert_eq!(messages[0].message.key.id.as_deref(), Some("H1"));
}

#[tokio::test]
async fn the_phone_repeats_what_a_device_could_not_open() {
    let (_sandbox, admin) = network().await;
    give_history(&admin).await;
    let (mut device, mut client, _) = welcomed(&admin, SHOP).await;
    let wanted = |id: &str| PlaceholderMessageResendRequest {
        message_key: MessageField::some(MessageKey {
            id: Some(id.to_owned()),
            ..Default::default()
        }),
    };
    let request = PeerDataOperationRequestMessage {
        placeholder_message_resend_request: vec![wanted("H1"), wanted("NEVER")],
        ..Default::default()
    };
    // Wrapped, as some clients do.
    let sent = DeviceSentMessage {
        message: MessageField::some(request_message(request)),
        ..Default::default()
    };
    let wrapped = Message {
        device_sent_message: MessageField::some(sent),
        ..Default::default()
    };
    let answer = ask(&mut device, &mut client, &wrapped).await;
    let response = &answer
        .protocol_message
        .peer_data_operation_request_response_message;
    assert_eq!(response.stanza_id.as_deref(), Some("ASK"));
    let [found, missing] = &response.peer_data_operation_result[..] else {
        panic!("one result each")
    };
    let info = found
        .placeholder_message_resend_response
        .web_message_info_bytes
        .clone();
    let info = WebMessageInfo::decode_from_slice(&info.expect("the message")).unwrap();
    assert_eq!(info.message.conversation.as_deref(), Some("first"));
    assert!(missing.placeholder_message_resend_response.is_unset());
}
