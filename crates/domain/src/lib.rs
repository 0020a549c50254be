//! The words of Wagon: ids, JIDs, sessions, messages, events, callers.
//!
//! Everything here is plain data and rules about it. The crate knows no I/O, no async runtime, no
//! HTTP and no SQL; time and randomness come in as arguments. Values are parsed once, at the edge,
//! into types that cannot hold nonsense, so inner code does not validate again.

pub mod access;
pub mod audit;
pub mod batch;
pub mod channel;
pub mod chat;
pub mod clock;
pub mod contact;
pub mod content;
pub mod edit;
pub mod event;
pub mod group;
pub mod history;
pub mod http_url;
pub mod id;
pub mod identity;
pub mod jid;
pub mod label;
pub mod message;
pub mod networks;
pub mod outbox;
pub mod phone;
pub mod poll;
pub mod presence;
pub mod proxy;
pub mod session;
pub mod template;
pub mod webhook;

pub use access::{Actor, Caller, Capabilities, Capability};
pub use audit::AuditEntry;
pub use batch::{Batch, BatchItem};
pub use clock::{Clock, SystemClock, Timestamp};
pub use content::Content;
pub use edit::Edit;
pub use event::{Event, EventBody, EventKind};
pub use http_url::{HttpUrl, InvalidHttpUrl};
pub use id::{
    AuditId, BatchId, DeliveryId, EventId, IdSource, KeyId, MessageId, OrgId, OutboxId, SessionId,
    TemplateId, TokenKeyId, UserId, WaMessageId, WebhookId,
};
pub use identity::{Email, Person, Role};
pub use jid::{Jid, Server};
pub use message::{Message, MessageStatus};
pub use networks::Networks;
pub use phone::PhoneNumber;
pub use proxy::{InvalidProxyUrl, ProxyKind, ProxyUrl};
pub use session::{Session, SessionStatus};
pub use template::Template;
pub use webhook::{Delivery, DeliveryStatus, Webhook};
