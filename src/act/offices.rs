//! Who is asked about a stopped message, who is told of it, and who stands in: offices, never names.
//!
//! Nobody is asked about their own mail or a message about themselves; what concerns the head goes to the chair of governors.
//! Who holds an office is the [`Desk`]'s to say.

use crate::act::desk::Desk;
use crate::decide::decision::{Severity, Told};
use crate::mail::address::Address;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict;
use crate::store::record::{Facts, Judgement, ReasonFacts};

/// A message that somebody has to be told of.
#[derive(Debug, Clone, Copy)]
pub struct Incident<'a> {
    /// What was decided.
    pub judgement: &'a Judgement,
    /// Whom of the staff it is about.
    pub about: &'a [Address],
}

impl<'a> Incident<'a> {
    /// The incident that a recorded message is.
    #[must_use]
    pub fn of(facts: &'a Facts) -> Self {
        Self {
            judgement: &facts.judgement,
            about: &facts.about,
        }
    }

    /// Who is asked to decide about its hold: the offices its clauses name, else the reviewers, else whoever is left.
    #[must_use]
    pub fn asked(&self, desk: &Desk) -> Vec<Address> {
        let holds = self.in_force().filter(|one| one.verdict == Verdict::Hold);
        let named = holds.flat_map(|reason| reason.tell.iter());
        let named = named.flat_map(|office| match office {
            Told::Dpo | Told::Sender => &[],
            Told::Reviewers | Told::SafeguardingLead | Told::Head | Told::Chair => {
                self.holders(*office, desk)
            }
        });
        let named = named.cloned().collect();
        self.first_of([named, desk.contacts().to_vec(), desk.head.clone()], desk)
    }

    /// Who is told when nobody answers: the deputy of whoever was asked.
    #[must_use]
    pub fn deputies(&self, desk: &Desk) -> Vec<Address> {
        let named = |reason: &ReasonFacts| reason.tell.contains(&Told::SafeguardingLead);
        let mut holds = self.in_force().filter(|one| one.verdict == Verdict::Hold);
        let deputies = if holds.any(named) {
            desk.safeguarding_deputies.clone()
        } else {
            Vec::new()
        };
        self.first_of([deputies, desk.deputies.clone(), desk.head.clone()], desk)
    }

    /// Who is told at once: the data protection officer of grave ones, and whomever clauses name.
    #[must_use]
    pub fn alerted(&self, desk: &Desk) -> Vec<Address> {
        let mut alerted: Vec<Address> = Vec::new();
        for reason in self.in_force() {
            let grave = reason.severity == Severity::Critical;
            alerted.extend(desk.dpo.iter().filter(|_| grave).cloned());
            for office in &reason.tell {
                alerted.extend(
                    match office {
                        Told::Sender | Told::Reviewers => &[],
                        Told::Dpo | Told::SafeguardingLead | Told::Head | Told::Chair => {
                            self.holders(*office, desk)
                        }
                    }
                    .iter()
                    .cloned(),
                );
            }
        }
        if !alerted.is_empty() && self.concerns_the_head(desk) {
            alerted.extend(desk.chair.iter().cloned());
        }
        alerted.sort();
        alerted.dedup();
        alerted
    }

    /// Whether this person may open and decide: a reviewer, whoever is asked, or their deputy; never somebody it is about.
    #[must_use]
    pub fn is_for(&self, person: &Address, desk: &Desk) -> bool {
        let office = desk.reviewers.contains(person)
            || self.asked(desk).contains(person)
            || self.deputies(desk).contains(person);
        office && !self.about.contains(person)
    }

    /// Who may open and decide, for a message that says so.
    #[must_use]
    pub fn deciders(&self, desk: &Desk) -> Vec<Address> {
        let mut deciders = self.asked(desk);
        deciders.extend(desk.reviewers.iter().cloned());
        deciders.sort();
        deciders.dedup();
        deciders.retain(|one| !self.about.contains(one));
        deciders
    }

