use buffa::{Message as _, MessageField};
use serde_json::{Value, json};
use wacore::appstate::{
    ExpandedAppStateKeys, encode_record, expand_app_state_keys,
    hash::{HashState, generate_patch_mac},
};
use wacore_binary::{Node, builder::NodeBuilder};
use waproto::whatsapp::{
    ExternalBlobReference, KeyId, SyncActionValue, SyncdPatch, SyncdSnapshot,
    sync_action_value::ArchiveChatAction, syncd_mutation::SyncdOperation,
};

use crate::support::{Admin, Client, Device, attr, bytes, child, network, welcomed};

const SHOP: &str = "15550000100";
const CHAT: &str = "15550000001@s.whatsapp.net";

/// The app-state key as the phone gives it to a new device.
async fn key(device: &mut Device, words: &[Node]) -> (Vec<u8>, ExpandedAppStateKeys) {
    let share = device.open(&words[0]).await;
    let key = share.protocol_message.app_state_sync_key_share.keys[0].clone();
    let id = key.key_id.key_id.clone().expect("an id");
    let data = key.key_data.key_data.clone().expect("a key");
    (id, expand_app_state_keys(&data))
}

/// A patch on an empty collection that archives the chat.
fn archiving(id: &[u8], keys: &ExpandedAppStateKeys) -> Vec<u8> {
    let value = SyncActionValue {
        archive_chat_action: MessageField::some(ArchiveChatAction {
            archived: Some(true),
            ..Default::default()
        }),
        ..Default::default()
    };
    let index = json!(["archive", CHAT]).to_string();
    let (mutation, _) = encode_record(
        SyncdOperation::SET,
        index.as_bytes(),
        &value,
        keys,
        id,
        &[7; 16],
        3,
    );
    let mut state = HashState::default();
    let mutations = vec![mutation];
    state.update_hash(&mutations, |_, _| Ok(None)).1.unwrap();
    state.version = 1;
    let mut patch = SyncdPatch {
        snapshot_mac: Some(state.generate_snapshot_mac("regular_low", &keys.snapshot_mac)),
        key_id: MessageField::some(KeyId {
            id: Some(id.to_vec()),
        }),
        mutations,
        ..Default::default()
    };
    patch.patch_mac = Some(generate_patch_mac(&patch, "regular_low", &keys.patch_mac, 1));
    patch.encode_to_vec()
}

/// Asks about one collection and answers what the server says of it.
async fn sync(client: &mut Client, collection: Node) -> Node {
    let sync = NodeBuilder::new("sync").children([collection]).build();
    let reply = client.request("set", "w:sync:app:state", vec![sync]).await;
    assert_eq!(attr(&reply, "type"), "result");
    child(child(&reply, "sync"), "collection").clone()
}

fn collection(name: &str, version: u64) -> NodeBuilder {
    NodeBuilder::new("collection")
        .attr("name", name.to_owned())
        .attr("version", version)
}

fn with_patch(patch: Vec<u8>) -> Node {
    collection("regular_low", 0)
        .children([NodeBuilder::new("patch").bytes(patch).build()])
        .build()
}

async fn entries(admin: &Admin) -> Vec<Value> {
    let entries = admin.get(&format!("/phones/{SHOP}/app-state")).await;
    entries.as_array().expect("a list").clone()
}

#[tokio::test]
async fn a_patch_reaches_the_other_devices_and_the_phone() {
    let (_sandbox, admin) = network().await;
    let (mut one, mut first, words) = welcomed(&admin, SHOP).await;
    let (_other, mut second, _) = welcomed(&admin, SHOP).await;
    let (id, keys) = key(&mut one, &words).await;

    let taken = sync(&mut first, with_patch(archiving(&id, &keys))).await;
    assert_eq!(
        (attr(&taken, "type"), attr(&taken, "version")),
        (String::new(), "1".to_owned())
    );
    let notice = second
        .expect("the news", |node| attr(node, "type") == "server_sync")
        .await;
    let news = child(&notice, "collection");
    assert_eq!(
        (attr(news, "name"), attr(news, "version")),
        ("regular_low".to_owned(), "1".to_owned())
    );

    let entries = entries(&admin).await;
    assert_eq!(entries[0]["index"], json!(["archive", CHAT]));
    assert_eq!(entries[0]["archived"], true);

    // Who starts from nothing gets the whole by the media host.
    let whole = collection("regular_low", 0)
        .attr("return_snapshot", "true")
        .build();
    let whole = sync(&mut second, whole).await;
    let reference = ExternalBlobReference::decode_from_slice(&bytes(child(&whole, "snapshot"))).unwrap();
    let path = reference.direct_path.expect("a path");
    let blob = reqwest::get(format!("http://{}{path}", admin.addr))
        .await
        .unwrap();
    assert!(blob.status().is_success());
    assert_eq!(attr(&whole, "version"), "1");
}

