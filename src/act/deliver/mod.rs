//! Delivery: hands a message to the next hop and says what became of it for each recipient.

mod body;
mod capabilities;
mod commands;
pub mod courier;
mod dns;
mod downgrade;
pub mod fault;
mod idle;
mod mx;
mod patience;
pub mod reply;
mod route;
mod session;
mod sts;
pub mod tls;
pub mod transaction;
mod wire;
