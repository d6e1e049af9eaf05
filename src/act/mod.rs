//! *Act*: due work: deliver, encrypt, notify, remind, purge.

pub mod deliver;
pub mod settings;
