//! Names are judged by what they resolve to, each time.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use wagon_outbound::{DialError, Error, Post};

use crate::server::{LIMITS, Names, Server, named, url};

fn refused(error: &Error) -> bool {
    matches!(error, Error::Dial(DialError::Refused { .. }))
}

async fn server() -> Server {
    Server::start(Router::new().route("/", get(|| async { "hello" }))).await
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused() {
    let server = server().await;
    let names = Names::of(&[
        ("inside.example", &[&["127.0.0.1"]]),
        ("metadata.example", &[&["169.254.169.254"]]),
        ("mapped.example", &[&["::ffff:127.0.0.1"]]),
        ("nat64.example", &[&["64:ff9b::7f00:1"]]),
        ("mixed.example", &[&["8.8.8.8", "127.0.0.1"]]),
    ]);
    let outbound = named("", &names);
    for host in ["inside", "metadata", "mapped", "nat64", "mixed"] {
        let target = url(&format!("http://{host}.example:{}/", server.port()));
        outbound
            .check(&target)
            .expect("a name is not judged before it is resolved");
        let error = outbound.get(&target, LIMITS).await.unwrap_err();
        assert!(refused(&error), "{host}: {error:?}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_answer_is_judged_anew() {
    let server = server().await;
    // Permitted at first, and something else at the second look.
    let names = Names::of(&[("rebinding.example", &[&["127.0.0.1"], &["127.0.0.2"]])]);
    let outbound = named("127.0.0.1", &names);
    let target = url(&format!("http://rebinding.example:{}/", server.port()));
    assert_eq!(outbound.get(&target, LIMITS).await.unwrap().bytes, "hello");
    assert_eq!(
        names.asked.load(Ordering::SeqCst),
        1,
        "what was checked is what was dialled"
    );

    // Another client, so that no open connection is used again.
    let outbound = named("127.0.0.1", &names);
    assert!(refused(&outbound.get(&target, LIMITS).await.unwrap_err()));
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn an_allowed_name_may_lead_anywhere_and_others_beside_it_may_not() {
    let server = server().await;
    let names = Names::of(&[
        ("hooks.internal", &[&["127.0.0.1"]]),
        ("other.internal", &[&["127.0.0.1"]]),
    ]);
    let outbound = named("hooks.internal", &names);
    let at = |host: &str| url(&format!("http://{host}:{}/", server.port()));
    assert_eq!(
        outbound.get(&at("hooks.internal"), LIMITS).await.unwrap().bytes,
        "hello"
    );
    assert!(refused(
        &outbound.get(&at("other.internal"), LIMITS).await.unwrap_err()
    ));
    assert!(refused(
        &outbound.get(&at("127.0.0.1"), LIMITS).await.unwrap_err()
    ));
}

#[tokio::test]
async fn the_next_address_is_tried_when_one_does_not_answer() {
    let server = server().await;
    // Nothing listens on the first one.
    let names = Names::of(&[("two.example", &[&["127.0.0.9", "127.0.0.1"]])]);
    let target = url(&format!("http://two.example:{}/", server.port()));
    let found = named("127.0.0.0/8", &names).get(&target, LIMITS).await;
    assert_eq!(found.unwrap().bytes, "hello");
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_told_apart() {
    let outbound = named("", &Names::of(&[("empty.example", &[&[]])]));
    for host in ["unknown.example", "empty.example"] {
        let post = Post {
            headers: http::HeaderMap::new(),
            body: "x".into(),
            time: Duration::from_secs(5),
            excerpt: 0,
        };
        let error = outbound
            .post(&url(&format!("http://{host}/")), post)
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::Dial(DialError::Unresolved { .. })),
            "{error:?}"
        );
        assert!(!error.is_refusal());
    }
}
