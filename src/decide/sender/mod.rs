//! Who writes: the kinds of sender, and the clauses about them.

pub mod accounts;
pub mod own_account;
pub mod reply_to;

use crate::decide::Case;
use crate::decide::party::is_own;
use crate::mail::address::Address;
use crate::mail::kind::SenderKind;

/// What an author is to the school.
///
/// A mailbox with a shared or a machine's name is that, also where the directory lists it with a person's role.
#[must_use]
pub fn kind(author: Option<&Address>, case: &Case<'_>) -> SenderKind {
    let Some(author) = author else {
        return SenderKind::Unknown;
    };
    let own = is_own(author.domain(), case.domains);
    let staff = case.directory.staff_member(author);
    if staff.is_some_and(|staff| !staff.active) {
        SenderKind::Left
    } else if case.directory.pupil_by_address(author).is_some() {
        SenderKind::Pupil
    } else if own && case.lists.is_shared_mailbox(author.local()) {
        SenderKind::Shared
    } else if own && case.lists.is_machine_mailbox(author.local()) {
        SenderKind::System
    } else {
        match staff.map(|staff| staff.role.as_str()) {
            None => SenderKind::Unknown,
            Some("governor" | "chair" | "clerk") => SenderKind::Governor,
            Some("shared") => SenderKind::Shared,
            Some("system" | "mis" | "copier" | "scanner") => SenderKind::System,
            Some(_) => SenderKind::Staff,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::letter::{EXTERNAL, Letter, STAFF};

    #[test]
    fn sender_kinds_come_from_the_directory_and_the_lists() {
        for (sender, kind) in [
            (STAFF, SenderKind::Staff),
            ("g.chair@oakfield.sch.uk", SenderKind::Governor),
            ("amelia@oakfield.sch.uk", SenderKind::Pupil),
            ("head@oakfield.sch.uk", SenderKind::Shared),
            ("office@oakfield.sch.uk", SenderKind::Shared),
            ("Scanner@oakfield.sch.uk", SenderKind::System),
            ("a.gone@oakfield.sch.uk", SenderKind::Left),
            ("who@oakfield.sch.uk", SenderKind::Unknown),
            ("office@supplier.example", SenderKind::Unknown),
        ] {
            assert_eq!(
                Letter::to(&[EXTERNAL]).from(sender).judged().sender,
                kind,
                "{sender}"
            );
        }
    }
}
