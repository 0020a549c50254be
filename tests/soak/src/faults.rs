//! What goes wrong: one random fault after the other, each over by itself after a few strokes.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{Options, dice::Dice, world::World};

const ROLE: u8 = 4;

/// Injects faults until told to stop, and counts them.
pub(crate) async fn inject(
    world: Arc<World>,
    options: Options,
    count: Arc<AtomicUsize>,
    stop: CancellationToken,
) {
    let mut dice = Dice::new(options.seed, ROLE, 0);
    loop {
        let pause = dice.pause(options.fault_every);
        let fault = fault(&world, &mut dice);
        if stop
            .run_until_cancelled(tokio::time::sleep(pause))
            .await
            .is_none()
        {
            return;
        }
        for part in fault {
            world.admin().fault(part).await;
        }
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// A fault that the session of one number has to survive. Nothing is among them that ends a session for good, and no loss
/// on the way to a client that the network makes up for at the next login only.
fn fault(world: &World, dice: &mut Dice) -> Vec<Value> {
    let scope = json!({ "account": dice.pick(&world.numbers).account.pn });
    let (few, some_ms) = (dice.between(1, 3), dice.between(50, 800));
    let hangup = *dice.pick(&["normal", "error", "reset", "eof"]);
    let direction = *dice.pick(&["in", "out"]);

    let now = |action: Value| vec![json!({ "scope": scope, "action": action })];
    let on = |matcher: Value, action: Value| {
        vec![json!({ "scope": scope, "match": matcher, "action": action, "count": few })]
    };
    let close = json!({ "kind": "close", "how": hangup });
    let message = json!({ "tag": "message", "direction": direction });
    let sent = json!({ "tag": "message", "direction": "in" });
    // Not a request to send again: that is not lost without its connection.
    let receipt = json!({ "tag": "receipt", "type": "", "direction": "in" });
    let refused =
        json!({ "scope": scope, "action": { "kind": "connect_failure", "reason": 503 }, "count": 1 });
    let drawn = [
        // Connections that end: at once, with a word, at a stanza, and not to be made again at the first attempt.
        now(close.clone()),
        now(json!({ "kind": "stream_error", "code": 515 })),
        [
            now(json!({ "kind": "stream_error", "code": 503 })),
            now(close.clone()),
        ]
        .concat(),
        [vec![refused], now(close.clone())].concat(),
        on(message.clone(), close.clone()),
        on(receipt.clone(), close),
        // Connections that hang.
        now(json!({ "kind": "stall", "ms": some_ms * 4 })),
        on(message.clone(), json!({ "kind": "delay", "ms": some_ms })),
        // Sends that nobody answers, while the connection lives on.
        on(sent.clone(), json!({ "kind": "swallow" })),
        on(json!({ "direction": "out" }), json!({ "kind": "lose_ack" })),
        // Messages that come twice, in another order, damaged or refused.
        on(message.clone(), json!({ "kind": "duplicate" })),
        on(
            message.clone(),
            json!({ "kind": "reorder", "window": 3, "ms": some_ms }),
        ),
        on(message, json!({ "kind": "corrupt" })),
        on(sent, json!({ "kind": "ack_error", "code": 503 })),
        // Words about messages that get lost.
        on(receipt, json!({ "kind": "swallow" })),
        on(
            json!({ "tag": "ack", "direction": "in" }),
            json!({ "kind": "swallow" }),
        ),
        // Requests that fail.
        on(
            json!({ "tag": "iq", "xmlns": "encrypt" }),
            json!({ "kind": "iq_error", "code": 503 }),
        ),
        on(
            json!({ "tag": "iq", "xmlns": "usync" }),
            json!({ "kind": "iq_error", "code": 500 }),
        ),
        on(
            json!({ "tag": "iq", "xmlns": "w:p" }),
            json!({ "kind": "swallow" }),
        ),
        on(json!({ "direction": "out" }), json!({ "kind": "empty_pre_keys" })),
    ];
    dice.pick(&drawn).clone()
}
