//! Control words, groups and text of rich text, one pass with a bounded stack.

use crate::extract::office::flow::Flow;
use crate::extract::rtf::fonts::Fonts;

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
    /// The font of the text, where one is chosen.
    font: Option<i32>,
    group: Group,
}

/// What the octets of a group are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Text,
    FontTable,
    Object,
    Picture,
}

/// What rich text holds.
pub(super) struct Rich {
    /// Its text.
    pub(super) flow: Flow,
    /// Embedded objects, as hexadecimal digits.
    pub(super) objects: Vec<Vec<u8>>,
    /// Pictures, the same.
    pub(super) pictures: Vec<Vec<u8>>,
}

struct Walk {
    flow: Flow,
    objects: Vec<Vec<u8>>,
    pictures: Vec<Vec<u8>>,
    state: State,
    stack: Vec<State>,
    fonts: Fonts,
    octets: Vec<u8>,
    to_skip: usize,
    /// The first half of a character beyond the sixteen bits of a number.
    half: Option<u16>,
    in_table: bool,
}

/// Reads rich text.
pub(super) fn rich(rich: &[u8]) -> Rich {
    let mut walk = Walk {
        flow: Flow::default(),
        objects: Vec::new(),
        pictures: Vec::new(),
        state: State {
            skipped: false,
            hidden: false,
            substitutes: 1,
            font: None,
            group: Group::Text,
        },
        stack: Vec::new(),
        fonts: Fonts::new(),
        octets: Vec::new(),
        to_skip: 0,
        half: None,
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
    Rich {
        flow: walk.flow,
        objects: walk.objects,
        pictures: walk.pictures,
    }
}

impl Walk {
    fn begin<'a>(&mut self, after: &'a [u8]) -> &'a [u8] {
        self.flush();
        if self.stack.len() < DEEPEST {
            self.stack.push(self.state);
        }
        // What stands in a group of its own says something about the picture.
        if self.state.group == Group::Picture {
            self.state.group = Group::Text;
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
        if self.state.group == Group::FontTable {
            self.fonts.define(name, number.unwrap_or_default());
            return;
        }
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
            "ansicpg" => self.fonts.document(number.unwrap_or(1_252)),
            "deff" => self.fonts.standard(number.unwrap_or_default()),
            "f" | "plain" => {
                self.flush();
                self.state.font = number.filter(|_| name == "f");
            }
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
            _ if DESTINATIONS.contains(&name) => self.skip(name),
            _ => {}
        }
    }

    /// Goes over a group, but for the fonts and the objects in it.
    fn skip(&mut self, name: &str) {
        self.state.skipped = true;
        match name {
            "fonttbl" => self.state.group = Group::FontTable,
            "objdata" => {
                self.state.group = Group::Object;
                self.objects.push(Vec::new());
            }
            "pict" => {
                self.state.group = Group::Picture;
                self.pictures.push(Vec::new());
            }
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
        let number = if number < 0 {
            number.saturating_add(65_536)
        } else {
            number
        };
        let unit = u16::try_from(number).unwrap_or(0xfffd);
        let units = self.half.take().into_iter().chain([unit]);
        if (0xd800..0xdc00).contains(&unit) {
            self.half = Some(unit);
        } else {
            let characters = char::decode_utf16(units);
            let text: String = characters.map(|read| read.unwrap_or('\u{fffd}')).collect();
            self.text(&text);
        }
        self.to_skip = self.state.substitutes;
    }

    fn octet(&mut self, octet: u8) {
        if self.to_skip > 0 {
            self.to_skip -= 1;
        } else if !self.state.skipped {
            self.octets.push(octet);
        } else {
            let digits = match self.state.group {
                Group::Object => self.objects.last_mut(),
                Group::Picture => self.pictures.last_mut(),
                Group::Text | Group::FontTable => None,
            };
            if let Some(digits) = digits {
                digits.push(octet);
            }
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
        let set = self.fonts.set(self.state.font);
        let text = set.decode_without_bom_handling(&octets).0;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_mean_what_their_font_says() {
        let czech = br"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset238 B;}{\f2\fcharset128 C;}}
            caf\'e9 {\f1 P\'f8emysl} {\f2\'93\'fa\'96\'7b} \'f8}";
        let shown = format!("{:?}", rich(czech).flow);
        for words in ["café", "Přemysl", "日本", "ø"] {
            assert!(shown.contains(words), "{words} is not in {shown}");
        }
    }

    #[test]
    fn the_digits_of_a_picture_are_kept() {
        let rich =
            rich(br"{\rtf1 a{\*\shppict{\pict{\*\picprop{\sp{\sn ab}}}\pngblip\picw12 8950 4e}}b}");
        assert_eq!(rich.pictures, [b"8950 4e"]);
    }

    #[test]
    fn a_character_in_two_halves_is_one() {
        let shown = format!("{:?}", rich(br"{\rtf1 \u-10240?\u-8950? \u233?}").flow);
        assert!(shown.contains("\u{1010a} é"), "{shown}");
    }
}
