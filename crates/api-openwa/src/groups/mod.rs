//! Groups.

mod create;
mod get;
mod info;
mod invite;
mod join;
mod leave;
mod list;
mod members;
mod picture;
mod requests;
mod results;
mod settings;

use wagon_http_kit::BodyLimit;
use wagon_services::{Error, Missing};

use crate::access::{AtSession, Family};
use crate::error::{Failure, Refusal};
use crate::openapi::{Api, op};
use crate::path::Path;

const FAMILY: Family = Family::Account;

pub(crate) fn routes(api: Api, files: BodyLimit) -> Api {
    api.about("Groups", "Groups of the account.")
        .get(
            "/sessions/{id}/groups",
            list::handler,
            op("listGroups", "Groups that the account is in"),
        )
        .post(
            "/sessions/{id}/groups",
            create::handler,
            op("createGroup", "Makes a group"),
        )
        .get(
            "/sessions/{id}/groups/join-info",
            join::info,
            op("getJoinInfo", "The group behind an invite code"),
        )
        .post(
            "/sessions/{id}/groups/join",
            join::join,
            op("joinGroup", "Joins a group by its invite code"),
        )
        .get(
            "/sessions/{id}/groups/{gid}",
            get::handler,
            op("getGroup", "One group, as WhatsApp has it now"),
        )
        .post(
            "/sessions/{id}/groups/{gid}/participants",
            members::add,
            op("addParticipants", "Adds people"),
        )
        .delete(
            "/sessions/{id}/groups/{gid}/participants",
            members::remove,
            op("removeParticipants", "Removes people"),
        )
        .post(
            "/sessions/{id}/groups/{gid}/participants/promote",
            members::promote,
            op("promoteParticipants", "Makes admins"),
        )
        .post(
            "/sessions/{id}/groups/{gid}/participants/demote",
            members::demote,
            op("demoteParticipants", "Takes the admin role away"),
        )
        .put(
            "/sessions/{id}/groups/{gid}/subject",
            info::subject,
            op("setGroupSubject", "Renames a group"),
        )
        .put(
            "/sessions/{id}/groups/{gid}/description",
            info::description,
            op("setGroupDescription", "Describes a group"),
        )
        .post(
            "/sessions/{id}/groups/{gid}/leave",
            leave::handler,
            op("leaveGroup", "Leaves a group"),
        )
        .get(
            "/sessions/{id}/groups/{gid}/picture",
            picture::get,
            op("getGroupPicture", "The group's picture"),
        )
        .put(
            "/sessions/{id}/groups/{gid}/picture",
            picture::set,
            op("setGroupPicture", "Sets the picture").limit(files),
        )
        .delete(
            "/sessions/{id}/groups/{gid}/picture",
            picture::remove,
            op("removeGroupPicture", "Removes the picture"),
        )
        .get(
            "/sessions/{id}/groups/{gid}/invite-code",
            invite::get,
            op("getInviteCode", "The invite code"),
        )
        .post(
            "/sessions/{id}/groups/{gid}/invite-code/revoke",
            invite::revoke,
            op("revokeInviteCode", "Ends the invite code and makes another"),
        )
        .get(
            "/sessions/{id}/groups/{gid}/settings",
            settings::get,
            op(
                "getGroupSettings",
                "Who may write, edit and add, and how long messages stay",
            ),
        )
        .put(
            "/sessions/{id}/groups/{gid}/settings",
            settings::set,
            op("setGroupSettings", "Changes the settings that are given"),
        )
        .get(
            "/sessions/{id}/groups/{gid}/membership-requests",
            requests::list,
            op("listMembershipRequests", "Who waits to be let in"),
        )
        .post(
            "/sessions/{id}/groups/{gid}/membership-requests/approve",
            requests::approve,
            op(
                "approveMembershipRequests",
                "Lets people in; all, if none is named",
            ),
        )
        .post(
            "/sessions/{id}/groups/{gid}/membership-requests/reject",
            requests::reject,
            op(
                "rejectMembershipRequests",
                "Turns people away; all, if none is named",
            ),
        )
}

/// Words a refusal about the group that the path names.
fn refuse<N>(at: &AtSession<N>, path: &Path, error: Error) -> Failure {
    match error {
        Error::NotFound(Missing::Group | Missing::OnWhatsApp) => {
            Refusal::not_found(format!("Group {} not found", path.text("gid"))).into()
        }
        error => at.refuse(error, FAMILY),
    }
}
