//! Encryption of a copy for its recipient; one file for each form.

pub mod password;
pub mod zip;
