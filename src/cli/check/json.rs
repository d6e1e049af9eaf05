//! `check --json`: one object a line, the contract that other programs build on.

use std::io::{self, Write};

use serde::Serialize;

use crate::decide::decision::{Decision, Reason, RecipientDecision};
use crate::detect::finding::{Finding, Findings};
use crate::mail::address::Address;
use crate::mail::gap::Gap;
use crate::mail::lock::Lock;

/// One message, in the order in which the contract names its fields.
#[derive(Debug, Serialize)]
struct Line<'a> {
    file: &'a str,
    sender: Sender<'a>,
    level: &'a str,
    pupils: usize,
    households: usize,
    verdict: &'a str,
    recipients: Vec<RecipientLine<'a>>,
    reasons: Vec<ReasonLine<'a>>,
    findings: Vec<FindingLine<'a>>,
    gaps: Vec<GapLine<'a>>,
}

#[derive(Debug, Serialize)]
struct Sender<'a> {
    /// `null` for the null reverse-path.
    address: Option<&'a str>,
    kind: &'a str,
}

#[derive(Debug, Serialize)]
struct RecipientLine<'a> {
    address: &'a str,
    kind: &'a str,
    verdict: &'a str,
    clauses: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
struct ReasonLine<'a> {
    clause: &'a str,
    mode: &'a str,
    verdict: &'a str,
    /// `null` when it is about the whole message.
    recipient: Option<&'a str>,
    explanation: &'a str,
}

#[derive(Debug, Serialize)]
struct FindingLine<'a> {
    detector: &'a str,
    level: &'a str,
    confidence: f64,
    count: usize,
    #[serde(rename = "where")]
    origin: &'a str,
    excerpt: &'a str,
}

#[derive(Debug, Serialize)]
struct GapLine<'a> {
    #[serde(rename = "where")]
    origin: &'a str,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    lock: Option<&'a str>,
}

/// Writes one message as one line.
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
    let line = Line {
        file,
        sender: Sender {
            address: sender.map(Address::as_str),
            kind: decision.sender.as_str(),
        },
        level: decision.level.as_str(),
        pupils: decision.pupils,
        households: decision.households,
        verdict: decision.verdict().as_str(),
        recipients: decision.recipients.iter().map(recipient).collect(),
        reasons: decision.reasons.iter().map(reason).collect(),
        findings: findings.items.iter().map(finding).collect(),
        gaps: gaps.iter().map(gap).collect(),
    };
    writeln!(out, "{}", serde_json::to_string(&line)?)
}

fn recipient(decided: &RecipientDecision) -> RecipientLine<'_> {
    RecipientLine {
        address: decided.address.as_str(),
        kind: decided.kind.as_str(),
        verdict: decided.verdict.as_str(),
        clauses: decided
            .clauses
            .iter()
            .map(|clause| clause.as_str())
            .collect(),
    }
}

fn reason(reason: &Reason) -> ReasonLine<'_> {
    ReasonLine {
        clause: reason.clause.as_str(),
        mode: reason.mode.as_str(),
        verdict: reason.verdict.as_str(),
        recipient: reason.recipient.as_ref().map(Address::as_str),
        explanation: &reason.explanation,
    }
}

fn finding(finding: &Finding) -> FindingLine<'_> {
    FindingLine {
        detector: &finding.detector,
        level: finding.level.as_str(),
        confidence: (finding.confidence * 100.0).round() / 100.0,
        count: finding.count,
        origin: finding.origin.as_str(),
        excerpt: finding.excerpt.as_str(),
    }
}

fn gap(gap: &Gap) -> GapLine<'_> {
    GapLine {
        origin: gap.origin.as_str(),
        reason: gap.reason.as_str(),
        lock: gap.reason.lock().map(Lock::as_str),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::sample;

    #[test]
    fn a_line_is_what_the_contract_shows() {
        let (decision, findings, gaps) = sample::held();
        let mut out = Vec::new();
        let sender = "j.smith@oakfield.sch.uk".parse().unwrap();
        write(
            &mut out,
            "x.eml",
            Some(&sender),
            &decision,
            &findings,
            &gaps,
        )
        .unwrap();
        let expected = concat!(
            r#"{"file":"x.eml","sender":{"address":"j.smith@oakfield.sch.uk","kind":"staff"},"#,
            r#""level":"restricted","pupils":3,"households":1,"verdict":"hold","#,
            r#""recipients":[{"address":"parent@home.example","kind":"contact","verdict":"hold","clauses":["wrong-family","restricted-data"]}],"#,
            r#""reasons":[{"clause":"wrong-family","mode":"enforce","verdict":"hold","recipient":"parent@home.example","explanation":"This names a pupil who is not theirs."},"#,
            r#"{"clause":"restricted-data","mode":"audit","verdict":"encrypt","recipient":null,"explanation":"This is sensitive."}],"#,
            r#""findings":[{"detector":"pupil.upn","level":"restricted","confidence":0.95,"count":30,"where":"attachment list.xlsx › sheet Year 4","excerpt":"B80••••••••01"}],"#,
            r#""gaps":[{"where":"attachment scan.7z","reason":"encrypted","lock":"7z"}]}"#,
            "\n"
        );
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn the_null_sender_is_null() {
        let (decision, findings, gaps) = sample::held();
        let mut out = Vec::new();
        write(&mut out, "x.eml", None, &decision, &findings, &gaps).unwrap();
        let line: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert!(line["sender"]["address"].is_null());
    }
}
