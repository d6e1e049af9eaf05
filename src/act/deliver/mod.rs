//! Delivery: hands a message to the next hop and says what became of it for each recipient.

mod body;
mod capabilities;
pub mod courier;
mod downgrade;
pub mod fault;
mod patience;
pub mod reply;
mod session;
pub mod tls;
pub mod transaction;
mod wire;