    /// Who holds an office; the head's is the chair's where the head is concerned.
    fn holders<'d>(&self, office: Told, desk: &'d Desk) -> &'d [Address] {
        match office {
            Told::Sender => &[],
            Told::Reviewers => &desk.reviewers,
            Told::Dpo => &desk.dpo,
            Told::SafeguardingLead => &desk.safeguarding,
            Told::Head if self.concerns_the_head(desk) => &desk.chair,
            Told::Head => &desk.head,
            Told::Chair => &desk.chair,
        }
    }

    fn concerns_the_head(&self, desk: &Desk) -> bool {
        desk.head.iter().any(|head| self.concerns(head))
    }

    /// Whether it is this person's own mail, or about them.
    fn concerns(&self, person: &Address) -> bool {
        self.judgement.answers.as_ref() == Some(person) || self.about.contains(person)
    }

    /// The first group with somebody in it whom the message does not concern; the chair of governors when there is none.
    fn first_of<const GROUPS: usize>(
        &self,
        groups: [Vec<Address>; GROUPS],
        desk: &Desk,
    ) -> Vec<Address> {
        let mut groups = groups.into_iter().chain([desk.chair.clone()]);
        let found = groups.find_map(|mut group| {
            group.retain(|person| !self.concerns(person));
            group.sort();
            group.dedup();
            (!group.is_empty()).then_some(group)
        });
        found.unwrap_or_default()
    }

    /// Reasons that counted and stopped or changed something.
    fn in_force(&self) -> impl Iterator<Item = &'a ReasonFacts> {
        let reasons = self.judgement.reasons.iter();
        reasons.filter(|reason| reason.mode == Mode::Enforce && reason.verdict > Verdict::Pass)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::sample;

    const HEAD: &str = "head@oakfield.sch.uk";
    const DPO: &str = "dpo@oakfield.sch.uk";
    const LEAD: &str = "dsl@oakfield.sch.uk";
    const DEPUTY_LEAD: &str = "deputy-dsl@oakfield.sch.uk";
    const CHAIR: &str = "chair@oakfield.sch.uk";

    fn desk() -> Desk {
        let mut desk = sample::desk();
        desk.safeguarding = vec![sample::address(LEAD)];
        desk.safeguarding_deputies = vec![sample::address(DEPUTY_LEAD)];
        desk.chair = vec![sample::address(CHAIR)];
        desk
    }

    fn facts(sender: &str, tell: &[Told]) -> Facts {
        let mut facts = sample::facts(&[("a@x.example", Verdict::Hold)]);
        facts.judgement.answers = Some(sample::address(sender));
        for reason in &mut facts.judgement.reasons {
            reason.tell = tell.to_vec();
        }
        facts
    }

    #[track_caller]
    fn check(facts: &Facts, asked: &str, deputy: &str, alerted: &[&str]) {
        let (desk, incident) = (desk(), Incident::of(facts));
        assert_eq!(incident.asked(&desk), [sample::address(asked)]);
        assert_eq!(incident.deputies(&desk), [sample::address(deputy)]);
        let alerted: Vec<Address> = alerted.iter().map(|one| sample::address(one)).collect();
        assert_eq!(incident.alerted(&desk), alerted);
    }

    #[test]
    fn a_critical_hold_is_the_reviewers_and_the_dpo_is_told_at_once() {
        let facts = facts("office@oakfield.sch.uk", &[Told::Reviewers]);
        check(&facts, DPO, HEAD, &[DPO]);
    }

    #[test]
    fn a_pupils_safety_goes_to_the_safeguarding_lead_and_then_to_the_deputy() {
        let facts = facts("20eahmed@oakfield.sch.uk", &[Told::SafeguardingLead]);
        check(&facts, LEAD, DEPUTY_LEAD, &[DPO, LEAD]);
        let desk = desk();
        let incident = Incident::of(&facts);
        for (person, may) in [
            (LEAD, true),
            (DEPUTY_LEAD, true),
            (DPO, true),
            (HEAD, false),
        ] {
            assert_eq!(
                incident.is_for(&sample::address(person), &desk),
                may,
                "{person}"
            );
        }
    }

    #[test]
    fn what_the_head_sent_goes_to_the_chair_and_never_back_to_the_head() {
        check(&facts(HEAD, &[Told::Head]), CHAIR, CHAIR, &[CHAIR, DPO]);
        check(&facts(HEAD, &[Told::Reviewers]), DPO, CHAIR, &[CHAIR, DPO]);
    }

    #[test]
    fn what_is_about_the_head_goes_to_the_chair_too() {
        let mut about = facts("office@oakfield.sch.uk", &[Told::Head]);
        about.about = vec![sample::address(HEAD)];
        check(&about, CHAIR, CHAIR, &[CHAIR, DPO]);
    }

    #[test]
    fn whom_a_message_is_about_does_not_decide_about_it() {
        let mut facts = facts("office@oakfield.sch.uk", &[Told::Reviewers]);
        facts.about = vec![sample::address(DPO)];
        let desk = desk();
        assert!(!Incident::of(&facts).is_for(&sample::address(DPO), &desk));
        assert_eq!(Incident::of(&facts).asked(&desk), [sample::address(HEAD)]);
    }
}
