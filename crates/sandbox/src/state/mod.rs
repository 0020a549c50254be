//! What the network knows: accounts, their devices, key bundles and undelivered stanzas.
//!
//! Every account has its own lock, held for map look-ups and never across Signal work or an await.

mod account;
mod address;
mod app_state;
mod calls;
mod channels;
mod device;
mod directory;
mod groups;
mod lock;
mod mailbox;
mod persist;
mod pictures;
mod presence;
mod settings;
mod snapshot;
mod trust;

pub(crate) use account::{Account, Registration};
pub(crate) use address::Space;
pub(crate) use app_state::{AppState, PushError};
pub(crate) use calls::Calls;
pub(crate) use channels::{
    Change, Channel, ChannelRecord, Channels, Denied, Mutes, Post, Role as ChannelRole,
};
pub(crate) use device::{Device, FetchedBundle, KeyBundle, OneTimeKey, SignedKey};
pub(crate) use directory::{CreateError, Directory, is_number};
pub(crate) use groups::{
    Community, Description, Flag, Group, GroupRecord, GroupSettings, GroupState, Groups, Invitation,
    InviteCode, JoinRequest, Member, RequestMethod, Role, Subject, new_code,
};
pub(crate) use lock::lock;
pub(crate) use mailbox::{Class, Delivery, Mailbox, Parcel};
pub(crate) use persist::{Persistence, load};
pub(crate) use pictures::Pictures;
pub(crate) use presence::Presence;
pub(crate) use settings::{Business, Settings};
pub(crate) use snapshot::{Kept, Snapshot};
pub(crate) use trust::{Distrust, Limits, Trust};
