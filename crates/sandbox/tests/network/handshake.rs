use wacore_libsignal::protocol::{KeyPair, PublicKey};
use waproto::codec;

use crate::support::{Device, Hello, attr, connect, linked, network};

fn key(trust: &serde_json::Value, name: &str) -> Vec<u8> {
    hex::decode(trust[name].as_str().expect("hex")).unwrap()
}

#[tokio::test]
async fn xx_proves_the_servers_key_with_its_chain() {
    let (sandbox, admin) = network().await;
    let device = Device::new();
    let connected = connect(sandbox.addr(), Hello::Xx, &device.noise, &device.registration("")).await;
    let trust = admin.get("/trust").await;
    assert_eq!(connected.server_static, key(&trust, "static"));

    let chain = codec::cert_chain_decode(&connected.chain).unwrap();
    let (intermediate, leaf) = (
        chain.intermediate.into_option().unwrap(),
        chain.leaf.into_option().unwrap(),
    );
    for (issuer, certificate) in [("root", intermediate), ("intermediate", leaf)] {
        let issuer = PublicKey::from_djb_public_key_bytes(&key(&trust, issuer)).unwrap();
        let (details, signature) = (certificate.details.unwrap(), certificate.signature.unwrap());
        assert!(issuer.verify_signature(&details, &signature));
    }
    sandbox.shutdown().await;
}

#[tokio::test]
async fn ik_logs_in_with_the_first_frame() {
    let (sandbox, admin) = network().await;
    let device = linked(&admin, "15550000100").await;
    let trust = admin.get("/trust").await;
    let hello = Hello::Ik(&key(&trust, "static"));
    let mut connected = connect(sandbox.addr(), hello, &device.noise, &device.login_payload()).await;
    assert_eq!(connected.pattern, "IK");
    let success = connected.client.expect_tag("success").await;
    assert_eq!(
        attr(&success, "lid"),
        format!(
            "{}:1@lid",
            admin.get("/accounts/15550000100").await["lid"].as_str().unwrap()
        )
    );
    assert!(!attr(&success, "t").is_empty());
}

#[tokio::test]
async fn a_stale_key_falls_back_to_xx() {
    let (sandbox, admin) = network().await;
    let device = linked(&admin, "15550000100").await;
    let stale = KeyPair::generate(&mut rand::rng());
    let hello = Hello::Ik(stale.public_key.public_key_bytes());
    let mut connected = connect(sandbox.addr(), hello, &device.noise, &device.login_payload()).await;
    assert_eq!(connected.pattern, "XXfallback");
    assert_eq!(connected.server_static, key(&admin.get("/trust").await, "static"));
    connected.client.expect_tag("success").await;
}

#[tokio::test]
async fn a_foreign_noise_key_is_refused() {
    let (sandbox, admin) = network().await;
    let device = linked(&admin, "15550000100").await;
    let thief = KeyPair::generate(&mut rand::rng());
    let mut connected = connect(sandbox.addr(), Hello::Xx, &thief, &device.login_payload()).await;
    let failure = connected.client.expect_tag("failure").await;
    assert_eq!(attr(&failure, "reason"), "401");
    assert!(connected.client.next().await.is_none(), "the connection ends");
}
