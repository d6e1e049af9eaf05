//! schoolgate reads every outgoing message of a school, judges it against the school's policy,
//! and passes, protects, holds or returns it.
//!
//! The program is a sentence, *receive, parse, extract, detect, decide, record, act*, and each word is a module:
//!
//! ```text
//! client ─SMTP─▶ receive ─▶ parse ─▶ extract ─▶ detect ─▶ decide ─▶ record ─commit─▶ 250
//!                                                                     │
//!                      notices ◀── act ◀── due work ◀─────────────────┘
//!                      next hop ◀─┘
//! ```
//!
//! | word | module | in → out |
//! |---|---|---|
//! | receive | [`receive`] | an SMTP dialogue → an envelope and octets |
//! | parse | [`parse`] | octets → headers, leaf parts, gaps |
//! | extract | [`extract`] | parts → text with its origin, tables, attachments, gaps |
//! | detect | [`detect`] | text → findings, pupils, a level |
//! | decide | [`decide`] | findings and recipients → a verdict for each recipient, with every reason |
//! | record | [`store`] | one transaction: sealed message, verdicts, ledger, due work |
//! | act | [`act`] | due work → deliveries, protected copies, notices, reminders |
//!
//! [`gateway`] shows the whole journey in two functions; [`mail`] is the vocabulary all of them share;
//! [`directory`] and [`school`] are the people a message is judged by; [`config`] is the only reader of files;
//! [`cli`] is the command line, and [`report`] the weekly page.
//!
//! # What always holds
//! - One place writes 250, and only for a committed [`mail::outcome::Outcome::Accepted`].
//!   Whatever fails before the commit is a 4xx, and the client keeps the message.
//! - Nothing fails open: a crash, a time-out or a limit in reading is a [`mail::gap::Gap`], and the policy decides about gaps.
//! - Each recipient has one disposition and one final outcome ([`store::recipient::Disposition`]).
//! - No content leaves [`secret`]: logs, errors, notices, reports and the ledger carry masked excerpts.
//! - Imports point one way, in the order of the modules below; `tests/it/tidy.rs` holds the table.

pub mod mail;

pub mod clock;
pub mod limits;
pub mod secret;

pub mod directory;

pub mod parse;

pub mod extract;

pub mod detect;

pub mod decide;

pub mod school;

pub mod store;

pub mod act;

pub mod gateway;

pub mod receive;

pub mod report;

pub mod config;

pub mod cli;
