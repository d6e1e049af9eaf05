//! A full store: mail is refused with 452, nothing is taken by halves, deliveries go on, and then mail flows again.

use std::fs::{self, DirBuilder, File};
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::process::Command;

use schoolgate::cli::demo::post::{self, Answer, Letter};
use schoolgate::cli::demo::sink::{Act, Manner, Options, Sink, Step};

use crate::crashes::gateway::{Gateway, Running};

/// A disk of this size leaves a few mebibytes beside the 64 that are kept for deliveries.
const DISK: &str = "size=72m,mode=700";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_at_its_limit_refuses_delivers_and_takes_mail_again() {
    let hop = Sink::start(Options::default()).await.unwrap();
    let gateway = Gateway::with(hop.address().port(), "data_limit = \"3 MiB\"\n");
    let mut running = gateway.start();
    let door = running.door();
    fill_and_empty(&gateway, door, &hop).await;
    running.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_delivers_and_takes_mail_again() {
    let namespace = ["unshare", "--map-root-user", "--mount"];
    if !may_mount(&namespace) {
        eprintln!(
            "skipped: this machine lets nobody mount a disk of their own; the limit of the store is tried above"
        );
        return;
    }
    let hop = Sink::start(Options::default()).await.unwrap();
    let mut gateway = Gateway::new(hop.address().port());
    let mut running = on_a_small_disk(&gateway, &namespace);
    let door = running.door();
    let disk = gateway.go_inside(running.id());
    fill_and_empty(&gateway, door, &hop).await;

    // Somebody else fills what is kept for deliveries too.
    let filler = disk.join("filler");
    fill_up(&filler);
    let refused = send(door, 900).await;
    assert_eq!(refused.code, 452, "{refused:?}");
    fs::remove_file(&filler).unwrap();
    let taken = send(door, 901).await;
    assert!(taken.is_taken(), "{taken:?}");
    gateway.emptied().await;
    assert_eq!((copies(&hop, 900), copies(&hop, 901)), (0, 1));
    running.stop();
}

/// Fills the store while the next hop is away, and empties it when that is back.
async fn fill_and_empty(gateway: &Gateway, door: SocketAddr, hop: &Sink) {
    hop.behave(vec![Manner::always(Step::Connect, Act::HangUp)]);
    let mut accepted = Vec::new();
    let refused = loop {
        let answer = send(door, accepted.len()).await;
        if !answer.is_taken() {
            break answer;
        }
        accepted.push(answer.text.split_whitespace().last().unwrap().to_owned());
        assert!(accepted.len() < 100, "it is never full");
    };
    assert_eq!(refused.code, 452, "{refused:?}");
    assert!(accepted.len() > 3, "{}", accepted.len());
    let queued = gateway.says(&["queue", "list", "--json"]);
    assert_eq!(queued.lines().count(), accepted.len(), "nothing by halves");

    hop.behave(Vec::new());
    gateway.says(&["queue", "retry", &accepted[0]]);
    gateway.emptied().await;
    for number in 0..accepted.len() {
        assert_eq!(copies(hop, number), 1, "accepted is delivered");
    }
    assert_eq!(hop.received().len(), accepted.len(), "and nothing else");
    let taken = send(door, 800).await;
    assert!(taken.is_taken(), "there is room again: {taken:?}");
    gateway.emptied().await;
    assert_eq!(copies(hop, 800), 1);
}

/// Sends a message of a quarter of a mebibyte.
async fn send(door: SocketAddr, number: usize) -> Answer {
    let head = format!(
        "From: k.fletcher@oakfield.sch.uk\nSubject: Reading book\nMessage-ID: <full-{number}@oakfield.sch.uk>\n\n"
    );
    let message = head + &"There is no rush at all.\n".repeat(10_000);
    let letter = Letter {
        sender: "k.fletcher@oakfield.sch.uk",
        recipients: &["sarah.thornton@webmail.example"],
        message: message.as_bytes(),
    };
    post::send(door, &letter).await.unwrap()
}

/// How often this message has arrived.
fn copies(hop: &Sink, number: usize) -> usize {
    let id = format!("Message-ID: <full-{number}@");
    let received = hop.received();
    let has_id = |one: &&schoolgate::cli::demo::sink::Received| {
        let head = one.message.get(..2_000).unwrap_or(&one.message);
        String::from_utf8_lossy(head).contains(&id)
    };
    received.iter().filter(has_id).count()
}

fn may_mount(namespace: &[&str; 3]) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let mut trial = Command::new(namespace[0]);
    trial
        .args(&namespace[1..])
        .args(["mount", "-t", "tmpfs", "-o", "size=1m", "none"]);
    trial
        .arg(folder.path())
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Starts the gateway where its data folder is a disk of its own, which ends with it.
fn on_a_small_disk(gateway: &Gateway, namespace: &[&str; 3]) -> Running {
    let data = gateway.path("data");
    DirBuilder::new().mode(0o700).create(&data).unwrap();
    let mut command = Command::new(namespace[0]);
    let script = "mount -t tmpfs -o \"$1\" none \"$2\" && shift 2 && exec \"$@\"";
    command
        .args(&namespace[1..])
        .args(["sh", "-c", script, "sh", DISK]);
    command.arg(data).arg(env!("CARGO_BIN_EXE_schoolgate"));
    gateway.start_through(command)
}

/// Writes until nothing more fits.
fn fill_up(path: &PathBuf) {
    let mut file = File::create(path).unwrap();
    for block in [1 << 20, 1 << 12, 1] {
        let octets = vec![0; block];
        while file.write_all(&octets).is_ok() {}
    }
}
