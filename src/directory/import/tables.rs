//! Pupils, staff, partners, history and labels from their sheets, one row each.

use std::collections::HashMap;
use std::hash::Hash;

use crate::directory::import::Reading;
use crate::directory::import::cells;
use crate::directory::import::sheet::{Row, Sheet};
use crate::directory::people::{Correspondent, Partner, Pupil, SensitivityLabel, Staff};

pub(crate) fn pupils(sheet: &Sheet, read: &mut Reading) -> Vec<Pupil> {
    let mut admissions = Once::new("admission_no");
    let mut upns = Once::new("upn");
    let mut addresses = Once::new("email");
    let mut pupils = Vec::new();
    for row in sheet.rows() {
        let admission_no = row.need("admission_no", read);
        let forename = row.need("forename", read);
        let surname = row.need("surname", read);
        let pupil = Pupil {
            upn: row.text("upn"),
            admission_no: admission_no.unwrap_or_default().to_owned(),
            forename: forename.unwrap_or_default().to_owned(),
            surname: surname.unwrap_or_default().to_owned(),
            preferred_forename: row.text("preferred_forename"),
            preferred_surname: row.text("preferred_surname"),
            dob: row.value("dob", cells::date, read),
            year: row.text("year"),
            class: row.text("class"),
            postcode: row.text("postcode"),
            photo_consent: row.value("photo_consent", cells::yes_or_no, read),
            email: row.value("email", cells::address, read),
        };
        admissions.check(sheet, &row, admission_no.map(str::to_owned), read);
        upns.check(
            sheet,
            &row,
            pupil.upn.as_ref().map(|upn| upn.to_uppercase()),
            read,
        );
        addresses.check(sheet, &row, pupil.email.clone(), read);
        pupils.push(pupil);
    }
    pupils
}

pub(crate) fn staff(sheet: &Sheet, read: &mut Reading) -> Vec<Staff> {
    let mut addresses = Once::new("email");
    let mut staff = Vec::new();
    for row in sheet.rows() {
        row.need("email", read);
        let address = row.value("email", cells::address, read);
        let name = row.need("name", read);
        let role = row.need("role", read);
        let active = row.value("status", cells::active, read).unwrap_or(true);
        let private_address = row.value("private_email", cells::address, read);
        addresses.check(sheet, &row, address.clone(), read);
        if let (Some(address), Some(name), Some(role)) = (address, name, role) {
            staff.push(Staff {
                address,
                name: name.to_owned(),
                role: role.to_lowercase(),
                active,
                private_address,
            });
        }
    }
    staff
}

pub(crate) fn partners(sheet: &Sheet, read: &mut Reading) -> Vec<Partner> {
    let mut domains = Once::new("domain");
    let mut partners = Vec::new();
    for row in sheet.rows() {
        row.need("domain", read);
        row.need("channel", read);
        let domain = row.value("domain", cells::domain, read);
        let channel = row.value("channel", cells::channel, read);
        domains.check(sheet, &row, domain.clone(), read);
        if let (Some(domain), Some(channel)) = (domain, channel) {
            partners.push(Partner { domain, channel });
        }
    }
    partners
}

pub(crate) fn history(sheet: &Sheet, read: &mut Reading) -> Vec<Correspondent> {
    let mut history = Vec::new();
    for row in sheet.rows() {
        row.need("address", read);
        if let Some(address) = row.value("address", cells::address, read) {
            history.push(Correspondent {
                address,
                messages_sent: row.value("messages_sent", cells::number, read).unwrap_or(1),
                first_sent: row.value("first_sent", cells::date, read),
                last_sent: row.value("last_sent", cells::date, read),
            });
        }
    }
    history
}

pub(crate) fn labels(sheet: &Sheet, read: &mut Reading) -> Vec<SensitivityLabel> {
    let mut guids = Once::new("guid");
    let mut labels = Vec::new();
    for row in sheet.rows() {
        let guid = row.need("guid", read);
        let name = row.need("name", read);
        row.need("level", read);
        let level = row.value("level", cells::level, read);
        if let (Some(guid), Some(name), Some(level)) = (guid, name, level) {
            let guid = guid.trim_matches(['{', '}']).to_lowercase();
            guids.check(sheet, &row, Some(guid.clone()), read);
            labels.push(SensitivityLabel {
                guid,
                name: name.to_owned(),
                level,
            });
        }
    }
    labels
}

/// A column whose values stand once in the file.
struct Once<T> {
    column: &'static str,
    seen: HashMap<T, u64>,
}

impl<T: Hash + Eq> Once<T> {
    fn new(column: &'static str) -> Self {
        Self {
            column,
            seen: HashMap::new(),
        }
    }

    fn check(&mut self, sheet: &Sheet, row: &Row<'_>, value: Option<T>, read: &mut Reading) {
        let Some(value) = value else { return };
        if let Some(first) = self.seen.get(&value) {
            let problem = format!("is the same as on line {first}");
            read.fail(&sheet.file, row.line(), self.column, problem);
        } else {
            self.seen.insert(value, row.line());
        }
    }
}
