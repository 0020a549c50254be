use std::{fmt::Display, time::Duration};

use reqwest::{Client, RequestBuilder};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    Answer, DEADLINE,
    http::{client, exchange},
    wait_until,
};

/// Seconds of one long poll of an inbox.
const POLL_SECONDS: u64 = 5;

/// A phone number of the network.
#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    /// Digits without `+`.
    pub pn: String,
    /// The digits of the hidden identity.
    pub lid: String,
}

impl Account {
    /// The address by phone number.
    pub fn jid(&self) -> String {
        format!("{}@s.whatsapp.net", self.pn)
    }
}

/// A device that was linked by scanning its QR code.
#[derive(Debug, Clone, Deserialize)]
pub struct Pairing {
    /// Its address by phone number, with device.
    pub jid: String,
    /// Its hidden identity, with device.
    pub lid: String,
}

/// The control API of a sandbox, in this process or another.
#[derive(Debug, Clone)]
pub struct Admin {
    pub(super) http: Client,
    url: String,
}

impl Admin {
    /// `url` e.g. `http://127.0.0.1:2786`.
    pub fn new(url: &str) -> Self {
        Self {
            http: client(),
            url: url.to_owned(),
        }
    }

    /// Where the network is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A new phone number with the display name.
    pub async fn account(&self, name: &str) -> Account {
        self.account_with(json!({ "name": name })).await
    }

    /// A new phone number; `pn`, `name` and `script` are optional.
    pub async fn account_with(&self, body: Value) -> Account {
        self.read(self.http.post(self.path("/admin/accounts")).json(&body), 201)
            .await
    }

    /// What the network knows about a phone number.
    pub async fn inspect(&self, pn: &str) -> Value {
        self.call(self.http.get(self.path(format!("/admin/accounts/{pn}"))), 200)
            .await
    }

    /// Scans a QR code with the phone of `account`, or with one of a new account.
    pub async fn scan_qr(&self, qr: &str, account: Option<&str>) -> Pairing {
        let body = self.try_scan_qr(qr, account).await.expect(200);
        Pairing::deserialize(&body).unwrap_or_else(|error| panic!("the sandbox answered {body}: {error}"))
    }

    /// Scans a QR code that may be refused.
    pub async fn try_scan_qr(&self, qr: &str, account: Option<&str>) -> Answer {
        let query = account.map(|pn| format!("?account={pn}")).unwrap_or_default();
        let path = self.path(format!("/admin/mock-phone/scan-qr{query}"));
        let answer = exchange(self.http.post(path).body(qr.to_owned())).await;
        answer.unwrap_or_else(|error| panic!("the sandbox does not answer: {error}"))
    }

