//! What an old workbook has beside the cells of its sheets (MS-XLS): text boxes, printed headers and footers, the cells
//! of charts, and defined names that are a text.
//!
//! Excel 97 and later, and the charts of Microsoft Graph in presentations (MS-OGRAPH); the cells of sheets are read by
//! `office_oxide`, and charts that only point at them are not read twice.

use std::collections::BTreeMap;

use crate::extract::office::excel::sheet::unmarked;
use crate::extract::ole::hidden::{Records, text};

const BEGIN: u16 = 0x0809;
const END: u16 = 0x000a;
const CONTINUE: u16 = 0x003c;
const DRAWN_TEXT: u16 = 0x01b6;
const MARGINS: [u16; 2] = [0x0014, 0x0015];
const NAME: u16 = 0x0018;
/// Begins the values, then the categories of a chart.
const SERIES: u16 = 0x1065;
const NUMBERS: [u16; 2] = [0x0203, 0x0003];
const LABELS: [u16; 2] = [0x0204, 0x0004];

/// The kinds of streams in a stream that are charts (section 2.4.21; of Graph, MS-OGRAPH section 2.3.3).
const CHARTS: [u16; 2] = [0x0020, 0x8000];

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Beside {
    /// Texts of shapes, comments among them.
    pub(super) drawn: Vec<String>,
    /// Printed headers and footers.
    pub(super) margins: Vec<String>,
    /// Cells of charts, row by row.
    pub(super) charted: Vec<Vec<String>>,
    /// Names and their texts, a tab between them.
    pub(super) names: Vec<String>,
}

/// Reads the stream of a workbook.
pub(super) fn read(book: &[u8]) -> Beside {
    let mut beside = Beside::default();
    let mut open = Vec::new();
    let mut cells = Cells::default();
    let mut drawn: Option<Drawn> = None;
    for (id, body) in Records(book) {
        let word = |at: usize| body.get(at..)?.split_first_chunk::<2>();
        let word = |at: usize| word(at).map(|(word, _)| u16::from_le_bytes(*word));
        if id != CONTINUE {
            beside.drawn.extend(drawn.take().map(|drawn| drawn.text));
        }
        match id {
            // Before 97 texts were written otherwise.
            BEGIN if word(0) < Some(0x0600) => return beside,
            BEGIN => open.push(word(2).is_some_and(|kind| CHARTS.contains(&kind))),
            END => drop(open.pop()),
            SERIES => cells.section += 1,
            DRAWN_TEXT => drawn = word(10).map(Drawn::of),
            CONTINUE => drawn.iter_mut().for_each(|drawn| drawn.more(body)),
            NAME => beside.names.extend(named(body)),
            id if MARGINS.contains(&id) => {
                let line = body.get(2..).and_then(text).map(|line| unmarked(&line));
                beside
                    .margins
                    .extend(line.filter(|line| !line.trim().is_empty()));
            }
            id if open.last() == Some(&true) => cells.take(id, body, word(0), word(2)),
            _ => {}
        }
    }
    beside.charted = cells.rows.into_values().collect();
    beside
}

/// The text of a shape, which stands in the records after its own (section 2.4.329).
struct Drawn {
    left: usize,
    text: String,
}

impl Drawn {
    fn of(characters: u16) -> Self {
        Self {
            left: usize::from(characters),
            text: String::new(),
        }
    }

    fn more(&mut self, body: &[u8]) {
        let Some((flags, rest)) = body.split_first() else {
            return;
        };
        let width = if flags & 1 == 0 { 1 } else { 2 };
        let octets = rest.len().min(self.left * width);
        self.left -= octets / width;
        let part = body.get(..=octets).and_then(text);
        self.text += &part.unwrap_or_default();
    }
}

/// Cells of charts by the series they are of and their row.
#[derive(Default)]
struct Cells {
    section: usize,
    rows: BTreeMap<(usize, u16), Vec<String>>,
}

impl Cells {
    fn take(&mut self, id: u16, body: &[u8], row: Option<u16>, column: Option<u16>) {
        // Graph has three octets of attributes where Excel has two of a format, and one for the length of a text.
        let is_graph = id < 0x0100;
        let value = body.get(if is_graph { 7 } else { 6 }..).unwrap_or_default();
        let value = if NUMBERS.contains(&id) {
            let number = value.split_first_chunk::<8>();
            number.map(|(number, _)| f64::from_le_bytes(*number).to_string())
        } else if LABELS.contains(&id) {
            value.get(if is_graph { 1 } else { 2 }..).and_then(text)
        } else {
            None
        };
        if let Some(((row, column), value)) = row.zip(column).zip(value) {
            let cells = self.rows.entry((self.section, row)).or_default();
            if cells.is_empty() && column == 1 {
                cells.push(String::new());
            }
            cells.push(value);
        }
    }
}

/// A name whose formula is one text, `PtgStr` (section 2.4.150).
fn named(body: &[u8]) -> Option<String> {
    let characters = usize::from(*body.get(3)?);
    let name = body.get(14..)?;
    let width = if name.first()? & 1 == 0 { 1 } else { 2 };
    let (name, formula) = name.split_at_checked(1 + characters * width)?;
    let [0x17, _, value @ ..] = formula else {
        return None;
    };
    Some(text(name)? + "\t" + &text(value)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: u16, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len()).unwrap();
        [&id.to_le_bytes(), &length.to_le_bytes(), body].concat()
    }

    #[test]
    fn a_text_of_a_shape_may_go_on_in_the_next_record() {
        let head = [[0; 10].as_slice(), &[6, 0], &[0; 6]].concat();
        let book = [
            record(DRAWN_TEXT, &head),
            record(CONTINUE, b"\0Ame"),
            record(CONTINUE, b"\x01l\0i\0a\0"),
            record(CONTINUE, b"\0\0\x16\0\0\0"),
            record(END, b""),
        ];
        assert_eq!(read(&book.concat()).drawn, ["Amelia"]);
    }

    #[test]
    fn only_charts_have_cells_here() {
        let number = [&b"\x01\0\x02\0\0\0"[..], &4.5_f64.to_le_bytes()].concat();
        let cells = [
            record(0x0204, b"\x01\0\x01\0\0\0\x03\0\0Amy"),
            record(0x0203, &number),
        ]
        .concat();
        let chart = [record(BEGIN, b"\0\x06\x20\0"), cells.clone()].concat();
        assert_eq!(read(&chart).charted, [["", "Amy", "4.5"]]);
        let sheet = [record(BEGIN, b"\0\x06\x10\0"), cells].concat();
        assert_eq!(read(&sheet), Beside::default());
    }

    #[test]
    fn a_name_may_be_a_text() {
        let head = b"\0\0\0\x04\x08\0\0\0\0\0\0\0\0\0";
        let name = [&head[..], b"\0note\x17\x03\0Zoe"].concat();
        assert_eq!(read(&record(NAME, &name)).names, ["note\tZoe"]);
        let range = [&head[..], b"\0list\x3b\0\0\0\0\x01\0"].concat();
        assert!(read(&record(NAME, &range)).names.is_empty());
    }
}
