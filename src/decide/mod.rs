//! *Decide*: findings and recipients into a verdict for each recipient, with every reason.
//!
//! A pure function of its arguments: no disk, network or clock. One file per clause family.

#![deny(clippy::disallowed_methods)]

pub mod decision;
