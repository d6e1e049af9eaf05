//! Tables of pupils, and tables that are none.

use crate::detect::finding::Findings;
use crate::detect::tests::{read, read_content};
use crate::extract::content::{Content, Place, Table};
use crate::mail::level::Level;
use crate::mail::origin::Origin;

fn table(lines: &[&str]) -> Findings {
    let row = |line: &&str| line.split('|').map(|cell| cell.trim().to_owned()).collect();
    read_content(&Content {
        tables: vec![Table {
            origin: Origin::new("attachment list.xlsx").within("sheet Year 4"),
            visible: true,
            rows: lines.iter().map(row).collect(),
        }],
        ..Content::default()
    })
}

/// Expects a table found by this detector with this many pupils; no table where it is empty.
#[track_caller]
fn is(lines: &[&str], detector: &str, pupils: usize) {
    let found = table(lines);
    let tables: Vec<&str> = found
        .items
        .iter()
        .map(|finding| finding.detector.as_str())
        .filter(|detector| detector.starts_with("table."))
        .collect();
    let expected: Vec<&str> = [detector].into_iter().filter(|d| !d.is_empty()).collect();
    assert_eq!(tables, expected, "{lines:?}");
    assert_eq!(found.pupils, pupils, "{lines:?}: {:?}", found.items);
}

#[test]
fn an_export_of_a_school_system_is_a_table_of_pupils() {
    is(
        &[
            "Oakfield Primary School",
            "Legal Surname | Legal Forename | Reg Group | DOB",
            "Thornton | Amelia | 4H | 12/03/2018",
            "Invented | Ada | 4H | 13/03/2018",
            "Madeup | Ben | 4H | 14/03/2018",
        ],
        "table.pupils",
        3,
    );
    is(
        &[
            "UPN | SEN Status",
            "B801200005001 | K",
            "X82300001901B | E",
            "Y823000019002 | N",
        ],
        "table.sensitive",
        3,
    );
    is(
        &["Pupil | Class | FSM", "Amelia Thornton | 4H | Y"],
        "table.sensitive",
        1,
    );
}

#[test]
fn columns_without_headings_speak_for_themselves() {
    is(
        &[
            "Pupil | Class | ",
            "Ada Invented | 4H | B801200005001",
            "Ben Madeup | 4H | P207000016049",
            "Cy Nobody | 4H | J823000019001",
            "Di Nobody | 4H | Y823000019002",
            "Ed Nobody | 4H | X82300001901B",
        ],
        "table.pupils",
        5,
    );
    let dates = [
        "12/03/2018",
        "13/04/2017",
        "30/09/2017",
        "01/12/2016",
        "05/05/2018",
    ];
    let lines: Vec<String> = dates
        .iter()
        .map(|d| format!("Thornton | Amelia | {d} | B801200005001"))
        .collect();
    let lines: Vec<&str> = std::iter::once("Surname | Forename | | ")
        .chain(lines.iter().map(String::as_str))
        .collect();
    is(&lines, "table.pupils", 1);
}

#[test]
fn tables_of_totals_suppliers_and_results_are_no_pupils() {
    is(
        &[
            "Year | FSM | SEN | Attendance",
            "1 | 4 | 3 | 96",
            "2 | 5 | 2 | 95",
            "3 | 3 | 1 | 97",
        ],
        "",
        0,
    );
    is(
        &[
            "Class | Name | FSM",
            "4H | Total | 5",
            "4H | Boys | 2",
            "4H | Girls | 3",
        ],
        "",
        0,
    );
    is(
        &[
            "Name | Address | Postcode | Telephone",
            "Alpha Ltd | 1 Mill Lane | NE66 1AA | 01632 960123",
            "Beta Ltd | 2 Mill Lane | NE66 1AB | 01632 960124",
            "Gamma Ltd | 3 Mill Lane | NE66 1AD | 01632 960125",
        ],
        "",
        0,
    );
    is(
        &["Item | Quantity", "Pens | 5", "Paper | 6", "Glue | 7"],
        "",
        0,
    );
}

#[test]
fn namesakes_in_a_table_are_told_apart_by_their_class() {
    let found = table(&["Pupil Name | Class | SEN", "Hargreaves, Oliver | 6T | K"]);
    assert_eq!(found.on_roll.len(), 1);
}

#[test]
fn a_table_pasted_into_the_body_is_a_table() {
    let text = "Here:\nForename,Surname,DOB,FSM\nAda,Invented,12/03/2018,Y\nBen,Madeup,13/03/2018,N\nCy,Nobody,14/03/2018,N\n";
    let found = read(&[(Place::Body, text)]);
    assert_eq!((found.level, found.pupils), (Level::Restricted, 3));
}

#[test]
fn pay_and_sickness_of_colleagues_are_a_table_and_prices_are_none() {
    let pay = [
        "Name | Grade | Monthly gross",
        "H Carter | C4 | 1,288.10",
        "M Duffy | C2 | 334.40",
    ];
    is(&pay, "table.staff", 0);
    let prices = [
        "Name | Net | Gross",
        "Paper | 4.00 | 4.80",
        "Red glue | 2.00 | 2.40",
    ];
    is(&prices, "", 0);
    let marks = [
        "Name | Reading | Writing | Maths",
        "Amelia Thornton | WTS | EXS | EXS",
        "James Taylor | GDS | EXS | GDS",
        "Grace Field | EXS | EXS | GDS",
    ];
    is(&marks, "table.pupils", 3);
}
