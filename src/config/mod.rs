//! Reads every file once, checks it, and hands out what each stage needs, ready to use.
//!
//! The only module that reads configuration, rule, policy and directory files.

pub mod file;
pub(crate) mod measure;
pub mod problem;
pub(crate) mod source;
