//! schoolgate reads every outgoing message of a school, judges it against the school's policy,
//! and passes, protects, holds or returns it.
//!
//! The program is a sentence, *receive, parse, extract, detect, decide, record, act*, and each word is a module:
//!
//! ```text
//! client ─SMTP─▶ receive ─▶ parse ─▶ extract ─▶ detect ─▶ decide ─▶ record ═commit═▶ 250
//!                                                                     │
//!                      notices ◀── act ◀── due work ◀─────────────────┘
//!                      next hop ◀─┘
//! ```

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
