//! The traces that mail systems leave on what a rule forwards, and when they suffice.

use crate::decide::flow::Forwarding;
use crate::decide::flow::traits::Traits;
use crate::decide::party::is_own;
use crate::mail::address::Address;

/// Traces that only a rule or redirect of a mailbox here leaves, with their words.
fn traces(traits: &Traits<'_>) -> Vec<&'static str> {
    let forwards = traits.case.headers.subject.to_lowercase();
    let forwards = ["fw:", "fwd:"]
        .iter()
        .any(|begin| forwards.starts_with(begin));
    [
        (
            traits.envelope_is_rewritten(),
            "a rewritten envelope sender",
        ),
        (
            traits.names_us("X-Forwarded-For") || traits.has("X-Forwarded-To"),
            "Google's forwarding header",
        ),
        (
            traits.has("X-MS-Exchange-ForwardingLoop"),
            "Microsoft's forwarding header",
        ),
        (
            traits.says("X-MS-Exchange-Generated-Message-Source", "rules agent"),
            "the mark of a mailbox rule",
        ),
        (
            traits.has("X-MS-Exchange-Inbox-Rules-Loop") && (forwards || !traits.from_us),
            "the loop guard of a mailbox rule",
        ),
        (
            traits.says("X-MS-Exchange-Organization-AutoForwarded", "true")
                || traits.says("Autoforwarded", "true"),
            "the mark of automatic forwarding",
        ),
        (
            traits.has("X-Zimbra-Forwarded"),
            "Zimbra's forwarding header",
        ),
        (
            traits.has("X-Sieve-Redirected-From"),
            "Sieve's redirect header",
        ),
        (traits.names_us("Resent-From"), "a resending mailbox"),
        (
            traits.names_us("Delivered-To") || traits.names_us("X-Original-To"),
            "an earlier delivery to this school",
        ),
    ]
    .into_iter()
    .filter_map(|(present, words)| present.then_some(words))
    .collect()
}

/// A stranger's `From` and one trace, or our own `From` and two, at least one of them a mail system's.
pub(super) fn forwarding(traits: &Traits<'_>) -> Option<Forwarding> {
    let mut traces = traces(traits);
    let systems = traces.len();
    if traits.goes_where_nobody_wrote() {
        traces.push("a recipient its writer did not address");
    }
    let enough = if traits.from_us {
        systems >= 1 && traces.len() >= 2
    } else {
        let sent_by_us = traits
            .case
            .envelope
            .sender
            .as_ref()
            .is_some_and(|sender| is_own(sender.domain(), traits.case.domains));
        // A report that we send has no writer either; what a rule sends on has left a trace of a mailbox.
        let is_report = traits.null_sender && traits.case.headers.from.is_empty();
        let enough = !is_report && !traces.is_empty();
        if sent_by_us {
            traces.push("a writer who is not of this school");
        }
        enough
    };
    enough.then(|| Forwarding {
        mailbox: mailbox(traits),
        traces,
    })
}

/// The mailbox of the school that the traces name, the surest first.
fn mailbox(traits: &Traits<'_>) -> Option<Address> {
    [
        "X-MS-Exchange-Inbox-Rules-Loop",
        "X-MS-Exchange-ForwardingLoop",
        "X-Forwarded-For",
        "X-Zimbra-Forwarded",
        "X-Sieve-Redirected-From",
        "Resent-From",
        "Delivered-To",
        "X-Original-To",
    ]
    .into_iter()
    .find_map(|field| traits.our_mailbox(field))
    .or_else(|| traits.to_us().cloned())
}
