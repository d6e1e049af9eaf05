//! What others read in the same files: parts of messages, and words of documents.
//!
//! Runs over `SCHOOLGATE_CORPORA`, and says so where it is not set.

mod documents;
mod parts;
