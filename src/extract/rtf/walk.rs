//! Control words, groups and text of rich text, one pass with a bounded stack.

use encoding_rs::{Encoding, WINDOWS_1252};

use crate::extract::office::flow::Flow;

/// Groups whose text is not part of the document.
const DESTINATIONS: [&str; 16] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "pict",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "themedata",
    "datastore",
    "latentstyles",
    "xmlnstbl",
    "filetbl",
    "revtbl",
    "mmathPr",
    "objdata",
];

/// Starred groups that are part of it all the same.
const STARRED: [&str; 5] = [
    "shptxt",
    "shpinst",
    "annotation",
    "footnote",
    "nonesttables",
];

/// Deeper groups share the state of the deepest.
const DEEPEST: usize = 4_096;

#[derive(Clone, Copy)]
struct State {
    skipped: bool,
    hidden: bool,
    /// Characters that stand for the same as the Unicode one before them.
    substitutes: usize,
}

struct Walk {
    flow: Flow,
    state: State,
    stack: Vec<State>,
    set: &'static Encoding,
    octets: Vec<u8>,
    to_skip: usize,
    in_table: bool,
}

/// Reads rich text.
pub(super) fn flow(rich: &[u8]) -> Flow {
    let mut walk = Walk {
        flow: Flow::default(),
        state: State {
            skipped: false,
            hidden: false,
            substitutes: 1,
        },
        stack: Vec::new(),
        set: WINDOWS_1252,
        octets: Vec::new(),
        to_skip: 0,
        in_table: false,
    };
    let mut rest = rich;
    while let Some((first, after)) = rest.split_first() {
        rest = match first {
            b'{' => walk.begin(after),
            b'}' => {
                walk.end();
                after
            }
            b'\\' => walk.control(after),
            b'\r' | b'\n' => after,
            octet => {
                walk.octet(*octet);
                after
            }
        };
    }
    walk.flush();
    walk.flow
}

impl Walk {
    fn begin<'a>(&mut self, after: &'a [u8]) -> &'a [u8] {
        self.flush();
        if self.stack.len() < DEEPEST {
            self.stack.push(self.state);
        }
        let Some(rest) = after.strip_prefix(b"\\*\\") else {
            return after;
        };
        let (name, number, rest) = word(rest);
        self.state.skipped |= !STARRED.contains(&name);
        self.word(name, number);
        rest
    }

    fn end(&mut self) {
        self.flush();
        if let Some(state) = self.stack.pop() {
            if self.state.hidden && !self.state.skipped {
                self.flow.hidden("\n");
            }
            self.state = state;
        }
    }

    /// A control word or symbol after its backslash; what follows it.
    fn control<'a>(&mut self, after: &'a [u8]) -> &'a [u8] {
        match after {
            [b'\'', high, low, rest @ ..] => {
                let digits = [char::from(*high), char::from(*low)];
                let octet = String::from_iter(digits);
                if let Ok(octet) = u8::from_str_radix(&octet, 16) {
                    self.octet(octet);
                }
                rest
            }
            [symbol @ (b'\\' | b'{' | b'}'), rest @ ..] => {
                self.octet(*symbol);
                rest
            }
            [b'~', rest @ ..] => {
                self.text(" ");
                rest
            }
            [b'_', rest @ ..] => {
                self.text("-");
                rest
            }
            [b'\r' | b'\n', rest @ ..] => {
                self.line();
                rest
            }
            [b'a'..=b'z' | b'A'..=b'Z', ..] => {
                let (name, number, rest) = word(after);
                self.word(name, number);
                rest
            }
            [_, rest @ ..] => rest,
            [] => after,
        }
    }

    fn word(&mut self, name: &str, number: Option<i32>) {
        match name {
            "par" | "line" | "sect" | "page" => self.line(),
            "tab" => self.text("\t"),
            "u" => self.unicode(number.unwrap_or_default()),
            "uc" => {
                let count = number.and_then(|number| usize::try_from(number).ok());
                self.state.substitutes = count.unwrap_or(1);
            }
            "v" | "deleted" => {
                self.flush();
                self.state.hidden = number != Some(0);
            }
            "info" | "annotation" => {
                self.flush();
                self.state.hidden = true;
            }
            "htmlrtf" => {
                self.flush();
                self.state.skipped = number != Some(0);
            }
            "ansicpg" => self.set = code_page(number.unwrap_or(1_252)),
            "trowd" if !self.in_table => self.begin_table(),
            "cell" | "nestcell" => {
                self.flush();
                self.flow.end_cell();
                self.flow.cell();
            }
            "row" | "nestrow" => self.end_row(),
            "pard" if self.in_table => self.flush(),
            "emdash" | "endash" => self.text("–"),
            "lquote" | "rquote" => self.text("'"),
            "ldblquote" | "rdblquote" => self.text("\""),
            "bullet" => self.text("•"),
            _ if DESTINATIONS.contains(&name) => self.state.skipped = true,
            _ => {}
        }
    }

    fn begin_table(&mut self) {
        self.flush();
        self.in_table = true;
        self.flow.table();
        self.flow.row();
        self.flow.cell();
    }

    /// The next row begins with its first cell, or the table ends; which one the next words say.
    fn end_row(&mut self) {
        self.flush();
        self.flow.drop_cell();
        self.flow.end_table();
        self.in_table = false;
    }

    fn unicode(&mut self, number: i32) {
        self.flush();
        let code = u32::try_from(if number < 0 { number + 65_536 } else { number });
        let character = code.ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
        self.text(character.encode_utf8(&mut [0; 4]));
        self.to_skip = self.state.substitutes;
    }

    fn octet(&mut self, octet: u8) {
        if self.to_skip > 0 {
            self.to_skip -= 1;
        } else if !self.state.skipped {
            self.octets.push(octet);
        }
    }

    fn text(&mut self, text: &str) {
        self.flush();
        if self.state.skipped {
        } else if self.state.hidden {
            self.flow.hidden(text);
        } else {
            self.flow.text(text);
        }
    }

    fn line(&mut self) {
        self.flush();
        if !self.state.skipped {
            self.flow.line();
        }
    }

    /// Octets of a run are decoded together: in some sets two make one character.
    fn flush(&mut self) {
        self.to_skip = 0;
        if self.octets.is_empty() {
            return;
        }
        let octets = std::mem::take(&mut self.octets);
        let text = self.set.decode_without_bom_handling(&octets).0;
        if self.state.hidden {
            self.flow.hidden(&text);
        } else {
            self.flow.text(&text);
        }
    }
}

/// A control word, its number, and what follows the space that ends it.
fn word(bytes: &[u8]) -> (&str, Option<i32>, &[u8]) {
    let letters = bytes
        .iter()
        .take_while(|octet| octet.is_ascii_alphabetic())
        .count();
    let (name, rest) = bytes.split_at_checked(letters).unwrap_or((bytes, &[]));
    let sign = usize::from(rest.first() == Some(&b'-'));
    let digits = rest
        .iter()
        .skip(sign)
        .take_while(|octet| octet.is_ascii_digit())
        .count();
    let length = if digits > 0 { sign + digits } else { 0 };
    let (number, rest) = rest.split_at_checked(length).unwrap_or((rest, &[]));
    let number = std::str::from_utf8(number)
        .ok()
        .and_then(|number| number.parse().ok());
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    (std::str::from_utf8(name).unwrap_or_default(), number, rest)
}

fn code_page(number: i32) -> &'static Encoding {
    let label = match number {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        65_001 => "utf-8".to_owned(),
        other => format!("windows-{other}"),
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252)
}
