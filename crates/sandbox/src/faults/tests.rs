use std::sync::Arc;

use wacore_binary::builder::NodeBuilder;

use super::*;
use crate::{phone::Script, route::Origin, state::Account};

fn origin(pn: &str, device: u16) -> Origin {
    Origin {
        account: Arc::new(Account::new(pn, "9", None, Script::Silent)),
        device,
    }
}

fn fault(json: serde_json::Value) -> Fault {
    serde_json::from_value(json).expect("valid fault")
}

#[test]
fn a_fault_strikes_as_often_as_asked() {
    let faults = Faults::default();
    faults.add(fault(serde_json::json!({
        "scope": {"account": "15550000007"}, "action": {"kind": "ack_error", "code": 463}, "count": 1
    })));
    let message = NodeBuilder::new("message")
        .attr("id", "A")
        .attr("to", "1@lid")
        .build();
    let message = message.as_node_ref();
    let judge = |origin: &Origin| faults.judge(origin, &message);
    assert!(
        matches!(judge(&origin("15550000008", 1)), Verdict::Pass),
        "another account"
    );
    assert!(matches!(judge(&origin("15550000007", 1)), Verdict::Answer(_)));
    assert!(
        matches!(judge(&origin("15550000007", 1)), Verdict::Pass),
        "used up"
    );
    assert!(faults.list().is_empty());
}

#[test]
fn a_matcher_looks_at_tag_and_attributes() {
    let faults = Faults::default();
    faults.add(fault(serde_json::json!({
        "match": {"tag": "iq", "xmlns": "w:p"}, "action": {"kind": "swallow"}
    })));
    let origin = origin("15550000007", 1);
    let ping = NodeBuilder::new("iq")
        .attr("xmlns", "w:p")
        .attr("type", "get")
        .build();
    let usync = NodeBuilder::new("iq")
        .attr("xmlns", "usync")
        .attr("type", "get")
        .build();
    assert!(matches!(
        faults.judge(&origin, &ping.as_node_ref()),
        Verdict::Swallow
    ));
    assert!(matches!(
        faults.judge(&origin, &usync.as_node_ref()),
        Verdict::Pass
    ));
    faults.clear();
    assert!(matches!(
        faults.judge(&origin, &ping.as_node_ref()),
        Verdict::Pass
    ));
}

#[test]
fn login_failures_do_not_touch_stanzas() {
    let faults = Faults::default();
    faults.add(fault(serde_json::json!({
        "action": {"kind": "connect_failure", "reason": 402, "code": 101, "expire": 60}, "count": 1
    })));
    let origin = origin("15550000007", 1);
    let message = NodeBuilder::new("message").build();
    assert!(matches!(
        faults.judge(&origin, &message.as_node_ref()),
        Verdict::Pass
    ));
    let failure = faults.login_failure(&origin).expect("due");
    assert_eq!(
        failure.attrs.get("reason").map(ToString::to_string).as_deref(),
        Some("402")
    );
    assert!(faults.login_failure(&origin).is_none());
}
