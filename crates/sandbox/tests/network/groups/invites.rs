use serde_json::json;
use wacore_binary::{Node, builder::NodeBuilder};

use super::{ECHO, READER, SHOP, action, create, created_by, lid, roles, seen};
use crate::support::{attr, child, error_code, network, node, ready};

fn with_code(code: &str) -> Node {
    NodeBuilder::new("invite").attr("code", code).build()
}

async fn approval(admin: &crate::support::Admin, pn: &str, group: &str) {
    let path = format!("/phones/{pn}/groups/{group}");
    let body = json!({"approval": true}).to_string();
    assert!(
        admin
            .request(reqwest::Method::PATCH, &path, body)
            .await
            .0
            .is_success()
    );
}

#[tokio::test]
async fn a_link_leads_into_the_group_until_it_is_revoked() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let group = created_by(&admin, READER, json!({})).await;
    let invite = format!("/phones/{READER}/groups/{group}/invite");
    let code = admin.get(&invite).await["code"].as_str().unwrap().to_owned();

    let reply = client.group_request("get", "g.us", with_code(&code)).await;
    let shown = child(&reply, "group");
    assert_eq!(
        (attr(shown, "id"), attr(shown, "size")),
        (group.user.to_string(), "1".to_owned())
    );
    let reply = client.group_request("set", "g.us", with_code(&code)).await;
    assert_eq!(attr(child(&reply, "group"), "jid"), group.to_string());
    let news = client.group_news("create").await;
    assert_eq!(attr(child(&news, "create"), "reason"), "invite");
    seen(&admin, READER, |entry| entry["type"] == "add").await;

    let again = client.group_request("set", "g.us", with_code(&code)).await;
    assert_eq!(error_code(&again), "304");
    let to = group.to_string();
    assert_eq!(
        error_code(&client.group_request("get", &to, node("invite")).await),
        "401"
    );
    assert_eq!(
        error_code(&client.group_request("set", &to, node("invite")).await),
        "403"
    );
    assert_eq!(
        error_code(&client.group_request("set", "g.us", with_code("nonsense")).await),
        "406"
    );

    let (status, renewed) = admin
        .request(reqwest::Method::DELETE, &invite, String::new())
        .await;
    assert!(status.is_success() && renewed["code"] != code.as_str());
    for kind in ["get", "set"] {
        assert_eq!(
            error_code(&client.group_request(kind, "g.us", with_code(&code)).await),
            "410"
        );
    }
}

#[tokio::test]
async fn an_admin_reads_and_renews_the_link() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let group = create(&mut client, &[]).await.to_string();
    let reply = client.group_request("get", &group, node("invite")).await;
    let code = attr(child(&reply, "invite"), "code");
    let reply = client.group_request("set", &group, node("invite")).await;
    assert_ne!(attr(child(&reply, "invite"), "code"), code);
    let reply = client.group_request("get", &group, node("invite")).await;
    let joined = admin
        .post(
            &format!("/phones/{ECHO}/groups/join"),
            json!({"invite": attr(child(&reply, "invite"), "code")}),
        )
        .await;
    assert_eq!(joined["jid"], group);
}

#[tokio::test]
async fn whoever_was_removed_does_not_come_back_by_the_link() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let group = created_by(&admin, READER, json!({"participants": [SHOP]})).await;
    let path = format!("/phones/{READER}/groups/{group}");
    let code = admin.get(&format!("{path}/invite")).await["code"]
        .as_str()
        .unwrap()
        .to_owned();
    admin
        .post(
            &format!("{path}/members"),
            json!({"action": "remove", "participants": [SHOP]}),
        )
        .await;
    assert_eq!(
        error_code(&client.group_request("set", "g.us", with_code(&code)).await),
        "405"
    );
    admin
        .post(
            &format!("{path}/members"),
            json!({"action": "add", "participants": [SHOP]}),
        )
        .await;
    assert_eq!(roles(&admin, &group).await.len(), 2);
}

