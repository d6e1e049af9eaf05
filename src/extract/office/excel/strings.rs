//! Texts of a workbook outside its cells: shared strings, comments, drawings.

use crate::extract::office::flow::Flow;
use crate::extract::xml::{Token, Xml};

/// The shared strings, in order; phonetic guides are left out (section 18.4).
pub(super) fn shared(xml: &str) -> Vec<String> {
    let mut strings = Vec::new();
    let mut current = String::new();
    let (mut in_text, mut phonetic) = (false, false);
    for token in Xml::new(xml) {
        match token {
            Token::Open(element) => match element.name().as_str() {
                "si" => current.clear(),
                "t" => in_text = true,
                "rPh" => phonetic = true,
                _ => {}
            },
            Token::Text(text) if in_text && !phonetic => current.push_str(&text),
            Token::Text(_) => {}
            Token::Close(name) => match name.as_str() {
                "si" => strings.push(std::mem::take(&mut current)),
                "t" => in_text = false,
                "rPh" => phonetic = false,
                _ => {}
            },
        }
    }
    strings
}

/// The characters of every text element of a part.
pub(super) fn every_text(xml: &str, flow: &mut Flow) {
    let mut in_text = false;
    for token in Xml::new(xml) {
        match token {
            Token::Open(element) => match element.name().as_str() {
                "t" | "v" | "text" => in_text = true,
                "cNvPr" => flow.aside(element.attribute("descr")),
                _ => {}
            },
            Token::Text(text) if in_text => flow.text(&text),
            Token::Text(_) => {}
            Token::Close(name) => {
                in_text &= !["t", "v", "text"].contains(&name.as_str());
                if ["p", "v", "text", "comment"].contains(&name.as_str()) {
                    flow.line();
                }
            }
        }
    }
}
