//! Callers of the gateway's API, who repeat a request until it is accepted.

use std::{sync::Arc, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use wagon_test_kit::V1;

use crate::{
    Options,
    dice::Dice,
    ledger::{Ledger, Place},
    world::World,
};

const ROLE: u8 = 1;
/// One message in so many goes to another number of the gateway.
const AMONG_OURSELVES: usize = 5;
const REPEAT_AFTER: Duration = Duration::from_millis(250);

/// Sends from one number until told to stop. What was begun is brought to its end.
pub(crate) async fn send_from(
    world: Arc<World>,
    ledger: Arc<Ledger>,
    options: Options,
    number: usize,
    stop: CancellationToken,
) {
    let mut dice = Dice::new(options.seed, ROLE, number);
    for count in 0_usize.. {
        let pause = dice.pause(options.pace);
        let to = recipient(&world, &mut dice, number);
        if stop
            .run_until_cancelled(tokio::time::sleep(pause))
            .await
            .is_none()
        {
            return;
        }
        let text = format!("{} from number {number}: {count}", options.seed);
        send(&world, &ledger, number, to, &text).await;
    }
}

/// Sends one message and enters it in the books once the gateway has answered for it.
pub(crate) async fn send(world: &World, ledger: &Ledger, from: usize, to: Recipient, text: &str) {
    let path = format!("/sessions/{}/messages", world.numbers[from].session);
    let accepted = loop {
        match attempt(&world.v1(), &path, &to.jid, text).await {
            Some(accepted) => break accepted,
            None => tokio::time::sleep(REPEAT_AFTER).await,
        }
    };
    let id = accepted["waMessageId"].as_str().unwrap_or_default();
    ledger.promise(text, to.place, id);
}

/// Who gets a message, and where it will be seen.
pub(crate) struct Recipient {
    pub(crate) jid: String,
    pub(crate) place: Place,
}

fn recipient(world: &World, dice: &mut Dice, sender: usize) -> Recipient {
    let numbers = &world.numbers;
    if numbers.len() > 1 && dice.below(AMONG_OURSELVES) == 0 {
        let other = (sender + 1 + dice.below(numbers.len() - 1)) % numbers.len();
        return Recipient {
            jid: numbers[other].account.jid(),
            place: Place::Session(numbers[other].session.clone()),
        };
    }
    let phone = dice.pick(&world.phones);
    Recipient {
        jid: phone.jid(),
        place: Place::Phone(phone.pn.clone()),
    }
}

/// The text is unique, so it serves as the idempotency key.
async fn attempt(v1: &V1, path: &str, to: &str, text: &str) -> Option<Value> {
    let request = v1
        .request(Method::POST, path)
        .header("idempotency-key", text)
        .json(&json!({ "type": "text", "to": to, "text": text }));
    let answer = v1.try_send(request).await.ok()?;
    answer.status.is_success().then_some(answer.body)
}
