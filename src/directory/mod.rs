//! The people of one school: pupils, contacts, households, staff, partners.
//!
//! Built whole from CSV; never changed afterwards, only replaced.
//! It answers questions of identity and relation, and decides nothing.

pub mod consumer;
pub mod people;

pub mod import;
