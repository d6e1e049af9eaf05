//! 250 comes after the disk: the order of system calls of the real binary, as strace sees it (RFC 5321 section 6.1).

use std::fs;
use std::process::Command;

use schoolgate::cli::demo::post::{self, Letter};

use crate::crashes::gateway::Gateway;
use crate::peers;

/// No next hop: nothing else is written about the message while it is looked at.
const NOBODY: u16 = 1;

#[tokio::test]
async fn a_message_is_synced_before_it_is_answered_250() {
    if !peers::can_run(&["strace", "-f", "-o", "/dev/null", "true"]) {
        return;
    }
    let gateway = Gateway::new(NOBODY);
    let file = gateway.path("trace");
    let mut strace = Command::new("strace");
    // As a grandchild (-D), so that the gateway is still ours to stop; whole pages, so that the reference is seen.
    strace
        .args(["-D", "-f", "-y", "-s", "9000", "-o"])
        .arg(&file);
    strace.args([
        "-e",
        "trace=fsync,fdatasync,pwrite64,write,writev,sendto,sendmsg",
    ]);
    strace.arg(env!("CARGO_BIN_EXE_schoolgate"));
    let mut running = gateway.start_through(strace);
    let letter = Letter {
        sender: "k.fletcher@oakfield.sch.uk",
        recipients: &["sarah.thornton@webmail.example"],
        message:
            b"From: k.fletcher@oakfield.sch.uk\nSubject: Reading book\n\nThere is no rush at all.\n",
    };
    let answer = post::send(running.door(), &letter).await.unwrap();
    assert!(answer.is_taken(), "{answer:?}");
    let reference = answer.text.split_whitespace().last().unwrap();
    let process = running.id();
    running.stop();
    let trace = whole_trace(&file, process);
    assert_eq!(order(&trace, reference), Ok(()), "{reference}");
}

/// The tracer ends a moment after the gateway; its last line is that the gateway ended.
fn whole_trace(file: &std::path::Path, process: u32) -> String {
    let last = format!("{process} +++ exited");
    loop {
        let trace = String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned();
        if trace.lines().any(|line| squeezed(line).starts_with(&last)) {
            return trace;
        }
        std::thread::yield_now();
    }
}

/// strace pads process numbers.
fn squeezed(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the write-ahead log was written with the reference, then synced, then the reference told.
fn order(trace: &str, reference: &str) -> Result<(), String> {
    let lines: Vec<&str> = trace.lines().collect();
    let find = |from: usize, what: &str, fits: &dyn Fn(&str) -> bool| {
        let rest = lines.iter().enumerate().skip(from);
        let mut found = rest.filter(|(_, line)| fits(line)).map(|(place, _)| place);
        found.next().ok_or(format!("nothing {what}"))
    };
    let of_log = |line: &str| line.contains("schoolgate.db-wal>");
    let told = find(0, "tells the reference", &|line| {
        line.contains(reference) && line.contains("250 2.") && !of_log(line)
    })?;
    let written = find(0, "writes the reference", &|line| {
        of_log(line) && line.contains(reference)
    })?;
    let is_sync = |line: &str| line.contains("fdatasync(") || line.contains("fsync(");
    let syncing = find(written, "syncs the log", &|line| {
        of_log(line) && is_sync(line)
    })?;
    let synced = if lines[syncing].ends_with("<unfinished ...>") {
        let thread = lines[syncing].split_whitespace().next().unwrap_or_default();
        find(syncing + 1, "ends the sync", &|line| {
            line.split_whitespace().next() == Some(thread) && line.contains("sync resumed>")
        })?
    } else {
        syncing
    };
    if !lines[synced].ends_with("= 0") {
        return Err(format!("the sync failed: {}", lines[synced]));
    }
    if told < synced {
        return Err(format!("told in line {told}, synced in line {synced}"));
    }
    Ok(())
}

#[test]
fn the_wrong_order_is_seen() {
    let written = r#"7 pwrite64(9</d/schoolgate.db-wal>, "..7K3F-9QXM-2B4T..", 8192, 32) = 8192"#;
    let synced = "7 fdatasync(9</d/schoolgate.db-wal>) = 0";
    let begun = "7 fdatasync(9</d/schoolgate.db-wal> <unfinished ...>";
    let ended = "7 <... fdatasync resumed>) = 0";
    let told = r#"8 sendto(12<socket:[1]>, "250 2.6.0 accepted 7K3F-9QXM-2B4T\r\n", 30, 0) = 30"#;
    let check = |lines: &[&str]| order(&lines.join("\n"), "7K3F-9QXM-2B4T").is_ok();
    assert!(check(&[written, synced, told]));
    assert!(check(&[written, begun, ended, told]));
    assert!(!check(&[written, told, synced]));
    assert!(!check(&[written, begun, told, ended]));
    assert!(!check(&[synced, written, told]));
    assert!(!check(&[
        written,
        "7 fdatasync(9</d/schoolgate.db-wal>) = -1 EIO",
        told
    ]));
    assert!(!check(&[synced, told]));
}
