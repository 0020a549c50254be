//! A group of Baileys clients: its life, and what its members say in it.

use serde_json::{Value, json};
use wagon_test_kit::{Account, Baileys, DEADLINE, Sandbox};

use crate::support::{PIXELS, Person, assert_same_file, call, content_of_every_kind};

struct Club {
    _network: Sandbox,
    ada: Person,
    bo: Person,
    cleo: Person,
    group: String,
}

impl Club {
    /// Ada has made a group with Bo. Cleo is there too, but not in it.
    async fn start() -> Self {
        let sandbox = Sandbox::start().await;
        let admin = sandbox.admin();
        let (ada, bo, cleo) = tokio::join!(
            Person::join(admin, "Ada"),
            Person::join(admin, "Bo"),
            Person::join(admin, "Cleo")
        );
        let made = ada
            .peer
            .command(call("groupCreate", &json!(["Club", [bo.jid()]])))
            .await;
        let group = made["result"]["id"]
            .as_str()
            .expect("a group has an id")
            .to_owned();
        bo.peer
            .wait("group", |line| line["group"]["id"] == group, DEADLINE)
            .await;
        Self {
            _network: sandbox,
            ada,
            bo,
            cleo,
            group,
        }
    }

    /// Calls a group method of `by`, with the group as the first argument.
    async fn act(&self, by: &Person, method: &str, args: &[Value]) -> Value {
        let mut all = vec![json!(self.group)];
        all.extend_from_slice(args);
        by.peer.command(call(method, &json!(all))).await["result"].clone()
    }

    async fn change_members(&self, by: &Person, whom: &Person, action: &str) {
        let changed = self
            .act(
                by,
                "groupParticipantsUpdate",
                &[json!([whom.jid()]), json!(action)],
            )
            .await;
        assert_eq!(changed[0]["status"], "200", "{action}: {changed}");
    }

    /// Waits until `peer` is told that something happened to `whom`.
    async fn wait_member(&self, peer: &Baileys, whom: &Account, action: &str) {
        let told = |line: &Value| {
            let people = line["participants"].as_array();
            line["from"] == self.group
                && line["action"] == action
                && people.is_some_and(|people| people.iter().any(|person| person["id"] == lid(whom)))
        };
        peer.wait("participants", told, DEADLINE).await;
    }

    /// Waits until `peer` is told that `field` of the group is `value`.
    async fn wait_change(&self, peer: &Baileys, field: &str, value: Value) {
        let told = |line: &Value| line["group"]["id"] == self.group && line["group"][field] == value;
        peer.wait("group", told, DEADLINE).await;
    }
}

fn lid(account: &Account) -> String {
    format!("{}@lid", account.lid)
}

#[tokio::test]
async fn every_kind_of_content_reaches_the_members() {
    let club = Club::start().await;
    let (ada, bo) = (&club.ada, &club.bo);
    for (command, kind) in content_of_every_kind(&club.group) {
        let id = ada.peer.send_with(command.clone()).await;
        let received = bo
            .peer
            .wait_message(|message| message["id"] == id, DEADLINE)
            .await;
        assert_eq!(received["type"], kind, "{received}");
        assert_eq!(
            (&received["from"], &received["participant"]),
            (&json!(club.group), &json!(lid(&ada.account)))
        );
        if command["cmd"] == "sendMedia" {
            assert_same_file(&ada.peer, &bo.peer, &id, &command["mimetype"]).await;
        }
    }
}

#[tokio::test]
async fn members_answer_react_read_and_type() {
    let club = Club::start().await;
    let (ada, bo) = (&club.ada, &club.bo);
    let id = ada.peer.send(&club.group, "Who is in?").await;
    bo.peer
        .wait_message(|message| message["id"] == id, DEADLINE)
        .await;
    let receipt = |kind: &'static str| {
        let (id, reader) = (id.clone(), lid(&bo.account));
        move |line: &Value| line["id"] == id && line["participant"] == reader && line["type"] == kind
    };
    ada.peer.wait("receipt", receipt("delivered"), DEADLINE).await;
    bo.peer.command(json!({ "cmd": "read", "keys": [id] })).await;
    ada.peer.wait("receipt", receipt("read"), DEADLINE).await;

    let answer = json!({ "cmd": "send", "to": club.group, "text": "Me", "quote": id, "mentions": [lid(&ada.account)] });
    bo.peer.send_with(answer).await;
    let answer = ada
        .peer
        .wait_message(|message| message["text"] == "Me", DEADLINE)
        .await;
    assert_eq!(
        (&answer["quoted"]["id"], &answer["mentions"]),
        (&json!(id), &json!([lid(&ada.account)]))
    );
    bo.peer
        .command(json!({ "cmd": "react", "message": id, "text": "🎉" }))
        .await;
    ada.peer
        .wait(
            "reaction",
            |reaction| reaction["id"] == id && reaction["text"] == "🎉",
            DEADLINE,
        )
        .await;
    ada.peer
        .command(json!({ "cmd": "edit", "message": id, "text": "Who comes along?" }))
        .await;
    bo.peer
        .wait(
            "edit",
            |edit| edit["id"] == id && edit["text"] == "Who comes along?",
            DEADLINE,
        )
        .await;
    ada.peer.command(json!({ "cmd": "revoke", "message": id })).await;
    bo.peer
        .wait("revoke", |revoke| revoke["id"] == id, DEADLINE)
        .await;

    for person in [ada, bo] {
        person
            .peer
            .command(json!({ "cmd": "presence", "state": "available" }))
            .await;
    }
    ada.peer
        .command(json!({ "cmd": "presence", "state": "composing", "to": club.group }))
        .await;
    bo.peer
        .wait(
            "presence",
            |presence| presence["from"] == club.group && presence["state"] == "composing",
            DEADLINE,
        )
        .await;
}

