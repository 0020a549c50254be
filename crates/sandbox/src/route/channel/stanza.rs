use wacore_binary::{CompactString, Node, builder::NodeBuilder};

use crate::{
    network::Network,
    route::{deliver::deliver_all, deliver::parcel},
    state::{Channel, Class, Post},
    wire::Stanza,
};

/// Which change of a post a stanza is about.
pub(super) const EDITED: &str = "3";
pub(super) const REVOKED: &str = "8";

/// A post in a list: with its counters.
pub(crate) fn counted(post: &Post, reader: &CompactString) -> Node {
    let reactions = post.reactions().into_iter().map(|(code, count)| {
        NodeBuilder::new("reaction")
            .attr("code", code.to_owned())
            .attr("count", count)
            .build()
    });
    let parts = [
        plaintext(post),
        NodeBuilder::new("views_count")
            .attr("count", post.views())
            .build(),
        NodeBuilder::new("reactions").children(reactions).build(),
    ];
    let builder = headed(NodeBuilder::new("message"), post);
    let builder = if post.author == *reader {
        builder.attr("is_sender", "true")
    } else {
        builder
    };
    builder.children(parts).build()
}

/// Gives a post, or what became of it, to everybody who follows the channel; the author's device knows it already.
pub(super) fn hand_out(
    network: &Network,
    channel: &Channel,
    post: &Post,
    from_device: u16,
    edit: Option<&'static str>,
) {
    for follower in channel.followers() {
        let Some(account) = network.directory.by_pn(&follower) else {
            continue;
        };
        let own = follower == post.author;
        let mut builder = headed(NodeBuilder::new("message").attr("from", channel.jid()), post);
        if own {
            builder = builder.attr("is_sender", "true");
        }
        if let Some(edit) = edit {
            builder = builder.attr("edit", edit);
        }
        let mut parts = vec![if edit == Some(REVOKED) {
            NodeBuilder::new("plaintext").bytes(Vec::new()).build()
        } else {
            plaintext(post)
        }];
        if let Some(edited) = post.edited.filter(|_| edit == Some(EDITED)) {
            let meta = NodeBuilder::new("meta")
                .attr("msg_edit_t", edited)
                .attr("original_msg_t", post.time);
            parts.push(meta.build());
        }
        let Ok(stanza) = Stanza::encode(&builder.children(parts).build()) else {
            continue;
        };
        let parcel = parcel(Class::Message, &post.id, &channel.id, stanza);
        deliver_all(&account, own.then_some(from_device), true, &parcel);
    }
}

fn headed(builder: NodeBuilder, post: &Post) -> NodeBuilder {
    builder
        .attr("id", post.id.clone())
        .attr("server_id", post.server_id)
        .attr("t", post.time)
        .attr("type", post.kind.clone())
}

fn plaintext(post: &Post) -> Node {
    let builder = NodeBuilder::new("plaintext").bytes(post.message.clone());
    match &post.media {
        Some(media) => builder.attr("mediatype", media.clone()).build(),
        None => builder.build(),
    }
}