#[tokio::test]
async fn a_late_patch_conflicts_and_learns_what_it_missed() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client, words) = welcomed(&admin, SHOP).await;
    let (id, keys) = key(&mut device, &words).await;
    admin
        .post(
            &format!("/phones/{SHOP}/app-state"),
            json!({"type": "pin", "chat": CHAT, "pinned": true}),
        )
        .await;
    client
        .expect("the phone's news", |node| attr(node, "type") == "server_sync")
        .await;

    let refused = sync(&mut client, with_patch(archiving(&id, &keys))).await;
    assert_eq!(attr(&refused, "type"), "error");
    assert_eq!(attr(child(&refused, "error"), "code"), "409");
    let missed = child(child(&refused, "patches"), "patch");
    let patch = SyncdPatch::decode_from_slice(&bytes(missed)).unwrap();
    assert_eq!(patch.version.version, Some(1));

    // The phone's patch is as good as any client's: its MACs hold.
    let mut state = HashState::default();
    let mutations = &patch.mutations;
    state.update_hash(mutations, |_, _| Ok(None)).1.unwrap();
    state.version = 1;
    assert_eq!(
        patch.snapshot_mac,
        Some(state.generate_snapshot_mac("regular_low", &keys.snapshot_mac))
    );
    assert_eq!(
        patch.patch_mac,
        Some(generate_patch_mac(&patch, "regular_low", &keys.patch_mac, 1))
    );
    let nothing = sync(&mut client, collection("regular_low", 1).build()).await;
    assert!(
        child(&nothing, "patches")
            .children()
            .is_none_or(<[Node]>::is_empty)
    );
}

#[tokio::test]
async fn what_is_no_patch_is_refused() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client, _) = welcomed(&admin, SHOP).await;
    let refused = sync(&mut client, with_patch(vec![0xff, 0xff])).await;
    assert_eq!(attr(child(&refused, "error"), "code"), "400");
    let unknown = collection("nonsense", 0)
        .children([NodeBuilder::new("patch").bytes(Vec::new()).build()])
        .build();
    let refused = sync(&mut client, unknown).await;
    assert_eq!(attr(&refused, "type"), "error");
}

#[tokio::test]
async fn the_phone_writes_every_kind_of_change_and_overwrites_its_own() {
    let (_sandbox, admin) = network().await;
    for change in [
        json!({"type": "archive", "chat": CHAT, "archived": true}),
        json!({"type": "archive", "chat": CHAT, "archived": false}),
        json!({"type": "pin", "chat": CHAT, "pinned": true}),
        json!({"type": "mute", "chat": CHAT, "muted": true, "until": 1_900_000_000_000_i64}),
        json!({"type": "read", "chat": CHAT, "read": false}),
        json!({"type": "star", "chat": CHAT, "id": "3EB0", "fromMe": false, "starred": true}),
        json!({"type": "deleteChat", "chat": CHAT}),
        json!({"type": "clearChat", "chat": CHAT}),
        json!({"type": "contact", "jid": CHAT, "fullName": "Ada Echo", "firstName": "Ada"}),
        json!({"type": "pushName", "name": "New Name"}),
    ] {
        admin.post(&format!("/phones/{SHOP}/app-state"), change).await;
    }
    let entries = entries(&admin).await;
    assert_eq!(
        entries.len(),
        9,
        "the second archive replaced the first: {entries:?}"
    );
    let of = |word: &str| {
        let found = entries.iter().find(|entry| entry["index"][0] == word);
        found.unwrap_or_else(|| panic!("no {word} in {entries:?}"))
    };
    assert_eq!(of("archive")["archived"], false);
    assert_eq!(of("mute")["until"], 1_900_000_000_000_i64);
    assert_eq!(of("contact")["fullName"], "Ada Echo");
    assert_eq!(admin.get(&format!("/accounts/{SHOP}")).await["name"], "New Name");
}

#[tokio::test]
async fn a_device_that_never_asked_is_told_that_there_is_something() {
    let (_sandbox, admin) = network().await;
    let change = json!({"type": "pin", "chat": CHAT, "pinned": true});
    admin.post(&format!("/phones/{SHOP}/app-state"), change).await;
    let (device, mut client, _) = welcomed(&admin, SHOP).await;
    let is_dirty = |node: &Node| node.tag == "ib" && node.get_optional_child("dirty").is_some();
    let told = client.expect("the hint", is_dirty).await;
    assert_eq!(attr(child(&told, "dirty"), "type"), "syncd_app_state");
    sync(&mut client, collection("regular_low", 0).build()).await;
    drop(client);
    let mut client = device.log_in(&admin).await;
    let waited = client.activate().await;
    client.request("get", "w:p", Vec::new()).await;
    assert!(!waited.iter().any(is_dirty), "it has asked meanwhile");
}

#[test]
fn a_snapshot_is_what_clients_read() {
    // Guards the assumption behind the server's own snapshots: the author's MAC is that of the whole.
    let keys = expand_app_state_keys(&[1; 32]);
    let patch = SyncdPatch::decode_from_slice(&archiving(b"key", &keys)).unwrap();
    let snapshot = SyncdSnapshot {
        records: vec![(*patch.mutations[0].record).clone()],
        ..Default::default()
    };
    let mut state = HashState {
        version: 1,
        ..HashState::default()
    };
    state.update_hash_from_records(&snapshot.records);
    assert_eq!(
        patch.snapshot_mac,
        Some(state.generate_snapshot_mac("regular_low", &keys.snapshot_mac))
    );
}
