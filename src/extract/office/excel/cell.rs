//! The value of a cell as text: numbers as held, dates as ISO 8601 where the format is one (section 18.8.30).

use jiff::ToSpan;
use jiff::civil::Date;

use crate::extract::xml::{Token, Xml};

/// Which cell styles show a date.
#[derive(Debug, Default)]
pub(super) struct Formats {
    /// Format codes of the workbook's own: their number, and whether they are dates.
    own: Vec<(String, bool)>,
    dates: Vec<bool>,
    since_1904: bool,
}

impl Formats {
    /// No formats.
    pub(super) fn none(since_1904: bool) -> Self {
        Self {
            since_1904,
            ..Self::default()
        }
    }

    /// Reads `styles.xml`.
    pub(super) fn read(xml: &str, since_1904: bool) -> Self {
        let mut formats = Self::none(since_1904);
        let mut in_cell_formats = false;
        for token in Xml::new(xml) {
            match token {
                Token::Open(element) => match element.name().as_str() {
                    "numFmt" => {
                        let code = element.attribute("formatCode").unwrap_or_default();
                        let number = element.attribute("numFmtId").unwrap_or_default();
                        formats.define(number, &code);
                    }
                    "cellXfs" => in_cell_formats = true,
                    "xf" if in_cell_formats => {
                        formats.cell(&element.attribute("numFmtId").unwrap_or_default());
                    }
                    _ => {}
                },
                Token::Close(name) => in_cell_formats &= name != "cellXfs",
                Token::Text(_) => {}
            }
        }
        formats
    }

    /// Takes a format code of the workbook's own.
    pub(super) fn define(&mut self, number: String, code: &str) {
        self.own.push((number, is_date_code(code)));
    }

    /// Takes the next cell style, which has this format.
    pub(super) fn cell(&mut self, number: &str) {
        let known = self.own.iter().find(|(own, _)| own == number);
        let is_date = known.map_or_else(|| is_built_in_date(number), |(_, is_date)| *is_date);
        self.dates.push(is_date);
    }

    /// A value of a cell with this style, as text.
    pub(super) fn value(&self, value: f64, style: usize) -> String {
        let is_date = self.dates.get(style).copied().unwrap_or_default();
        let date = is_date.then(|| date(value, self.since_1904)).flatten();
        date.unwrap_or_else(|| value.to_string())
    }

    /// A number of a cell with this style, as text.
    pub(super) fn number(&self, written: &str, style: Option<&str>) -> String {
        let style = style.and_then(|style| style.parse::<usize>().ok());
        let is_date = style
            .and_then(|style| self.dates.get(style))
            .copied()
            .unwrap_or_default();
        let Ok(value) = written.trim().parse::<f64>() else {
            return written.to_owned();
        };
        let date = is_date.then(|| date(value, self.since_1904)).flatten();
        date.unwrap_or_else(|| plain(written.trim(), value))
    }
}

/// A number without an exponent: `1.234567890123E12` is `1234567890123`.
fn plain(written: &str, value: f64) -> String {
    if !written.contains(['e', 'E']) || value.abs() >= 1e18 {
        return written.to_owned();
    }
    let text = format!("{value:.10}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A serial day number as `2016-02-01`, with its time where there is one.
pub(super) fn date(serial: f64, since_1904: bool) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "in range by the line above"
    )]
    let (days, seconds) = (
        serial.floor() as i64,
        (serial.fract() * 86_400.0).round() as i64,
    );
    let time = || format!("{:02}:{:02}", seconds / 3_600, seconds / 60 % 60);
    if days == 0 && !since_1904 {
        return Some(time());
    }
    let epoch = match (since_1904, days) {
        (true, _) => Date::constant(1904, 1, 1),
        // Excel believes in the 29th of February 1900.
        (false, ..60) => Date::constant(1899, 12, 31),
        (false, _) => Date::constant(1899, 12, 30),
    };
    let day = epoch.checked_add(days.days()).ok()?;
    Some(if seconds > 0 {
        format!("{day} {}", time())
    } else {
        day.to_string()
    })
}

fn is_built_in_date(id: &str) -> bool {
    matches!(id.parse(), Ok(14_u16..=22 | 27..=36 | 45..=47 | 50..=58))
}

/// A format code that has day, month, year or hour outside quotes and brackets.
fn is_date_code(code: &str) -> bool {
    let mut chars = code.chars();
    let mut until = None;
    while let Some(c) = chars.next() {
        match (until, c) {
            (Some(end), _) => until = until.filter(|_| c != end),
            (None, '"') => until = Some('"'),
            (None, '[') => until = Some(']'),
            (None, '\\' | '_' | '*') => drop(chars.next()),
            (None, 'd' | 'm' | 'y' | 'h' | 'D' | 'M' | 'Y' | 'H') => return true,
            (None, _) => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_dates_in_both_systems() {
        for (serial, since_1904, text) in [
            (42_401.0, false, "2016-02-01"),
            (40_939.0, true, "2016-02-01"),
            (42_401.5, false, "2016-02-01 12:00"),
            (1.0, false, "1900-01-01"),
            (61.0, false, "1900-03-01"),
            (0.75, false, "18:00"),
        ] {
            assert_eq!(date(serial, since_1904).as_deref(), Some(text));
        }
        assert_eq!(date(9e9, false), None);
    }

    #[test]
    fn a_format_is_a_date_by_its_letters() {
        for (code, is_date) in [
            ("dd/mm/yyyy", true),
            ("[$-809]dd mmmm yyyy", true),
            ("0.00", false),
            ("[Red]0", false),
            ("\"days\" 0", false),
            ("#,##0\\ \"m\"", false),
        ] {
            assert_eq!(is_date_code(code), is_date, "{code}");
        }
    }

    #[test]
    fn numbers_are_as_the_cell_holds_them() {
        let formats = Formats::default();
        for (written, text) in [
            ("0.1", "0.1"),
            ("1.234567890123E12", "1234567890123"),
            ("07", "07"),
            ("x", "x"),
        ] {
            assert_eq!(formats.number(written, None), text);
        }
    }
}
