//! Groups, their members and their invite links.

mod add_members;
mod approve;
mod change_member;
mod create;
mod get;
mod invite;
mod join;
mod leave;
mod list;
mod members;
mod path;
mod remove_member;
mod renew_invite;
mod requests;
mod update;
mod view;

use wagon_domain::Capability::Read;

use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Groups", "Groups, their members and their invite links.")
        .get(
            "/sessions/{session}/groups",
            list::handler,
            op("listGroups", "The groups that the session is in").needs(Read),
        )
        .post(
            "/sessions/{session}/groups",
            create::handler,
            op("createGroup", "Creates a group").live(),
        )
        .post(
            "/sessions/{session}/groups:join",
            join::handler,
            op("joinGroup", "Joins by an invite link or its code").live(),
        )
        .get(
            "/sessions/{session}/groups/{gid}",
            get::handler,
            op("getGroup", "One group"),
        )
        .patch(
            "/sessions/{session}/groups/{gid}",
            update::handler,
            op("updateGroup", "Changes subject, description and who may do what").live(),
        )
        .post(
            "/sessions/{session}/groups/{gid}:leave",
            leave::handler,
            op("leaveGroup", "Leaves").live(),
        )
        .get(
            "/sessions/{session}/groups/{gid}/invite",
            invite::handler,
            op("getInvite", "The invite link").live(),
        )
        .delete(
            "/sessions/{session}/groups/{gid}/invite",
            renew_invite::handler,
            op("renewInvite", "A new invite link, which ends the old").live(),
        )
        .get(
            "/sessions/{session}/groups/{gid}/members",
            members::handler,
            op("listMembers", "Who is in it"),
        )
        .post(
            "/sessions/{session}/groups/{gid}/members",
            add_members::handler,
            op("addMembers", "Adds members")
                .live()
                .conflict("Somebody is a member already."),
        )
        .get(
            "/sessions/{session}/groups/{gid}/members:requests",
            requests::handler,
            op("listJoinRequests", "Who waits to be let in").live(),
        )
        .post(
            "/sessions/{session}/groups/{gid}/members:approve",
            approve::handler,
            op("approveMembers", "Lets people in who have asked, or all").live(),
        )
        .delete(
            "/sessions/{session}/groups/{gid}/members/{jid}",
            remove_member::handler,
            op("removeMember", "Removes a member").live(),
        )
        .post(
            "/sessions/{session}/groups/{gid}/members/{jid}/promote",
            change_member::promote,
            op("promoteMember", "Makes a member an admin").live(),
        )
        .post(
            "/sessions/{session}/groups/{gid}/members/{jid}/demote",
            change_member::demote,
            op("demoteMember", "Makes an admin a plain member").live(),
        )
}
