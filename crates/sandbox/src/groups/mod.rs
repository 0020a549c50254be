//! What can be done to groups, by linked devices and by phones alike.
//!
//! An operation checks, changes and tells in one step under the group's lock, so that members hear of
//! changes in the order they happened.

mod community;
mod create;
mod error;
mod invite;
mod members;
mod notice;
mod picture;
mod requests;
mod settings;
mod view;

/// What an invite link starts with.
pub(crate) const INVITE_LINK: &str = "https://chat.whatsapp.com/";

pub(crate) use community::{
    delete as delete_community, join_linked, link, linked_participants, query_linked, remove_from_linked,
    unlink,
};
pub(crate) use create::{NewGroup, create};
pub(crate) use error::GroupError;
pub(crate) use invite::{
    accept, code as invite_code, info as invite_info, join, revoke as revoke_invite, revoke_invitations,
};
pub(crate) use members::{Change, Outcome, change as change_members, leave};
pub(crate) use picture::set as set_picture;
pub(crate) use requests::{cancel as cancel_requests, decide, list as requests};
pub(crate) use settings::{NewDescription, Setting, describe, rename, set};
pub(crate) use view::{Detail, group_node, participant_node};

use wacore_binary::Jid;

use crate::{network::Network, state::Group};
use notice::{Notice, change};

/// How joining went.
pub(crate) enum Joined {
    Member(Jid),
    /// An admin has to approve first.
    Waiting(Jid),
}

/// The group behind an address.
pub(crate) fn find(network: &Network, jid: &Jid) -> Result<std::sync::Arc<Group>, GroupError> {
    network.groups.find(&jid.user).ok_or(GroupError::NotFound)
}
