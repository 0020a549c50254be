use serde_json::{Value, json};

use super::Admin;

/// Groups, and what phones do with them.
impl Admin {
    /// Everything the network knows of a group.
    pub async fn group(&self, group: &str) -> Value {
        self.call(self.http.get(self.path(format!("/admin/groups/{group}"))), 200)
            .await
    }

    /// The phone `pn` creates a group: `{subject, participants?, addressing?, …}`.
    pub async fn phone_group(&self, pn: &str, body: Value) -> Value {
        let path = self.path(format!("/admin/phones/{pn}/groups"));
        self.call(self.http.post(path).json(&body), 201).await
    }

    /// The phone `pn` changes a group's settings.
    pub async fn phone_change_group(&self, pn: &str, group: &str, body: Value) -> Value {
        let path = self.path(format!("/admin/phones/{pn}/groups/{group}"));
        self.call(self.http.patch(path).json(&body), 200).await
    }

    /// The phone `pn` changes members: `add`, `remove`, `promote`, `demote`, `approve` or `reject`.
    pub async fn phone_members(&self, pn: &str, group: &str, action: &str, people: &[&str]) -> Value {
        let path = self.path(format!("/admin/phones/{pn}/groups/{group}/members"));
        let body = json!({ "action": action, "participants": people });
        self.call(self.http.post(path).json(&body), 200).await
    }

    /// The phone `pn` joins by a link or code.
    pub async fn phone_join(&self, pn: &str, invite: &str) -> Value {
        let path = self.path(format!("/admin/phones/{pn}/groups/join"));
        self.call(self.http.post(path).json(&json!({ "invite": invite })), 200)
            .await
    }

    /// The invite link, as the phone `pn` sees it.
    pub async fn phone_invite(&self, pn: &str, group: &str) -> String {
        let path = self.path(format!("/admin/phones/{pn}/groups/{group}/invite"));
        let invite = self.call(self.http.get(path), 200).await;
        invite["link"]
            .as_str()
            .unwrap_or_else(|| panic!("an invite without a link: {invite}"))
            .to_owned()
    }
}
