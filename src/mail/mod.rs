//! The shared vocabulary of every stage: addresses, envelopes, ids, levels, verdicts, origins and gaps.
//!
//! Nothing here reads a message or decides anything; these are the words in which stages talk to each other.

pub mod address;
pub mod count;
pub mod envelope;
pub mod gap;
pub mod id;
pub mod kind;
pub mod level;
pub mod lock;
pub mod mode;
pub mod origin;
pub mod outcome;
pub mod verdict;
