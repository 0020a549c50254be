//! `status`, `w:profile:picture` and `w:biz`: what people show of themselves.

use bytes::Bytes;
use wacore_binary::{Node, Server, builder::NodeBuilder};

use super::request::{Answer, Refusal, Request};
use crate::{
    groups, route,
    wire::{attr_jid, attr_str, child, content, nodes, text},
};

const LONGEST_ABOUT: usize = 700;
const LARGEST_PICTURE: usize = 1024 * 1024;

/// The about texts of the users asked for.
pub(super) fn about(request: &Request<'_>) -> Answer {
    let asked = request.child().map(nodes).unwrap_or_default();
    let users = asked.iter().filter_map(|user| {
        let jid = attr_jid(user, "jid")?;
        let account = request.peer.network.directory.resolve(&jid)?;
        let user = NodeBuilder::new("user").attr("jid", jid).attr("t", request.now());
        Some(user.string_content(account.settings.about()).build())
    });
    NodeBuilder::new("status").children(users).build().into()
}

pub(super) fn set_about(request: &Request<'_>) -> Answer {
    let about = child(request.node, "status").map(text).unwrap_or_default();
    if about.len() > LONGEST_ABOUT {
        return Refusal::BAD_REQUEST.into();
    }
    route::set_about(&request.peer.network, &request.peer.origin, &about);
    Answer::empty()
}

/// Where the picture of a person or group can be fetched.
pub(super) fn picture(request: &Request<'_>) -> Answer {
    let network = &request.peer.network;
    let Some(target) = attr_jid(request.node, "target") else {
        return Refusal::BAD_REQUEST.into();
    };
    let blocked = network
        .directory
        .resolve(&target)
        .is_some_and(|account| account.settings.is_blocked(&request.peer.origin.account.lid));
    let picture = route::picture_owner(network, &target)
        .filter(|_| !blocked)
        .and_then(|owner| network.directory.pictures.get(&owner));
    let Some(picture) = picture else {
        return Refusal::NOT_FOUND.into();
    };
    let kind = request
        .child()
        .and_then(|asked| attr_str(asked, "type"))
        .unwrap_or("image".into());
    let path = format!("/pictures/{}", picture.id);
    NodeBuilder::new("picture")
        .attr("id", picture.id)
        .attr("type", kind.into_owned())
        .attr("url", format!("http://{}{path}", network.addr))
        .attr("direct_path", path)
        .build()
        .into()
}

/// Sets the own picture or that of a group, or takes it away when there is none in the request.
pub(super) fn set_picture(request: &Request<'_>) -> Answer {
    let (network, origin) = (&request.peer.network, &request.peer.origin);
    let image = child(request.node, "picture").map(content);
    if image.is_some_and(|image| image.is_empty() || image.len() > LARGEST_PICTURE) {
        return Refusal::BAD_REQUEST.into();
    }
    let image = image.map(Bytes::copy_from_slice);
    let target = attr_jid(request.node, "target");
    let id = match target {
        Some(group) if group.server == Server::Group => {
            match groups::set_picture(network, &group, &origin.account, image) {
                Ok(id) => id,
                Err(error) => return Refusal::from(error).into(),
            }
        }
        Some(target)
            if network
                .directory
                .resolve(&target)
                .is_none_or(|own| own.pn != origin.account.pn) =>
        {
            return Refusal::NOT_FOUND.into();
        }
        _ => route::set_picture(network, origin, image),
    };
    match id {
        Some(id) => NodeBuilder::new("picture").attr("id", id).build().into(),
        None => Answer::empty(),
    }
}

/// The business profiles of the users asked for; people who run none are left out.
pub(super) fn business(request: &Request<'_>) -> Answer {
    let asked = request.child().map(nodes).unwrap_or_default();
    let profiles = asked.iter().filter_map(|profile| {
        let jid = attr_jid(profile, "jid")?;
        let account = request.peer.network.directory.resolve(&jid)?;
        let business = account.settings.business()?;
        let field = |tag: &'static str, text: String| -> Option<Node> {
            (!text.is_empty()).then(|| NodeBuilder::new(tag).bytes(text.into_bytes()).build())
        };
        let category = field("category", business.category);
        let fields = [
            field("description", business.description),
            field("email", business.email),
            field("website", business.website),
            field("address", business.address),
            category.map(|category| NodeBuilder::new("categories").children([category]).build()),
        ];
        let profile = NodeBuilder::new("profile").attr("jid", jid);
        Some(profile.children(fields.into_iter().flatten()).build())
    });
    NodeBuilder::new("business_profile")
        .attr("v", "244")
        .children(profiles)
        .build()
        .into()
}
