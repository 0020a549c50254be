//! What accounts ask about channels and do with them.

use std::sync::Arc;

use serde_json::{Value, json};
use wacore_binary::{CompactString, Jid};

use super::{Fault, Request};
use crate::{
    route,
    route::ChannelNews,
    state::{Channel, ChannelRole as Role, Denied, Mutes},
};

const LONGEST_NAME: usize = 100;
const LONGEST_DESCRIPTION: usize = 2048;
const NOT_FOUND: u16 = 404;
const BAD_REQUEST: u16 = 400;
const FORBIDDEN: u16 = 403;

impl From<Denied> for Fault {
    fn from(denied: Denied) -> Self {
        let code = match denied {
            Denied::NotAnAdmin | Denied::OwnerStays => FORBIDDEN,
            Denied::NotAFollower | Denied::NoSuchMessage => NOT_FOUND,
        };
        Self::new(code, denied.to_string())
    }
}

pub(super) fn create(request: &Request<'_>, variables: &Value) -> Result<Value, Fault> {
    let input = &variables["input"];
    let name = name_of(&input["name"])?.ok_or_else(|| Fault::new(BAD_REQUEST, "a channel needs a name"))?;
    let description = description_of(&input["description"])?.unwrap_or_default();
    let account = &request.peer.origin.account;
    let network = &request.peer.network;
    let channel = network
        .channels
        .create(&account.pn, name, description, request.now());
    network.persistence.touch();
    route::tell_channel_news(network, &request.peer.origin, &channel, ChannelNews::Joined);
    Ok(view(&channel, &account.pn))
}

pub(super) fn fetch(request: &Request<'_>, variables: &Value) -> Result<Value, Fault> {
    let key = variables["input"]["key"].as_str().unwrap_or_default();
    let channels = &request.peer.network.channels;
    let found = match variables["input"]["type"].as_str() {
        Some("INVITE") => channels.by_invite(key),
        _ => key.parse::<Jid>().ok().and_then(|jid| channels.get(&jid)),
    };
    let channel = found.ok_or_else(no_such_channel)?;
    Ok(view(&channel, &request.peer.origin.account.pn))
}

#[expect(clippy::unnecessary_wraps, reason = "one signature for all operations")]
pub(super) fn subscribed(request: &Request<'_>, _: &Value) -> Result<Value, Fault> {
    let account = &request.peer.origin.account.pn;
    let channels = request.peer.network.channels.of(account);
    Ok(channels.iter().map(|channel| view(channel, account)).collect())
}

pub(super) fn join(request: &Request<'_>, variables: &Value) -> Result<Value, Fault> {
    let channel = named(request, variables)?;
    let account = &request.peer.origin.account.pn;
    if channel.join(account) {
        told(request, &channel, ChannelNews::Joined);
    }
    Ok(view(&channel, account))
}

pub(super) fn leave(request: &Request<'_>, variables: &Value) -> Result<Value, Fault> {
    let channel = named(request, variables)?;
    channel.leave(&request.peer.origin.account.pn)?;
    told(request, &channel, ChannelNews::Left);
    Ok(brief(&channel))
}

pub(super) fn update(request: &Request<'_>, variables: &Value) -> Result<Value, Fault> {
    let channel = named(request, variables)?;
    let updates = &variables["updates"];
    let (name, description) = (
        name_of(&updates["name"])?,
        description_of(&updates["description"])?,
    );
    let account = &request.peer.origin.account.pn;
    channel.describe(account, name, description, request.now())?;
    request.peer.network.persistence.touch();
    route::tell_channel_update(&request.peer.network, &request.peer.origin, &channel);
    Ok(view(&channel, account))
}

/// One kind of news at a time, by name.
pub(super) fn set_user_setting(request: &Request<'_>, variables: &Value) -> Result<Value, Fault> {
    let input = &variables["input"];
    let channel = named(request, input)?;
    let muted = match input["value"].as_str() {
        Some("ON") => true,
        Some("OFF") => false,
        _ => return Err(Fault::new(BAD_REQUEST, "the value is neither ON nor OFF")),
    };
    match input["type"].as_str() {
        Some("MUTE_FOLLOWER_ACTIVITY") => {
            set_mute(request, &channel, |mutes| mutes.follower_activity = muted)
        }
        Some("MUTE_ADMIN_ACTIVITY") => set_mute(request, &channel, |mutes| mutes.admin_activity = muted),
        _ => Err(Fault::new(BAD_REQUEST, "there is no such setting")),
    }
}

pub(super) fn mute(request: &Request<'_>, variables: &Value) -> Result<Value, Fault> {
    let channel = named(request, variables)?;
    set_mute(request, &channel, |mutes| mutes.follower_activity = true)
}

pub(super) fn unmute(request: &Request<'_>, variables: &Value) -> Result<Value, Fault> {
    let channel = named(request, variables)?;
    set_mute(request, &channel, |mutes| mutes.follower_activity = false)
}

