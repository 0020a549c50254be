//! What tests between Baileys clients have in common.

use serde_json::{Value, json};
use wagon_test_kit::{Account, Admin, Baileys};

/// A picture that is really one.
pub(crate) const PIXELS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/pixels.png");

/// A phone number with the Baileys client that is linked to it.
pub(crate) struct Person {
    pub(crate) account: Account,
    pub(crate) peer: Baileys,
}

impl Person {
    pub(crate) async fn join(admin: &Admin, name: &str) -> Self {
        let account = admin.account(name).await;
        let peer = Baileys::pair(admin, name, &account.pn).await;
        Self { account, peer }
    }

    pub(crate) fn jid(&self) -> String {
        self.account.jid()
    }
}

/// The command that calls a method of the Baileys socket.
pub(crate) fn call(method: &str, args: &Value) -> Value {
    json!({ "cmd": "call", "method": method, "args": args })
}

/// Commands that send each kind of content to a chat, and how the peer calls what arrives.
pub(crate) fn content_of_every_kind(to: &str) -> Vec<(Value, &'static str)> {
    let vcard = "BEGIN:VCARD\nVERSION:3.0\nFN:Jamie\nEND:VCARD";
    let file = |kind: &str, mimetype: &str| json!({ "cmd": "sendMedia", "to": to, "kind": kind, "path": PIXELS, "mimetype": mimetype });
    let content = |content: Value| json!({ "cmd": "sendContent", "to": to, "content": content });
    let poll = json!({ "name": "Lunch?", "values": ["Pizza", "Sushi"], "selectableCount": 1 });
    vec![
        (content(json!({ "text": "Hello" })), "text"),
        (
            content(json!({ "location": { "degreesLatitude": 52.52, "degreesLongitude": 13.405 } })),
            "location",
        ),
        (
            content(json!({ "contacts": { "displayName": "Jamie", "contacts": [{ "vcard": vcard }] } })),
            "contact",
        ),
        (content(json!({ "poll": poll })), "pollCreationMessageV3"),
        (file("image", "image/png"), "image"),
        (file("document", "application/pdf"), "document"),
        (file("audio", "audio/ogg; codecs=opus"), "audio"),
        (file("video", "video/mp4"), "video"),
        (file("sticker", "image/webp"), "sticker"),
    ]
}

/// Compares the file of a message as its author and as a reader download it.
pub(crate) async fn assert_same_file(author: &Baileys, reader: &Baileys, id: &str, mimetype: &Value) {
    let download = json!({ "cmd": "downloadMedia", "message": id });
    let (theirs, ours) = tokio::join!(reader.command(download.clone()), author.command(download));
    assert_eq!(theirs["sha256"], ours["sha256"], "{theirs}");
    assert_eq!(theirs["mimetype"], *mimetype, "{theirs}");
}
