//! Whole-gateway scenarios over loopback: what goes in by SMTP, what stands in the store, what the next hop gets.

mod encrypted;
mod held;
mod next_hop;
mod passed;
mod receipt;
mod rejected;
mod remembered;
mod returned;
mod secure;
mod split;
pub(crate) mod two_schools;
mod unread;
