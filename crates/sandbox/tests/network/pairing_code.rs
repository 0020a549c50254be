use reqwest::StatusCode;
use serde_json::json;
use wacore::pair_code::PairCodeUtils;
use wacore_binary::{Node, builder::NodeBuilder};
use wacore_libsignal::protocol::KeyPair;
use wagon_sandbox::Sandbox;

use crate::support::{Admin, Client, Device, Hello, attr, bytes, child, connect, iq, network};

const SHOP: &str = "15550000100";
const CODE: &str = "ABCD1234";

/// A device that shows [`CODE`], its connection and the ephemeral key behind the code.
struct Waiting {
    device: Device,
    client: Client,
    ephemeral: KeyPair,
    reference: Vec<u8>,
}

async fn registering() -> (Sandbox, Admin, Device, Client) {
    let (sandbox, admin) = network().await;
    let device = Device::new();
    let mut client = connect(admin.addr, Hello::Xx, &device.noise, &device.registration(""))
        .await
        .client;
    client.expect_tag("iq").await;
    (sandbox, admin, device, client)
}

fn array(bytes: &[u8]) -> [u8; 32] {
    bytes.try_into().expect("32 bytes")
}

async fn hello(client: &mut Client, device: &Device, phone: &str, ephemeral: &KeyPair) -> Node {
    let wrapped = PairCodeUtils::encrypt_ephemeral_pub(&array(ephemeral.public_key.public_key_bytes()), CODE);
    let noise = array(device.noise.public_key.public_key_bytes());
    let hello = PairCodeUtils::build_companion_hello_iq(
        phone,
        &noise,
        &wrapped,
        "1",
        "Chrome (Linux)",
        true,
        "hello".to_owned(),
    );
    client.send(hello).await;
    client
        .expect("an answer", |node| attr(node, "id") == "hello")
        .await
}

async fn waiting() -> (Sandbox, Admin, Waiting) {
    let (sandbox, admin, device, mut client) = registering().await;
    let ephemeral = KeyPair::generate(&mut rand::rng());
    let answer = hello(&mut client, &device, SHOP, &ephemeral).await;
    let registration = child(&answer, "link_code_companion_reg");
    let reference = bytes(child(registration, "link_code_pairing_ref"));
    let waiting = Waiting {
        device,
        client,
        ephemeral,
        reference,
    };
    (sandbox, admin, waiting)
}

impl Waiting {
    /// Answers the phone's greeting, with the code that this device shows.
    async fn finish(&mut self) {
        let notification = self.client.expect_tag("notification").await;
        assert_eq!(attr(&notification, "type"), "link_code_companion_reg");
        let greeting = child(&notification, "link_code_companion_reg");
        assert_eq!(attr(greeting, "stage"), "primary_hello");
        assert_eq!(bytes(child(greeting, "link_code_pairing_ref")), self.reference);
        let wrapped = bytes(child(greeting, "link_code_pairing_wrapped_primary_ephemeral_pub"));
        let phone = array(&bytes(child(greeting, "primary_identity_pub")));
        let (bundle, secret) = PairCodeUtils::prepare_key_bundle(
            &self.ephemeral,
            &PairCodeUtils::decrypt_primary_ephemeral_pub(&wrapped, CODE).unwrap(),
            &phone,
            &self.device.identity,
        )
        .unwrap();
        self.device.secret = secret;
        let identity = array(self.device.identity.public_key.public_key_bytes());
        let finish = PairCodeUtils::build_companion_finish_iq(
            SHOP,
            bundle,
            &identity,
            &self.reference,
            "finish".to_owned(),
        );
        self.client.send(finish).await;
        let answer = self
            .client
            .expect("an answer", |node| attr(node, "id") == "finish")
            .await;
        assert_eq!(attr(&answer, "type"), "result");
    }
}

#[tokio::test]
async fn a_typed_code_links_the_device_that_shows_it() {
    let (_sandbox, admin, mut waiting) = waiting().await;
    let typed = json!({ "pn": SHOP, "code": "abcd-1234" });
    let (scanned, ()) = tokio::join!(admin.post("/pairing/code", typed), waiting.finish());
    assert_eq!(scanned["jid"], "15550000100:1@s.whatsapp.net");
    waiting.device.accept_link(waiting.client).await;
    waiting.device.log_in(&admin).await;
    let account = admin.get("/accounts/15550000100").await;
    assert_eq!(account["devices"][0]["reachable"], true);
}

#[tokio::test]
async fn a_wrong_code_links_nothing_and_the_right_one_still_does() {
    let (_sandbox, admin, mut waiting) = waiting().await;
    let wrong = json!({ "pn": SHOP, "code": "ABCD-9999" }).to_string();
    let (refused, ()) = tokio::join!(admin.refused("/pairing/code", wrong), waiting.finish());
    assert_eq!(refused, StatusCode::BAD_REQUEST);
    let account = admin.get("/accounts/15550000100").await;
    assert_eq!(account["devices"], json!([]));
    let right = json!({ "pn": SHOP, "code": CODE });
    tokio::join!(admin.post("/pairing/code", right), waiting.finish());
    waiting.device.accept_link(waiting.client).await;
}

#[tokio::test]
async fn a_code_is_for_a_phone_that_exists_and_goes_with_its_device() {
    let (_sandbox, admin, device, mut client) = registering().await;
    let ephemeral = KeyPair::generate(&mut rand::rng());
    let refused = hello(&mut client, &device, "15559999999", &ephemeral).await;
    assert_eq!(attr(child(&refused, "error"), "code"), "400");
    let other = Device::new();
    let refused = hello(&mut client, &other, SHOP, &ephemeral).await;
    assert_eq!(attr(child(&refused, "error"), "code"), "400", "a foreign key");
    hello(&mut client, &device, SHOP, &ephemeral).await;
    drop(client);
    let gone = async {
        loop {
            let (status, body) = admin
                .request(
                    reqwest::Method::POST,
                    "/pairing/code",
                    json!({ "pn": SHOP, "code": CODE }).to_string(),
                )
                .await;
            // Until the server has noticed, the phone greets nobody and gets no answer.
            if status == StatusCode::BAD_REQUEST {
                return;
            }
            assert_eq!(status, StatusCode::CONFLICT, "{body}");
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(40), gone)
        .await
        .expect("the code goes with the connection");
}

#[tokio::test]
async fn the_country_is_told_before_a_login() {
    let (_sandbox, _admin, _device, mut client) = registering().await;
    let ask = NodeBuilder::new("link_code_companion_reg")
        .attr("stage", "get_country_code")
        .build();
    client.send(iq("country", "get", "md", vec![ask])).await;
    let answer = client
        .expect("an answer", |node| attr(node, "id") == "country")
        .await;
    let country = child(child(&answer, "link_code_companion_reg"), "country_code");
    assert_eq!(attr(country, "iso"), "US");
}
