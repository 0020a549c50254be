use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wacore_binary::Jid;

use super::{Body, Error, accounts::find};
use crate::{
    network::Network,
    phone,
    route::{self, ChannelRefused},
    state::{Channel, Denied},
};

/// Messages that a view of a channel lists.
const MOST_POSTS: usize = 1000;

#[derive(Deserialize)]
pub(super) struct CreateRequest {
    owner: String,
    name: String,
    #[serde(default)]
    description: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct View {
    jid: String,
    invite: String,
    name: String,
    description: String,
    followers: Vec<String>,
    posts: Vec<Value>,
}

impl View {
    fn of(channel: &Channel) -> Self {
        let posts = channel.posts(None, None, MOST_POSTS);
        let post = |post: &crate::state::Post| {
            json!({
                "id": post.id,
                "serverId": post.server_id,
                "author": post.author.as_str(),
                "reactions": post.reactions(),
                "views": post.views(),
                "edited": post.edited.is_some(),
            })
        };
        Self {
            jid: channel.jid().to_string(),
            invite: channel.invite.clone(),
            name: channel.name().text,
            description: channel.description().text,
            followers: channel.followers().iter().map(ToString::to_string).collect(),
            posts: posts.iter().map(post).collect(),
        }
    }
}

pub(super) async fn create(
    State(network): State<Arc<Network>>,
    Body(request): Body<CreateRequest>,
) -> Result<(StatusCode, Json<View>), Error> {
    let owner = find(&network, &request.owner)?;
    let channel = network.channels.create(
        &owner.pn,
        &request.name,
        &request.description,
        network.clock.now(),
    );
    network.persistence.touch();
    Ok((StatusCode::CREATED, Json(View::of(&channel))))
}

pub(super) async fn list(State(network): State<Arc<Network>>) -> Json<Vec<View>> {
    Json(network.channels.all().iter().map(|one| View::of(one)).collect())
}

pub(super) async fn show(
    State(network): State<Arc<Network>>,
    Path(jid): Path<String>,
) -> Result<Json<View>, Error> {
    Ok(Json(View::of(&*channel(&network, &jid)?)))
}

pub(super) async fn follow(
    State(network): State<Arc<Network>>,
    Path((pn, jid)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    channel(&network, &jid)?.join(&find(&network, &pn)?.pn);
    network.persistence.touch();
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn unfollow(
    State(network): State<Arc<Network>>,
    Path((pn, jid)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    channel(&network, &jid)?
        .leave(&find(&network, &pn)?.pn)
        .map_err(|denied| refused(&denied.into()))?;
    network.persistence.touch();
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct PostRequest {
    text: String,
    id: Option<String>,
}

pub(super) async fn post(
    State(network): State<Arc<Network>>,
    Path((pn, jid)): Path<(String, String)>,
    Body(request): Body<PostRequest>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let (account, channel) = (find(&network, &pn)?, channel(&network, &jid)?);
    let (id, server_id) = phone::post(&network, &account, &channel, request.text, request.id)
        .map_err(|error| refused(&error))?;
    let answer = json!({ "id": id, "serverId": server_id });
    Ok((StatusCode::CREATED, Json(answer)))
}

pub(super) async fn revoke(
    State(network): State<Arc<Network>>,
    Path((pn, jid, id)): Path<(String, String, String)>,
) -> Result<StatusCode, Error> {
    let (account, channel) = (find(&network, &pn)?, channel(&network, &jid)?);
    route::revoke_post(&network, &channel, &account.pn, 0, &id).map_err(|error| refused(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReactionRequest {
    server_id: u64,
    /// An emoji; none takes the reaction back.
    reaction: Option<String>,
}

pub(super) async fn react(
    State(network): State<Arc<Network>>,
    Path((pn, jid)): Path<(String, String)>,
    Body(request): Body<ReactionRequest>,
) -> Result<StatusCode, Error> {
    let (account, channel) = (find(&network, &pn)?, channel(&network, &jid)?);
    let code = request.reaction.as_deref();
    route::react_to_post(&network, &channel, &account.pn, request.server_id, code)
        .map_err(|error| refused(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

fn channel(network: &Network, jid: &str) -> Result<Arc<Channel>, Error> {
    jid.parse::<Jid>()
        .ok()
        .and_then(|jid| network.channels.get(&jid))
        .ok_or_else(|| Error::not_found("channel"))
}

fn refused(error: &ChannelRefused) -> Error {
    match error {
        ChannelRefused::Unknown => Error::not_found("message, or follower"),
        ChannelRefused::Denied => Error::conflict(Denied::NotAnAdmin),
        ChannelRefused::Malformed => Error::bad_request("this cannot be posted"),
    }
}
