//! Organisations and their members.

mod add_member;
mod create;
mod delete;
mod get;
mod list;
mod member;
mod members;
mod path;
mod remove_member;
mod update;
mod update_member;
mod view;

use wagon_domain::Capability::Admin;

use crate::openapi::{Api, op};

pub(crate) use view::View as OrganizationView;

pub(crate) fn routes(api: Api) -> Api {
    api.about("Organizations", "Organisations and their members.")
        .get(
            "/organizations",
            list::handler,
            op("listOrganizations", "The caller's own"),
        )
        .post(
            "/organizations",
            create::handler,
            op("createOrganization", "Makes an organisation, owned by the caller"),
        )
        .get(
            "/organizations/{organization}",
            get::handler,
            op("getOrganization", "One organisation, with the caller's role"),
        )
        .patch(
            "/organizations/{organization}",
            update::handler,
            op("updateOrganization", "Renames it").needs(Admin),
        )
        .delete(
            "/organizations/{organization}",
            delete::handler,
            op(
                "deleteOrganization",
                "Deletes it, when it has no sessions any more; for owners",
            )
            .needs(Admin)
            .conflict("It still has sessions."),
        )
        .get(
            "/organizations/{organization}/members",
            members::handler,
            op("listOrganizationMembers", "People and their roles").needs(Admin),
        )
        .post(
            "/organizations/{organization}/members",
            add_member::handler,
            op(
                "addOrganizationMember",
                "Adds someone who has an account, or who gets one now",
            )
            .needs(Admin)
            .conflict("They are a member already."),
        )
        .patch(
            "/organizations/{organization}/members/{user}",
            update_member::handler,
            op("updateOrganizationMember", "Changes the role")
                .needs(Admin)
                .conflict("An organisation needs an owner."),
        )
        .delete(
            "/organizations/{organization}/members/{user}",
            remove_member::handler,
            op("removeOrganizationMember", "Removes someone; also how one leaves")
                .needs(Admin)
                .conflict("An organisation needs an owner."),
        )
}
