//! What style declarations do to the visibility of text (CSS 2.1): nothing else of them is understood.

use std::collections::BTreeMap;

use crate::extract::html::tag;

/// A colour: red, green, blue.
pub(super) type Colour = [u8; 3];

/// What an element says about how its text is seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Style {
    /// Taken out, made invisible, shrunk or moved away.
    pub(super) hides: bool,
    /// The colour of its text.
    pub(super) colour: Option<Paint>,
    /// The colour behind it.
    pub(super) ground: Option<Paint>,
}

/// A colour, a picture, or something that is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// One colour.
    Plain(Colour),
    /// None at all: text of it is not seen, a ground of it is what is behind.
    Clear,
    /// A picture or an expression.
    Unknown,
}

impl Style {
    /// The declarations of an element, those of the sheet first.
    pub(super) fn of(name: &str, attributes: &str, sheet: &Sheet) -> Self {
        let mut style = sheet.of(name, attributes);
        if attributes.is_empty() {
            return style;
        }
        style.hides |= tag::attribute(attributes, "hidden").is_some();
        for (attribute, is_ground) in [("bgcolor", true), ("background", true), ("color", false)] {
            if !attributes.contains(attribute) {
                continue;
            }
            let value = tag::attribute(attributes, attribute);
            let paint = value.map(|value| paint(&value.to_ascii_lowercase()));
            if is_ground {
                style.ground = paint.or(style.ground);
            } else if name == "font" {
                style.colour = paint.or(style.colour);
            }
        }
        if let Some(written) = tag::attribute(attributes, "style") {
            style.declare(&written);
        }
        style
    }

    /// Takes declarations, later ones over earlier ones.
    fn declare(&mut self, written: &str) {
        let written = written.to_ascii_lowercase();
        let mut clips = false;
        let mut empty = false;
        for declaration in written.split(';') {
            let Some((name, value)) = declaration.split_once(':') else {
                continue;
            };
            let value = value.trim().trim_end_matches("!important").trim();
            match (name.trim(), value) {
                ("display", _) => self.hides = value == "none",
                ("visibility", "hidden" | "collapse")
                | ("mso-hide", "all")
                | ("color", "transparent") => self.hides = true,
                ("opacity", _) => self.hides |= size(value).is_some_and(|size| size < 0.05),
                ("font-size", _) => {
                    self.hides |=
                        size(value).is_some_and(|size| size <= 1.0 && !value.ends_with("em"));
                }
                ("left" | "top" | "text-indent" | "margin-left", _) => {
                    self.hides |= size(value).is_some_and(|size| size <= -500.0);
                }
                ("overflow", "hidden") => clips = true,
                ("height" | "max-height" | "width" | "max-width", _) => {
                    empty |= size(value).is_some_and(|size| size < 1.0);
                }
                ("color", _) => self.colour = Some(paint(value)),
                ("background" | "background-color", _) => self.ground = Some(paint(value)),
                ("background-image", _) if value != "none" => self.ground = Some(Paint::Unknown),
                _ => {}
            }
        }
        self.hides |= clips && empty;
    }

    fn over(&mut self, other: Self) {
        self.hides |= other.hides;
        self.colour = other.colour.or(self.colour);
        self.ground = other.ground.or(self.ground);
    }
}

/// The number a length begins with.
fn size(value: &str) -> Option<f32> {
    let end = value.find(|c: char| !c.is_ascii_digit() && !".-+".contains(c));
    value.get(..end.unwrap_or(value.len()))?.parse().ok()
}

