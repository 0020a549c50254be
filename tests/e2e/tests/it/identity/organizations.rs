use serde_json::{Value, json};

use super::crowd::{Crowd, PASSWORD, refused, sign_in};
use crate::support::string;

#[tokio::test]
async fn an_organisation_is_made_renamed_and_deleted() {
    let crowd = Crowd::start().await;
    let made = crowd
        .root
        .post("/organizations", json!({ "name": " Lab " }))
        .await
        .expect(201);
    assert_eq!(made["name"], "Lab");
    let path = format!("/organizations/{}", string(&made, "id"));
    let seen = crowd.root.get(&path).await.expect(200);
    assert_eq!((&seen["id"], &seen["role"]), (&made["id"], &json!("owner")));
    let renamed = crowd
        .root
        .patch(&path, json!({ "name": "Works" }))
        .await
        .expect(200);
    assert_eq!(renamed["name"], "Works");
    let blank = crowd.root.patch(&path, json!({ "name": "  " })).await.expect(400);
    assert_eq!(
        blank["error"]["message"],
        "name must have between 1 and 100 characters"
    );
    let mine = crowd.root.get("/organizations").await.expect(200);
    assert_eq!(mine["data"].as_array().unwrap().len(), 2);
    let all = crowd.root.get("/admin/organizations").await.expect(200);
    assert_eq!(all["data"].as_array().unwrap().len(), 2);
    crowd.root.delete(&path).await.expect(204);
    assert_eq!(refused(crowd.root.get(&path).await, 404), "not_found");
}

#[tokio::test]
async fn one_with_sessions_is_not_deleted() {
    let crowd = Crowd::start().await;
    let session = crowd.root.post("/sessions", json!({})).await.expect(201);
    let path = format!("/organizations/{}", crowd.org);
    assert_eq!(refused(crowd.root.delete(&path).await, 409), "conflict");
    let session = format!("/sessions/{}", string(&session, "id"));
    crowd.root.delete(&session).await.expect(204);
    crowd.root.delete(&path).await.expect(204);
    assert_eq!(
        refused(crowd.program().get("/sessions").await, 401),
        "unauthorized"
    );
}

#[tokio::test]
async fn roles_decide_who_does_what() {
    let crowd = Crowd::start().await;
    let (admin, admin_id) = crowd.join("admin@example.com", "admin").await;
    let (member, member_id) = crowd.join("member@example.com", "member").await;
    let members = format!("/organizations/{}/members", crowd.org);
    let of = |id: &str| format!("{members}/{id}");
    let root_id = string(&crowd.root.get("/me").await.expect(200)["user"], "id");

    // A member reads, sends and follows, and manages nothing.
    assert_eq!(
        member.get("/me").await.expect(200)["capabilities"],
        json!(["read", "send", "events"])
    );
    assert_eq!(refused(member.get("/sessions").await, 403), "forbidden");
    assert_eq!(refused(member.get(&members).await, 403), "forbidden");
    member
        .get(&format!("/organizations/{}", crowd.org))
        .await
        .expect(200);

    // An admin looks after admins and members, and not after owners.
    admin.get("/sessions").await.expect(200);
    let listed = admin.get(&members).await.expect(200);
    let roles: Vec<&Value> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| &member["role"])
        .collect();
    assert_eq!(roles, [&json!("owner"), &json!("admin"), &json!("member")]);
    admin
        .patch(&of(&member_id), json!({ "role": "admin" }))
        .await
        .expect(200);
    admin
        .patch(&of(&member_id), json!({ "role": "member" }))
        .await
        .expect(200);
    for (path, role) in [(of(&member_id), "owner"), (of(&root_id), "member")] {
        let refusal = admin.patch(&path, json!({ "role": role })).await.expect(403);
        assert_eq!(refusal["error"]["message"], "required role: owner");
    }
    admin.delete(&of(&root_id)).await.expect(403);
    admin
        .delete(&format!("/organizations/{}", crowd.org))
        .await
        .expect(403);

    // The last owner stays one; anyone else may leave.
    for answer in [
        crowd.root.patch(&of(&root_id), json!({ "role": "admin" })).await,
        crowd.root.delete(&of(&root_id)).await,
    ] {
        assert_eq!(refused(answer, 409), "conflict");
    }
    member.delete(&of(&member_id)).await.expect(204);
    assert_eq!(
        refused(member.get(&format!("/organizations/{}", crowd.org)).await, 401),
        "unauthorized"
    );
    crowd
        .root
        .patch(&of(&admin_id), json!({ "role": "owner" }))
        .await
        .expect(200);
    crowd.root.delete(&of(&root_id)).await.expect(204);
}

#[tokio::test]
async fn members_are_added_with_or_without_an_account() {
    let crowd = Crowd::start().await;
    let members = format!("/organizations/{}/members", crowd.org);
    let ada = |more: Value| {
        let mut body = json!({ "email": "ada@example.com" });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    let no_account = crowd.root.post(&members, ada(json!({}))).await.expect(400);
    assert_eq!(
        no_account["error"]["message"],
        "password is required for someone who has no account yet"
    );
    let added = crowd
        .root
        .post(&members, ada(json!({ "password": PASSWORD })))
        .await
        .expect(201);
    assert_eq!(added["role"], "member");
    assert_eq!(
        refused(crowd.root.post(&members, ada(json!({}))).await, 409),
        "conflict"
    );

    let lab = crowd
        .root
        .post("/organizations", json!({ "name": "Lab" }))
        .await
        .expect(201);
    let lab = string(&lab, "id");
    let others = format!("/organizations/{lab}/members");
    let taken = ada(json!({ "password": "another horse battery" }));
    assert_eq!(refused(crowd.root.post(&others, taken).await, 409), "conflict");
    crowd
        .root
        .post(&others, ada(json!({ "role": "admin" })))
        .await
        .expect(201);

    // The one joined first, unless another is named; also later, with the refresh token.
    let session = sign_in(&crowd.gateway, "ada@example.com", PASSWORD).await;
    assert_eq!(session["organizationId"], crowd.org.as_str());
    let change = json!({ "refreshToken": session["refreshToken"], "organizationId": lab });
    let there = crowd
        .root
        .anonymous()
        .post("/auth/refresh", change)
        .await
        .expect(200);
    assert_eq!(
        (&there["organizationId"], &there["orgRole"]),
        (&json!(lab), &json!("admin"))
    );
}

#[tokio::test]
async fn keys_administer_as_far_as_they_may() {
    let crowd = Crowd::start().await;
    let members = format!("/organizations/{}/members", crowd.org);
    let body = json!({ "email": "ada@example.com", "password": PASSWORD });
    let half = crowd.key(&["admin"]).await;
    let refusal = half.post(&members, body.clone()).await.expect(403);
    assert_eq!(refusal["error"]["message"], "missing required capability: read");
    crowd.program().post(&members, body).await.expect(201);
    let owner = json!({ "email": "eve@example.com", "password": PASSWORD, "role": "owner" });
    crowd.program().post(&members, owner).await.expect(403);
    let mine = crowd.program().get("/organizations").await.expect(200);
    assert_eq!(mine["data"][0]["id"], crowd.org.as_str());
}
