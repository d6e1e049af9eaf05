//! Who a school's notices come from, and who holds the offices that notices go to.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::tz::TimeZone;

use crate::directory::people::Directory;
use crate::mail::address::Address;
use crate::school::School;

/// The names and people a school's notices speak of.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The school's name.
    pub school: String,
    /// The address notices come from.
    pub from: Address,
    /// Who may open, release and return held messages; whom a sender may ask.
    pub reviewers: Vec<Address>,
    /// The data protection officer.
    pub dpo: Vec<Address>,
    /// The designated safeguarding lead.
    pub safeguarding: Vec<Address>,
    /// The deputies of the designated safeguarding lead.
    pub safeguarding_deputies: Vec<Address>,
    /// The head.
    pub head: Vec<Address>,
    /// The chair of governors.
    pub chair: Vec<Address>,
    /// Who is told when the reviewers do not answer.
    pub deputies: Vec<Address>,
    /// Where the school's days begin.
    pub zone: TimeZone,
}

impl Desk {
    /// The desk of a school.
    #[must_use]
    pub fn of(school: &School) -> Self {
        let from = school.notices_from.clone();
        let zone = school.time_zone.clone();
        Self::new(
            &school.name,
            from,
            &school.reviewers,
            &school.directory,
            zone,
        )
    }

    /// Reads the offices off the roles of the staff in the directory.
    ///
    /// Deputies are staff whose role is `deputy-dpo`; a school that names none has its head for them.
    #[must_use]
    pub fn new(
        school: &str,
        from: Address,
        reviewers: &[Address],
        directory: &Directory,
        zone: TimeZone,
    ) -> Self {
        let holding = |role: &str| -> Vec<Address> {
            let holders = directory.staff.iter();
            let holders = holders.filter(|staff| staff.active && staff.role == role);
            holders.map(|staff| staff.address.clone()).collect()
        };
        let head = holding("head");
        let deputies = holding("deputy-dpo");
        Self {
            school: school.to_owned(),
            from,
            reviewers: reviewers.to_vec(),
            dpo: holding("dpo"),
            safeguarding: holding("dsl"),
            safeguarding_deputies: holding("deputy-dsl"),
            deputies: if deputies.is_empty() {
                head.clone()
            } else {
                deputies
            },
            head,
            chair: holding("chair"),
            zone,
        }
    }

    /// Who gets the weekly report: the data protection officer, else whoever a sender may ask.
    #[must_use]
    pub fn report_to(&self) -> &[Address] {
        if self.dpo.is_empty() {
            self.contacts()
        } else {
            &self.dpo
        }
    }

    /// Whom a sender may ask: the reviewers, else the data protection officer, else the head.
    #[must_use]
    pub fn contacts(&self) -> &[Address] {
        let offices = [&self.reviewers, &self.dpo, &self.head];
        let held = offices.into_iter().find(|office| !office.is_empty());
        held.map_or(&[], Vec::as_slice)
    }
}

/// The desks of every school of this gateway; replaced whole when the configuration changes.
#[derive(Debug, Default)]
pub struct Desks(RwLock<BTreeMap<String, Arc<Desk>>>);

impl Desks {
    /// Desks by the names of their schools.
    #[must_use]
    pub fn new(desks: Vec<Desk>) -> Self {
        let all = Self::default();
        all.replace(desks);
        all
    }

    /// Puts these in the place of all that were there.
    pub fn replace(&self, desks: Vec<Desk>) {
        let named = desks
            .into_iter()
            .map(|desk| (desk.school.clone(), Arc::new(desk)));
        let named = named.collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = named;
    }

    /// The desk of this school.
    #[must_use]
    pub fn of(&self, school: &str) -> Option<Arc<Desk>> {
        let desks = self.0.read().unwrap_or_else(PoisonError::into_inner);
        desks.get(school).cloned()
    }

    /// The names of all schools.
    #[must_use]
    pub fn schools(&self) -> Vec<String> {
        let desks = self.0.read().unwrap_or_else(PoisonError::into_inner);
        desks.keys().cloned().collect()
    }
}
