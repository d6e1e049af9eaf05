//! Words that the end of a line broke, put together again: `Thorn-` above `ton` is `Thornton`.
//!
//! A word of two, such as `well-known`, loses its hyphen where the line breaks at it; before a capital it keeps it.

/// The same lines, with what belongs to a line's last word moved up to it.
pub(super) fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("-\n") {
        out.push_str(before);
        let is_broken =
            before.ends_with(char::is_alphabetic) && after.starts_with(char::is_lowercase);
        if is_broken {
            let end = after.find(char::is_whitespace).unwrap_or(after.len());
            let (word, after) = after.split_at_checked(end).unwrap_or((after, ""));
            out.push_str(word);
            out.push('\n');
            rest = after.strip_prefix([' ', '\n']).unwrap_or(after);
        } else {
            out.push_str("-\n");
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_in_two_lines_is_one() {
        for (text, together) in [
            ("Amelia Thorn-\nton is well", "Amelia Thornton\nis well"),
            ("Thorn-\nton", "Thornton\n"),
            ("Mrs Carter-\nJones", "Mrs Carter-\nJones"),
            ("07700-\n900123 -\nfree", "07700-\n900123 -\nfree"),
            ("one-\ntwo-\nthree", "onetwo-\nthree"),
        ] {
            assert_eq!(joined(text), together, "{text:?}");
        }
    }
}
