//! Groups and communities: who is in them and what holds in them.

mod group;
mod members;
mod record;
mod registry;
mod settings;

pub(crate) use group::{Description, Group, GroupState, Subject};
pub(crate) use members::{Invitation, JoinRequest, Member, RequestMethod, Role};
pub(crate) use record::GroupRecord;
pub(crate) use registry::{Groups, InviteCode, new_code};
pub(crate) use settings::{Community, Flag, GroupSettings};
