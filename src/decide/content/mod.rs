//! What is in it: the clauses about content and attachments.

pub mod attachments;
pub mod levels;
pub mod subject;
