//! The whole path against plain Postfix on the same machine, in one run: `cargo bench --bench relay`.
//!
//! Every message comes over a connection of its own, and counts when it has arrived unharmed, exactly once.
//! Postfix keeps Debian's defaults and relays without looking; schoolgate reads every message with the shipped
//! rules and policy and a roll of 1,200 pupils. Both stand on loopback in turn, three times for each figure; medians are printed.
//! Postfix needs its Debian package and root; without them the gateway's figures stand alone.
//!
//! `cargo bench --bench relay -- --quick` measures 4 and 64 KiB with 8 clients, once.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    missing_docs,
    reason = "a benchmark prints its figures and stops where it cannot go on"
)]

mod load;
mod machine;
mod peer;
mod sink;

use std::time::Duration;

use crate::load::{Load, Measured};
use crate::peer::Peer;
use crate::sink::Sink;

const SIZES: [usize; 4] = [4 << 10, 64 << 10, 1 << 20, 10 << 20];
const CLIENTS: [usize; 3] = [1, 8, 32];
/// Messages of a run are chosen to take about this long.
const RUN: Duration = Duration::from_secs(3);

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (sizes, clients, runs): (&[usize], &[usize], usize) = if quick {
        (&SIZES[..2], &CLIENTS[1..2], 1)
    } else {
        (&SIZES, &CLIENTS, 3)
    };
    let sink = Sink::open();
    let peers = peer::all(sink.port());
    println!("two servers in turn on this machine; a figure is the median of {runs} runs");
    println!(
        "{:>8} {:>7}  {:<10} {:>8} {:>9} {:>9} {:>9} {:>8}",
        "size", "clients", "server", "msg/s", "CPU ms", "p50 ms", "p99 ms", "RSS MB"
    );
    for &size in sizes {
        for &clients in clients {
            compare(
                &peers,
                &sink,
                &Cell {
                    size,
                    clients,
                    runs,
                },
            );
        }
    }
}

/// One line of the table for each server.
struct Cell {
    size: usize,
    clients: usize,
    runs: usize,
}

fn compare(peers: &[Peer], sink: &Sink, cell: &Cell) {
    let mut results: Vec<Vec<Measured>> = peers.iter().map(|_| Vec::new()).collect();
    let counts: Vec<usize> = peers.iter().map(|peer| count(peer, sink, cell)).collect();
    for _ in 0..cell.runs {
        for ((peer, count), results) in peers.iter().zip(&counts).zip(&mut results) {
            results.push(run(peer, sink, cell, *count));
        }
    }
    let rows: Vec<Measured> = results.iter().map(|runs| Measured::median(runs)).collect();
    for (peer, row) in peers.iter().zip(&rows) {
        println!(
            "{:>8} {:>7}  {:<10} {:>8.0} {:>9.2} {:>9.1} {:>9.1} {:>8.0}",
            machine::octets(cell.size),
            cell.clients,
            peer.name,
            row.rate,
            row.cpu * 1e3,
            row.p50 * 1e3,
            row.p99 * 1e3,
            row.resident / 1e6,
        );
    }
    if let [gateway, postfix] = rows.as_slice() {
        println!(
            "{:>27} {:>8} {:>8.2}x {:>8.2}x {:>8.2}x {:>8.2}x",
            "ratio",
            format!("{:.2}x", gateway.rate / postfix.rate),
            gateway.cpu / postfix.cpu,
            gateway.p50 / postfix.p50,
            gateway.p99 / postfix.p99,
            gateway.resident / postfix.resident,
        );
    }
}

/// How many messages this server carries in the time of a run.
fn count(peer: &Peer, sink: &Sink, cell: &Cell) -> usize {
    let few = (cell.clients * 2).max(40);
    let rate = run(peer, sink, cell, few).rate;
    few.max((rate * RUN.as_secs_f64()) as usize)
}

fn run(peer: &Peer, sink: &Sink, cell: &Cell, count: usize) -> Measured {
    let load = Load {
        port: peer.port,
        size: cell.size,
        clients: cell.clients,
        count,
    };
    load::measure(&load, sink, peer)
}
