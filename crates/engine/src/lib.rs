//! What Wagon needs from a WhatsApp engine, in Wagon's own words.
//!
//! [`Engine`] takes commands; [`Inbox`] receives what happens. The trait hides a large, fast-moving
//! dependency: nothing here may name the library behind it, and no type of that library may pass
//! through. To add a capability, add a method in domain words and implement it in the engine crate.

mod call;
mod calls;
mod channels;
mod chats;
mod command;
mod contacts;
mod groups;
mod inbox;
mod labels;
mod media;
mod messages;
mod notice;
mod profile;
mod proxies;
mod statuses;

pub use call::{CallError, Refusal, RefusalKind};
pub use calls::Calls;
pub use channels::Channels;
pub use chats::{Chats, LastMessage};
pub use command::{Ack, Answer, Engine, EngineError, PairError, PairingCode, SendError, Submission};
pub use contacts::{Contacts, Found, Picture};
pub use groups::{Groups, JoinOutcome, JoinRequest, MemberChange, MemberOutcome};
pub use inbox::{Connection, Inbox, NotStored, Receipt, Status};
pub use labels::Labels;
pub use media::{Download, DownloadError, Media};
pub use messages::Messages;
pub use notice::Notice;
pub use profile::Profile;
pub use proxies::{Proxies, ProxyFailure};
pub use statuses::{MediaStatus, Statuses, TextStatus};
