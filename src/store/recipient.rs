//! What became of a message for one recipient: exactly one disposition at any time, and one final outcome.
//!
//! ```text
//!   pass, secure, encrypt ─▶ Pending ─▶ Delivered · Bounced · Returned
//!                              │  ▲
//!    no safe channel left ─────▼  │ a reviewer releases; nothing else ever does
//!                    hold ─▶ Held ─▶ Returned
//!                  return ─▶ Returned
//!   reject for everybody ─▶ Rejected
//! ```

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::mail::address::Address;
use crate::mail::kind::RecipientKind;
use crate::mail::verdict::Verdict;

/// Where a message stands for one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disposition {
    /// To be delivered: not tried yet, or to be tried again.
    Pending,
    /// Kept until a reviewer decides or the hold ends in a return.
    Held,
    /// The next hop took it. Final.
    Delivered,
    /// Given back to the sender with an explanation. Final.
    Returned,
    /// The next hop refused it for good, or nobody took it in time. Final.
    Bounced,
    /// Refused in the dialogue, together with every other recipient. Final.
    Rejected,
}

/// What one attempt came to for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientResult {
    /// The recipient.
    pub address: Address,
    /// Where the message stands now; [`Disposition::Pending`] for a refusal that may pass.
    pub disposition: Disposition,
    /// The far side's reply or our reason, on one line, without content: `550 5.1.1 no such user`.
    pub reply: String,
    /// The host that said so, for the report to the sender (RFC 3464 `Remote-MTA`).
    pub hop: Option<String>,
}

/// One recipient of a message as the store has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecipientState {
    /// The recipient.
    pub address: Address,
    /// What the recipient was to the school.
    pub kind: RecipientKind,
    /// The verdict.
    pub verdict: Verdict,
    /// Where the message stands.
    pub disposition: Disposition,
    /// Results saved so far.
    pub attempts: u32,
    /// The last reply or reason.
    pub reply: Option<String>,
    /// Who said so.
    pub hop: Option<String>,
    /// When the disposition or the reply last changed.
    pub changed: Timestamp,
}

impl Disposition {
    /// Where a recipient stands when the message is accepted.
    ///
    /// One recipient refused among others cannot be told so in the dialogue any more: that copy goes back to the sender.
    #[must_use]
    pub fn at_first(verdict: Verdict, refused: Refused) -> Self {
        match (verdict, refused) {
            (Verdict::Pass | Verdict::Secure | Verdict::Encrypt, _) => Self::Pending,
            (Verdict::Hold, _) => Self::Held,
            (Verdict::Return, _) | (Verdict::Reject, Refused::Some) => Self::Returned,
            (Verdict::Reject, Refused::Everybody) => Self::Rejected,
        }
    }

    /// Whether nothing can change it any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        match self {
            Self::Pending | Self::Held => false,
            Self::Delivered | Self::Returned | Self::Bounced | Self::Rejected => true,
        }
    }

    /// Whether due work may lead from `self` to `next`; a release is not due work.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Pending => next != Self::Rejected,
            Self::Held => matches!(next, Self::Held | Self::Returned),
            Self::Delivered | Self::Returned | Self::Bounced | Self::Rejected => false,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Held => "held",
            Self::Delivered => "delivered",
            Self::Returned => "returned",
            Self::Bounced => "bounced",
            Self::Rejected => "rejected",
        }
    }
}

/// For whom a message was refused in the dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// For every recipient: the client was told 550 and keeps it.
    Everybody,
    /// For none, or only for some of them.
    Some,
}

impl Refused {
    /// Reads it off the verdicts of all recipients.
    pub fn of(mut verdicts: impl Iterator<Item = Verdict>) -> Self {
        if verdicts.all(|verdict| verdict == Verdict::Reject) {
            Self::Everybody
        } else {
            Self::Some
        }
    }
}

impl std::fmt::Display for Disposition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Disposition; 6] = [
        Disposition::Pending,
        Disposition::Held,
        Disposition::Delivered,
        Disposition::Returned,
        Disposition::Bounced,
        Disposition::Rejected,
    ];

    #[test]
    fn a_final_disposition_becomes_nothing_else() {
        for (now, next) in ALL.iter().flat_map(|now| ALL.map(|next| (*now, next))) {
            assert!(!now.is_final() || !now.may_become(next), "{now} to {next}");
        }
    }

    #[test]
    fn a_hold_never_ends_in_sending_by_itself() {
        let ends: Vec<_> = ALL
            .into_iter()
            .filter(|next| Disposition::Held.may_become(*next))
            .collect();
        assert_eq!(ends, [Disposition::Held, Disposition::Returned]);
    }

    #[test]
    fn a_reject_among_others_goes_back_to_the_sender() {
        let mixed = Refused::of([Verdict::Reject, Verdict::Pass].into_iter());
        let whole = Refused::of([Verdict::Reject, Verdict::Reject].into_iter());
        assert_eq!(
            Disposition::at_first(Verdict::Reject, mixed),
            Disposition::Returned
        );
        assert_eq!(
            Disposition::at_first(Verdict::Reject, whole),
            Disposition::Rejected
        );
    }
}
