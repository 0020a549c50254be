//! Groups, as their members change them. What others change arrives as a [`Notice`](crate::Notice).

use async_trait::async_trait;
use wagon_domain::group::{GroupInfo, InvitedGroup};
use wagon_domain::message::Party;
use wagon_domain::{Jid, SessionId, Timestamp};

use crate::call::{CallError, Refusal};

/// Every answer is WhatsApp's. A person is named by either address, whichever way the group's
/// members address each other.
#[async_trait]
pub trait Groups {
    /// Creates a group and answers its address. Who could not be added is not in it.
    async fn create_group(
        &self,
        session: &SessionId,
        subject: &str,
        members: &[Jid],
    ) -> Result<Jid, CallError>;

    /// The group as it is now.
    async fn group_info(&self, session: &SessionId, group: &Jid) -> Result<GroupInfo, CallError>;

    async fn set_group_subject(
        &self,
        session: &SessionId,
        group: &Jid,
        subject: &str,
    ) -> Result<(), CallError>;

    /// Without a text the description is deleted.
    async fn set_group_description(
        &self,
        session: &SessionId,
        group: &Jid,
        description: Option<&str>,
    ) -> Result<(), CallError>;

    /// Whether only admins write.
    async fn set_group_announce(
        &self,
        session: &SessionId,
        group: &Jid,
        announce: bool,
    ) -> Result<(), CallError>;

    /// Whether only admins change subject and description.
    async fn set_group_locked(&self, session: &SessionId, group: &Jid, locked: bool)
    -> Result<(), CallError>;

    /// After how many seconds messages disappear; `None`: they stay.
    async fn set_group_ephemeral(
        &self,
        session: &SessionId,
        group: &Jid,
        seconds: Option<u32>,
    ) -> Result<(), CallError>;

    /// Whether only admins add members.
    async fn set_group_admins_add(
        &self,
        session: &SessionId,
        group: &Jid,
        admins_add: bool,
    ) -> Result<(), CallError>;

    /// Sets the group's picture, a JPEG; `None` takes it away. Answers its id.
    async fn set_group_picture(
        &self,
        session: &SessionId,
        group: &Jid,
        image: Option<Vec<u8>>,
    ) -> Result<Option<String>, CallError>;

    /// What the code of an invite link leads to.
    async fn invited_group(&self, session: &SessionId, code: &str) -> Result<InvitedGroup, CallError>;

    async fn leave_group(&self, session: &SessionId, group: &Jid) -> Result<(), CallError>;

    /// Joins by the code of an invite link. Whoever is a member already has joined.
    async fn join_group(&self, session: &SessionId, code: &str) -> Result<JoinOutcome, CallError>;

    /// The invite link; with `renew` a new one, and the old one is no longer valid.
    async fn group_invite(&self, session: &SessionId, group: &Jid, renew: bool) -> Result<String, CallError>;

    async fn change_group_members(
        &self,
        session: &SessionId,
        group: &Jid,
        change: MemberChange,
        members: &[Jid],
    ) -> Result<Vec<MemberOutcome>, CallError>;

    /// Who waits to be let in.
    async fn group_requests(&self, session: &SessionId, group: &Jid) -> Result<Vec<JoinRequest>, CallError>;
}

/// What happens to members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberChange {
    Add,
    Remove,
    Promote,
    Demote,
    /// Lets somebody in who has asked.
    Approve,
    /// Sends somebody away who has asked.
    Reject,
}

/// What became of one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberOutcome {
    /// As WhatsApp names them.
    pub member: Jid,
    pub refused: Option<Refusal>,
}

/// How joining went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JoinOutcome {
    Joined(Jid),
    /// An admin has to approve first.
    Waiting(Jid),
}

/// Somebody who wants to become a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinRequest {
    pub party: Party,
    pub requested_at: Option<Timestamp>,
}
