//! What is in it: the clauses about content and attachments.

pub mod attachments;
pub mod hidden;
pub mod levels;
pub mod malware;
pub mod matters;
pub mod protection;
pub mod subject;
