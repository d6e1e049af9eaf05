//! What single elements are to a reader: block or inline, shown or hidden, new or quoted.

use crate::extract::html::tag;

/// Elements without an end, or whose end is mostly left out.
pub(super) fn is_void(name: &str) -> bool {
    let void = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "wbr", "p", "li",
    ];
    void.contains(&name)
}

/// Elements that begin and end a line.
pub(super) fn is_block(name: &str) -> bool {
    let block = [
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "section",
        "article",
        "header",
        "footer",
        "caption",
        "address",
        "form",
        "option",
        "title",
        "center",
        "pre",
        "fieldset",
    ];
    block.contains(&name)
}

/// Elements that a reader never sees.
pub(super) fn is_unseen(name: &str) -> bool {
    ["head", "title", "template", "datalist"].contains(&name)
}

/// Elements by which mail programs mark what they quote.
pub(super) fn is_quoted(name: &str, attributes: &str) -> bool {
    let class = tag::attribute(attributes, "class").unwrap_or_default();
    let by_class = [
        "gmail_quote",
        "yahoo_quoted",
        "moz-cite-prefix",
        "gmail_attr",
        "protonmail_quote",
    ];
    let cited = name == "blockquote"
        && tag::attribute(attributes, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("cite"));
    cited
        || class
            .split_whitespace()
            .any(|word| by_class.contains(&word))
        || is_reply_header(attributes)
}

/// Outlook marks where the earlier message begins, and everything after it belongs to it.
pub(super) fn is_reply_header(attributes: &str) -> bool {
    let marks = [
        "divRplyFwdMsg",
        "appendonsend",
        "mail-editor-reference-message-container",
        "OLK_SRC_BODY_SECTION",
    ];
    attributes.contains("id=")
        && tag::attribute(attributes, "id")
            .is_some_and(|id| marks.iter().any(|mark| id.ends_with(mark)))
}
