//! A linked device: keys to log in with, and no sessions.

use std::time::{Duration, Instant};

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use wacore::companion_reg::CompanionWebClientType;
use wacore::libsignal::protocol::KeyPair;
use wacore::pair::{DeviceState, PairUtils};
use wacore_binary::Jid;
use waproto::whatsapp::ClientPayload;

use crate::children::Network;
use crate::sandbox::line::Line;

/// Seconds that a poll for the scan may take. It has happened by then.
const POLL: u32 = 5;

pub(super) struct Device {
    noise: KeyPair,
    server_key: [u8; 32],
    /// By phone number, with its device number.
    pub(super) jid: Jid,
}

impl Device {
    /// Makes an account and links a device to it at store level, as the gateway does. Answers how long it took from the
    /// code to the first login.
    pub(super) async fn link(network: &Network) -> anyhow::Result<(Self, Duration)> {
        let account = post(network, "/admin/accounts", &json!({ "script": "silent" })).await?;
        let pn = text(&account, "pn")?.to_owned();
        let mut rng = rand::rng();
        let state = DeviceState {
            identity_key: KeyPair::generate(&mut rng),
            noise_key: KeyPair::generate(&mut rng),
            adv_secret_key: rand::random(),
        };
        let signed = KeyPair::generate(&mut rng);
        let signature = state
            .identity_key
            .private_key
            .calculate_signature(&signed.public_key.serialize(), &mut rng)?;

        let started = Instant::now();
        let minted = post(network, "/admin/pairing/refs", &json!({})).await?;
        let reference = text(&minted, "ref")?;
        let qr = PairUtils::make_qr_data(&state, reference, CompanionWebClientType::default());
        let scan = format!("{}/admin/mock-phone/scan-qr?account={pn}", network.url);
        network
            .http
            .post(scan)
            .body(qr)
            .send()
            .await?
            .error_for_status()?;
        let poll = format!("{}/admin/pairing/refs/{reference}?wait={POLL}", network.url);
        let scanned: Value = network.http.get(poll).send().await?.json().await?;
        let (identity, _key_index) =
            PairUtils::do_pair_crypto(&state, &BASE64.decode(text(&scanned, "identity")?)?)?;
        let confirmation = json!({
            "identity": BASE64.encode(identity),
            "keys": {
                "registrationId": BASE64.encode(rand::random::<u16>().max(1).to_be_bytes()),
                "signedPreKey": {
                    "id": BASE64.encode([0, 0, 1]),
                    "value": BASE64.encode(signed.public_key.public_key_bytes()),
                    "signature": BASE64.encode(signature),
                },
            },
        });
        let confirm = format!("{}/admin/pairing/refs/{reference}/confirm", network.url);
        network
            .http
            .post(confirm)
            .json(&confirmation)
            .send()
            .await?
            .error_for_status()?;
        let server_key = hex::decode(text(&scanned["trust"], "static")?)?;
        let device = Self {
            noise: state.noise_key,
            server_key: server_key.try_into().ok().context("a key of another length")?,
            jid: text(&scanned, "pn")?
                .parse()
                .ok()
                .context("the device has no JID")?,
        };
        device.log_in(network).await?;
        Ok((device, started.elapsed()))
    }

    /// Connects and waits until the sandbox has let the device in.
    pub(super) async fn log_in(&self, network: &Network) -> anyhow::Result<Line> {
        let payload = ClientPayload {
            username: Some(self.jid.user.parse()?),
            device: Some(self.jid.device.into()),
            passive: Some(false),
            pull: Some(true),
            ..Default::default()
        };
        let mut line = Line::open(&network.url, self.noise.clone(), self.server_key, &payload).await?;
        let first = line.next().await?;
        anyhow::ensure!(first.get().tag == *"success", "refused: {:?}", first.get());
        Ok(line)
    }
}

async fn post(network: &Network, path: &str, body: &Value) -> anyhow::Result<Value> {
    let response = network
        .http
        .post(format!("{}{path}", network.url))
        .json(body)
        .send()
        .await?;
    Ok(response.error_for_status()?.json().await?)
}

fn text<'v>(value: &'v Value, field: &str) -> anyhow::Result<&'v str> {
    value[field]
        .as_str()
        .with_context(|| format!("no {field} in {value}"))
}
