//! Programs of others that some tests need: where one is missing the test says so, and in `.ci/run` it fails.

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
        let missing = format!("`{}` cannot be run here", command.join(" "));
        assert!(std::env::var_os("SCHOOLGATE_PEERS").is_none(), "{missing}");
        eprintln!("skipped: {missing}");
    }
    runs
}
