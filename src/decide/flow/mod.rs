//! How a message came to be sent: by a person, by a machine, or by a rule that sends mail outside.
//!
//! Follows UK-SCHOOL-DATA 6.3 in its order: reports, automatic replies and calendar mail first, then the structure
//! (mail that leaves us was written by somebody who is not us), then the traces mail systems leave, of which one
//! alone decides nothing. Microsoft says of its loop headers that they may change; the structure does not.

mod forwarding;
pub mod lane;
mod traits;

use crate::decide::Case;
use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::flow::forwarding::forwarding;
use crate::decide::flow::traits::Traits;
use crate::decide::situation::Situation;
use crate::decide::words;
use crate::mail::address::Address;

/// How a message came to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flow {
    /// A person sent it, or nothing says otherwise; also a person forwarding.
    Person,
    /// A delivery report (RFC 3464).
    Bounce,
    /// A disposition notification (RFC 8098).
    Receipt,
    /// An out-of-office or other automatic reply (RFC 3834).
    AutoReply,
    /// An invitation or an answer to one (RFC 6047).
    Calendar,
    /// A mailbox rule or redirect sends mail outside.
    AutoForward(Forwarding),
}

/// What gave a forwarding away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarding {
    /// The mailbox of the school whose mail is forwarded, where a trace names it.
    pub mailbox: Option<Address>,
    /// The traces, in words.
    pub traces: Vec<&'static str>,
}

impl Flow {
    /// The mailbox whose rule forwarded the message.
    #[must_use]
    pub fn mailbox(&self) -> Option<&Address> {
        match self {
            Self::AutoForward(forwarding) => forwarding.mailbox.as_ref(),
            Self::Person | Self::Bounce | Self::Receipt | Self::AutoReply | Self::Calendar => None,
        }
    }

    /// What a machine sent, in words; `None` for a person and for a rule.
    fn machine(&self) -> Option<&'static str> {
        match self {
            Self::Bounce => Some("a delivery report"),
            Self::Receipt => Some("a receipt"),
            Self::AutoReply => Some("an automatic reply"),
            Self::Calendar => Some("a calendar message"),
            Self::Person | Self::AutoForward(_) => None,
        }
    }
}

/// # What it finds
/// Mail that a mailbox rule, a redirect or a list sends to the outside without a person looking at it.
/// # Why it matters
/// It carries everything that arrives out of the school, unread and unjudged, until somebody notices (K, B).
/// # Example
/// A message from a parent to a teacher that leaves again at once to the teacher's webmail, `From` still the parent.
/// # Limits
/// A rule that rewrites `From` and leaves no trace looks like a person. A forwarding inside the school is not seen here.
pub static AUTO_FORWARD: Clause = Clause {
    id: ClauseId("auto-forward"),
    placeholders: &["traces"],
    by_table: false,
    hits: auto_forward,
};

fn auto_forward(situation: &Situation<'_>) -> Vec<Hit> {
    let Flow::AutoForward(forwarding) = &situation.flow else {
        return Vec::new();
    };
    let traces: Vec<String> = forwarding
        .traces
        .iter()
        .map(|trace| (*trace).to_owned())
        .collect();
    let traces = words::listed(&traces, "sign");
    situation
        .outside()
        .map(|(place, _)| Hit::on(place, vec![("traces", traces.clone())]))
        .collect()
}

/// # What it finds
/// Delivery reports, receipts, out-of-office replies and calendar mail.
/// # Why it matters
/// They are no person's doing and must not be returned or counted as one; the record says so.
/// # Example
/// An out-of-office reply to a supplier.
/// # Limits
/// It lets nothing past: what they carry is read and judged like any other mail.
pub static MACHINE_MAIL: Clause = Clause {
    id: ClauseId("machine-mail"),
    placeholders: &["machine"],
    by_table: false,
    hits: machine_mail,
};

fn machine_mail(situation: &Situation<'_>) -> Vec<Hit> {
    situation
        .flow
        .machine()
        .map(|machine| Hit::whole(vec![("machine", machine.to_owned())]))
        .into_iter()
        .collect()
}

/// How this message came to be sent.
pub(crate) fn of(case: &Case<'_>) -> Flow {
    let traits = Traits::of(case);
    let reports = traits.from_us || traits.null_sender;
    if reports && traits.report_type("disposition-notification") {
        Flow::Receipt
    } else if reports && traits.report_type("delivery-status") || traits.is_bounce_by_look() {
        Flow::Bounce
    } else if reports && traits.is_auto_reply() {
        Flow::AutoReply
    } else if traits.is_calendar() {
        Flow::Calendar
    } else {
        forwarding(&traits).map_or(Flow::Person, Flow::AutoForward)
    }
}

#[cfg(test)]
mod tests;
