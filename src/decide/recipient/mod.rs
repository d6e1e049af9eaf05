//! To whom: the clauses about recipients.

pub mod family;
pub mod personal;
