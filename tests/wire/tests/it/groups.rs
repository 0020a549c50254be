//! Groups: sender keys, repetitions, members and devices that come and go.

use wacore::{
    stanza::groups::GroupNotificationAction,
    types::{events::Event, presence::ReceiptType},
};
use wacore_binary::Jid;
use wagon_wire::{Client, Network};
use whatsapp_rust::{GroupCreateOptions, GroupParticipantOptions};

/// A group of three, made by the first.
async fn three() -> (Network, [Client; 3], Jid) {
    let network = Network::start().await;
    let (ann, bo, cy) = tokio::join!(network.client("Ann"), network.client("Bo"), network.client("Cy"));
    let members = [&bo, &cy].map(|member| GroupParticipantOptions::new(member.jid()));
    let options = GroupCreateOptions::new("Sailing").with_participants(members.to_vec());
    let group = ann.library().groups().create_group(options).await;
    let group = group.expect("everybody may make a group").metadata.id;
    for member in [&bo, &cy] {
        wait_group(member, "the new group", &group, |action| {
            matches!(action, GroupNotificationAction::Create { .. })
        })
        .await;
    }
    (network, [ann, bo, cy], group)
}

async fn wait_group(
    client: &Client,
    what: &str,
    group: &Jid,
    fits: impl Fn(&GroupNotificationAction) -> bool,
) {
    client
        .wait(what, |event| match event {
            Event::GroupUpdate(update) if update.group_jid == *group && fits(&update.action) => Some(()),
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn everybody_reads_and_answers() {
    let (_network, [ann, bo, cy], group) = three().await;
    let id = ann.send(&group, "ahoy").await;
    for member in [&bo, &cy] {
        let received = member.wait_text("ahoy").await;
        assert_eq!(received.info.id, id);
        assert!(received.info.source.is_group);
        assert_eq!(received.info.source.chat, group);
        assert_eq!(received.info.push_name, "Ann");
    }
    ann.wait_receipt(&id, ReceiptType::Delivered).await;
    bo.send(&group, "aye").await;
    ann.wait_text("aye").await;
    cy.wait_text("aye").await;
    // The second message needs no keys any more.
    ann.send(&group, "set sail").await;
    bo.wait_text("set sail").await;
    cy.wait_text("set sail").await;

    let chat = bo.wait_text("ahoy").await.info.source.clone();
    let read = bo
        .library()
        .mark_as_read(&chat.chat, Some(&chat.sender), &[&id])
        .await;
    read.expect("the connection is up");
    ann.wait_receipt(&id, ReceiptType::Read).await;
}

#[tokio::test]
async fn a_lost_sender_key_is_sent_again() {
    let (_network, [ann, bo, cy], group) = three().await;
    ann.send(&group, "one").await;
    bo.wait_text("one").await;
    cy.wait_text("one").await;
    let sender = bo.wait_text("one").await.info.source.sender.clone();

    let deleted = bo.library().signal().delete_sender_key(&group, &sender).await;
    deleted.expect("a store in memory does not fail");
    let id = ann.send(&group, "two").await;
    assert_eq!(bo.wait_text("two").await.info.id, id);
    cy.wait_text("two").await;
    ann.send(&group, "three").await;
    bo.wait_text("three").await;
    cy.wait_text("three").await;
    for member in [&bo, &cy] {
        assert_eq!(member.texts(), ["one", "two", "three"], "each once");
    }
}

#[tokio::test]
async fn members_come_and_go() {
    let (network, [ann, bo, cy], group) = three().await;
    let dee = network.client("Dee").await;
    ann.send(&group, "before Dee").await;
    cy.wait_text("before Dee").await;

    let added = ann
        .library()
        .groups()
        .add_participants(&group, &[dee.jid()])
        .await;
    assert!(
        added
            .expect("admins may add")
            .iter()
            .all(whatsapp_rust::ParticipantChangeResponse::is_ok)
    );
    for member in [&bo, &cy, &dee] {
        wait_group(member, "Dee", &group, |action| {
            matches!(
                action,
                GroupNotificationAction::Add { .. } | GroupNotificationAction::Create { .. }
            )
        })
        .await;
    }
    ann.send(&group, "welcome Dee").await;
    dee.wait_text("welcome Dee").await;
    assert_eq!(
        dee.texts(),
        ["welcome Dee"],
        "what was said before is not for newcomers"
    );

    let removed = ann
        .library()
        .groups()
        .remove_participants(&group, &[cy.jid()])
        .await;
    assert!(
        removed
            .expect("admins may remove")
            .iter()
            .all(whatsapp_rust::ParticipantChangeResponse::is_ok)
    );
    wait_group(&cy, "the removal", &group, |action| {
        matches!(action, GroupNotificationAction::Remove { .. })
    })
    .await;
    let mark = cy.mark();
    ann.send(&group, "without Cy").await;
    bo.wait_text("without Cy").await;
    dee.wait_text("without Cy").await;
    assert_eq!(cy.stanzas(mark, "message"), []);

    bo.library()
        .groups()
        .leave(&group)
        .await
        .expect("everybody may leave");
    wait_group(&ann, "Bo's leave", &group, |action| {
        matches!(action, GroupNotificationAction::Remove { .. })
    })
    .await;
    let metadata = ann.library().groups().get_metadata(&group).await;
    assert_eq!(metadata.expect("a member may ask").participants.len(), 2);
}

#[tokio::test]
async fn a_new_device_of_a_member_reads_along() {
    let (network, [ann, bo, _cy], group) = three().await;
    ann.send(&group, "before the tablet").await;
    bo.wait_text("before the tablet").await;
    let tablet = network.device_beside(&bo).await;
    ann.wait_stanza("news of the tablet", |node| {
        node.tag == "notification"
            && node
                .get_optional_child("add")
                .is_some_and(|add| add.get_optional_child("device").is_some())
    })
    .await;
    ann.send(&group, "for the tablet too").await;
    tablet.wait_text("for the tablet too").await;
    bo.wait_text("for the tablet too").await;

    tablet.send(&group, "from the tablet").await;
    ann.wait_text("from the tablet").await;
    bo.wait_text("from the tablet").await;
}

#[tokio::test]
async fn what_a_group_says_waits_for_members_who_are_away() {
    let (network, [ann, mut bo, cy], group) = three().await;
    ann.send(&group, "one").await;
    bo.wait_text("one").await;
    network.go_offline(&mut bo).await;
    for text in ["two", "three"] {
        ann.send(&group, text).await;
        cy.wait_text(text).await;
    }
    let subject = whatsapp_rust::GroupSubject::new("Rowing").expect("short enough");
    let renamed = ann.library().groups().set_subject(&group, subject).await;
    renamed.expect("admins may rename");
    bo.come_back().await;
    bo.wait_text("three").await;
    assert_eq!(bo.texts(), ["one", "two", "three"]);
    wait_group(
        &bo,
        "the new name",
        &group,
        |action| matches!(action, GroupNotificationAction::Subject { subject, .. } if subject == "Rowing"),
    )
    .await;
}
