use std::sync::Arc;

use wacore_binary::builder::NodeBuilder;

use super::*;
use crate::{phone::scripts::ScriptName, route::Origin, state::Account, trace::Direction};

const NOW: u64 = 1_700_000_000;

fn origin(pn: &str, device: u16) -> Origin {
    Origin {
        account: Arc::new(Account::new(pn, "9", None, ScriptName::SILENT)),
        device,
    }
}

fn fault(json: serde_json::Value) -> Fault {
    serde_json::from_value(json).expect("valid fault")
}

#[test]
fn a_fault_strikes_as_often_as_asked() {
    let faults = Faults::new(7);
    faults.add(fault(serde_json::json!({
        "scope": {"account": "15550000007"}, "action": {"kind": "ack_error", "code": 463}, "count": 1
    })));
    let message = NodeBuilder::new("message")
        .attr("id", "A")
        .attr("to", "1@lid")
        .build();
    let message = message.as_node_ref();
    let judge = |origin: &Origin| faults.judge(origin, Direction::In, &message, NOW);
    assert!(
        matches!(judge(&origin("15550000008", 1)), Verdict::Pass),
        "another account"
    );
    assert!(matches!(judge(&origin("15550000007", 1)), Verdict::Answer(_)));
    assert!(
        matches!(judge(&origin("15550000007", 1)), Verdict::Pass),
        "used up"
    );
    let listed = serde_json::to_value(faults.list()).expect("plain data");
    assert_eq!(
        (&listed[0]["state"], &listed[0]["hits"]),
        (&"spent".into(), &1.into())
    );
}

#[test]
fn a_matcher_looks_at_tag_and_attributes() {
    let faults = Faults::new(7);
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
        faults.judge(&origin, Direction::In, &ping.as_node_ref(), NOW),
        Verdict::Swallow
    ));
    assert!(matches!(
        faults.judge(&origin, Direction::In, &usync.as_node_ref(), NOW),
        Verdict::Pass
    ));
    faults.clear(None);
    assert!(matches!(
        faults.judge(&origin, Direction::In, &ping.as_node_ref(), NOW),
        Verdict::Pass
    ));
}

#[test]
fn login_failures_do_not_touch_stanzas() {
    let faults = Faults::new(7);
    faults.add(fault(serde_json::json!({
        "action": {"kind": "connect_failure", "reason": 402, "code": 101, "expire": 60}, "count": 1
    })));
    let origin = origin("15550000007", 1);
    let message = NodeBuilder::new("message").build();
    assert!(matches!(
        faults.judge(&origin, Direction::In, &message.as_node_ref(), NOW),
        Verdict::Pass
    ));
    let Some(LoginVerdict::Refuse(failure)) = faults.judge_login(&origin) else {
        panic!("a refusal is due");
    };
    assert_eq!(
        failure.attrs.get("reason").map(ToString::to_string).as_deref(),
        Some("402")
    );
    assert!(faults.judge_login(&origin).is_none());
}

/// Which of forty messages a fault strikes, per seed and device.
fn struck(seed: u64, devices: &[u16]) -> Vec<(u16, usize)> {
    let faults = Faults::new(seed);
    faults.add(fault(
        serde_json::json!({"action": {"kind": "swallow"}, "probability": 0.5}),
    ));
    let message = NodeBuilder::new("message").build();
    let mut struck = Vec::new();
    for turn in 0..40 {
        for device in devices {
            let origin = origin("15550000007", *device);
            let verdict = faults.judge(&origin, Direction::In, &message.as_node_ref(), NOW);
            if matches!(verdict, Verdict::Swallow) {
                struck.push((*device, turn));
            }
        }
    }
    struck
}

#[test]
fn a_seed_makes_chance_repeatable() {
    let once = struck(1, &[1]);
    assert!((5..35).contains(&once.len()), "{once:?}");
    assert_eq!(once, struck(1, &[1]));
    assert_ne!(once, struck(2, &[1]));
}

