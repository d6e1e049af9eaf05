//! Reads every file once, checks it, and hands out what each stage needs, ready to use.
//!
//! The only module that reads configuration, rule, policy and directory files.
