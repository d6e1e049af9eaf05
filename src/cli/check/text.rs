//! `check` for people: what happens to a message, for whom, why, and what was found where.

use std::io::{self, Write};

use crate::decide::decision::{Decision, Reason, RecipientDecision};
use crate::detect::finding::{Finding, Findings};
use crate::mail::address::Address;
use crate::mail::count::counted;
use crate::mail::gap::Gap;
use crate::mail::level::Level;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict;

/// Findings shown for one message; the rest are counted.
const MOST_FINDINGS: usize = 20;

/// Writes one message as a few paragraphs.
///
/// # Errors
/// When `out` cannot be written to.
pub(crate) fn write(
    out: &mut dyn Write,
    file: &str,
    sender: Option<&Address>,
    decision: &Decision,
    findings: &Findings,
    gaps: &[Gap],
) -> io::Result<()> {
    writeln!(out, "{file}: {}", in_words(decision.verdict()))?;
    let sender_name = sender.map_or("nobody (a report of a mail system)", Address::as_str);
    writeln!(out, "  from {sender_name} ({})", decision.sender.as_str())?;
    writeln!(out, "  {}", content(decision, findings))?;
    for recipient in &decision.recipients {
        write_recipient(out, recipient, &decision.reasons)?;
    }
    if decision.recipients.is_empty() {
        writeln!(
            out,
            "  to nobody: the headers name no recipient; give them with --rcpt"
        )?;
    }
    write_audit(out, &decision.reasons)?;
    write_findings(out, &findings.items)?;
    if !gaps.is_empty() {
        writeln!(out, "  not read")?;
    }
    for gap in gaps {
        writeln!(out, "    {} {}", gap.origin, gap.reason.in_words())?;
    }
    writeln!(out)
}

/// A verdict as a sentence about the message.
pub(crate) fn in_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "passes",
        Verdict::Secure => "goes out over verified TLS only",
        Verdict::Encrypt => "goes out encrypted",
        Verdict::Hold => "is held for a reviewer",
        Verdict::Return => "is returned to the sender",
        Verdict::Reject => "is rejected",
    }
}

/// The level and why, and who is spoken of.
fn content(decision: &Decision, findings: &Findings) -> String {
    let level = match decision.level {
        Level::Unclassified => "unclassified: nothing personal",
        Level::Protect => "protect: personal data",
        Level::Restricted => "restricted: sensitive data",
    };
    let pupils = counted_or_no(decision.pupils, "pupil", "pupils");
    let families = match findings.households {
        0 => String::new(),
        count => format!(" of {}", counted(count, "family", "families")),
    };
    let staff = match findings.staff {
        0 => String::new(),
        count => format!(" and {} of staff", counted(count, "member", "members")),
    };
    let addressed = counted_or_no(decision.households, "family", "families");
    let gravest = findings
        .items
        .first()
        .filter(|one| one.level == decision.level);
    let because = gravest.map_or_else(String::new, |one| format!(", because of: {}", one.title));
    format!("content is {level}{because}; {pupils}{families}{staff} in it, {addressed} addressed")
}

fn counted_or_no(number: usize, one: &str, many: &str) -> String {
    match number {
        0 => format!("no {one}"),
        _ => counted(number, one, many),
    }
}

fn write_recipient(
    out: &mut dyn Write,
    recipient: &RecipientDecision,
    reasons: &[Reason],
) -> io::Result<()> {
    let kind = recipient.kind.as_str();
    let verdict = in_words(recipient.verdict);
    writeln!(out, "  to {} ({kind}): {verdict}", recipient.address)?;
    let theirs = |reason: &&Reason| {
        reason.mode == Mode::Enforce
            && reason
                .recipient
                .as_ref()
                .is_none_or(|address| *address == recipient.address)
    };
    for reason in reasons.iter().filter(theirs) {
        write_reason(out, reason)?;
    }
    Ok(())
}

fn write_reason(out: &mut dyn Write, reason: &Reason) -> io::Result<()> {
    let (title, verdict) = (&reason.title, reason.verdict);
    let explanation = reason.explanation.replace('\n', "\n      ");
    writeln!(out, "    {title} ({}, {verdict})", reason.clause)?;
    writeln!(out, "      {explanation}")
}

fn write_audit(out: &mut dyn Write, reasons: &[Reason]) -> io::Result<()> {
    let mut heading = Some("  would have acted, were it not in audit");
    for reason in reasons.iter().filter(|reason| reason.mode == Mode::Audit) {
        if let Some(heading) = heading.take() {
            writeln!(out, "{heading}")?;
        }
        write_reason(out, reason)?;
    }
    Ok(())
}

fn write_findings(out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    if !findings.is_empty() {
        writeln!(out, "  found")?;
    }
    for finding in findings.iter().take(MOST_FINDINGS) {
        writeln!(out, "    {}", found(finding))?;
    }
    match findings.len().saturating_sub(MOST_FINDINGS) {
        0 => Ok(()),
        more => writeln!(out, "    and {more} more; --json shows them all"),
    }
}

fn found(finding: &Finding) -> String {
    let times = match finding.count {
        0 | 1 => String::new(),
        count => format!(", {count} of them"),
    };
    let hidden = if finding.visible {
        ""
    } else {
        ", hidden from the sender"
    };
    let sure = finding.confidence * 100.0;
    let (title, excerpt, origin) = (&finding.title, &finding.excerpt, &finding.origin);
    let why = match finding.why.as_str() {
        "" => String::new(),
        why => format!("\n      because {why}"),
    };
    format!(
        "{title} {excerpt}{times}, in {origin}{hidden} ({}, {sure:.0} % sure){why}",
        finding.level
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::sample;

    #[test]
    fn a_dpo_reads_what_happens_to_whom_why_and_where() {
        let (decision, findings, gaps) = sample::held();
        let sender = "j.smith@oakfield.sch.uk".parse().unwrap();
        let mut out = Vec::new();
        write(
            &mut out,
            "x.eml",
            Some(&sender),
            &decision,
            &findings,
            &gaps,
        )
        .unwrap();
        let expected = "\
x.eml: is held for a reviewer
  from j.smith@oakfield.sch.uk (staff)
  content is restricted: sensitive data, because of: unique pupil number; 3 pupils of 2 families and 1 member of staff in it, 1 family addressed
  to parent@home.example (contact): is held for a reviewer
    Wrong family (wrong-family, hold)
      This names a pupil who is not theirs.
  would have acted, were it not in audit
    Sensitive data (restricted-data, encrypt)
      This is sensitive.
  found
    unique pupil number B80••••••••01, 30 of them, in attachment list.xlsx › sheet Year 4, hidden from the sender (restricted, 95 % sure)
      because it passes the check `upn`, \"UPN\" stands near it
  not read
    attachment scan.7z is a 7z archive locked with a password

";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
