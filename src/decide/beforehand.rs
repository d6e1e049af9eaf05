//! What was asked of the store and of the virus scanner before a message is judged: plain values, so that judging stays pure.
//!
//! It asks nobody; `gateway` does.

use crate::decide::memory::Memory;
use crate::decide::scan::Scan;

/// What is known before a message is read. The default is a gateway without a past and without a scanner.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beforehand {
    /// What the school remembers of these recipients.
    pub memory: Memory,
    /// What the virus scanner said.
    pub scan: Scan,
}
