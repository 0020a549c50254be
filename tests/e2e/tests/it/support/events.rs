use serde_json::Value;
use wagon_test_kit::{DEADLINE, V1};

/// A position before every event.
pub(crate) const BEGINNING: &str = "evt_00000000000000000000000000";

/// The whole event log up to the first event that matches, that one included.
pub(crate) async fn log_until(v1: &V1, last: impl Fn(&Value) -> bool) -> Vec<Value> {
    let stream = v1.events(&format!("since={BEGINNING}")).await;
    let last = stream.wait_event(last, DEADLINE).await;
    let mut log = stream.seen().all();
    log.retain(|frame| frame["id"].is_string());
    let end = log
        .iter()
        .position(|event| event["id"] == last["id"])
        .expect("it was just seen");
    log.truncate(end + 1);
    log
}

/// Whether a frame is the event of this incoming text.
pub(crate) fn is_message(text: &str) -> impl Fn(&Value) -> bool {
    move |event| event["event"] == "message" && event["payload"]["body"] == text
}

/// The events of incoming messages.
pub(crate) fn messages(log: &[Value]) -> impl Iterator<Item = &Value> {
    log.iter().filter(|event| event["event"] == "message")
}

/// The statuses that a session went through, in order.
pub(crate) fn statuses(log: &[Value]) -> Vec<&str> {
    log.iter()
        .filter(|event| event["event"] == "session.status")
        .filter_map(|event| event["payload"]["status"].as_str())
        .collect()
}
