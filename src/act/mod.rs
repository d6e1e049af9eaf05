//! *Act*: due work: deliver, encrypt, notify, remind, purge.

pub mod deliver;
pub mod desk;
pub mod encrypt;
mod header;
pub(crate) mod notice;
pub mod plan;
mod retry;
mod run;
#[cfg(test)]
mod sample;
pub mod settings;
pub mod worker;