#[tokio::test]
async fn admins_decide_who_comes_in() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let group = create(&mut client, &[]).await;
    let to = group.to_string();
    approval(&admin, SHOP, &to).await;
    let reply = client.group_request("get", &to, node("invite")).await;
    let code = attr(child(&reply, "invite"), "code");
    for pn in [ECHO, READER] {
        let asked = admin
            .post(&format!("/phones/{pn}/groups/join"), json!({"invite": code}))
            .await;
        assert_eq!(asked["waiting"], true);
        let news = client.group_news("created_membership_requests").await;
        assert_eq!(attr(&news, "participant"), lid(&admin, pn).await);
        let request = child(&news, "created_membership_requests");
        assert_eq!(attr(request, "request_method"), "invite_link");
        assert_eq!(
            attr(child(request, "requested_user"), "phone_number"),
            format!("{pn}@s.whatsapp.net")
        );
    }
    let reply = client
        .group_request("get", &to, node("membership_approval_requests"))
        .await;
    let waiting = child(&reply, "membership_approval_requests");
    assert_eq!(
        waiting.get_children_by_tag("membership_approval_request").count(),
        2
    );

    let decide = |tag, pn: &str| {
        NodeBuilder::new("membership_requests_action")
            .children([action(tag, &[pn])])
            .build()
    };
    client.group_request("set", &to, decide("approve", ECHO)).await;
    client.group_news("add").await;
    seen(&admin, ECHO, |entry| entry["type"] == "create").await;
    client.group_request("set", &to, decide("reject", READER)).await;
    client.group_news("revoked_membership_requests").await;
    let again = client.group_request("set", &to, decide("reject", READER)).await;
    let result = child(child(&again, "membership_requests_action"), "reject");
    assert_eq!(attr(child(result, "participant"), "error"), "404");
    let shown = admin.get(&format!("/groups/{group}")).await;
    assert_eq!(
        (
            shown["requests"].clone(),
            shown["participants"].as_array().unwrap().len()
        ),
        (json!([]), 2)
    );
}

#[tokio::test]
async fn a_request_can_be_taken_back() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let group = created_by(&admin, READER, json!({})).await;
    let to = group.to_string();
    approval(&admin, READER, &to).await;
    let code = admin
        .get(&format!("/phones/{READER}/groups/{group}/invite"))
        .await["code"]
        .clone();
    let reply = client
        .group_request("set", "g.us", with_code(code.as_str().unwrap()))
        .await;
    assert_eq!(attr(child(&reply, "membership_approval_request"), "jid"), to);
    let cancel = || action("cancel_membership_requests", &[SHOP]);
    let reply = client.group_request("set", &to, cancel()).await;
    assert_eq!(attr(&reply, "type"), "result");
    assert_eq!(
        admin.get(&format!("/groups/{group}")).await["requests"],
        json!([])
    );
    assert_eq!(
        error_code(&client.group_request("set", &to, cancel()).await),
        "404"
    );
}

#[tokio::test]
async fn whoever_does_not_want_to_be_added_is_invited() {
    let (_sandbox, admin) = network().await;
    let (_private, mut private) = ready(&admin, ECHO).await;
    let category = NodeBuilder::new("category")
        .attr("name", "groupadd")
        .attr("value", "none")
        .build();
    private
        .request(
            "set",
            "privacy",
            vec![NodeBuilder::new("privacy").children([category]).build()],
        )
        .await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let group = create(&mut client, &[]).await.to_string();
    let reply = client.group_request("set", &group, action("add", &[ECHO])).await;
    let refused = child(child(&reply, "add"), "participant");
    assert_eq!(attr(refused, "error"), "403");
    let invitation = child(refused, "add_request");
    let accept = |code: String| {
        NodeBuilder::new("accept")
            .attr("code", code)
            .attr("expiration", attr(invitation, "expiration"))
            .attr("admin", lid_of_shop())
            .build()
    };
    assert_eq!(
        error_code(
            &private
                .group_request("set", &group, accept("wrong".to_owned()))
                .await
        ),
        "406"
    );
    let reply = private
        .group_request("set", &group, accept(attr(invitation, "code")))
        .await;
    assert_eq!(attr(child(&reply, "group"), "jid"), group);
    client.group_news("add").await;
}

/// Not looked at: the code says enough.
fn lid_of_shop() -> &'static str {
    "900100055551@lid"
}
