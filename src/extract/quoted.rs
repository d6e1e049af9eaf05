//! What the sender wrote told apart from the earlier messages quoted below it.
//!
//! Known forms: lines with `>`, "On … wrote:", "-----Original Message-----", "Forwarded message",
//! and the `From:`, `Sent:`, `To:`, `Subject:` block of Outlook. Both halves are judged; only `decide` may weigh them.

use crate::extract::content::Place;

/// A text cut into runs of new and quoted lines, in order.
pub(super) fn runs(text: &str) -> Vec<(Place, String)> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut runs: Vec<(Place, String)> = Vec::new();
    let mut rest_is_quoted = false;
    for (place, line) in lines.iter().enumerate() {
        let following = lines.get(place + 1..).unwrap_or_default();
        rest_is_quoted |= opens_history(line, following);
        let quoted =
            rest_is_quoted || line.trim_start().starts_with('>') || attributes(line, following);
        let kind = if quoted { Place::Quoted } else { Place::Body };
        match runs.last_mut() {
            Some((last, run)) if *last == kind || line.trim().is_empty() => run.push_str(line),
            Some(_) | None => runs.push((kind, (*line).to_owned())),
        }
    }
    runs
}

/// Whether everything from this line on is an earlier message.
fn opens_history(line: &str, following: &[&str]) -> bool {
    let line = line.trim();
    let dashed = line.starts_with("--") && line.ends_with("--");
    let words = line.trim_matches(['-', ' ', '*', '_']).to_lowercase();
    let announced = [
        "original message",
        "forwarded message",
        "original appointment",
    ]
    .contains(&words.as_str());
    announced && dashed
        || words == "begin forwarded message:"
        || is_header_block(line, following)
        || is_attribution(line, following) && !next_words(following).starts_with('>')
}

/// "From: …" followed at once by at least two of "Sent:", "Date:", "To:", "Subject:".
fn is_header_block(line: &str, following: &[&str]) -> bool {
    let field = |line: &str, name: &str| line.trim_start_matches(['*', ' ']).starts_with(name);
    let names = ["Sent:", "Date:", "To:", "Subject:"];
    let near = following
        .iter()
        .filter(|line| !line.trim().is_empty())
        .take(5);
    field(line, "From:")
        && near
            .filter(|line| names.iter().any(|name| field(line, name)))
            .count()
            >= 2
}

/// "On Monday, somebody wrote:" above quoted lines.
fn attributes(line: &str, following: &[&str]) -> bool {
    is_attribution(line, following) || is_second_half(line, following)
}

fn is_attribution(line: &str, following: &[&str]) -> bool {
    let line = line.trim();
    let begins = line.starts_with("On ") && line.contains(|c: char| c.is_ascii_digit());
    let wrapped = || {
        following
            .first()
            .is_some_and(|next| ends_wrote(next) && next.len() < 120)
    };
    begins && line.len() < 240 && (ends_wrote(line) || wrapped())
}

fn is_second_half(line: &str, following: &[&str]) -> bool {
    ends_wrote(line) && next_words(following).starts_with('>')
}

fn ends_wrote(line: &str) -> bool {
    let line = line.trim();
    line.ends_with(" wrote:") || line.ends_with(" writes:") || line == "wrote:"
}

fn next_words<'a>(following: &[&'a str]) -> &'a str {
    following
        .iter()
        .map(|line| line.trim())
        .find(|line| !line.is_empty() && !ends_wrote(line))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, new: &str) {
        let found: Vec<String> = runs(text)
            .into_iter()
            .filter(|(place, _)| *place == Place::Body)
            .map(|(_, run)| run.trim().to_owned())
            .collect();
        assert_eq!(found.join("|"), new, "{text}");
    }

    #[test]
    fn quoted_history_is_told_apart() {
        check("Dear all\nbye", "Dear all\nbye");
        check("Yes.\n> Shall we?\nAnd no.\n> Or not?", "Yes.|And no.");
        check(
            "Yes.\n\nOn 3 May 2026, Zoe Reed wrote:\n> Shall we?\n",
            "Yes.",
        );
        check(
            "Yes.\n\nOn Mon, 3 May 2026 at 09:00, Zoe Reed\n<z@x.example> wrote:\n\n> Shall we?\n",
            "Yes.",
        );
        check(
            "Yes.\nOn 3 May 2026, Zoe Reed wrote:\n\nShall we?\n",
            "Yes.",
        );
        check("FYI\n-----Original Message-----\nFrom: x\n\ntext", "FYI");
        check(
            "FYI\n---------- Forwarded message ---------\nFrom: x\n\ntext",
            "FYI",
        );
        check(
            "FYI\n\nFrom: Zoe\nSent: 3 May\nTo: me\nSubject: s\n\ntext",
            "FYI",
        );
        check("On Monday she wrote to me", "On Monday she wrote to me");
        check(
            "From: the office\nplease note",
            "From: the office\nplease note",
        );
    }
}
