//! The body of a message: what the sender wrote, and the history quoted below it.

use crate::extract::charset;
use crate::extract::content::Place;
use crate::extract::html;
use crate::extract::quoted;
use crate::extract::reader::{File, Reader};
use crate::extract::sealed;
use crate::mail::gap::GapReason;
use crate::mail::lock::Lock;
use crate::parse::message::Flow;

/// Reads a plain body.
pub(super) fn plain(body: &File<'_>, flow: Flow, reader: &mut Reader<'_>) {
    if sealed::is_armoured(body.bytes) {
        reader.gap(&body.origin, GapReason::Encrypted(Lock::OpenPgp));
    }
    let text = charset::decode(body.bytes, body.charset);
    let text = match flow {
        Flow::Fixed => text,
        Flow::Flowed => unwrapped(&text, " "),
        Flow::FlowedWithoutSpace => unwrapped(&text, ""),
    };
    runs(body, &text, reader);
}

/// Reads an HTML body: visible text in runs, then what the reader does not see.
pub(super) fn html(body: &File<'_>, reader: &mut Reader<'_>) {
    let label = html::charset(body.charset, body.bytes);
    let page = html::page(&charset::decode(body.bytes, label.as_deref()));
    for (quoted, text) in page.shown {
        if quoted {
            reader.text(&body.origin, Place::Quoted, body.visible, text);
        } else {
            runs(body, &text, reader);
        }
    }
    reader.text(&body.origin, Place::Body, false, page.hidden);
    for (number, rows) in page.tables.into_iter().enumerate() {
        let origin = body.origin.at(&format!("table {}", number + 1));
        reader.table(&origin, body.visible, rows);
    }
}

fn runs(body: &File<'_>, text: &str, reader: &mut Reader<'_>) {
    for (place, run) in quoted::runs(text) {
        reader.text(&body.origin, place, body.visible, run);
    }
}

/// Joins the lines that only the writer's program broke (RFC 3676 section 4).
fn unwrapped(text: &str, joint: &str) -> String {
    let depth = |line: &str| line.bytes().take_while(|octet| *octet == b'>').count();
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let quotes = depth(line);
        let words = line.get(quotes..).unwrap_or_default();
        let words = words.strip_prefix(' ').unwrap_or(words);
        match open {
            Some(level) if level == quotes => out.push_str(joint),
            Some(_) | None => {
                if !out.is_empty() {
                    out.push('\n');
                }
                out.push_str(line.get(..quotes).unwrap_or_default());
                if quotes > 0 {
                    out.push(' ');
                }
            }
        }
        let flows = words.ends_with(' ') && words != "-- ";
        out.push_str(if flows {
            words.trim_end_matches(' ')
        } else {
            words
        });
        open = flows.then_some(quotes);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowed_lines_are_joined_within_one_quote_level() {
        for (text, joined) in [
            ("Amelia \nThornton\nYear 4", "Amelia Thornton\nYear 4"),
            ("> quoted \n> on\nnew", "> quoted on\nnew"),
            ("> quoted \nnew", "> quoted\nnew"),
            ("-- \nZoe", "-- \nZoe"),
        ] {
            assert_eq!(unwrapped(text, " "), joined, "{text:?}");
        }
    }
}