    /// Waits until every device of the phone number can be written to. A device is connected a little before its keys
    /// are there, and what others send in between goes to the phone alone.
    pub async fn wait_reachable(&self, pn: &str) {
        wait_until(DEADLINE, "keys of every device", async || {
            let account = self.inspect(pn).await;
            let devices = account["devices"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            let reachable = !devices.is_empty() && devices.iter().all(|device| device["reachable"] == true);
            if reachable { Ok(()) } else { Err(account) }
        })
        .await;
    }

    /// Sends a text from the phone `from` and answers the message id.
    pub async fn send(&self, from: &str, to: &str, text: &str) -> String {
        self.send_with(from, json!({ "to": to, "text": text })).await
    }

    /// Sends from the phone `from`, also with `quote` or `mentions`, and answers the message id.
    pub async fn send_with(&self, from: &str, body: Value) -> String {
        let path = self.path(format!("/admin/phones/{from}/messages"));
        let sent = self.call(self.http.post(path).json(&body), 201).await;
        sent["id"]
            .as_str()
            .unwrap_or_else(|| panic!("a message without id: {sent}"))
            .to_owned()
    }

    /// Everything the phone has received so far.
    pub async fn inbox(&self, pn: &str) -> Vec<Value> {
        self.inbox_since(pn, 0, 0).await.0
    }

    /// The first entry of the phone's inbox that matches.
    pub async fn wait_inbox(&self, pn: &str, matches: impl Fn(&Value) -> bool, deadline: Duration) -> Value {
        let end = Instant::now() + deadline;
        let mut seen = Vec::new();
        let mut since = 0;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "waited {deadline:?} in vain for an inbox entry of {pn}; it has: {seen:#?}"
            );
            let (entries, next) = self
                .inbox_since(pn, since, POLL_SECONDS.min(left.as_secs() + 1))
                .await;
            if let Some(found) = entries.iter().find(|entry| matches(entry)) {
                return found.clone();
            }
            seen.extend(entries);
            since = next;
        }
    }

    /// What the phone has received after `since`, waiting up to so many seconds for something, and where to go on.
    pub async fn inbox_since(&self, pn: &str, since: u64, wait: u64) -> (Vec<Value>, u64) {
        #[derive(Deserialize)]
        struct Page {
            entries: Vec<Value>,
            next: u64,
        }
        let path = self.path(format!("/admin/phones/{pn}/inbox?since={since}&wait={wait}"));
        let Page { entries, next } = self.read(self.http.get(path), 200).await;
        (entries, next)
    }

    /// Makes the phone `pn` act: `action` is the last part of the path, such as `receipts` or `app-state`.
    pub async fn act(&self, pn: &str, action: &str, body: Value) {
        let path = self.path(format!("/admin/phones/{pn}/{action}"));
        self.call(self.http.post(path).json(&body), 204).await;
    }

    /// What the phone `pn` knows: `what` is `profile` or `app-state`.
    pub async fn look(&self, pn: &str, what: &str) -> Value {
        let path = self.path(format!("/admin/phones/{pn}/{what}"));
        self.call(self.http.get(path), 200).await
    }

    /// Changes what the phone shows of its user: `name`, `about` and the like.
    pub async fn change_profile(&self, pn: &str, change: Value) {
        let path = self.path(format!("/admin/phones/{pn}/profile"));
        self.call(self.http.patch(path).json(&change), 200).await;
    }

    /// Gives the phone's user a picture and answers its id.
    pub async fn set_picture(&self, pn: &str, image: Vec<u8>) -> String {
        let path = self.path(format!("/admin/phones/{pn}/picture"));
        let set = self.call(self.http.put(path).body(image), 200).await;
        set["id"]
            .as_str()
            .unwrap_or_else(|| panic!("a picture without id: {set}"))
            .to_owned()
    }

    /// Takes the picture away.
    pub async fn remove_picture(&self, pn: &str) {
        let path = self.path(format!("/admin/phones/{pn}/picture"));
        self.call(self.http.delete(path), 204).await;
    }

    /// What the phone does with messages from now on: `silent`, `read` or `echo`.
    pub async fn set_script(&self, pn: &str, script: &str) {
        let path = self.path(format!("/admin/phones/{pn}/script"));
        self.call(self.http.put(path).json(&json!({ "script": script })), 204)
            .await;
    }

    /// Makes a channel that `owner`'s phone runs and answers its address.
    pub async fn channel(&self, owner: &str, name: &str) -> String {
        let asked = json!({ "owner": owner, "name": name });
        let made = self
            .call(self.http.post(self.path("/admin/channels")).json(&asked), 201)
            .await;
        made["jid"]
            .as_str()
            .unwrap_or_else(|| panic!("a channel without address: {made}"))
            .to_owned()
    }

    /// What the network knows about a channel.
    pub async fn inspect_channel(&self, channel: &str) -> Value {
        self.call(
            self.http.get(self.path(format!("/admin/channels/{channel}"))),
            200,
        )
        .await
    }

    /// Posts a text from the phone `author` and answers its id and the channel's number of it.
    pub async fn post_to_channel(&self, author: &str, channel: &str, text: &str) -> (String, u64) {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Posted {
            id: String,
            server_id: u64,
        }
        let path = self.path(format!("/admin/phones/{author}/channels/{channel}/posts"));
        let request = self.http.post(path).json(&json!({ "text": text }));
        let Posted { id, server_id } = self.read(request, 201).await;
        (id, server_id)
    }

    /// Lets the phone `pn` follow a channel.
    pub async fn follow_channel(&self, pn: &str, channel: &str) {
        let path = self.path(format!("/admin/phones/{pn}/channels/{channel}"));
        self.call(self.http.put(path), 204).await;
    }

    /// Rings from the phone `from`: `{to, video?, group?, ringSeconds?}`. Answers the call's id.
    pub async fn ring(&self, from: &str, call: Value) -> String {
        let path = self.path(format!("/admin/phones/{from}/calls"));
        let placed = self.call(self.http.post(path).json(&call), 201).await;
        placed["id"]
            .as_str()
            .unwrap_or_else(|| panic!("a call without id: {placed}"))
            .to_owned()
    }

    /// Types a pairing code on the phone `pn`.
    pub async fn type_code(&self, pn: &str, code: &str) -> Pairing {
        let typed = json!({ "pn": pn, "code": code });
        self.read(self.http.post(self.path("/admin/pairing/code")).json(&typed), 200)
            .await
    }

    /// Holds the account `pn` to these limits and no others.
    pub async fn limit(&self, pn: &str, limits: Value) {
        let path = self.path(format!("/admin/accounts/{pn}/limits"));
        self.call(self.http.put(path).json(&limits), 204).await;
    }

    /// Uses up the one-time keys of a device.
    pub async fn exhaust_keys(&self, pn: &str, device: u64) {
        let path = self.path(format!("/admin/accounts/{pn}/devices/{device}/keys"));
        self.call(self.http.delete(path), 204).await;
    }

    /// Unlinks a device, as its owner can do on the phone.
    pub async fn unlink(&self, pn: &str, device: u64) {
        let path = self.path(format!("/admin/accounts/{pn}/devices/{device}"));
        self.call(self.http.delete(path), 204).await;
    }

    /// Installs the app anew on a phone: other keys, no linked devices.
    pub async fn reinstall(&self, pn: &str) {
        let path = self.path(format!("/admin/phones/{pn}/reinstall"));
        self.call(self.http.post(path), 204).await;
    }

    /// Makes the network misbehave: `{scope?, match?, action, count?}`. Answers the fault's id.
    pub async fn fault(&self, fault: Value) -> u64 {
        let added = self
            .call(self.http.post(self.path("/admin/faults")).json(&fault), 201)
            .await;
        added["id"]
            .as_u64()
            .unwrap_or_else(|| panic!("a fault without id: {added}"))
    }

    /// Ends a fault.
    pub async fn lift_fault(&self, id: u64) {
        self.call(self.http.delete(self.path(format!("/admin/faults/{id}"))), 204)
            .await;
    }

    /// Ends all faults.
    pub async fn lift_faults(&self) {
        let faults = self.call(self.http.get(self.path("/admin/faults")), 200).await;
        for fault in faults.as_array().into_iter().flatten() {
            // One that has used itself up meanwhile is gone already.
            let lifted = exchange(
                self.http
                    .delete(self.path(format!("/admin/faults/{}", fault["id"]))),
            )
            .await;
            lifted.unwrap_or_else(|error| panic!("the sandbox does not answer: {error}"));
        }
    }

    /// Forgets faults, counters, transcripts and inboxes.
    pub async fn reset(&self) {
        self.call(self.http.post(self.path("/admin/reset")), 204).await;
    }

    /// Counters of the network.
    pub async fn stats(&self) -> Value {
        self.call(self.http.get(self.path("/admin/stats")), 200).await
    }

    /// The stanzas of the recent past, for a failing test's message.
    pub async fn trace(&self) -> Value {
        self.call(self.http.get(self.path("/admin/trace")), 200).await
    }

    /// The public keys that clients of this network trust.
    pub async fn trust(&self) -> Value {
        self.call(self.http.get(self.path("/admin/trust")), 200).await
    }

    /// The authority behind the network's TLS certificate.
    pub async fn ca_pem(&self) -> String {
        let pem = self
            .call(self.http.get(self.path("/admin/tls/ca.pem")), 200)
            .await;
        pem.as_str().unwrap_or_else(|| panic!("no PEM: {pem}")).to_owned()
    }

    /// Anything else that the network can be told, by its path in the admin API.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        self.tell(self.http.post(self.path(path)).json(&body)).await
    }

    /// Like [`Admin::post`], for what is set as a whole.
    pub async fn put(&self, path: &str, body: Value) -> Value {
        self.tell(self.http.put(self.path(path)).json(&body)).await
    }

    async fn tell(&self, request: RequestBuilder) -> Value {
        let answer = exchange(request).await;
        let answer = answer.unwrap_or_else(|error| panic!("the sandbox does not answer: {error}"));
        assert!(answer.status.is_success(), "the sandbox refused: {answer:?}");
        answer.body
    }

    pub(super) fn path(&self, path: impl Display) -> String {
        format!("{}{path}", self.url)
    }

    async fn read<T: DeserializeOwned>(&self, request: RequestBuilder, status: u16) -> T {
        let body = self.call(request, status).await;
        T::deserialize(&body).unwrap_or_else(|error| panic!("the sandbox answered {body}: {error}"))
    }

    pub(super) async fn call(&self, request: RequestBuilder, status: u16) -> Value {
        let answer = exchange(request).await;
        answer
            .unwrap_or_else(|error| panic!("the sandbox does not answer: {error}"))
            .expect(status)
    }
}
