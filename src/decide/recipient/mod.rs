//! To whom: the clauses about recipients.

pub mod company;
pub mod crowd;
pub mod family;
pub mod look_alike;
pub mod no_contact;
pub mod own_home;
pub mod personal;
pub mod pupil;
pub mod unknown;
mod whereabouts;
