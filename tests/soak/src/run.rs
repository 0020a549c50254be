use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    task::{JoinSet, LocalSet},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use crate::{
    Options, Report,
    dice::Dice,
    faults, inbound,
    ledger::{Ledger, Place},
    memory::resident,
    outbound::{self, Recipient},
    readers::{self, Follower},
    world::World,
};

const KILLER: u8 = 5;
const SAMPLE_EVERY: Duration = Duration::from_secs(1);
const TELL_EVERY: u32 = 10;
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Runs to the end and reports. All actors share the caller's thread; the work is done in other processes.
pub async fn run(options: Options) -> Report {
    LocalSet::new().run_until(soak(options)).await
}

async fn soak(options: Options) -> Report {
    (options.say)(&format!("seed {}", options.seed));
    let world = Arc::new(World::start(&options).await);
    (options.say)(&format!("{} numbers are linked", options.numbers));
    let ledger = Arc::new(Ledger::default());
    let mut report = Report {
        seed: options.seed,
        ..Report::default()
    };

    let looking = CancellationToken::new();
    let mut readers = JoinSet::new();
    let follower = Arc::new(Follower::default());
    readers.spawn_local(Arc::clone(&follower).follow(
        Arc::clone(&world),
        Arc::clone(&ledger),
        options.clone(),
        looking.clone(),
    ));
    for phone in 0..options.numbers {
        readers.spawn_local(readers::watch_phone(
            Arc::clone(&world),
            Arc::clone(&ledger),
            phone,
            looking.clone(),
        ));
    }

    rage(&world, &ledger, &options, &mut report).await;
    (options.say)("no more faults; the books are settled");
    world.admin().lift_faults().await;
    settle(&world, &ledger, &options, &mut report).await;
    report.log = follower.compare(&world.v1()).await;
    report.resumes = follower.resumes();
    looking.cancel();
    joined(readers).await;
    report
}

/// Talk, faults and kills, until the time is up and whatever was begun has ended.
async fn rage(world: &Arc<World>, ledger: &Arc<Ledger>, options: &Options, report: &mut Report) {
    let stop = CancellationToken::new();
    let faults = Arc::new(AtomicUsize::new(0));
    let kills = Arc::new(AtomicUsize::new(0));
    let mut talkers = JoinSet::new();
    for actor in 0..options.numbers {
        let (world, ledger) = (Arc::clone(world), Arc::clone(ledger));
        talkers.spawn_local(outbound::send_from(
            Arc::clone(&world),
            Arc::clone(&ledger),
            options.clone(),
            actor,
            stop.clone(),
        ));
        talkers.spawn_local(inbound::write_from(
            world,
            ledger,
            options.clone(),
            actor,
            stop.clone(),
        ));
    }
    let mut troubles = JoinSet::new();
    troubles.spawn_local(faults::inject(
        Arc::clone(world),
        options.clone(),
        Arc::clone(&faults),
        stop.clone(),
    ));
    if let Some(every) = options.kill_every {
        troubles.spawn_local(kill(
            Arc::clone(world),
            options.seed,
            every,
            Arc::clone(&kills),
            stop.clone(),
        ));
    }

    let start = Instant::now();
    let mut ticks = 0;
    let mut clock = tokio::time::interval(SAMPLE_EVERY);
    while start.elapsed() < options.duration {
        clock.tick().await;
        sample(world, report).await;
        ticks += 1;
        if ticks % TELL_EVERY == 0 {
            let balance = ledger.balance();
            (options.say)(&format!(
                "{:>5} s  {:>6} messages, {:>3} under way, {} wrong, {} faults, {} kills, gateway {:.0} MiB",
                start.elapsed().as_secs(),
                balance.promised,
                balance.open.len(),
                balance.wrong.len(),
                faults.load(Ordering::Relaxed),
                kills.load(Ordering::Relaxed),
                report.gateway.last().unwrap_or_default(),
            ));
        }
    }
    stop.cancel();
    joined(troubles).await;
    world.admin().lift_faults().await;
    joined(talkers).await;
    report.faults = faults.load(Ordering::Relaxed);
    report.kills = kills.load(Ordering::Relaxed);
}

async fn kill(
    world: Arc<World>,
    seed: u64,
    every: Duration,
    count: Arc<AtomicUsize>,
    stop: CancellationToken,
) {
    let mut dice = Dice::new(seed, KILLER, 0);
    loop {
        let pause = dice.pause(every);
        if stop
            .run_until_cancelled(tokio::time::sleep(pause))
            .await
            .is_none()
        {
            return;
        }
        world.kill().await;
        count.fetch_add(1, Ordering::Relaxed);
    }
}

async fn sample(world: &World, report: &mut Report) {
    let gateway = world.gateway_pid().await.and_then(resident);
    report.gateway.extend(gateway);
    report.network.extend(world.network.pid().and_then(resident));
}

/// Sends one more message each way through every session, and waits until everything has been seen.
async fn settle(world: &World, ledger: &Ledger, options: &Options, report: &mut Report) {
    let end = Instant::now() + options.settle;
    for number in 0..world.numbers.len() {
        let text = format!("{} still there, number {number}?", options.seed);
        inbound::write(world, ledger, number, number, &text).await;
        let answer = format!("{} number {number} is still there", options.seed);
        let phone = &world.phones[number];
        let to = Recipient {
            jid: phone.jid(),
            place: Place::Phone(phone.pn.clone()),
        };
        let sent = outbound::send(world, ledger, number, to, &answer);
        if tokio::time::timeout_at(end, sent).await.is_err() {
            report.dead.push(world.numbers[number].session.clone());
        }
    }
    while !ledger.balance().open.is_empty() && Instant::now() < end {
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    report.balance = ledger.balance();
    for number in &world.numbers {
        let session = world.v1().get(&format!("/sessions/{}", number.session)).await;
        if session.body["status"] != "working" {
            report
                .dead
                .push(format!("{} is {}", number.session, session.body["status"]));
        }
    }
}

async fn joined(mut tasks: JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        ended.expect("actors do not panic");
    }
}
