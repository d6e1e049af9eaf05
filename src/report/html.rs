//! The report as one HTML page: no script, nothing loaded from elsewhere, readable aloud and on paper.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::mail::mode::Mode;
use crate::report::text::sender;
use crate::report::{Report, change, would_have};

/// Dark on white, at least 7 to 1; tables that do not break across pages.
const STYLE: &str = "
:root { color-scheme: light; }
body { font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: #444; padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid #bbb; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
code { font-size: .95em; white-space: nowrap; }
footer { margin-top: 3rem; color: #444; font-size: .9rem; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } tr, li { break-inside: avoid; } h2 { break-after: avoid; } }
";

/// The page.
#[must_use]
pub fn page(report: &Report) -> String {
    let title = format!("Outgoing mail of {}, {}", report.school, report.days());
    let page = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (report.school) }
                    p { "Outgoing mail, " (report.days()) }
                    (adjust(report))
                    (outcomes(report))
                    (clauses(report))
                    (waiting(report))
                    (breaches(report))
                    (senders(report))
                }
                footer {
                    p { "Made by schoolgate on " (report.moment(report.made)) ". Excerpts are masked; a message is traced by its reference." }
                }
            }
        }
    };
    page.into_string()
}

fn adjust(report: &Report) -> Markup {
    html! {
        h2 { "What to adjust" }
        @if report.advice.is_empty() {
            p { "Nothing this week." }
        } @else {
            ul { @for sentence in &report.advice { li { (sentence) } } }
        }
    }
}

fn outcomes(report: &Report) -> Markup {
    let (week, before) = (report.week.messages, report.before.messages);
    let (released, refused) = (report.week.released, report.week.refused);
    html! {
        h2 { "What happened" }
        table {
            (head("Messages by the strictest thing that happened to them", &[words("Outcome"), number("Messages"), words("Against the week before")]))
            tbody {
                @for outcome in report.outcomes() {
                    tr {
                        th scope="row" { (outcome.title) }
                        td class="number" { (outcome.week) }
                        td { (change(outcome.week, outcome.before)) }
                    }
                }
            }
            tfoot { tr {
                th scope="row" { "All" }
                td class="number" { (week) }
                td { (change(week, before)) }
            } }
        }
        @if released + refused > 0 {
            p { "Reviewers released " (released) " of the week's messages (false alarms, or agreed after a check) and returned " (refused) " (near misses)." }
        }
    }
}

fn clauses(report: &Report) -> Markup {
    html! {
        h2 { "Why" }
        @if report.clauses.is_empty() {
            p { "No clause asked for more than letting mail pass." }
        } @else {
            table {
                (head("Messages by clause; one message may have several", &[words("Clause"), words("What it did"), number("Messages"), words("Against the week before")]))
                tbody {
                    @for clause in &report.clauses {
                        tr {
                            th scope="row" { (clause.tally.title) }
                            td { @match clause.tally.mode {
                                Mode::Enforce => (clause.tally.verdict),
                                Mode::Audit | Mode::Off => { "only noted: " (would_have(&clause.tally)) }
                            } }
                            td class="number" { (clause.tally.messages) }
                            td { (change(clause.tally.messages, clause.before)) }
                        }
                    }
                }
            }
        }
    }
}

fn waiting(report: &Report) -> Markup {
    html! {
        h2 { "Waiting for a reviewer" }
        @if report.waiting.is_empty() {
            p { "Nothing." }
        } @else {
            table {
                (head("Held now, the oldest first", &[words("Reference"), words("Waiting"), words("From, subject"), words("Why")]))
                tbody {
                    @for held in &report.waiting {
                        tr {
                            th scope="row" { code { (held.id) } }
                            td {
                                (report.waited(held.received)) ", since " (report.moment(held.received))
                                @if let Some(expires) = held.expires {
                                    "; goes back to its sender on " (report.moment(expires))
                                }
                            }
                            td { (sender(held)) ": " (held.subject) }
                            td { (held.clauses.join("; ")) }
                        }
                    }
                }
            }
        }
    }
}

fn breaches(report: &Report) -> Markup {
    html! {
        h2 { "Breaches" }
        @if report.breaches.is_empty() {
            p { "None recorded." }
        } @else {
            table {
                (head("Recorded this week, and older ones without a decision", &[words("Number"), words("What left"), number("People"), words("Where it stands")]))
                tbody {
                    @for breach in &report.breaches {
                        tr {
                            th scope="row" { (breach.number) }
                            td { (breach.recorded.facts.what) }
                            td class="number" { (breach.recorded.facts.people) }
                            td { (report.standing(breach)) }
                        }
                    }
                }
            }
        }
    }
}

fn senders(report: &Report) -> Markup {
    let repeated: Vec<_> = report.repeat_senders().collect();
    html! {
        h2 { "Senders stopped more than once" }
        @if repeated.is_empty() {
            p { "Nobody." }
        } @else {
            table {
                (head("Messages held, returned or rejected", &[words("Sender"), number("Stopped"), number("Of messages")]))
                tbody {
                    @for one in repeated {
                        tr {
                            th scope="row" { (one.sender) }
                            td class="number" { (one.stopped) }
                            td class="number" { (one.messages) }
                        }
                    }
                }
            }
        }
    }
}

/// A column of a table: its title, and whether its cells are numbers.
struct Column {
    title: &'static str,
    is_number: bool,
}

const fn words(title: &'static str) -> Column {
    let is_number = false;
    Column { title, is_number }
}

const fn number(title: &'static str) -> Column {
    let is_number = true;
    Column { title, is_number }
}

/// What a table is about, and what its columns are.
fn head(caption: &str, columns: &[Column]) -> Markup {
    html! {
        caption { (caption) }
        thead { tr {
            @for column in columns {
                th scope="col" class=[column.is_number.then_some("number")] { (column.title) }
            }
        } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_page_stands_alone_and_escapes_what_strangers_wrote() {
        let mut report = sample::report();
        report.school = "St <b>Mary</b> & All Saints".to_owned();
        let page = page(&report);
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"en-GB\">"));
        for outside in ["http:", "https:", "src=", "<script", "@import", "url("] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(page.contains("<h1>St &lt;b&gt;Mary&lt;/b&gt; &amp; All Saints</h1>"));
    }

    #[test]
    fn every_table_has_a_caption_and_its_heads_a_scope() {
        let page = page(&sample::report());
        assert_eq!(page.matches("<table>").count(), 5);
        assert_eq!(page.matches("<caption>").count(), 5);
        assert_eq!(
            page.matches("<th ").count(),
            page.matches("<th scope=").count()
        );
        assert!(!page.contains("<th>"));
    }
}
