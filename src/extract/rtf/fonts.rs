//! The character sets of the fonts of rich text: an octet means what the font at hand says (RTF 1.9, `\\fcharset`).

use std::collections::BTreeMap;

use encoding_rs::{Encoding, WINDOWS_1252};

/// The font table, and the set of the document for whatever it does not say.
#[derive(Debug)]
pub(super) struct Fonts {
    document: &'static Encoding,
    sets: BTreeMap<i32, &'static Encoding>,
    standard: i32,
    /// The font that the table is at.
    entry: i32,
}

impl Fonts {
    /// No fonts, and the set of Western Windows.
    pub(super) fn new() -> Self {
        Self {
            document: WINDOWS_1252,
            sets: BTreeMap::new(),
            standard: 0,
            entry: 0,
        }
    }

    /// `\\ansicpg`: the set of the document.
    pub(super) fn document(&mut self, code_page: i32) {
        self.document = of_code_page(code_page).unwrap_or(WINDOWS_1252);
    }

    /// `\\deff`: the font where none is chosen.
    pub(super) fn standard(&mut self, font: i32) {
        self.standard = font;
    }

    /// A word of the font table.
    pub(super) fn define(&mut self, name: &str, number: i32) {
        let set = match name {
            "f" => {
                self.entry = number;
                None
            }
            "fcharset" => of_charset(number),
            "cpg" => of_code_page(number),
            _ => None,
        };
        if let Some(set) = set {
            self.sets.insert(self.entry, set);
        }
    }

    /// The set of a font; of the standard font where none is chosen.
    pub(super) fn set(&self, font: Option<i32>) -> &'static Encoding {
        let font = font.unwrap_or(self.standard);
        self.sets.get(&font).copied().unwrap_or(self.document)
    }
}

/// Those that are not the document's own; 2 is of symbols, which are no letters.
fn of_charset(number: i32) -> Option<&'static Encoding> {
    let code_page = match number {
        128 => 932,
        129 | 130 => 949,
        134 => 936,
        136 => 950,
        161 => 1_253,
        162 => 1_254,
        163 => 1_258,
        177 => 1_255,
        178 => 1_256,
        186 => 1_257,
        204 => 1_251,
        222 => 874,
        238 => 1_250,
        _ => return None,
    };
    of_code_page(code_page)
}

fn of_code_page(number: i32) -> Option<&'static Encoding> {
    let label = match number {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10_000 => "macintosh".to_owned(),
        65_001 => "utf-8".to_owned(),
        other => format!("windows-{other}"),
    };
    Encoding::for_label(label.as_bytes())
}
