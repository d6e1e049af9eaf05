//! For tests: a sample school, and letters it might send.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::decide::beforehand::Beforehand;
use crate::decide::clause::CLAUSES;
use crate::decide::decision::Decision;
use crate::decide::lists::Lists;
use crate::decide::policy::Policy;
use crate::decide::policy::particular::{Difference, Group, Member};
use crate::decide::sample::{sample_directory, shipped_lists};
use crate::decide::{Case, decision};
use crate::detect::finding::{Finding, Findings};
use crate::directory::people::{Directory, PupilId};
use crate::extract::content::{Attachment, Content, FileKind, Place, Text};
use crate::mail::address::{Address, Domain};
use crate::mail::envelope::Envelope;
use crate::mail::gap::{Gap, GapReason};
use crate::mail::kind::SenderKind;
use crate::mail::level::Level;
use crate::mail::mode::Mode;
use crate::mail::origin::Origin;
use crate::mail::verdict::Verdict;
use crate::parse::message::{Field, Headers, Mailbox};
use crate::secret::Excerpt;

/// Four pupils: two siblings and two others, one of them a namesake.
pub(crate) const AMELIA: PupilId = PupilId(0);
pub(crate) const NOAH: PupilId = PupilId(1);
pub(crate) const ZARA: PupilId = PupilId(2);
pub(crate) const NAMESAKE: PupilId = PupilId(3);

pub(crate) const STAFF: &str = "t.reed@oakfield.sch.uk";
pub(crate) const AMELIAS_MOTHER: &str = "jane@thornton-family.example";
pub(crate) const AMELIAS_FATHER: &str = "ian.thornton@mail.example";
pub(crate) const ZARAS_FATHER: &str = "akhtar@family.example";
pub(crate) const PARTNER: &str = "ed.psych@service.example";
pub(crate) const ZIP_PARTNER: &str = "records@clinic.example";
pub(crate) const PERSONAL: &str = "supply.teacher@freemail.example";
pub(crate) const EXTERNAL: &str = "sales@supplier.example";
pub(crate) const PUBLICATION: &str = "request-12@whatdotheyknow.com";
pub(crate) const INTERNAL: &str = "head@oakfield.sch.uk";

pub(crate) const SHIPPED_POLICY: &str = include_str!("../../config/policy.toml");

/// A message to judge, built up from a plain one that nobody objects to.
pub(crate) struct Letter {
    pub(crate) envelope: Envelope,
    pub(crate) headers: Headers,
    pub(crate) content: Content,
    pub(crate) findings: Findings,
    pub(crate) policy: Policy,
    pub(crate) directory: Directory,
    pub(crate) before: Beforehand,
    lists: Lists,
    domains: Vec<Domain>,
}

impl Letter {
    /// From a teacher to these addresses, nothing in it.
    pub(crate) fn to(recipients: &[&str]) -> Self {
        let recipients: Vec<Address> = recipients.iter().map(|text| address(text)).collect();
        let headers = Headers {
            from: vec![mailbox(STAFF)],
            to: recipients
                .iter()
                .map(|address| mailbox(address.as_str()))
                .collect(),
            subject: "Thursday".to_owned(),
            ..Headers::default()
        };
        Self {
            envelope: Envelope::local(Some(address(STAFF)), recipients),
            headers,
            content: Content::default(),
            findings: Findings::default(),
            policy: shipped_policy(),
            directory: sample_directory(),
            before: Beforehand::default(),
            lists: shipped_lists(),
            domains: vec!["oakfield.sch.uk".parse().unwrap()],
        }
    }

    /// From somebody else, in the envelope and in the header.
    pub(crate) fn from(mut self, sender: &str) -> Self {
        self.envelope.sender = Some(address(sender));
        self.headers.from = vec![mailbox(sender)];
        self
    }

    /// With another envelope sender; an empty text is the null sender.
    pub(crate) fn envelope_from(mut self, sender: &str) -> Self {
        self.envelope.sender = sender.parse().ok();
        self
    }

    pub(crate) fn header_from(mut self, sender: &str) -> Self {
        self.headers.from = vec![mailbox(sender)];
        self
    }

    pub(crate) fn header_to(mut self, recipients: &[&str]) -> Self {
        self.headers.to = recipients.iter().map(|text| mailbox(text)).collect();
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.fields.push(Field {
            name: name.to_owned(),
            value: value.to_owned(),
        });
        self
    }

    pub(crate) fn subject(mut self, subject: &str) -> Self {
        subject.clone_into(&mut self.headers.subject);
        self
    }

    /// Something found about pupils on roll, in the body.
    pub(crate) fn about(self, level: Level, pupils: &[PupilId]) -> Self {
        self.finding("roll.pupil", level, Place::Body, pupils)
    }

    pub(crate) fn finding(
        mut self,
        detector: &str,
        level: Level,
        place: Place,
        pupils: &[PupilId],
    ) -> Self {
        let step = match place {
            Place::Subject => "subject",
            Place::Attachment | Place::Margin | Place::Property | Place::FileName => {
                "attachment list.xlsx"
            }
            Place::Body | Place::Quoted => "body",
        };
        self.findings.items.push(Finding {
            detector: detector.to_owned(),
            title: "name of a pupil".to_owned(),
            level,
            confidence: 0.9,
            count: pupils.len().max(1),
            origin: Origin::new(step),
            place,
            visible: true,
            excerpt: Excerpt::mask("Amelia Thornton"),
            why: String::new(),
            pupils: pupils.iter().copied().collect(),
        });
        self.findings.level = self.findings.level.max(level);
        self.findings.on_roll.extend(pupils);
        self.findings.pupils = self.findings.pupils.max(self.findings.on_roll.len());
        self
    }

