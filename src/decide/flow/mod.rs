//! How a message came to be sent: by a person, by a machine, or by a rule that sends mail outside.
//!
//! Follows UK-SCHOOL-DATA 6.3 in its order: reports, automatic replies and calendar mail first, then the structure
//! (mail that leaves us was written by somebody who is not us), then the traces mail systems leave, of which one
//! alone decides nothing. Microsoft says of its loop headers that they may change; the structure does not.

use crate::decide::Case;
use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::party::is_own;
use crate::decide::situation::Situation;
use crate::decide::words;
use crate::extract::content::FileKind;
use crate::mail::address::Address;
use crate::parse::message::Mailbox;

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

/// A case with what the questions below share.
struct Traits<'a> {
    case: &'a Case<'a>,
    null_sender: bool,
    from_us: bool,
}

impl<'a> Traits<'a> {
    fn of(case: &'a Case<'a>) -> Self {
        let ours = |mailbox: &Mailbox| {
            let address = mailbox.address.as_ref();
            address.is_some_and(|address| is_own(address.domain(), case.domains))
        };
        Self {
            case,
            null_sender: case.envelope.sender.is_none(),
            from_us: case.headers.from.iter().any(ours),
        }
    }

    fn has(&self, field: &str) -> bool {
        self.case.headers.first(field).is_some()
    }

    fn says(&self, field: &str, word: &str) -> bool {
        self.case
            .headers
            .all(field)
            .any(|value| value.to_ascii_lowercase().contains(word))
    }

    fn report_type(&self, kind: &str) -> bool {
        self.says("Content-Type", "multipart/report") && self.says("Content-Type", kind)
    }

    /// Mail servers that write reports of their own shape still use the null sender, and a daemon's name or a
    /// subject of the kind.
    fn is_bounce_by_look(&self) -> bool {
        let subject = self.case.headers.subject.to_lowercase();
        let daemon = || self.case.headers.from.iter().any(is_daemon);
        let told = || {
            REPORT_SUBJECTS
                .iter()
                .any(|begin| subject.starts_with(begin))
        };
        self.null_sender && (self.has("X-Failed-Recipients") || daemon() || told())
    }

    /// `X-Auto-Response-Suppress` is not asked: it stands on ordinary mail too.
    fn is_auto_reply(&self) -> bool {
        let marked = self.says("Auto-Submitted", "auto-replied")
            || self.says("Precedence", "auto_reply")
            || [
                "X-Autoreply",
                "X-Autorespond",
                "X-Auto-Reply-From",
                "X-Autoresponse",
            ]
            .iter()
            .any(|field| self.has(field));
        let subject = self.case.headers.subject.to_lowercase();
        let by_subject = [
            "automatic reply",
            "auto reply",
            "auto-reply",
            "autoreply",
            "out of office",
            "out of the office",
        ]
        .iter()
        .any(|begin| subject.starts_with(begin));
        let answers = self.null_sender
            || self.has("In-Reply-To")
            || self.says("Auto-Submitted", "auto-generated");
        marked || by_subject && answers || self.null_sender && self.says("Auto-Submitted", "auto-")
    }

    /// Invitations keep their organiser as `From` when a person forwards them.
    fn is_calendar(&self) -> bool {
        let attached = || {
            self.case.content.attachments.iter().any(|attachment| {
                let name = attachment.name.as_deref().unwrap_or_default();
                let ending = name.rsplit('.').next().unwrap_or_default();
                attachment.kind == FileKind::Machine && ending.eq_ignore_ascii_case("ics")
            })
        };
        self.says("Content-Type", "text/calendar")
            || self.says("Content-Class", "calendarmessage")
            || self.has("X-MS-Exchange-MeetingForward-Message")
            || self.from_us && attached()
    }

    fn names_us(&self, field: &str) -> bool {
        self.our_mailbox(field).is_some()
    }

    /// The first address of the school in this field, whatever else the field says.
    fn our_mailbox(&self, field: &str) -> Option<Address> {
        self.case.headers.all(field).find_map(|value| {
            value
                .split([' ', ',', ';', '<', '>', '"', '\t'])
                .filter_map(|word| word.parse::<Address>().ok())
                .find(|address| is_own(address.domain(), self.case.domains))
        })
    }

    fn to_us(&self) -> Option<&'a Address> {
        let headers = self.case.headers;
        headers
            .to
            .iter()
            .chain(&headers.cc)
            .filter_map(|mailbox| mailbox.address.as_ref())
            .find(|address| is_own(address.domain(), self.case.domains))
    }

    /// Written to somebody here, and going to somebody whom its writer did not address.
    fn goes_where_nobody_wrote(&self) -> bool {
        let headers = self.case.headers;
        let written = |address: &Address| {
            headers
                .to
                .iter()
                .chain(&headers.cc)
                .any(|mailbox| mailbox.address.as_ref() == Some(address))
        };
        let outside = |address: &Address| !is_own(address.domain(), self.case.domains);
        self.to_us().is_some()
            && self
                .case
                .envelope
                .recipients
                .iter()
                .any(|recipient| outside(&recipient.address) && !written(&recipient.address))
    }

    /// The envelope sender as forwarders rewrite it: SRS (SRS0, SRS1, Microsoft's bounces+SRS) and Gmail's `+caf_`.
    fn envelope_is_rewritten(&self) -> bool {
        let Some(sender) = &self.case.envelope.sender else {
            return false;
        };
        let local = sender.local().to_lowercase();
        local.starts_with("srs0")
            || local.starts_with("srs1")
            || local.contains("+srs=")
            || local.contains("+caf_=")
    }
}

/// How delivery reports begin their subject where they are no `multipart/report`.
const REPORT_SUBJECTS: [&str; 6] = [
    "mail delivery failed",
    "returned mail",
    "undeliver",
    "delivery status notification",
    "delivery failure",
    "failure notice",
];

/// `MAILER-DAEMON` and `postmaster`, also where there is no address, as in `MAILER-DAEMON <>`.
fn is_daemon(mailbox: &Mailbox) -> bool {
    let local = mailbox
        .address
        .as_ref()
        .map_or("", Address::local)
        .to_lowercase();
    let name = mailbox.name.as_deref().unwrap_or_default().to_lowercase();
    let daemons = ["mailer-daemon", "mail delivery s"];
    local == "postmaster"
        || daemons
            .iter()
            .any(|daemon| local.starts_with(daemon) || name.starts_with(daemon))
}

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
fn forwarding(traits: &Traits<'_>) -> Option<Forwarding> {
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
        let enough = !traces.is_empty() && !traits.case.headers.from.is_empty();
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

#[cfg(test)]
mod tests;