#[test]
fn the_chances_of_a_device_do_not_depend_on_others() {
    let beside_another: Vec<_> = struck(1, &[1, 2])
        .into_iter()
        .filter(|(device, _)| *device == 1)
        .collect();
    assert_eq!(beside_another, struck(1, &[1]));
}

#[test]
fn a_reset_begins_the_chances_anew() {
    let faults = Faults::new(1);
    let half = || fault(serde_json::json!({"action": {"kind": "swallow"}, "probability": 0.5}));
    let message = NodeBuilder::new("message").build();
    let origin = origin("15550000007", 1);
    let mut rounds = Vec::new();
    for _ in 0..2 {
        faults.clear(Some(9));
        faults.add(half());
        let round: Vec<bool> = (0..40)
            .map(|_| faults.judge(&origin, Direction::In, &message.as_node_ref(), NOW))
            .map(|verdict| matches!(verdict, Verdict::Swallow))
            .collect();
        rounds.push(round);
    }
    assert_eq!(rounds[0], rounds[1]);
    assert_eq!(faults.seed(), 9);
}

#[test]
fn a_fault_ends_with_its_lifetime() {
    let faults = Faults::new(1);
    faults.add(fault(
        serde_json::json!({"action": {"kind": "swallow"}, "ttl": 0.000_001}),
    ));
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    let state = || serde_json::to_value(faults.list()).expect("plain data")[0]["state"].clone();
    while state() == "active" {
        assert!(std::time::Instant::now() < deadline, "it expires");
    }
    assert_eq!(state(), "expired");
    let message = NodeBuilder::new("message").build();
    let verdict = faults.judge(
        &origin("15550000007", 1),
        Direction::In,
        &message.as_node_ref(),
        NOW,
    );
    assert!(matches!(verdict, Verdict::Pass));
}

#[test]
fn media_requests_are_matched_by_kind_and_direction() {
    let faults = Faults::new(1);
    faults.add(fault(serde_json::json!({
        "match": {"type": "image", "direction": "out"}, "action": {"kind": "media_status", "status": 410}
    })));
    faults.add(fault(serde_json::json!({
        "match": {"tag": "media"}, "action": {"kind": "delay", "ms": 5}
    })));
    faults.add(fault(serde_json::json!({"action": {"kind": "delay", "ms": 9}})));
    assert_eq!(
        faults.judge_media(Direction::Out, "image"),
        Some(MediaVerdict::Status(410))
    );
    assert_eq!(
        faults.judge_media(Direction::In, "image"),
        Some(MediaVerdict::Delay(std::time::Duration::from_millis(5)))
    );
}

#[test]
fn what_makes_no_sense_is_refused_by_field() {
    for (json, field) in [
        (
            serde_json::json!({"action": {"kind": "swallow"}, "count": 0}),
            "count",
        ),
        (
            serde_json::json!({"action": {"kind": "swallow"}, "probability": 1.5}),
            "probability",
        ),
        (
            serde_json::json!({"action": {"kind": "swallow"}, "ttl": -1.0}),
            "ttl",
        ),
        (
            serde_json::json!({"action": {"kind": "reorder", "window": 1}}),
            "action.window",
        ),
        (
            serde_json::json!({"action": {"kind": "stream_error"}}),
            "action: a stream error",
        ),
        (
            serde_json::json!({"action": {"kind": "iq_error", "code": 500}, "match": {"direction": "out"}}),
            "match.direction",
        ),
        (
            serde_json::json!({"action": {"kind": "connect_stall"}, "match": {"tag": "iq"}}),
            "match",
        ),
        (
            serde_json::json!({"action": {"kind": "media_status", "status": 404}, "scope": {"device": 1}}),
            "scope",
        ),
        (
            serde_json::json!({"action": {"kind": "media_slow", "bytes_per_second": 0}}),
            "action.bytes_per_second",
        ),
    ] {
        let error = fault(json).check().expect_err(field).to_string();
        assert!(error.starts_with(field), "{error}");
    }
}
