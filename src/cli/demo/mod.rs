//! What the demonstration brings along besides the gateway itself.

pub mod post;
pub mod sink;
