//! What a folder of CSV files becomes, and what refuses it.

use super::*;
use crate::directory::people::{Channel, Contact, PupilId};
use crate::mail::level::Level;

const PUPILS: &str = "admission_no,forename,surname,dob,year,class,postcode\n\
    1001,Amelia,Thornton,07/03/2016,4,4B,OX1 1AA\n\
    1002,Noah,Thornton,2018-09-21,2,2A,OX1 1AA\n\
    1003,Zara,Akhtar,,4,4B,OX2 2BB\n";

fn files(files: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
        .collect()
}

#[track_caller]
fn good(given: &[(&str, &str)]) -> Import {
    directory(&files(given)).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// The one thing wrong, as `file line column`, and its words.
#[track_caller]
fn bad(given: &[(&str, &str)], place: (&str, u64, &str), words: &str) {
    let errors = directory(&files(given)).err().unwrap_or_default();
    let found: Vec<(&str, u64, &str)> = errors
        .iter()
        .map(|error| (error.file.as_str(), error.line, error.column.as_str()))
        .collect();
    assert_eq!(found, vec![place], "{errors:#?}");
    assert!(
        errors.iter().all(|error| error.problem.contains(words)),
        "{errors:#?}"
    );
}

#[track_caller]
fn contact<'a>(import: &'a Import, address: &str) -> &'a Contact {
    import.directory.contact(&address.parse().unwrap()).unwrap()
}

fn linked(contact: &Contact) -> Vec<u32> {
    contact.links.iter().map(|link| link.pupil.0).collect()
}

#[test]
fn columns_stand_in_any_order_under_the_headings_of_any_mis() {
    for text in [
        PUPILS,
        "\u{feff}Legal Surname;Adno;Legal Forename;Reg Group;Shoe size\nThornton;1001;Amelia;4B;3\n",
        "Last Name,First Name,Admission Number,UPN,Gender,Year Group,Tutor Group\nThornton,Amelia,1001,,F,4,4B\n",
    ] {
        let import = good(&[("pupils.csv", text)]);
        let pupil = import.directory.pupil(PupilId(0)).unwrap();
        assert_eq!(pupil.forename, "Amelia");
        assert_eq!(pupil.surname, "Thornton");
        assert_eq!(pupil.admission_no, "1001");
        assert_eq!(pupil.class.as_deref(), Some("4B"));
    }
}

#[test]
fn a_missing_file_is_an_empty_list_with_a_warning_and_an_optional_one_is_no_news() {
    let import = good(&[("pupils.csv", PUPILS)]);
    assert_eq!(import.directory.pupils.len(), 3);
    let warned: Vec<&str> = import
        .warnings
        .iter()
        .map(|warning| warning.file.as_str())
        .collect();
    assert_eq!(warned, ["contacts.csv", "staff.csv", "partners.csv"]);
}

#[test]
fn a_misspelt_file_name_is_said() {
    let import = good(&[("pupil.csv", PUPILS)]);
    assert!(
        import
            .warnings
            .iter()
            .any(|warning| warning.file == "pupil.csv")
    );
}

#[test]
fn windows_1252_is_read_with_a_warning() {
    let mut given = files(&[]);
    given.insert(
        "pupils.csv".to_owned(),
        b"admission_no,forename,surname\n1,Zo\xeb,O\x92Neill\n".to_vec(),
    );
    let import = directory(&given).unwrap();
    let pupil = import.directory.pupil(PupilId(0)).unwrap();
    assert_eq!(
        (pupil.forename.as_str(), pupil.surname.as_str()),
        ("Zoë", "O’Neill")
    );
    assert!(
        import
            .warnings
            .iter()
            .any(|warning| warning.problem.contains("line 2"))
    );
}

#[test]
fn every_bad_cell_is_named_with_its_line_and_column() {
    let pupils =
        |row: &str| format!("admission_no,forename,surname,dob,email,photo_consent\n\n{row}\n");
    for (row, column, words) in [
        ("1,Amelia,,,,", "surname", "needed"),
        (",Amelia,Thornton,,,", "admission_no", "needed"),
        ("1,Amelia,Thornton,31/02/2016,,", "dob", "dd/mm/yyyy"),
        (
            "1,Amelia,Thornton,,amelia at school,",
            "email",
            "name@example.org",
        ),
        ("1,Amelia,Thornton,,,perhaps", "photo_consent", "yes, no"),
        ("1,Amelia,Thornton,,,,extra", "row", "double quotes"),
    ] {
        bad(
            &[("pupils.csv", &pupils(row))],
            ("pupils.csv", 3, column),
            words,
        );
    }
}

#[test]
fn errors_do_not_repeat_what_stands_in_the_cell() {
    let text = "admission_no,forename,surname,dob\n1,Amelia,Thornton,31-12-2016\n";
    let errors = directory(&files(&[("pupils.csv", text)])).unwrap_err();
    assert!(
        errors
            .iter()
            .all(|error| !error.to_string().contains("31-12-2016"))
    );
}

