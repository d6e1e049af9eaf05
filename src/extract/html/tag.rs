//! HTML cut into tags, comments and text, as forgiving as a browser (WHATWG HTML section 13.2.5).
//!
//! Every octet is looked at a bounded number of times.

use std::borrow::Cow;

use mail_parser::decoders::html::add_html_token;

/// One token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Characters, entities not decoded.
    Text(&'a str),
    /// A start tag.
    Open {
        /// In lower case.
        name: String,
        /// What stands after the name.
        attributes: &'a str,
    },
    /// An end tag, in lower case.
    Close(String),
    /// A comment, declaration or processing instruction.
    Comment(&'a str),
}

/// The longest tag that is believed; an open quote beyond it was no quote.
const LONGEST_TAG: usize = 64 * 1024;

/// The first token and what follows it.
pub(super) fn next(html: &str) -> Option<(Token<'_>, &str)> {
    if html.is_empty() {
        return None;
    }
    if let Some(found) = html.strip_prefix('<').and_then(markup) {
        return Some(found);
    }
    let end = html.get(1..)?.find('<').map_or(html.len(), |at| at + 1);
    let (text, rest) = html.split_at_checked(end)?;
    Some((Token::Text(text), rest))
}

/// Markup after its `<`; none when it is only a character.
fn markup(html: &str) -> Option<(Token<'_>, &str)> {
    if let Some(comment) = html.strip_prefix("!--") {
        let (text, rest) = comment.split_once("-->").unwrap_or((comment, ""));
        return Some((Token::Comment(text), rest));
    }
    if html.starts_with(['!', '?']) {
        let (text, rest) = html.split_once('>').unwrap_or((html, ""));
        return Some((Token::Comment(text), rest));
    }
    let (closes, body) = match html.strip_prefix('/') {
        Some(body) => (true, body),
        None => (false, html),
    };
    if !body.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let (tag, rest) = tag_end(body);
    let name_end = tag
        .find(|c: char| c.is_ascii_whitespace() || c == '/')
        .unwrap_or(tag.len());
    let (name, attributes) = tag.split_at_checked(name_end)?;
    let name = name.to_ascii_lowercase();
    let token = if closes {
        Token::Close(name)
    } else {
        Token::Open { name, attributes }
    };
    Some((token, rest))
}

/// Cuts at the `>` that ends the tag, quotes respected.
fn tag_end(body: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, octet) in body.bytes().enumerate().take(LONGEST_TAG) {
        match (quote, octet) {
            (None, b'>') => return cut(body, at),
            (None, b'"' | b'\'') => quote = Some(octet),
            (Some(open), _) if open == octet => quote = None,
            (None | Some(_), _) => {}
        }
    }
    match body.find('>') {
        Some(at) => cut(body, at),
        None => (body, ""),
    }
}

fn cut(body: &str, at: usize) -> (&str, &str) {
    (
        body.get(..at).unwrap_or(body),
        body.get(at + 1..).unwrap_or_default(),
    )
}

/// Skips what scripts and style sheets contain, which is not text.
pub(super) fn after_raw_text<'a>(name: &str, rest: &'a str) -> &'a str {
    if name != "script" && name != "style" {
        return rest;
    }
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|tail| tail.find("</")) {
        let tag = rest.get(from + at + 2..).unwrap_or_default();
        if tag
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
        {
            return rest.get(from + at..).unwrap_or_default();
        }
        from += at + 2;
    }
    ""
}

/// The value of an attribute, entities decoded; empty for one without a value.
pub(super) fn attribute(attributes: &str, wanted: &str) -> Option<String> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| c.is_ascii_whitespace() || *c == '=')
            .map_or(rest.len(), |(at, _)| at);
        let (name, after) = rest.split_at_checked(end)?;
        let (value, after) = value(after);
        if name.eq_ignore_ascii_case(wanted) {
            return Some(decoded(value).into_owned());
        }
        rest = after;
    }
}

fn value(after: &str) -> (&str, &str) {
    let Some(rest) = after.trim_ascii_start().strip_prefix('=') else {
        return ("", after);
    };
    let rest = rest.trim_ascii_start();
    for quote in ['"', '\''] {
        if let Some(quoted) = rest.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    let end = rest
        .find(|c: char| c.is_ascii_whitespace())
        .unwrap_or(rest.len());
    rest.split_at_checked(end).unwrap_or((rest, ""))
}

/// Text with its character references decoded (section 13.5).
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let name = |c: &char| c.is_ascii_alphanumeric() || *c == '#';
        let length = after.chars().take(32).take_while(name).count();
        let (reference, tail) = after.split_at_checked(length).unwrap_or((after, ""));
        if length == 0 {
            out.push('&');
        } else {
            add_html_token(&mut out, format!("&{reference};").as_bytes(), false);
            if out.ends_with(&format!("&{reference};")) && !tail.starts_with(';') {
                out.pop();
            }
        }
        rest = if length > 0 {
            tail.strip_prefix(';').unwrap_or(tail)
        } else {
            tail
        };
    }
    out.push_str(rest);
    Cow::Owned(out)
}
