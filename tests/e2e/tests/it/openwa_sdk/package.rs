//! What of the package is called where.

use super::Stage;

/// The resources all of whose methods are called in this folder: each test ends with `assert_all_called`.
const HERE: &[&str] = &[
    "calls", "channels", "chats", "contacts", "groups", "labels", "media", "profile", "search", "status",
];

/// Resources that other tests drive over plain HTTP.
const ELSEWHERE: &[&str] = &["auth", "health", "messages", "sessions", "templates", "webhooks"];

/// What is missing in them.
const MISSING: &[&str] = &[
    "messages.click_button",
    "messages.pin",
    "messages.star",
    "messages.unpin",
];

/// The page that says what is not offered, and why.
const PAGE: &str = include_str!("../../../../../docs/openwa.md");

#[tokio::test]
async fn every_method_is_tested_or_documented_as_not_offered() {
    let mut stage = Stage::start().await;
    let methods = stage.sdk.methods().await;
    assert!(methods.len() > 100, "{methods:?}");
    for method in methods {
        let resource = method.split('.').next().unwrap_or_default();
        let elsewhere = ELSEWHERE.contains(&resource) && !MISSING.contains(&&*method);
        let tested = HERE.contains(&resource) || elsewhere;
        let documented = PAGE.contains(&format!("`{method}`"));
        assert_ne!(
            tested, documented,
            "{method}: tested {tested}, documented as not offered {documented}"
        );
    }
}
