//! The normal form of a directory file: UTF-8, commas, this program's headings in their order, nothing that is not read.
//!
//! Cells stay as they were written; whether they are good is the import's to say.

use crate::directory::import::columns::{self, Column};
use crate::directory::import::sheet::Sheet;
use crate::directory::import::{FILES, Reading};

/// The columns of each of [`FILES`].
static COLUMNS: [&[Column]; 6] = [
    &columns::PUPILS,
    &columns::CONTACTS,
    &columns::STAFF,
    &columns::PARTNERS,
    &columns::HISTORY,
    &columns::LABELS,
];

/// Writes one of [`FILES`] in the normal form; `None` when it has no rows or headings that can be read.
#[must_use]
pub fn normal(file: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let place = FILES.iter().position(|known| *known == file)?;
    let columns = *COLUMNS.get(place)?;
    let sheet = Sheet::read(file, bytes, columns, &mut Reading::default())?;
    let names = columns.iter().map(|column| column.name);
    let names: Vec<&str> = names.filter(|name| sheet.has(name)).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&names).ok()?;
    for row in sheet.rows() {
        let cells = names.iter().map(|name| row.cell(name).unwrap_or_default());
        writer.write_record(cells).ok()?;
    }
    writer.into_inner().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_an_information_system_become_ours_and_the_rest_goes() {
        let export = b"Legal Surname;House;Legal Forename;Adm No\r\nThornton;Red;\"Amelia, Rose\";2001\r\n\r\n";
        let written = normal("pupils.csv", export).unwrap();
        let expected = "admission_no,forename,surname\n2001,\"Amelia, Rose\",Thornton\n";
        assert_eq!(String::from_utf8(written.clone()).unwrap(), expected);
        assert_eq!(normal("pupils.csv", &written), Some(written));
    }
}
