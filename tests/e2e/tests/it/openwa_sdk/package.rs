//! What of the package is called where.

use super::Stage;

/// The resources all of whose methods are called in this folder: each test ends with `assert_all_called`.
const CALLED: &[&str] = &[
    "calls",
    "channels",
    "chats",
    "contacts",
    "groups",
    "health",
    "labels",
    "media",
    "messages",
    "profile",
    "search",
    "sessions",
    "status",
    "templates",
    "webhooks",
];

/// The page that says what is not offered, and why.
const PAGE: &str = include_str!("../../../../../docs/openwa.md");

#[tokio::test]
async fn every_method_is_called_or_documented_as_not_offered() {
    let mut stage = Stage::start().await;
    let methods = stage.sdk.methods().await;
    assert!(methods.len() > 140, "{methods:?}");
    for method in methods {
        let resource = method.split('.').next().unwrap_or_default();
        let called = method == "auth" || CALLED.contains(&resource);
        let documented = PAGE.contains(&format!("`{method}`"));
        assert_ne!(
            called, documented,
            "{method}: called {called}, documented as not offered {documented}"
        );
    }
}
