//! Linking to a sandbox at store level.
//!
//! The production binary trusts WhatsApp's certificate root only, so it cannot run the pairing
//! handshake with a sandbox, and must not learn to. Instead it exchanges the same pairing data over
//! the sandbox's admin API, verifies them with the library's own pairing code, and stores the
//! sandbox's static key as the cached server key: the next connection is then a Noise IK one.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde_json::json;
use wacore::net::{HttpClient, HttpRequest};
use wacore::pair::{DeviceState, PairUtils};
use wacore::store::device::{CachedNoiseCert, CachedServerCertChain};
use wagon_domain::{Clock, Jid, PhoneNumber, SessionId};
use wagon_engine::{Connection, Inbox, PairError, PairingCode};
use whatsapp_rust::pair::make_qr_data;
use whatsapp_rust::store::commands::DeviceCommand;
use whatsapp_rust::store::persistence_manager::PersistenceManager;
use whatsapp_rust::store::traits::Backend;

use crate::network::{Http, SandboxUrl};

/// How long each QR code is shown, as WhatsApp does it.
const QR_LIFETIMES: [u64; 6] = [60, 20, 20, 20, 20, 20];
/// One poll for the scan. Short, because a blocking request cannot be interrupted.
const POLL: Duration = Duration::from_secs(2);
const CODE_LIFETIME: Duration = Duration::from_mins(3);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("no QR code was scanned in time")]
    TimedOut,
    #[error("the pairing data did not verify")]
    Refused(#[source] anyhow::Error),
    #[error("the sandbox did not answer as expected")]
    Sandbox(#[source] anyhow::Error),
    #[error("the key store failed")]
    Store(#[source] anyhow::Error),
}

/// A session that waits to be linked.
pub(crate) struct Pairing {
    http: Http,
    base: String,
    clock: Arc<dyn Clock>,
    shown: Mutex<Option<Shown>>,
}

#[derive(Clone)]
struct Shown {
    reference: String,
    qr: String,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(rename = "ref")]
    reference: String,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum Progress {
    Pending,
    Expired,
    Scanned(Box<Scan>),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scan {
    pn: String,
    lid: String,
    push_name: String,
    identity: String,
    trust: Trust,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Trust {
    #[serde(rename = "static")]
    static_key: String,
    intermediate: String,
    not_before: i64,
    not_after: i64,
}

impl Pairing {
    pub(crate) fn new(http: Http, sandbox: &SandboxUrl, clock: Arc<dyn Clock>) -> Self {
        Self {
            http,
            base: sandbox.to_string(),
            clock,
            shown: Mutex::default(),
        }
    }

    /// Shows QR codes until one is scanned (or a code is typed), then makes `backend` a linked device.
    pub(crate) async fn run(
        &self,
        session: &SessionId,
        backend: Arc<dyn Backend>,
        inbox: &dyn Inbox,
    ) -> Result<(), Failure> {
        let device = PersistenceManager::new(backend)
            .await
            .map_err(|e| Failure::Store(e.into()))?;
        for seconds in QR_LIFETIMES {
            let Reference { reference } = self.post("/admin/pairing/refs", &json!({})).await?;
            let qr = make_qr_data(&device.get_device_snapshot(), &reference);
            let expires_at = self.clock.now() + Duration::from_secs(seconds);
            self.show(Some(Shown {
                reference: reference.clone(),
                qr: qr.clone(),
            }));
            inbox
                .connection(session, Connection::Qr { code: qr, expires_at })
                .await;
            while self.clock.now() < expires_at {
                match self.poll(&reference).await? {
                    Progress::Pending => {}
                    Progress::Expired => break,
                    Progress::Scanned(scan) => {
                        self.show(None);
                        let linked = self.link(&device, &reference, &scan).await?;
                        inbox.connection(session, linked).await;
                        return Ok(());
                    }
                }
            }
        }
        Err(Failure::TimedOut)
    }

    /// Asks for a code that the owner of `phone` types on the phone.
    pub(crate) async fn code(&self, phone: &PhoneNumber) -> Result<PairingCode, PairError> {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Shown { reference, qr } = shown.ok_or(PairError::NotPairing)?;
        let path = format!("/admin/pairing/refs/{reference}/code");
        let Code { code } = self
            .post(&path, &json!({ "phone": phone.as_str(), "qr": qr }))
            .await
            .map_err(|error| PairError::Unreachable(Box::new(error)))?;
        Ok(PairingCode {
            code,
            expires_at: self.clock.now() + CODE_LIFETIME,
        })
    }

    async fn link(
        &self,
        device: &PersistenceManager,
        reference: &str,
        scan: &Scan,
    ) -> Result<Connection, Failure> {
        let snapshot = device.get_device_snapshot();
        let state = DeviceState {
            identity_key: snapshot.identity_key.clone(),
            noise_key: snapshot.noise_key.clone(),
            adv_secret_key: snapshot.adv_secret_key,
        };
        let identity = BASE64
            .decode(&scan.identity)
            .map_err(|e| Failure::Sandbox(e.into()))?;
        let (signed, _key_index) = PairUtils::do_pair_crypto(&state, &identity)
            .map_err(|e| Failure::Refused(anyhow::anyhow!("{} ({})", e.text, e.code)))?;
        let account = waproto::codec::adv_signed_device_identity_decode(&signed)
            .map_err(|e| Failure::Refused(e.into()))?;
        let malformed = |what: &str| Failure::Sandbox(anyhow::anyhow!("malformed {what}"));
        let chain = scan.trust.chain().ok_or_else(|| malformed("trust"))?;

        for command in [
            DeviceCommand::SetId(Some(scan.pn.parse().map_err(|_| malformed("pn"))?)),
            DeviceCommand::SetLid(Some(scan.lid.parse().map_err(|_| malformed("lid"))?)),
            DeviceCommand::SetAccount(Some(account)),
            // With a name the client takes the path of a device that reconnects, which is what it is.
            DeviceCommand::SetPushName(scan.push_name.clone()),
            DeviceCommand::SetServerCertChain(chain),
        ] {
            device.process_command(command).await;
        }
        device.flush().await.map_err(|e| Failure::Store(e.into()))?;
        let confirm = format!("/admin/pairing/refs/{reference}/confirm");
        self.call(post(
            &self.base,
            &confirm,
            &json!({
                "identity": BASE64.encode(&signed),
                "keys": {
                    "registrationId": BASE64.encode(snapshot.registration_id.to_be_bytes()),
                    "signedPreKey": {
                        "id": BASE64.encode(&snapshot.signed_pre_key_id.to_be_bytes()[1..]),
                        "value": BASE64.encode(snapshot.signed_pre_key.public_key.public_key_bytes()),
                        "signature": BASE64.encode(snapshot.signed_pre_key_signature),
                    },
                },
            }),
        ))
        .await?;

        let jid: Jid = scan.pn.parse().map_err(|_| malformed("pn"))?;
        Ok(Connection::Linked {
            jid,
            lid: scan.lid.parse().ok(),
            business_name: None,
            platform: Some("sandbox".into()),
        })
    }

    async fn poll(&self, reference: &str) -> Result<Progress, Failure> {
        let path = format!("/admin/pairing/refs/{reference}?wait={}", POLL.as_secs());
        let body = self
            .call(HttpRequest::get(format!("{}{path}", self.base)))
            .await?;
        serde_json::from_slice(&body).map_err(|e| Failure::Sandbox(e.into()))
    }

    async fn post<T: for<'de> Deserialize<'de>>(
        &self,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<T, Failure> {
        let body = self.call(post(&self.base, path, body)).await?;
        serde_json::from_slice(&body).map_err(|e| Failure::Sandbox(e.into()))
    }

    async fn call(&self, request: HttpRequest) -> Result<Vec<u8>, Failure> {
        let response = self.http.execute(request).await.map_err(Failure::Sandbox)?;
        if !(200..300).contains(&response.status_code) {
            return Err(Failure::Sandbox(anyhow::anyhow!(
                "status {}",
                response.status_code
            )));
        }
        Ok(response.body)
    }

    fn show(&self, shown: Option<Shown>) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = shown;
    }
}

impl Trust {
    fn chain(&self) -> Option<CachedServerCertChain> {
        let certificate = |key: &str| {
            let key: [u8; 32] = hex::decode(key).ok()?.try_into().ok()?;
            Some(CachedNoiseCert {
                key,
                not_before: self.not_before,
                not_after: self.not_after,
            })
        };
        Some(CachedServerCertChain {
            intermediate: certificate(&self.intermediate)?,
            leaf: certificate(&self.static_key)?,
        })
    }
}

fn post(base: &str, path: &str, body: &serde_json::Value) -> HttpRequest {
    HttpRequest::post(format!("{base}{path}"))
        .with_header("content-type", "application/json")
        .with_body(body.to_string().into_bytes())
}
