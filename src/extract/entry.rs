//! Calendar entries (RFC 5545) and calling cards (RFC 6350, and version 2.1 before it): a property a line, as a person would say it.
//!
//! Lines are unfolded, escapes and quoted-printable undone; files inside are read as files.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::extract::charset;
use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// `.ics`: written by a program for programs, and read by people all the same.
pub(super) const CALENDAR: Format = Format {
    name: "calendar",
    kind: FileKind::Machine,
    recognises: |probe| begins(probe, b"BEGIN:VCALENDAR"),
    read,
};

/// `.vcf`.
pub(super) const CARD: Format = Format {
    name: "card",
    kind: FileKind::Document,
    recognises: |probe| begins(probe, b"BEGIN:VCARD"),
    read,
};

fn begins(probe: &Probe<'_>, word: &[u8]) -> bool {
    let head = probe.head(64);
    let head = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    head.get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// Properties that programs need and nobody reads.
const SILENT: [&str; 24] = [
    "BEGIN",
    "END",
    "VERSION",
    "PRODID",
    "UID",
    "DTSTAMP",
    "SEQUENCE",
    "CALSCALE",
    "METHOD",
    "TZID",
    "TZOFFSETFROM",
    "TZOFFSETTO",
    "TZNAME",
    "RRULE",
    "TRANSP",
    "CLASS",
    "STATUS",
    "PRIORITY",
    "CREATED",
    "LAST-MODIFIED",
    "TRIGGER",
    "ACTION",
    "REV",
    "XML",
];

/// What people call properties that have short names.
const CALLED: [(&str, &str); 7] = [
    ("N", "name"),
    ("FN", "name"),
    ("TEL", "telephone"),
    ("ADR", "address"),
    ("BDAY", "born"),
    ("DTSTART", "begins"),
    ("DTEND", "ends"),
];

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let text = charset::decode(file.bytes, file.charset.or(Some("utf-8")));
    let mut lines = Vec::new();
    for line in unfolded(&text) {
        let Some(property) = Property::of(&line) else {
            continue;
        };
        if property.is_base64() {
            inline(&property, file, reader)?;
        } else if !SILENT.contains(&property.name.as_str()) && !property.name.starts_with("X-") {
            lines.push(property.shown());
        }
    }
    reader.text(
        &file.origin,
        Place::Attachment,
        file.visible,
        lines.join("\n"),
    );
    Ok(())
}

/// A file written into a property: an attachment of an entry, the photograph of a card.
fn inline(
    property: &Property<'_>,
    file: &File<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), GapReason> {
    let value: String = property
        .value
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let Ok(bytes) = STANDARD.decode(&value) else {
        return Err(GapReason::Corrupt);
    };
    reader.budget.member()?;
    let name = property
        .parameter("FILENAME")
        .or_else(|| property.parameter("X-FILENAME"));
    let called = name.unwrap_or(&property.name).to_lowercase();
    reader.file(&File {
        name,
        ..file.inner(&called, &bytes)
    });
    Ok(())
}

/// Lines with their continuations; quoted-printable ones end in `=`.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut soft = false;
    for line in text.lines() {
        let folded = line.strip_prefix([' ', '\t']);
        match (lines.last_mut(), folded) {
            (Some(last), _) if soft => last.push_str(line),
            (Some(last), Some(rest)) => last.push_str(rest),
            (_, _) => lines.push(line.to_owned()),
        }
        soft = lines.last().is_some_and(|last| {
            last.to_ascii_uppercase().contains("QUOTED-PRINTABLE") && last.ends_with('=')
        });
        if soft && let Some(last) = lines.last_mut() {
            last.pop();
        }
    }
    lines
}

/// One property: a name, parameters, a value.
struct Property<'a> {
    name: String,
    parameters: Vec<&'a str>,
    value: &'a str,
}

impl<'a> Property<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let mut quoted = false;
        let colon = line.bytes().position(|octet| {
            quoted ^= octet == b'"';
            octet == b':' && !quoted
        })?;
        let (head, value) = line.split_at_checked(colon)?;
        let mut parts = head.split(';');
        let name = parts.next()?;
        // A group before the name, as in `item1.TEL`.
        let name = name.rsplit('.').next().unwrap_or(name).to_ascii_uppercase();
        Some(Self {
            name,
            parameters: parts.collect(),
            value: value.get(1..)?,
        })
    }

    fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters.iter().find_map(|parameter| {
            let (key, value) = parameter.split_once('=')?;
            key.eq_ignore_ascii_case(name)
                .then(|| value.trim_matches('"'))
        })
    }

    fn is_base64(&self) -> bool {
        let encoding = self.parameter("ENCODING").unwrap_or_default();
        let bare = self
            .parameters
            .iter()
            .any(|parameter| parameter.eq_ignore_ascii_case("BASE64"));
        bare || ["b", "base64"]
            .iter()
            .any(|name| encoding.eq_ignore_ascii_case(name))
    }

    /// `ATTENDEE;CN=Amelia Thornton:mailto:a@b.example` is `Attendee: Amelia Thornton, a@b.example`.
    fn shown(&self) -> String {
        let known = CALLED.iter().find(|(name, _)| *name == self.name);
        let mut called = known.map_or_else(
            || self.name.to_lowercase(),
            |(_, called)| (*called).to_owned(),
        );
        if let Some(first) = called.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let quoted = self
            .parameters
            .iter()
            .any(|parameter| parameter.to_ascii_uppercase().contains("QUOTED-PRINTABLE"));
        let value = if quoted {
            let octets = mail_parser::decoders::quoted_printable::quoted_printable_decode(
                self.value.as_bytes(),
            );
            charset::decode(&octets.unwrap_or_default(), self.parameter("CHARSET"))
        } else {
            self.value.to_owned()
        };
        let value = value
            .trim_start_matches("mailto:")
            .trim_start_matches("MAILTO:");
        let value = value
            .replace("\\n", "\n")
            .replace("\\N", "\n")
            .replace("\\,", ",")
            .replace("\\;", ";");
        let structured = ["N", "ADR", "ORG"].contains(&self.name.as_str());
        let value = if structured {
            let parts = value.split(';').filter(|part| !part.is_empty());
            parts.collect::<Vec<_>>().join(", ")
        } else {
            value
        };
        match self.parameter("CN") {
            Some(person) => format!("{called}: {person}, {value}"),
            None => format!("{called}: {value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_read_as_a_person_would_say_them() {
        for (lines, shown) in [
            (
                "SUMMARY:SEN review\\, Amelia\r\n  Thornton",
                "Summary: SEN review, Amelia Thornton",
            ),
            (
                "ATTENDEE;CN=\"Reed: Zoe\":mailto:z@home.example",
                "Attendee: Reed: Zoe, z@home.example",
            ),
            ("N:Thornton;Amelia;;;", "Name: Thornton, Amelia"),
            (
                "item1.NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=\r\n=AB Reed",
                "Note: Zoë Reed",
            ),
        ] {
            let lines = unfolded(lines);
            let property = Property::of(&lines[0]).unwrap();
            assert_eq!(property.shown(), shown);
        }
    }
}
