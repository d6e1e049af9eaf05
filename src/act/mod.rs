//! *Act*: due work: deliver, encrypt, notify, remind, purge.
//!
//! ```text
//! decision ─▶ plan ─▶ due work (in the store) ─▶ worker ─▶ run ─┬▶ deliver ─▶ next hop
//!                        ▲                                      ├▶ encrypt, then deliver
//!                        └──── results and what follows ◀───────┴▶ notice, then deliver
//! ```
//!
//! `plan` and `notice` are pure; `run` does one claimed piece of work and says what came of it;
//! `worker` claims, runs and saves. A result is on disk before the next attempt begins.
//! Nothing here sends what is held: a hold reminds, escalates, and ends in a return.

pub mod deliver;
pub mod desk;
pub mod encrypt;
mod header;
pub mod notice;
pub mod offices;
pub mod plan;
mod quoted;
mod retry;
mod run;
#[cfg(test)]
mod sample;
pub mod settings;
pub mod worker;
