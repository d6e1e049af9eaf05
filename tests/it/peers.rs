//! Programs of others that some tests need: where one is missing the test says so, and in `.ci/run` it fails.
//!
//! Below: the gateway between real mail programs, Postfix as client and as next hop, swaks as a copier.

mod from_postfix;
mod postfix;
mod swaks;
mod to_postfix;

use std::os::unix::fs::MetadataExt as _;
use std::process::{Command, Stdio};

/// Whether this command, which must succeed, can be run here.
#[track_caller]
pub(crate) fn can_run(command: &[&str]) -> bool {
    let (program, arguments) = command.split_first().unwrap();
    let mut trial = Command::new(program);
    trial.args(arguments).stdin(Stdio::null());
    let trial = trial.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let runs = trial.is_ok_and(|status| status.success());
    if !runs {
        skip(&format!("`{}` cannot be run here", command.join(" ")));
    }
    runs
}

/// Whether a private Postfix can be started here: its master process needs root.
#[track_caller]
fn has_postfix() -> bool {
    if !can_run(&["/usr/sbin/postconf", "mail_version"]) {
        return false;
    }
    let root = std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    if !root {
        skip("Postfix starts only as root");
    }
    root
}

#[track_caller]
fn skip(why: &str) {
    assert!(std::env::var_os("SCHOOLGATE_PEERS").is_none(), "{why}");
    eprintln!("skipped: {why}");
}
