use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{Method, StatusCode};
use serde_json::json;
use wacore_binary::builder::NodeBuilder;

use crate::support::{Device, Hello, attr, bytes, child, connect, linked, network, sign_pairing};

#[tokio::test]
async fn a_scanned_device_can_log_in() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, "15550000100").await;
    assert_eq!(device.jid.to_string(), "15550000100:1@s.whatsapp.net");
    device.log_in(&admin).await;
    let account = admin.get("/accounts/15550000100").await;
    assert_eq!(account["devices"][0]["id"], 1);
    assert_eq!(account["devices"][0]["reachable"], true);
}

#[tokio::test]
async fn the_push_name_chooses_the_account() {
    let (_sandbox, admin) = network().await;
    let mut addresses = Vec::new();
    for name in ["alice", "bob", "alice"] {
        let device = Device::new();
        let mut client = connect(admin.addr, Hello::Xx, &device.noise, &device.registration(name))
            .await
            .client;
        let offer = client.expect_tag("iq").await;
        let reference = String::from_utf8(bytes(child(child(&offer, "pair-device"), "ref"))).unwrap();
        let scanned = admin
            .scan(
                &format!("https://wa.me/settings/linked_devices#{}", device.qr(&reference)),
                None,
            )
            .await;
        addresses.push(scanned["jid"].as_str().unwrap().to_owned());
    }
    let user = |address: &str| address.split(':').next().unwrap().to_owned();
    assert_eq!(user(&addresses[0]), user(&addresses[2]));
    assert_ne!(user(&addresses[0]), user(&addresses[1]));
    assert!(
        addresses[2].contains(":2@"),
        "the next device of the same account"
    );
}

