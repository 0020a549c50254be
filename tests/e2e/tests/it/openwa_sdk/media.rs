//! Conversion, and finding messages.

use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Gateway, OpenWaSdk};

use super::{Stage, base64, c_us};
use crate::support::{Scene, is_message};

const VOICE: &[u8] = include_bytes!("../../../../../crates/sandbox/src/phone/scripts/samples/voice.ogg");

#[tokio::test]
async fn media_is_converted_where_it_is_switched_on() {
    let builder = Gateway::builder().env("MEDIA_CONVERSION_ENABLED", "true");
    let scene = Scene::start(builder).await;
    let mut sdk = OpenWaSdk::start(&scene.gateway);
    let here = json!([scene.session]);
    let available = sdk.call("media.conversion_status", here.clone()).await;
    assert_eq!(available, json!({ "available": true }));
    let made = sdk
        .call_with(
            "media.convert_voice",
            here.clone(),
            json!({ "base64": base64(VOICE) }),
        )
        .await;
    assert_eq!(made["mimetype"], "audio/ogg; codecs=opus");
    let bytes = bytes(&made);
    assert!(bytes.starts_with(b"OggS") && bytes.windows(8).any(|at| at == b"OpusHead"));
    assert_eq!(made["bytes"], bytes.len());
    let made = sdk
        .call_with(
            "media.convert_video",
            here.clone(),
            json!({ "base64": base64(&film()) }),
        )
        .await;
    assert_eq!(made["mimetype"], "video/mp4");
    let made = self::bytes(&made);
    let place = |kind: &[u8]| made.windows(4).position(|at| at == kind);
    assert!(place(b"moov") < place(b"mdat"), "the index comes first");
    let nonsense = json!([scene.session]);
    let refused = sdk
        .raises_with("media.convert_voice", nonsense, json!({ "base64": "AAAA" }))
        .await;
    assert_eq!(refused["status"], 400, "{refused}");
    sdk.assert_all_called("media").await;

    let mut stage = Stage::start().await;
    let off = stage.call("media.conversion_status", &[]).await;
    assert_eq!(off, json!({ "available": false }));
    let here = stage.args(&[]);
    let refused = stage
        .sdk
        .raises_with("media.convert_voice", here, json!({ "base64": "AAAA" }))
        .await;
    assert_eq!(refused["type"], "OpenWAServiceUnavailableError", "{refused}");
}

/// A second of sound and colours, in a form that WhatsApp does not play.
fn film() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film.mkv");
    let made = std::process::Command::new("ffmpeg")
        .args(["-nostdin", "-loglevel", "error"])
        .args(["-f", "lavfi", "-i", "testsrc=duration=1:size=1600x900:rate=5"])
        .args(["-f", "lavfi", "-i", "sine=duration=1"])
        .args(["-c:v", "mpeg4", "-c:a", "flac"])
        .arg(&path)
        .status()
        .unwrap();
    assert!(
        made.success(),
        "ffmpeg is not installed: run scripts/test-setup.sh"
    );
    std::fs::read(path).unwrap()
}

fn bytes(made: &Value) -> Vec<u8> {
    use base64::Engine as _;
    let text = made["base64"].as_str().unwrap();
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

#[tokio::test]
async fn messages_are_found_by_their_words() {
    let mut stage = Stage::start().await;
    let events = stage.scene.gateway.v1().events("events=message").await;
    let admin = stage.scene.sandbox.admin();
    for text in ["The Invoice is paid", "nothing here", "another invoice"] {
        admin.send(&stage.ada.pn, &stage.scene.shop.pn, text).await;
        events.wait_event(is_message(text), DEADLINE).await;
    }
    let found = stage
        .sdk
        .call("search.search", json!([{ "q": "invoice", "limit": 1 }]))
        .await;
    assert_eq!(
        (&found["total"], &found["provider"]),
        (&json!(2), &json!("builtin-fts"))
    );
    let hit = &found["hits"][0];
    assert_eq!(
        (&hit["body"], &hit["snippet"], &hit["chatId"]),
        (
            &json!("another invoice"),
            &json!("another <mark>invoice</mark>"),
            &json!(c_us(&stage.ada))
        )
    );
    assert_eq!(
        (&hit["direction"], &hit["type"], &hit["sessionId"]),
        (&json!("incoming"), &json!("text"), &json!(stage.scene.session))
    );
    for (query, total) in [
        (
            json!({ "q": "INVOICE", "sessionId": stage.scene.session, "offset": 1 }),
            2,
        ),
        (json!({ "q": "invoice", "direction": "outgoing" }), 0),
        (
            json!({ "q": "invoice", "from": c_us(&stage.ada), "chatId": c_us(&stage.ada) }),
            2,
        ),
        (json!({ "q": "invoice", "dateTo": 1 }), 0),
    ] {
        let found = stage.sdk.call("search.search", json!([query])).await;
        assert_eq!(found["total"], total, "{query}: {found}");
    }
    for query in [
        json!({ "q": " " }),
        json!({ "q": "a", "direction": "up" }),
        json!({ "q": "a", "limit": 101 }),
        json!({ "q": "a", "dateFrom": "yesterday" }),
    ] {
        let refused = stage.sdk.raises("search.search", json!([query])).await;
        assert_eq!(refused["status"], 400, "{query}: {refused}");
    }
    stage.sdk.assert_all_called("search").await;
}
