//! What a message's headers and envelope say about how it was sent, one question each.
//!
//! They only observe; `flow` weighs.

use crate::decide::Case;
use crate::decide::party::is_own;
use crate::extract::content::FileKind;
use crate::mail::address::Address;
use crate::parse::message::Mailbox;

/// A case with what the questions below share.
pub(super) struct Traits<'a> {
    pub(super) case: &'a Case<'a>,
    pub(super) null_sender: bool,
    pub(super) from_us: bool,
}

impl<'a> Traits<'a> {
    pub(super) fn of(case: &'a Case<'a>) -> Self {
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

    pub(super) fn has(&self, field: &str) -> bool {
        self.case.headers.first(field).is_some()
    }

    pub(super) fn says(&self, field: &str, word: &str) -> bool {
        self.case
            .headers
            .all(field)
            .any(|value| value.to_ascii_lowercase().contains(word))
    }

    pub(super) fn report_type(&self, kind: &str) -> bool {
        self.says("Content-Type", "multipart/report") && self.says("Content-Type", kind)
    }

    /// Mail servers that write reports of their own shape still use the null sender, and a daemon's name or a
    /// subject of the kind.
    pub(super) fn is_bounce_by_look(&self) -> bool {
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
    pub(super) fn is_auto_reply(&self) -> bool {
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
    pub(super) fn is_calendar(&self) -> bool {
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

    pub(super) fn names_us(&self, field: &str) -> bool {
        self.our_mailbox(field).is_some()
    }

    /// The first address of the school in this field, whatever else the field says.
    pub(super) fn our_mailbox(&self, field: &str) -> Option<Address> {
        self.case.headers.all(field).find_map(|value| {
            value
                .split([' ', ',', ';', '<', '>', '"', '\t'])
                .filter_map(|word| word.parse::<Address>().ok())
                .find(|address| is_own(address.domain(), self.case.domains))
        })
    }

    pub(super) fn to_us(&self) -> Option<&'a Address> {
        let headers = self.case.headers;
        headers
            .to
            .iter()
            .chain(&headers.cc)
            .filter_map(|mailbox| mailbox.address.as_ref())
            .find(|address| is_own(address.domain(), self.case.domains))
    }

    /// Written to somebody here, and going to somebody whom its writer did not address.
    pub(super) fn goes_where_nobody_wrote(&self) -> bool {
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
    pub(super) fn envelope_is_rewritten(&self) -> bool {
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
