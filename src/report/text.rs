//! The report as plain text, eighty columns wide where names allow it.

use std::io::{self, Write};

use crate::mail::address::Address;
use crate::mail::count::counted;
use crate::mail::mode::Mode;
use crate::report::{ClauseChange, Report, change, would_have};
use crate::store::review::HeldMessage;

/// Writes the report.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    writeln!(out, "{}: outgoing mail, {}", report.school, report.days())?;
    writeln!(out, "Beside each figure: the change from the week before.")?;
    writeln!(out)?;
    write_outcomes(out, report)?;
    heading(out, "Why")?;
    write_clauses(out, report)?;
    heading(out, "Waiting for a reviewer")?;
    write_waiting(out, report)?;
    heading(out, "Breaches")?;
    write_breaches(out, report)?;
    heading(out, "Senders stopped more than once")?;
    write_senders(out, report)?;
    heading(out, "What to adjust")?;
    for sentence in &report.advice {
        writeln!(out, "- {sentence}")?;
    }
    if report.advice.is_empty() {
        writeln!(out, "Nothing this week.")?;
    }
    Ok(())
}

fn heading(out: &mut dyn Write, title: &str) -> io::Result<()> {
    writeln!(out, "\n{title}")?;
    writeln!(out, "{}", "-".repeat(title.chars().count()))
}

fn write_outcomes(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let (week, before) = (report.week.messages, report.before.messages);
    let line = |title: &str, week: u64, before: u64| {
        format!("{title:<28}{week:>6}   {}", change(week, before))
    };
    writeln!(out, "{}", line("Messages", week, before))?;
    for outcome in report.outcomes() {
        writeln!(out, "{}", line(outcome.title, outcome.week, outcome.before))?;
    }
    let (released, refused) = (report.week.released, report.week.refused);
    if released + refused > 0 {
        writeln!(
            out,
            "Reviewers released {released} of the week's messages (false alarms, or agreed after a check)\nand returned {refused} (near misses)."
        )?;
    }
    Ok(())
}

fn write_clauses(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let mut none = true;
    for ClauseChange { tally, before } in report.clauses_in(Mode::Enforce) {
        none = false;
        let (title, week) = (&tally.title, tally.messages);
        writeln!(
            out,
            "{week:>6}  {title} ({}; {})",
            tally.verdict,
            change(week, *before)
        )?;
    }
    if none {
        writeln!(
            out,
            "No clause in force asked for more than letting mail pass."
        )?;
    }
    for clause in report.clauses_in(Mode::Audit) {
        writeln!(
            out,
            "  only noted: {} {}",
            clause.tally.title,
            would_have(&clause.tally)
        )?;
    }
    Ok(())
}

fn write_waiting(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    if report.waiting.is_empty() {
        writeln!(out, "Nothing.")?;
    }
    for held in &report.waiting {
        let waited = report.waited(held.received);
        let since = report.moment(held.received);
        writeln!(out, "{}  for {waited}, since {since}", held.id)?;
        writeln!(out, "    from {}: {}", sender(held), held.subject)?;
        writeln!(out, "    {}", held.clauses.join("; "))?;
        if let Some(expires) = held.expires {
            writeln!(
                out,
                "    goes back to its sender on {}",
                report.moment(expires)
            )?;
        }
    }
    Ok(())
}

fn write_breaches(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    if report.breaches.is_empty() {
        writeln!(out, "None recorded.")?;
    }
    for breach in &report.breaches {
        let facts = &breach.recorded.facts;
        let people = counted(facts.people, "person", "people");
        writeln!(out, "breach {}: {} ({people})", breach.number, facts.what)?;
        writeln!(out, "    {}", report.standing(breach))?;
    }
    Ok(())
}

/// Who sent a held message.
pub(crate) fn sender(held: &HeldMessage) -> &str {
    held.sender
        .as_ref()
        .map_or("a mail system", Address::as_str)
}

fn write_senders(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let mut repeated = report.repeat_senders().peekable();
    if repeated.peek().is_none() {
        writeln!(out, "Nobody.")?;
    }
    for one in repeated {
        writeln!(
            out,
            "{:>6} of {:>4}  {}",
            one.stopped, one.messages, one.sender
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_page_reads_from_figures_to_what_to_adjust() {
        let mut out = Vec::new();
        write(&mut out, &sample::report()).unwrap();
        let text = String::from_utf8(out).unwrap();
        let expected = "\
Oakfield Primary School: outgoing mail, 16 Nov to 22 Nov 2026
Beside each figure: the change from the week before.

Messages                       240   11 fewer
Passed                         220   29 fewer
Sent over verified TLS           6   6 more
Encrypted                        5   5 more
Held for a reviewer              7   5 more
Returned to the sender           2   2 more
Rejected                         0   the same
Reviewers released 5 of the week's messages (false alarms, or agreed after a check)
and returned 1 (near misses).

Why
---
     6  Another family's child (hold; 4 more)
  only noted: Advertising would have returned 1 message

Waiting for a reviewer
----------------------
7K3F-9QXM-2B4T  for 2 days, since Thu 19 Nov, 09:30
    from j.smith@oakfield.sch.uk: R••• r••• •••
    Another family's child
    goes back to its sender on Tue 24 Nov, 09:30

Breaches
--------
breach 17: a class list (30 people)
    to be decided by Mon 23 Nov, 09:15 whether the Commissioner is told

Senders stopped more than once
------------------------------
     4 of   31  j.smith@oakfield.sch.uk

What to adjust
--------------
";
        assert!(text.starts_with(expected), "{text}");
    }
}