#[tokio::test]
async fn a_scan_with_other_keys_is_refused() {
    let (_sandbox, admin) = network().await;
    let (device, thief) = (Device::new(), Device::new());
    let mut client = connect(admin.addr, Hello::Xx, &device.noise, &device.registration(""))
        .await
        .client;
    let offer = client.expect_tag("iq").await;
    let reference = String::from_utf8(bytes(child(child(&offer, "pair-device"), "ref"))).unwrap();
    let path = "/mock-phone/scan-qr";
    assert_eq!(
        admin.refused(path, thief.qr(&reference)).await,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        admin.refused(path, device.qr("2@unknown")).await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        admin.refused(path, "hello".to_owned()).await,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn pairing_at_store_level_leads_to_an_ik_login() {
    let (sandbox, admin) = network().await;
    let mut device = Device::new();
    let reference = admin.post("/pairing/refs", json!({})).await["ref"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/pairing/refs/{reference}");
    assert_eq!(admin.get(&path).await["state"], "pending");

    let (waiter, waited_path) = (admin.clone(), format!("{path}?wait=10"));
    let waiting = tokio::spawn(async move { waiter.get(&waited_path).await });
    admin.scan(&device.qr(&reference), Some("15550000100")).await;
    let scanned = waiting.await.unwrap();
    assert_eq!(scanned["state"], "scanned");
    assert_eq!(scanned["pushName"], "Wagon Shop");
    assert_eq!(scanned["trust"], admin.get("/trust").await);
    device.jid = scanned["pn"].as_str().unwrap().parse().unwrap();

    let identity = STANDARD.decode(scanned["identity"].as_str().unwrap()).unwrap();
    let confirm = format!("{path}/confirm");
    let unsigned = json!({ "identity": STANDARD.encode(&identity) });
    assert_eq!(
        admin.refused(&confirm, unsigned.to_string()).await,
        StatusCode::BAD_REQUEST
    );
    let signed = json!({ "identity": STANDARD.encode(sign_pairing(&device, &identity)) });
    admin.post(&confirm, signed).await;
    assert_eq!(
        admin.get("/accounts/15550000100").await["devices"][0]["reachable"],
        false
    );
    let bundle = device.registration_keys();
    let keyed = json!({ "identity": STANDARD.encode(sign_pairing(&device, &identity)), "keys": bundle });
    admin.post(&confirm, keyed).await;
    assert_eq!(
        admin.get("/accounts/15550000100").await["devices"][0]["reachable"],
        true
    );

    let server = hex::decode(scanned["trust"]["static"].as_str().unwrap()).unwrap();
    let mut connected = connect(
        sandbox.addr(),
        Hello::Ik(&server),
        &device.noise,
        &device.login_payload(),
    )
    .await;
    connected.client.expect_tag("success").await;
    device.upload_keys(&mut connected.client, 1..5).await;
    assert_eq!(
        admin.get("/accounts/15550000100").await["devices"][0]["reachable"],
        true
    );
}

#[tokio::test]
async fn a_code_stands_for_the_qr_code() {
    let (_sandbox, admin) = network().await;
    let device = Device::new();
    let reference = admin.post("/pairing/refs", json!({})).await["ref"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/pairing/refs/{reference}");
    let asked = json!({ "phone": "15550000100", "qr": device.qr(&reference) });
    let code = admin.post(&format!("{path}/code"), asked).await["code"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!((code.len(), code.find('-')), (9, Some(4)));

    let typed = |pn: &str, code: &str| json!({ "pn": pn, "code": code }).to_string();
    let refused = admin.refused("/pairing/code", typed("15550009999", &code)).await;
    assert_eq!(refused, StatusCode::NOT_FOUND, "no such phone");
    let refused = admin
        .refused("/pairing/code", typed("15550000100", "1111-1111"))
        .await;
    assert_eq!(refused, StatusCode::BAD_REQUEST, "wrong code");
    admin
        .post(
            "/pairing/code",
            json!({ "pn": "15550000100", "code": code.to_lowercase() }),
        )
        .await;
    assert_eq!(admin.get(&path).await["state"], "scanned");
    let refused = admin.refused("/pairing/code", typed("15550000100", &code)).await;
    assert_eq!(refused, StatusCode::BAD_REQUEST, "used up");
}

#[tokio::test]
async fn unknown_references_are_not_found() {
    let (_sandbox, admin) = network().await;
    let (status, _) = admin
        .request(Method::GET, "/pairing/refs/2@nothing", String::new())
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn requests_before_a_login_get_no_answer() {
    let (_sandbox, admin) = network().await;
    let device = Device::new();
    let mut client = connect(admin.addr, Hello::Xx, &device.noise, &device.registration(""))
        .await
        .client;
    let offer = client.expect_tag("iq").await;
    client
        .send(crate::support::iq(
            "p",
            "get",
            "w:p",
            vec![NodeBuilder::new("ping").build()],
        ))
        .await;
    let reference = String::from_utf8(bytes(child(child(&offer, "pair-device"), "ref"))).unwrap();
    admin.scan(&device.qr(&reference), None).await;
    let next = client.next().await.expect("open");
    assert!(next.get_optional_child("pair-success").is_some(), "{next:?}");
    assert_eq!(attr(&next, "from"), "s.whatsapp.net");
}

#[tokio::test]
async fn a_code_is_scanned_once_and_an_unsigned_device_is_dropped() {
    let (_sandbox, admin) = network().await;
    let device = Device::new();
    let mut client = connect(admin.addr, Hello::Xx, &device.noise, &device.registration(""))
        .await
        .client;
    let offer = client.expect_tag("iq").await;
    let references: Vec<String> = child(&offer, "pair-device")
        .get_children_by_tag("ref")
        .map(|reference| String::from_utf8(bytes(reference)).unwrap())
        .collect();
    admin.scan(&device.qr(&references[0]), Some("15550000100")).await;
    for reference in &references {
        let refused = admin.refused("/mock-phone/scan-qr", device.qr(reference)).await;
        assert_eq!(refused, StatusCode::NOT_FOUND);
    }
    drop(client);
    let gone = async {
        while !admin.get("/accounts/15550000100").await["devices"]
            .as_array()
            .unwrap()
            .is_empty()
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), gone)
        .await
        .expect("the device is dropped");
}
