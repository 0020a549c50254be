//! People who can sign in; for those who run the gateway.

mod create;
mod delete;
mod fields;
mod get;
mod list;
mod path;
mod update;
mod view;

use http::StatusCode;

use crate::openapi::{Api, op};

pub(crate) use fields::email;
pub(crate) use path::parse as parse_id;
pub(crate) use view::View as UserView;

pub(crate) fn routes(api: Api) -> Api {
    api.about(
        "Users",
        "Everybody who can sign in; for those who run the gateway.",
    )
    .get("/users", list::handler, op("listUsers", "Everybody"))
    .post(
        "/users",
        create::handler,
        op("createUser", "Adds somebody")
            .refused(StatusCode::NOT_FOUND, "There is no such organisation.")
            .conflict("The address is taken."),
    )
    .get("/users/{user}", get::handler, op("getUser", "One user"))
    .patch(
        "/users/{user}",
        update::handler,
        op("updateUser", "Changes what is given")
            .conflict("The address is taken, or nobody would run the gateway."),
    )
    .delete(
        "/users/{user}",
        delete::handler,
        op("deleteUser", "Removes somebody")
            .conflict("Nobody would run the gateway, or own an organisation."),
    )
}
