//! An emulated WhatsApp network: a real server of the protocol for clients that cannot or should not
//! reach the real one.
//!
//! One port serves the client socket (`/ws/chat`), the media host (`/mms/…`, `/v/…`) and the admin API
//! (`/admin/…`), over plain HTTP and, told apart by the first byte, over TLS. Clients shake hands with Noise,
//! are linked by QR code or at store level, exchange Signal-encrypted messages with each other and with
//! scripted phones, and find what they missed when they come back.
//!
//! ```no_run
//! # async fn run() -> Result<(), wagon_sandbox::Error> {
//! use wagon_sandbox::{Config, Sandbox};
//!
//! let sandbox = Sandbox::start(Config::default()).await?;
//! println!("ws://{}/ws/chat", sandbox.addr());
//! sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Admin API
//!
//! JSON in and out; errors are `{"error": "…"}`. There is no authentication: do not listen beyond loopback.
//!
//! | Request | Purpose |
//! |---|---|
//! | `GET /admin/trust` | public keys and validity of the certificate chain |
//! | `POST /admin/accounts`, `GET /admin/accounts[/{pn}]` | create and inspect phone numbers |
//! | `DELETE /admin/accounts/{pn}/devices/{n}` | unlink a device |
//! | `POST /admin/mock-phone/scan-qr[?account=PN]` | scan a QR code, raw text as body |
//! | `POST /admin/pairing/refs`, `GET …/{ref}?wait=S`, `POST …/{ref}/confirm`, `POST …/{ref}/code` | pairing at store level |
//! | `POST /admin/pairing/code` | type a pairing code on a phone |
//! | `POST /admin/phones/{pn}/messages`, `…/receipts`, `…/presence`, `…/chatstate` | act as a phone |
//! | `GET`, `PATCH /admin/phones/{pn}/profile`, `PUT`, `DELETE …/picture`, `POST …/block`, `POST …/watch` | what a phone shows, and of whom it wants to know |
//! | `GET`, `POST /admin/phones/{pn}/app-state`, `POST …/history`, `POST …/history-sync` | what a phone shares with its linked devices |
//! | `PUT /admin/phones/{pn}/script`, `…/online`, `POST …/reinstall`, `GET /admin/phones/{pn}/inbox?since=N&wait=S` | what a phone does and has seen |
//! | `POST /admin/phones/{pn}/status` | show a text to some people for a day |
//! | `DELETE /admin/accounts/{pn}/devices/{n}/keys` | use up a device's one-time keys |
//! | `POST /admin/phones/{pn}/calls`, `…/calls/{id}/{accept,reject,terminate}` | ring somebody, and what comes of it |
//! | `POST`, `GET /admin/channels[/{jid}]`, `/admin/phones/{pn}/channels/{jid}[/posts,/reactions]` | channels and a phone's part in them |
//! | `GET`, `PUT /admin/accounts/{pn}/limits`, `POST /admin/phones/{pn}/tokens` | whom an account may write to, and whom it trusts |
//! | `GET /admin/groups[?member=PN]`, `GET /admin/groups/{id}` | groups and who is in them |
//! | `POST /admin/phones/{pn}/groups`, `…/groups/join`, `PATCH …/groups/{id}`, `POST …/groups/{id}/members`, `…/leave`, `GET`, `DELETE …/invite` | what a phone does with groups |
//! | `POST`, `GET /admin/faults`, `DELETE /admin/faults/{id}`, `POST /admin/reset` | faults on demand |
//! | `GET /admin/stats`, `GET /admin/trace?account=&limit=` | counters and transcripts |
//!
//! `docs/sandbox.md` has an example of each.

mod admin;
mod clock;
mod config;
mod conn;
mod error;
mod faults;
mod groups;
mod iq;
mod keys;
mod media;
mod network;
mod page;
mod pairing;
mod phone;
mod pki;
mod route;
mod sandbox;
mod state;
mod stats;
mod tls;
mod trace;
mod wire;

pub use config::{Config, StateLocation};
pub use error::Error;
pub use phone::scripts::BUILT_IN as BUILT_IN_SCRIPTS;
pub use sandbox::{Person, Sandbox};