#[test]
fn a_number_given_twice_is_refused() {
    let text = "admission_no,forename,surname\n1,Amelia,Thornton\n1,Noah,Thornton\n";
    bad(
        &[("pupils.csv", text)],
        ("pupils.csv", 3, "admission_no"),
        "line 2",
    );
}

#[test]
fn a_missing_column_names_what_would_be_taken() {
    bad(
        &[("pupils.csv", "admission_no,surname\n1,Thornton\n")],
        ("pupils.csv", 1, "forename"),
        "legalforename",
    );
}

#[test]
fn a_contact_of_a_pupil_who_is_not_on_roll_is_refused() {
    let contacts = "admission_no,name,email\n9999,Jane Thornton,jane@family.example\n";
    bad(
        &[("pupils.csv", PUPILS), ("contacts.csv", contacts)],
        ("contacts.csv", 2, "admission_no"),
        "pupils.csv",
    );
}

#[test]
fn rows_with_one_address_are_one_contact_with_every_child() {
    let contacts = "admission_no,name,relationship,email,parental_responsibility,no_contact,lives_with\n\
        1001,Jane Thornton,mother,jane@family.example,yes,no,yes\n\
        1002,Mrs J Thornton,mother,Jane@Family.example,yes,no,yes\n";
    let import = good(&[("pupils.csv", PUPILS), ("contacts.csv", contacts)]);
    assert_eq!(import.directory.contacts.len(), 1);
    assert_eq!(linked(contact(&import, "jane@family.example")), [0, 1]);
    let home = |pupil| import.directory.household(PupilId(pupil));
    assert_eq!(home(0), home(1));
    assert_ne!(home(0), home(2));
}

#[test]
fn the_same_name_in_the_same_household_is_one_person_under_both_addresses() {
    let contacts = "admission_no,name,email,lives_with\n\
        1001,Mrs Jane Thornton,jane@family.example,yes\n\
        1002,Jane Thornton,jane@work.example,yes\n\
        1003,Jane Thornton,other@family.example,yes\n";
    let import = good(&[("pupils.csv", PUPILS), ("contacts.csv", contacts)]);
    assert_eq!(linked(contact(&import, "jane@family.example")), [0, 1]);
    assert_eq!(linked(contact(&import, "jane@work.example")), [0, 1]);
    assert_eq!(linked(contact(&import, "other@family.example")), [2]);
}

#[test]
fn a_no_contact_flag_on_one_row_stays_when_rows_are_merged() {
    let contacts = "admission_no,name,email,no_contact,lives_with\n\
        1001,John Thornton,john@family.example,no,no\n\
        1001,J Thornton,john@family.example,yes,no\n";
    let import = good(&[("pupils.csv", PUPILS), ("contacts.csv", contacts)]);
    assert!(
        contact(&import, "john@family.example")
            .links
            .iter()
            .all(|link| link.no_contact)
    );
}

#[test]
fn staff_partners_history_and_labels_are_read() {
    let import = good(&[
        (
            "staff.csv",
            "email,name,role,status,private_email\n\
            t.reed@oakfield.sch.uk,Tom Reed,Teacher,active,tom.reed@mail.example\n\
            a.gone@oakfield.sch.uk,Ann Gone,teacher,left,\n",
        ),
        (
            "partners.csv",
            "domain,channel\n@council.example,TLS\nclinic.example,openpgp\n",
        ),
        (
            "history.csv",
            "address,messages_sent,first_sent,last_sent\nshop@supplier.example,12,01/09/2025,2026-06-30\n",
        ),
        (
            "sensitivity-labels.csv",
            "guid,name,level\n{AB12},Staff only,restricted\n",
        ),
    ]);
    let directory = &import.directory;
    let gone = directory
        .staff_member(&"a.gone@oakfield.sch.uk".parse().unwrap())
        .unwrap();
    assert!(!gone.active);
    assert!(
        directory
            .staff_by_private_address(&"tom.reed@mail.example".parse().unwrap())
            .is_some()
    );
    let partner = directory
        .partner(&"mail.council.example".parse().unwrap())
        .unwrap();
    assert_eq!(partner.channel, Channel::Tls);
    assert_eq!(
        directory.history.first().map(|seen| seen.messages_sent),
        Some(12)
    );
    let label = directory.labels.first().unwrap();
    assert_eq!(
        (label.guid.as_str(), label.level),
        ("ab12", Level::Restricted)
    );
}

#[test]
fn utf_16_is_refused_with_a_way_out() {
    let mut given = files(&[]);
    given.insert("staff.csv".to_owned(), b"\xff\xfee\0m\0".to_vec());
    let errors = directory(&given).unwrap_err();
    assert!(
        errors
            .iter()
            .all(|error| error.problem.contains("CSV UTF-8"))
    );
}
