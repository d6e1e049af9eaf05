//! XML as a stream of elements and text, prefixes dropped, as forgiving as can be (XML 1.0).
//!
//! Entities of a document type are not expanded, so there is nothing to laugh about.

use std::borrow::Cow;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::extract::charset;

/// One token of a document.
pub(super) enum Token<'a> {
    /// A start tag; an empty element gives a start and an end.
    Open(Element<'a>),
    /// An end tag, by its name without prefix.
    Close(String),
    /// Characters, references resolved.
    Text(Cow<'a, str>),
}

/// A start tag.
pub(super) struct Element<'a>(BytesStart<'a>);

impl Element<'_> {
    /// The name without prefix.
    pub(super) fn name(&self) -> String {
        self.0.local_name().as_ref().to_owned()
    }

    /// The value of the first attribute of this name, prefix ignored.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        attributes.flatten().find_map(|attribute| {
            let found = attribute.key.local_name().as_ref() == name;
            let value = found
                .then(|| attribute.normalized_value(XmlVersion::Implicit1_0).ok())
                .flatten()?;
            Some(value.into_owned())
        })
    }

    /// Every attribute with its name without prefix; declarations of namespaces are none.
    pub(super) fn attributes(&self) -> Vec<(String, String)> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        let pair = |attribute: quick_xml::events::attributes::Attribute<'_>| {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
            Some((
                attribute.key.local_name().as_ref().to_owned(),
                value.into_owned(),
            ))
        };
        let declares = |attribute: &quick_xml::events::attributes::Attribute<'_>| {
            attribute.key.as_ref().starts_with("xmlns")
        };
        let said = attributes
            .flatten()
            .filter(|attribute| !declares(attribute));
        said.filter_map(pair).collect()
    }

    /// Whether an attribute says yes; one without a value, or absent, is as `default` says.
    pub(super) fn is_on(&self, name: &str, default: bool) -> bool {
        match self.attribute(name).as_deref() {
            Some("0" | "false" | "off" | "none") => false,
            Some(_) => true,
            None => default,
        }
    }
}

/// The octets of an XML part as characters.
pub(super) fn decode(bytes: &[u8]) -> String {
    charset::decode(bytes, Some("utf-8"))
}

/// The characters of a document, a line for each element that has some.
pub(super) fn words(text: &str) -> String {
    let mut lines = Vec::new();
    for token in Xml::new(text) {
        if let Token::Text(words) = token
            && !words.trim().is_empty()
        {
            lines.push(words.trim().to_owned());
        }
    }
    lines.join("\n")
}

/// Reads a document token by token.
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    broken: bool,
}

impl<'a> Xml<'a> {
    /// Begins a document.
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        config.expand_empty_elements = true;
        Self {
            reader,
            broken: false,
        }
    }

    /// Whether the document broke off.
    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }
}

impl<'a> Iterator for Xml<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            match self.reader.read_event() {
                Ok(Event::Start(start) | Event::Empty(start)) => {
                    return Some(Token::Open(Element(start)));
                }
                Ok(Event::End(end)) => {
                    return Some(Token::Close(end.local_name().as_ref().to_owned()));
                }
                Ok(Event::Text(text)) => return Some(Token::Text(text.into_inner())),
                Ok(Event::CData(data)) => return Some(Token::Text(data.into_inner())),
                Ok(Event::GeneralRef(reference)) => return Some(Token::Text(resolved(&reference))),
                Ok(Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_)) => {}
                Ok(Event::Eof) => return None,
                Err(_) => {
                    self.broken = true;
                    return None;
                }
            }
        }
    }
}

fn resolved(reference: &BytesRef<'_>) -> Cow<'static, str> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Cow::Owned(character.to_string());
    }
    match &*reference.xml10_content() {
        "amp" => Cow::Borrowed("&"),
        "lt" => Cow::Borrowed("<"),
        "gt" => Cow::Borrowed(">"),
        "quot" => Cow::Borrowed("\""),
        "apos" => Cow::Borrowed("'"),
        _ => Cow::Borrowed(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_a_stream_of_elements_and_text() {
        let xml = Xml::new("<a:x b:y='1 &amp; 2'>R&amp;D &#8211; <z/></a:x>");
        let seen: Vec<String> = xml
            .map(|token| match token {
                Token::Open(element) => {
                    format!("<{} {:?}>", element.name(), element.attribute("y"))
                }
                Token::Close(name) => format!("</{name}>"),
                Token::Text(text) => text.into_owned(),
            })
            .collect();
        assert_eq!(seen.concat(), "<x Some(\"1 & 2\")>R&D – <z None></z></x>");
    }

    #[test]
    fn a_broken_document_gives_what_stands_before_the_break() {
        let mut xml = Xml::new("<a>text<b");
        assert_eq!(xml.by_ref().count(), 2);
        assert!(xml.is_broken());
    }
}