#[tokio::test]
async fn members_come_rise_and_go() {
    let club = Club::start().await;
    let Club {
        ada, bo, cleo, group, ..
    } = &club;
    club.change_members(ada, cleo, "add").await;
    club.wait_member(&bo.peer, &cleo.account, "add").await;
    // Who is added is shown the group instead.
    cleo.peer
        .wait("group", |line| line["group"]["id"] == *group, DEADLINE)
        .await;
    let welcome = bo.peer.send(group, "Welcome").await;
    for person in [ada, cleo] {
        person
            .peer
            .wait_message(|message| message["id"] == welcome, DEADLINE)
            .await;
    }

    club.act(cleo, "groupLeave", &[]).await;
    club.wait_member(&ada.peer, &cleo.account, "remove").await;
    let code = club.act(ada, "groupInviteCode", &[]).await;
    let joined = cleo.peer.command(call("groupAcceptInvite", &json!([code]))).await;
    assert_eq!(joined["result"], json!(group));
    let back = cleo.peer.send(group, "Back again").await;
    for person in [ada, bo] {
        person
            .peer
            .wait_message(|message| message["id"] == back, DEADLINE)
            .await;
    }

    club.change_members(ada, bo, "promote").await;
    club.wait_member(&cleo.peer, &bo.account, "promote").await;
    club.change_members(bo, cleo, "promote").await;
    club.wait_member(&ada.peer, &cleo.account, "promote").await;
    club.change_members(ada, bo, "demote").await;
    club.wait_member(&cleo.peer, &bo.account, "demote").await;
    club.change_members(cleo, bo, "remove").await;
    club.wait_member(&ada.peer, &bo.account, "remove").await;
    let left = club.act(ada, "groupMetadata", &[]).await;
    let mut members: Vec<_> = left["participants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| member["id"].as_str().unwrap().to_owned())
        .collect();
    members.sort();
    let mut expected = vec![lid(&ada.account), lid(&cleo.account)];
    expected.sort();
    assert_eq!(members, expected);
}

#[tokio::test]
async fn what_the_group_looks_like_changes_for_all() {
    let club = Club::start().await;
    let (ada, bo) = (&club.ada, &club.bo);
    club.act(ada, "groupUpdateSubject", &[json!("Chess club")]).await;
    club.wait_change(&bo.peer, "subject", json!("Chess club")).await;
    club.act(ada, "groupUpdateDescription", &[json!("Every Friday")])
        .await;
    club.wait_change(&bo.peer, "desc", json!("Every Friday")).await;
    club.act(ada, "groupSettingUpdate", &[json!("locked")]).await;
    club.wait_change(&bo.peer, "restrict", json!(true)).await;
    club.act(ada, "updateProfilePicture", &[json!({ "url": PIXELS })])
        .await;
    bo.peer
        .wait(
            "contact",
            |contact| contact["id"] == club.group && contact["imgUrl"] == "changed",
            DEADLINE,
        )
        .await;

    club.act(ada, "groupSettingUpdate", &[json!("announcement")])
        .await;
    club.wait_change(&bo.peer, "announce", json!(true)).await;
    let refused = bo.peer.send(&club.group, "May I?").await;
    bo.peer
        .wait(
            "status",
            |line| line["id"] == refused && line["status"] == "error",
            DEADLINE,
        )
        .await;
    let said = ada.peer.send(&club.group, "Listen").await;
    bo.peer
        .wait_message(|message| message["id"] == said, DEADLINE)
        .await;
    let seen = club.act(bo, "groupMetadata", &[]).await;
    assert_eq!(
        (
            &seen["subject"],
            &seen["desc"],
            &seen["announce"],
            &seen["restrict"]
        ),
        (
            &json!("Chess club"),
            &json!("Every Friday"),
            &json!(true),
            &json!(true)
        )
    );
}
