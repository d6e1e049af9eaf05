//! `safeguarding-lane`: mail that protects a child is not kept waiting.

use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::flow::Flow;
use crate::decide::situation::Situation;
use crate::mail::kind::RecipientKind;

/// # What it finds
/// Mail from the safeguarding lead or a deputy to a partner: police, health, council, whoever the school agreed a
/// channel with.
/// # Why it matters
/// A referral that waits for a reviewer can come too late. In the lane nothing is held or returned: the message leaves
/// at once, protected, with a receipt, and is reviewed afterwards (N).
/// # Example
/// A referral with a child's history to the council at seven in the evening.
/// # Limits
/// The sender is who `From` says, so the lane is as safe as the school's log-in. What is rejected stays rejected, and a
/// forwarding rule of the lead's mailbox has no lane.
pub static SAFEGUARDING_LANE: Clause = Clause {
    id: ClauseId("safeguarding-lane"),
    placeholders: &["recipient"],
    by_table: false,
    hits: safeguarding_lane,
};

fn safeguarding_lane(situation: &Situation<'_>) -> Vec<Hit> {
    let directory = situation.case.directory;
    let staff = situation
        .author
        .and_then(|author| directory.staff_member(author));
    let leads = staff
        .is_some_and(|staff| staff.active && ["dsl", "deputy-dsl"].contains(&staff.role.as_str()));
    let by_rule = matches!(situation.flow, Flow::AutoForward(_));
    situation
        .outside()
        .filter(|(_, party)| leads && !by_rule && party.kind == RecipientKind::Partner)
        .map(|(place, party)| Hit::on(place, vec![("recipient", party.address.to_string())]))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::decide::letter::{AMELIA, EXTERNAL, Letter, PARTNER, ZIP_PARTNER};
    use crate::extract::content::Place;
    use crate::mail::gap::GapReason;
    use crate::mail::level::Level;
    use crate::mail::mode::Mode;
    use crate::mail::verdict::Verdict;

    const LEAD: &str = "dsl@oakfield.sch.uk";

    /// Whatever else would hold or return it.
    fn referral(to: &str) -> Letter {
        Letter::to(&[to])
            .from(LEAD)
            .finding("pupil.upn", Level::Restricted, Place::Subject, &[AMELIA])
            .gap("scan.7z", GapReason::UnknownFormat)
    }

    #[test]
    fn a_referral_leaves_at_once_protected_and_with_a_receipt() {
        let decision = referral(PARTNER).judged();
        let only = decision.recipients.first().unwrap();
        assert_eq!((only.verdict, only.receipt), (Verdict::Secure, true));
        assert!(
            decision
                .reasons
                .iter()
                .any(|reason| reason.verdict == Verdict::Return),
            "kept for the review"
        );
        assert_eq!(referral(ZIP_PARTNER).verdicts().0, Verdict::Encrypt);
        Letter::to(&[PARTNER])
            .from(LEAD)
            .fires("safeguarding-lane", Verdict::Secure);
    }

    #[test]
    fn nobody_else_and_nowhere_else_has_a_lane() {
        Letter::to(&[PARTNER]).is_silent("safeguarding-lane");
        Letter::to(&[EXTERNAL])
            .from(LEAD)
            .is_silent("safeguarding-lane");
        Letter::to(&[PARTNER])
            .from(LEAD)
            .header("X-MS-Exchange-ForwardingLoop", "dsl@oakfield.sch.uk;0a1b")
            .header("Delivered-To", LEAD)
            .is_silent("safeguarding-lane");
    }

    #[test]
    fn a_lane_in_audit_or_off_holds_nothing_open() {
        for mode in [Mode::Audit, Mode::Off] {
            let letter = referral(PARTNER).mode("safeguarding-lane", mode);
            assert_eq!(letter.verdicts().0, Verdict::Return);
        }
    }
}
