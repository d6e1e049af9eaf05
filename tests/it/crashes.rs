//! Killed at random moments under load, the gateway loses nothing, and repeats only what it cannot know.
//!
//! The real binary, a real store, real SMTP on both sides. `cargo test` does a few rounds;
//! `SCHOOLGATE_CRASHES=100 cargo test --test it -- --nocapture crashes` does the hundred, and `SCHOOLGATE_SEED`
//! chooses other moments and other mail. The seed is printed.

mod chance;
pub(crate) mod gateway;
mod hop;
mod law;
mod load;

use std::sync::Arc;
use std::time::Duration;

use schoolgate::store::ledger::Verified;

use crate::crashes::chance::Chance;
use crate::crashes::gateway::{Gateway, Queued};
use crate::crashes::hop::CountingHop;
use crate::crashes::law::Law;
use crate::crashes::load::{Fuse, Load};

/// Rounds of a plain `cargo test`.
const FEW: u32 = 4;
/// Clients that send at the same time.
const CLIENTS: u64 = 6;
/// The longest anything may take; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_mins(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_under_load_loses_nothing_and_repeats_only_what_nobody_can_know() {
    let rounds = number("SCHOOLGATE_CRASHES", FEW);
    let seed = number("SCHOOLGATE_SEED", 1);
    let mut chance = Chance::new(u64::from(seed));
    let hop = CountingHop::start().await;
    let gateway = Gateway::new(hop.port());
    let load = Load::default();
    let mut law = Law::default();
    for round in 1..=rounds {
        let fuse = Arc::new(Fuse::new(chance.below(400)));
        hop.watch(&fuse);
        let mut running = gateway.start();
        if chance.below(8) == 0 {
            // Killed while it starts, when it takes up what the crash before has left.
            pause(Duration::from_micros(chance.below(400_000))).await;
            running.kill();
        } else {
            let door = running.door();
            let clients: Vec<_> = (0..CLIENTS)
                .map(|_| load.client(door, &fuse, chance.fork()))
                .collect();
            let burnt = tokio::time::timeout(PATIENCE, fuse.burnt()).await;
            assert!(burnt.is_ok(), "round {round}: the gateway stands still");
            pause(Duration::from_micros(chance.below(4_000))).await;
            running.kill();
            for client in clients {
                client.await.unwrap();
            }
        }
        hop.quiet().await;
        law.crashed(round, &gateway.queued().await, &hop.copies());
    }
    finish(&gateway, &hop, &load, &law).await;
    eprintln!(
        "{rounds} crashes, seed {seed}: {}",
        law.verdict(&load.sent(), &hop.copies())
    );
}

/// Lets the gateway deliver what is left, ends it in good order, and looks at everything.
async fn finish(gateway: &Gateway, hop: &CountingHop, load: &Load, law: &Law) {
    let mut running = gateway.start();
    running.door();
    tokio::time::timeout(PATIENCE, gateway.emptied())
        .await
        .expect("the queue does not empty");
    running.stop();
    hop.quiet().await;
    let store = gateway.dead_store().await;
    assert_eq!(store.queued, Queued::default());
    assert!(
        matches!(store.ledger, Verified::Sound { .. }),
        "{:?}",
        store.ledger
    );
    for (id, end) in &store.ends {
        assert!(["delivered", "held"].contains(&end.as_str()), "{id}: {end}");
    }
    law.holds(&load.sent(), &store, &hop.copies());
}

/// A random moment: the only sleep, because a moment is what is tested here.
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

fn number(variable: &str, otherwise: u32) -> u32 {
    match std::env::var(variable) {
        Ok(text) => text.parse().expect(variable),
        Err(_) => otherwise,
    }
}
