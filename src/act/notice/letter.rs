//! A letter: a few headings, paragraphs and lists, written once and rendered as text and as HTML.
//!
//! The HTML is escaped by construction and asks for nothing from anywhere: no picture, no style sheet, no link.

use maud::{DOCTYPE, html};

/// Widest line of the plain text.
const WIDTH: usize = 72;

/// What a person reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    /// The subject line.
    pub(crate) subject: String,
    /// The letter itself, in order.
    pub(crate) blocks: Vec<Block>,
}

/// One piece of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    /// A few words above what follows.
    Heading(String),
    /// Some sentences.
    Paragraph(String),
    /// One point a line.
    List(Vec<String>),
    /// Something to be read letter by letter, such as a password.
    Spelled(String),
}

impl Letter {
    /// The letter as plain text: lines end in `\n` and are at most 72 characters wide, where words allow.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (place, block) in self.blocks.iter().enumerate() {
            let follows_heading = place
                .checked_sub(1)
                .and_then(|before| self.blocks.get(before))
                .is_some_and(|before| matches!(before, Block::Heading(_)));
            if place > 0 && !follows_heading {
                text.push('\n');
            }
            match block {
                Block::Heading(words) => text.push_str(&wrapped(&words.to_uppercase(), "", "")),
                Block::Paragraph(words) => text.push_str(&wrapped(words, "", "")),
                Block::List(points) => {
                    for point in points {
                        text.push_str(&wrapped(point, "  - ", "    "));
                    }
                }
                Block::Spelled(word) => text.push_str(&wrapped(word, "    ", "    ")),
            }
        }
        text
    }

    /// The letter as a small HTML page.
    pub(crate) fn html(&self) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en-GB" {
                head { meta charset="utf-8"; title { (self.subject) } }
                body style="font-family: sans-serif; max-width: 40em; line-height: 1.4" {
                    @for block in &self.blocks {
                        @match block {
                            Block::Heading(words) => h2 style="font-size: 1em; margin: 1.2em 0 0.2em" { (words) },
                            Block::Paragraph(words) => p { (words) },
                            Block::List(points) => ul { @for point in points { li { (point) } } },
                            Block::Spelled(word) => p style="font-family: monospace; font-size: 1.4em" { (word) },
                        }
                    }
                }
            }
        };
        // Lines of HTML may be long; SMTP lines may not (RFC 5321 section 4.5.3.1.6).
        page.into_string().replace("><", ">\n<")
    }
}

/// `words` broken at spaces, the first line after `first`, the others after `next`.
fn wrapped(words: &str, first: &str, next: &str) -> String {
    let mut text = first.to_owned();
    let mut width = first.chars().count();
    let mut fresh = true;
    for word in words.split_whitespace() {
        let length = word.chars().count();
        if !fresh && width + 1 + length > WIDTH {
            text.push('\n');
            text.push_str(next);
            width = next.chars().count();
            fresh = true;
        }
        if !fresh {
            text.push(' ');
            width += 1;
        }
        text.push_str(word);
        width += length;
        fresh = false;
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_reads_well_as_text_and_cannot_break_out_of_its_html() {
        let letter = Letter {
            subject: "Waiting".to_owned(),
            blocks: vec![
                Block::Paragraph("Your message is waiting. ".repeat(4)),
                Block::Heading("Why".to_owned()),
                Block::List(vec!["<script>alert(1)</script> & so on".to_owned()]),
                Block::Spelled("abcd-efgh".to_owned()),
            ],
        };
        let text = letter.text();
        assert!(
            text.lines().all(|line| line.chars().count() <= WIDTH),
            "{text}"
        );
        assert!(text.contains("\n\nWHY\n  - <script>"), "{text}");
        assert!(
            letter
                .html()
                .contains("<li>&lt;script&gt;alert(1)&lt;/script&gt; &amp; so on</li>")
        );
    }
}
