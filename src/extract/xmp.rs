//! XMP packets (ISO 16684) in pictures and PDFs: one `name: value` a line.
//!
//! Identifiers, dates and the history of editing say nothing about anybody and are left out.

use crate::extract::xml::{Token, Xml};

/// The properties of a packet that has words.
pub(super) fn lines(packet: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut name = String::new();
    for token in Xml::new(packet) {
        match token {
            Token::Open(element) => {
                let found = element.name();
                if found == "Description" {
                    let values = element.attributes().into_iter();
                    let said = values
                        .filter(|(name, value)| !is_technical(name) && !value.trim().is_empty());
                    lines.extend(said.map(|(name, value)| format!("{name}: {value}")));
                } else if !["li", "Alt", "Seq", "Bag"].contains(&found.as_str()) {
                    name = found;
                }
            }
            Token::Text(value) if !value.trim().is_empty() && !is_technical(&name) => {
                lines.push(format!("{name}: {}", value.trim()));
            }
            Token::Close(_) | Token::Text(_) => {}
        }
    }
    lines
}

fn is_technical(name: &str) -> bool {
    let known = [
        "about",
        "xmlns",
        "x",
        "xmptk",
        "rdf",
        "dc",
        "pdf",
        "xmp",
        "xap",
        "xmpMM",
        "xapMM",
        "stEvt",
        "stRef",
        "photoshop",
        "format",
        "Producer",
        "Trapped",
        "ColorMode",
        "ICCProfile",
        "part",
        "conformance",
        "parseType",
        "action",
        "when",
        "changed",
        "softwareAgent",
        "Rating",
        "PDFVersion",
        "GTS_PDFXVersion",
        "Thumbnails",
        "image",
        "width",
        "height",
    ];
    known.contains(&name)
        || name.ends_with("ID")
        || name.ends_with("Date")
        || name.ends_with("Tool")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_come_with_their_names() {
        let packet = "<x:xmpmeta xmlns:x='a'><rdf:Description rdf:about='' pdf:Keywords='SEN' xmp:CreateDate='2026-01-01'>\
            <dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Plan</rdf:li></rdf:Alt></dc:title>\
            <pdfx:MSIP_Label_1_Name>Restricted</pdfx:MSIP_Label_1_Name><xmpMM:DocumentID>uuid:1</xmpMM:DocumentID>\
            </rdf:Description></x:xmpmeta>";
        assert_eq!(
            lines(packet),
            [
                "Keywords: SEN",
                "title: Plan",
                "MSIP_Label_1_Name: Restricted"
            ]
        );
    }
}
