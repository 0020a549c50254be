//! What the devices of an account share by way of app state, and the history a new one is given.

use serde_json::json;
use wacore::types::events::Event;
use wacore_binary::Jid;
use wagon_test_kit::cast;
use wagon_wire::{Client, Linking, Network};

#[tokio::test]
async fn a_device_without_a_name_is_told_by_the_phone() {
    let network = Network::start().await;
    let account = network.phone("Ann").await;
    let ann = Client::link(network.admin(), &account, Linking::default()).await;
    ann.wait("the name", |event| match event {
        Event::SelfPushNameUpdated(update) if update.new_name == "Ann" => Some(()),
        _ => None,
    })
    .await;
}

#[tokio::test]
async fn what_one_device_changes_the_others_see() {
    let network = Network::start().await;
    let desk = network.client("Ann").await;
    let tablet = network.device_beside(&desk).await;
    let chat = Jid::pn(cast::ECHO);
    for archived in [true, false] {
        let actions = desk.library().chat_actions();
        let changed = if archived {
            actions.archive_chat(&chat, None).await
        } else {
            actions.unarchive_chat(&chat, None).await
        };
        changed.expect("the patch is accepted");
        tablet
            .wait("the change on the other device", |event| match event {
                Event::ArchiveUpdate(update)
                    if update.jid == chat && update.action.archived == Some(archived) =>
                {
                    Some(())
                }
                _ => None,
            })
            .await;
    }
    // And the other way round, from the device that has only read so far.
    let pinned = tablet.library().chat_actions().pin_chat(&chat).await;
    pinned.expect("the patch is accepted");
    desk.wait("the pin", |event| match event {
        Event::PinUpdate(update) if update.jid == chat => Some(()),
        _ => None,
    })
    .await;
}

#[tokio::test]
async fn a_device_that_was_away_catches_up_and_can_change_things() {
    let network = Network::start().await;
    let desk = network.client("Ann").await;
    let mut tablet = network.device_beside(&desk).await;
    let chat = Jid::pn(cast::ECHO);
    network.go_offline(&mut tablet).await;
    let muted = desk.library().chat_actions().mute_chat(&chat).await;
    muted.expect("the patch is accepted");
    let body = json!({ "type": "archive", "chat": chat.to_string(), "archived": true });
    let path = format!("/admin/phones/{}/app-state", desk.account().pn);
    network.admin().post(&path, body).await;

    tablet.come_back().await;
    tablet
        .wait("what the desk did", |event| match event {
            Event::MuteUpdate(update) if update.jid == chat => Some(()),
            _ => None,
        })
        .await;
    tablet
        .wait("what the phone did", |event| match event {
            Event::ArchiveUpdate(update) if update.jid == chat => Some(()),
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn a_new_device_is_given_the_conversations() {
    let network = Network::start().await;
    let account = network.phone("Ann").await;
    let history = json!({ "conversations": [{
        "jid": format!("{}@s.whatsapp.net", cast::ECHO), "name": "Echo",
        "messages": [{ "id": "OLD1", "text": "hello", "t": 1_700_000_000 }],
    }] });
    let path = format!("/admin/phones/{}/history", account.pn);
    network.admin().post(&path, history).await;
    let linking = Linking {
        name: Some("Ann".to_owned()),
        ..Linking::default()
    };
    let ann = Client::link(network.admin(), &account, linking).await;
    ann.wait("the old message", |event| match event {
        Event::HistorySync(sync) => {
            let sync = sync.get()?;
            let mut messages = sync.conversations.iter().flat_map(|chat| &chat.messages);
            messages.find_map(|message| (message.message.key.id.as_deref() == Some("OLD1")).then_some(()))
        }
        _ => None,
    })
    .await;
}