/// A colour as it is written.
fn paint(value: &str) -> Paint {
    let value = value.trim();
    let known = [
        ("white", [255; 3]),
        ("window", [255; 3]),
        ("black", [0; 3]),
        ("windowtext", [0; 3]),
        ("red", [255, 0, 0]),
        ("yellow", [255, 255, 0]),
        ("blue", [0, 0, 255]),
        ("navy", [0, 0, 128]),
        ("green", [0, 128, 0]),
        ("gray", [128; 3]),
        ("grey", [128; 3]),
        ("silver", [192; 3]),
    ];
    if ["transparent", "none", "initial", "inherit"].contains(&value) {
        return Paint::Clear;
    }
    if let Some((_, colour)) = known.iter().find(|(name, _)| *name == value) {
        return Paint::Plain(*colour);
    }
    let colour = if let Some(digits) = value.strip_prefix('#') {
        hexadecimal(digits)
    } else if let Some(inside) = value
        .strip_prefix("rgb(")
        .and_then(|rest| rest.strip_suffix(')'))
    {
        let parts: Vec<u8> = inside
            .split(',')
            .filter_map(|part| part.trim().parse().ok())
            .collect();
        parts.try_into().ok()
    } else {
        hexadecimal(value)
    };
    colour.map_or(Paint::Unknown, Paint::Plain)
}

fn hexadecimal(digits: &str) -> Option<Colour> {
    let value = |from: usize, to| u8::from_str_radix(digits.get(from..to)?, 16).ok();
    match digits.len() {
        3 => Some([value(0, 1)? * 17, value(1, 2)? * 17, value(2, 3)? * 17]),
        6 => Some([value(0, 2)?, value(2, 4)?, value(4, 6)?]),
        _ => None,
    }
}

/// The style sheets of a page: rules for one element name, class or identifier.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    rules: BTreeMap<String, Style>,
}

/// More rules than this are not a letter's.
const MOST_RULES: usize = 2_000;

impl Sheet {
    /// Takes a sheet; what stands in `@media` and its like holds on some screens only and is left out.
    pub(super) fn take(&mut self, text: &str) {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let selectors = before
                .rsplit(['}', ';', '>'])
                .next()
                .unwrap_or(before)
                .trim();
            if selectors.starts_with('@') {
                rest = after_block(after);
                continue;
            }
            let (declarations, next) = after.split_once('}').unwrap_or((after, ""));
            rest = next;
            let mut style = Style::default();
            style.declare(declarations);
            if style == Style::default() {
                continue;
            }
            for selector in selectors.split(',').map(str::trim) {
                let simple = selector
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || ".#-_".contains(c));
                if simple && !selector.is_empty() && self.rules.len() < MOST_RULES {
                    self.rules
                        .entry(selector.to_ascii_lowercase())
                        .or_default()
                        .over(style);
                }
            }
        }
    }

    fn of(&self, name: &str, attributes: &str) -> Style {
        let mut style = Style::default();
        if self.rules.is_empty() {
            return style;
        }
        let mut add = |selector: &str| {
            if let Some(rule) = self.rules.get(selector) {
                style.over(*rule);
            }
        };
        add(name);
        let classes = tag::attribute(attributes, "class")
            .unwrap_or_default()
            .to_ascii_lowercase();
        for class in classes.split_whitespace() {
            add(&format!(".{class}"));
            add(&format!("{name}.{class}"));
        }
        if let Some(id) = tag::attribute(attributes, "id") {
            let id = id.to_ascii_lowercase();
            add(&format!("#{id}"));
            add(&format!("{name}#{id}"));
        }
        style
    }
}

/// What follows a block that has blocks in it.
fn after_block(text: &str) -> &str {
    let mut depth = 1_usize;
    for (at, octet) in text.bytes().enumerate() {
        match octet {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return text.get(at + 1..).unwrap_or_default();
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_one_however_they_are_written() {
        for white in ["#fff", "#FFFFFF", "white", "rgb(255, 255, 255)", "ffffff"] {
            assert_eq!(
                paint(&white.to_ascii_lowercase()),
                Paint::Plain([255; 3]),
                "{white}"
            );
        }
        assert_eq!(paint("url(x.png) #fff"), Paint::Unknown);
    }

    #[test]
    fn a_sheet_hides_by_class_but_not_on_some_screens_only() {
        let mut sheet = Sheet::default();
        sheet.take("<!-- @media print { .a {display:none} .b{color:red} } p.c, #d { display: none } .e f {display:none}");
        let hides = |name, attributes| Style::of(name, attributes, &sheet).hides;
        assert!(!hides("p", "class=a"));
        assert!(hides("p", "class='x c'"));
        assert!(!hides("div", "class=c"));
        assert!(hides("div", "id=d"));
        assert!(!hides("f", "class=e"));
    }
}
