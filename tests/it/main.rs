//! The integration tests: one binary, one file per theme.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    missing_docs,
    reason = "a test fails by panicking, and says on standard error what it skipped"
)]

mod acting;
mod bombs;
mod command_line;
mod corpora;
mod crashes;
mod damaged;
mod delivery;
mod dialogues;
mod doors;
mod durable;
mod false_alarms;
mod files;
mod flows;
mod full;
mod golden;
mod handling;
mod harness;
mod hostile;
mod incidents;
mod labelled;
mod limits;
mod oracles;
mod own;
mod peers;
mod policy_commands;
mod policy_page;
mod postbox;
mod protected;
mod returns;
mod sample;
mod scanner;
mod scenarios;
mod serve;
mod smtp_page;
mod store;
mod tidy;
mod workers;