    pub(crate) fn attached(mut self, name: &str, kind: FileKind, locked: bool) -> Self {
        self.content.attachments.push(Attachment {
            origin: Origin::new(&format!("attachment {name}")),
            name: Some(name.to_owned()),
            kind,
            size: 1_000,
            locked,
        });
        self
    }

    /// What the sender wrote.
    pub(crate) fn body(mut self, text: &str) -> Self {
        self.content.texts.push(Text {
            origin: Origin::new("body"),
            place: Place::Body,
            visible: true,
            text: text.to_owned(),
        });
        self
    }

    pub(crate) fn gap(mut self, name: &str, reason: GapReason) -> Self {
        self.content.gaps.push(Gap {
            origin: Origin::new(&format!("attachment {name}")),
            reason,
        });
        self
    }

    pub(crate) fn mode(mut self, clause: &str, mode: Mode) -> Self {
        self.policy = self.policy.with_mode(clause, mode);
        self
    }

    pub(crate) fn judged(&self) -> Decision {
        decision(&Case {
            envelope: &self.envelope,
            headers: &self.headers,
            content: &self.content,
            findings: &self.findings,
            domains: &self.domains,
            directory: &self.directory,
            policy: &self.policy,
            lists: &self.lists,
            before: &self.before,
            today: Date::constant(2026, 11, 22),
        })
    }

    /// The clause asks for `verdict` when enforced, is recorded without effect in audit, and is silent when off.
    #[track_caller]
    pub(crate) fn fires(self, clause: &str, verdict: Verdict) {
        let enforced = self.judged();
        let asked = asked(&enforced, clause);
        assert_eq!(
            asked,
            Some((Mode::Enforce, verdict)),
            "{clause}: {:#?}",
            enforced.reasons
        );
        assert!(enforced.verdict() >= verdict);
        assert_explained(&enforced, clause);
        let alone = |mode| only(clause, mode);
        let mut letter = self;
        letter.policy = alone(Mode::Audit);
        let audited = letter.judged();
        assert_eq!(self::asked(&audited, clause), Some((Mode::Audit, verdict)));
        assert_eq!(audited.verdict(), Verdict::Pass, "audit has no effect");
        assert!(
            audited
                .recipients
                .iter()
                .all(|recipient| recipient.clauses.is_empty())
        );
        letter.policy = alone(Mode::Off);
        assert_eq!(letter.judged().reasons, [], "off is silent");
        letter.policy = alone(Mode::Enforce);
        assert_eq!(letter.judged().verdict(), verdict, "{clause} alone");
        letter.fires_for_groups(clause, verdict, enforced.sender);
    }

    /// The senders' group has a mode of its own, whatever the school's is.
    #[track_caller]
    fn fires_for_groups(mut self, clause: &str, verdict: Verdict, sender: SenderKind) {
        let id = CLAUSES.iter().find(|one| one.id.as_str() == clause);
        let id = id.unwrap().id;
        for (school, group) in [
            (Mode::Off, Mode::Enforce),
            (Mode::Enforce, Mode::Audit),
            (Mode::Enforce, Mode::Off),
        ] {
            self.policy = only(clause, school);
            let difference = Difference {
                mode: Some(group),
                verdict: None,
            };
            self.policy.groups.push(Group {
                name: "These senders".to_owned(),
                senders: vec![Member::Kind(sender)],
                clauses: BTreeMap::from([(id, difference)]),
            });
            let decision = self.judged();
            let expected = (group != Mode::Off).then_some((group, verdict));
            assert_eq!(asked(&decision, clause), expected, "{clause} in a group");
            let in_force = if group == Mode::Enforce {
                verdict
            } else {
                Verdict::Pass
            };
            assert_eq!(decision.verdict(), in_force, "{clause} in a group");
        }
    }

    #[track_caller]
    pub(crate) fn is_silent(&self, clause: &str) {
        let decision = self.judged();
        assert_eq!(asked(&decision, clause), None, "{:#?}", decision.reasons);
    }

    /// The verdict of the only recipient, and that of a release.
    #[track_caller]
    pub(crate) fn verdicts(&self) -> (Verdict, Verdict) {
        let decision = self.judged();
        let only = decision.recipients.first().unwrap();
        (only.verdict, only.release)
    }
}

/// The shipped policy with one clause in this mode and all others off.
fn only(clause: &str, mode: Mode) -> Policy {
    CLAUSES
        .iter()
        .fold(shipped_policy(), |policy, other| {
            policy.with_mode(other.id.as_str(), Mode::Off)
        })
        .with_mode(clause, mode)
}

/// The strictest a clause asked for.
fn asked(decision: &Decision, clause: &str) -> Option<(Mode, Verdict)> {
    decision
        .reasons
        .iter()
        .filter(|reason| reason.clause.as_str() == clause)
        .map(|reason| (reason.mode, reason.verdict))
        .max_by_key(|(_, verdict)| *verdict)
}

#[track_caller]
fn assert_explained(decision: &Decision, clause: &str) {
    for reason in decision
        .reasons
        .iter()
        .filter(|reason| reason.clause.as_str() == clause)
    {
        let text = &reason.explanation;
        assert!(text.len() > 15 && text.ends_with('.'), "{text}");
        for odd in ["  ", " .", "..", "{", "}", ": .", "()"] {
            assert!(!text.contains(odd), "`{odd}` in: {text}");
        }
        assert!(!text.contains("Thornton"), "unmasked: {text}");
    }
}

pub(crate) fn address(text: &str) -> Address {
    text.parse().unwrap()
}

pub(crate) fn mailbox(text: &str) -> Mailbox {
    Mailbox {
        name: None,
        address: Some(address(text)),
    }
}

pub(crate) fn shipped_policy() -> Policy {
    Policy::parse("config/policy.toml", SHIPPED_POLICY).unwrap()
}