fn set_mute(
    request: &Request<'_>,
    channel: &Arc<Channel>,
    change: impl FnOnce(&mut Mutes),
) -> Result<Value, Fault> {
    channel.mute(&request.peer.origin.account.pn, change)?;
    told(request, channel, ChannelNews::Muted);
    Ok(brief(channel))
}

pub(super) fn subscribers(request: &Request<'_>, variables: &Value) -> Result<Value, Fault> {
    let channel = named(request, variables)?;
    Ok(json!({ "id": channel.jid().to_string(), "subscribers": channel.followers().len() }))
}

pub(super) fn admins(request: &Request<'_>, variables: &Value) -> Result<Value, Fault> {
    let channel = named(request, variables)?;
    Ok(json!({ "id": channel.jid().to_string(), "admin_count": channel.admins() }))
}

pub(super) fn change_owner(request: &Request<'_>, variables: &Value) -> Result<Value, Fault> {
    appoint(request, variables, Role::Owner)
}

pub(super) fn demote(request: &Request<'_>, variables: &Value) -> Result<Value, Fault> {
    appoint(request, variables, Role::Subscriber)
}

fn appoint(request: &Request<'_>, variables: &Value, role: Role) -> Result<Value, Fault> {
    let channel = named(request, variables)?;
    let user = variables["user_id"]
        .as_str()
        .and_then(|jid| jid.parse::<Jid>().ok());
    let user = user.and_then(|jid| request.peer.network.directory.resolve(&jid));
    let user = user.ok_or_else(|| Fault::new(NOT_FOUND, "there is no such account"))?;
    channel.appoint(&request.peer.origin.account.pn, &user.pn, role)?;
    request.peer.network.persistence.touch();
    Ok(brief(&channel))
}

pub(super) fn delete(request: &Request<'_>, variables: &Value) -> Result<Value, Fault> {
    let channel = named(request, variables)?;
    if channel.viewer(&request.peer.origin.account.pn).0 != Role::Owner {
        return Err(Denied::NotAnAdmin.into());
    }
    request.peer.network.channels.remove(&channel);
    told(request, &channel, ChannelNews::Left);
    Ok(json!({ "id": channel.jid().to_string(), "state": { "type": "deleted" } }))
}

/// Tells the account's other devices, and keeps the change.
fn told(request: &Request<'_>, channel: &Arc<Channel>, news: ChannelNews) {
    request.peer.network.persistence.touch();
    route::tell_channel_news(&request.peer.network, &request.peer.origin, channel, news);
}

fn named(request: &Request<'_>, variables: &Value) -> Result<Arc<Channel>, Fault> {
    variables["newsletter_id"]
        .as_str()
        .and_then(|jid| jid.parse::<Jid>().ok())
        .and_then(|jid| request.peer.network.channels.get(&jid))
        .ok_or_else(no_such_channel)
}

fn no_such_channel() -> Fault {
    Fault::new(NOT_FOUND, "there is no such channel")
}

fn name_of(value: &Value) -> Result<Option<&str>, Fault> {
    match value.as_str() {
        None => Ok(None),
        Some(name) if (1..=LONGEST_NAME).contains(&name.chars().count()) => Ok(Some(name)),
        Some(_) => Err(Fault::new(BAD_REQUEST, "a name has 1 to 100 characters")),
    }
}

fn description_of(value: &Value) -> Result<Option<&str>, Fault> {
    match value.as_str() {
        Some(text) if text.chars().count() > LONGEST_DESCRIPTION => Err(Fault::new(
            BAD_REQUEST,
            "a description has 2048 characters at most",
        )),
        text => Ok(text),
    }
}

fn brief(channel: &Channel) -> Value {
    json!({ "id": channel.jid().to_string(), "state": { "type": "active" } })
}

/// A channel as an account sees it. Numbers are text, and nobody has a picture.
fn view(channel: &Channel, account: &CompactString) -> Value {
    let (name, description) = (channel.name(), channel.description());
    let (role, mutes) = channel.viewer(account);
    let switch = |muted| if muted { "ON" } else { "OFF" };
    let no_picture = json!({ "id": null, "type": "PREVIEW", "direct_path": null });
    json!({
        "id": channel.jid().to_string(),
        "state": { "type": "active" },
        "thread_metadata": {
            "name": { "id": name.time.to_string(), "text": name.text, "update_time": name.time.to_string() },
            "description": {
                "id": description.time.to_string(),
                "text": description.text,
                "update_time": description.time.to_string(),
            },
            "creation_time": channel.created.to_string(),
            "invite": channel.invite,
            "handle": null,
            "picture": no_picture,
            "preview": no_picture,
            "settings": { "reaction_codes": { "value": "ALL" } },
            "subscribers_count": channel.followers().len().to_string(),
            "verification": "UNVERIFIED",
        },
        "viewer_metadata": {
            "role": role.name(),
            "mute": switch(mutes.follower_activity),
            "settings": [
                { "type": "MUTE_FOLLOWER_ACTIVITY", "value": switch(mutes.follower_activity) },
                { "type": "MUTE_ADMIN_ACTIVITY", "value": switch(mutes.admin_activity) },
            ],
        },
    })
}
