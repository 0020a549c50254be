//! Phones that write to the gateway's numbers.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::{
    Options,
    dice::Dice,
    ledger::{Ledger, Place},
    world::World,
};

const ROLE: u8 = 2;

/// Writes from one phone until told to stop.
pub(crate) async fn write_from(
    world: Arc<World>,
    ledger: Arc<Ledger>,
    options: Options,
    phone: usize,
    stop: CancellationToken,
) {
    let mut dice = Dice::new(options.seed, ROLE, phone);
    for count in 0_usize.. {
        let pause = dice.pause(options.pace);
        let to = dice.below(world.numbers.len());
        if stop
            .run_until_cancelled(tokio::time::sleep(pause))
            .await
            .is_none()
        {
            return;
        }
        let text = format!("{} from phone {phone}: {count}", options.seed);
        write(&world, &ledger, phone, to, &text).await;
    }
}

/// Writes one message and enters it in the books: the network has answered for it.
pub(crate) async fn write(world: &World, ledger: &Ledger, phone: usize, to: usize, text: &str) {
    let number = &world.numbers[to];
    let from = &world.phones[phone].pn;
    let id = world.admin().send(from, &number.account.jid(), text).await;
    ledger.promise(text, Place::Session(number.session.clone()), &id);
}
