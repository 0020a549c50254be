use serde_json::json;
use wacore_binary::{Jid, builder::NodeBuilder};

use super::{SHOP, fault};
use crate::support::{bytes, child, network, ready};

#[tokio::test]
async fn a_digest_can_be_wrong() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let mut hashes = Vec::new();
    for struck in [false, true] {
        if struck {
            fault(&admin, json!({"action": {"kind": "wrong_digest"}, "count": 1})).await;
        }
        let ask = vec![NodeBuilder::new("digest").build()];
        let reply = client.request("get", "encrypt", ask).await;
        hashes.push(bytes(child(child(&reply, "digest"), "hash")));
    }
    assert_ne!(hashes[0], hashes[1]);
    assert_eq!(hashes[0].len(), hashes[1].len());
}

#[tokio::test]
async fn one_time_keys_can_run_out() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    fault(&admin, json!({"action": {"kind": "empty_pre_keys"}, "count": 1})).await;
    for struck in [true, false] {
        let user = NodeBuilder::new("user")
            .attr("jid", Jid::pn("15550000001"))
            .build();
        let ask = vec![NodeBuilder::new("key").children([user]).build()];
        let reply = client.request("get", "encrypt", ask).await;
        let user = child(child(&reply, "list"), "user");
        child(user, "skey");
        assert_eq!(user.get_optional_child("key").is_none(), struck);
    }
}
