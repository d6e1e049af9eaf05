//! One decided message for the tests of both outputs: the example of the contract.

use std::collections::BTreeSet;

use crate::decide::decision::{ClauseId, Decision, Reason, RecipientDecision, Severity};
use crate::detect::finding::{Finding, Findings};
use crate::extract::content::Place;
use crate::mail::address::Address;
use crate::mail::gap::{Gap, GapReason};
use crate::mail::kind::{RecipientKind, SenderKind};
use crate::mail::level::Level;
use crate::mail::lock::Lock;
use crate::mail::mode::Mode;
use crate::mail::origin::Origin;
use crate::mail::verdict::Verdict;
use crate::secret::Excerpt;

pub(crate) fn held() -> (Decision, Findings, Vec<Gap>) {
    let parent: Address = "parent@home.example".parse().unwrap();
    let (wrong_family, restricted) = (ClauseId("wrong-family"), ClauseId("restricted-data"));
    let decision = Decision {
        sender: SenderKind::Staff,
        answers: None,
        level: Level::Restricted,
        pupils: 3,
        households: 1,
        recipients: vec![RecipientDecision {
            address: parent.clone(),
            kind: RecipientKind::Contact,
            verdict: Verdict::Hold,
            clauses: vec![wrong_family, restricted],
            receipt: false,
            release: Verdict::Encrypt,
        }],
        reasons: vec![
            Reason {
                clause: wrong_family,
                title: "Wrong family".to_owned(),
                mode: Mode::Enforce,
                verdict: Verdict::Hold,
                severity: Severity::Critical,
                tell: Vec::new(),
                recipient: Some(parent),
                explanation: "This names a pupil who is not theirs.".to_owned(),
            },
            Reason {
                clause: restricted,
                title: "Sensitive data".to_owned(),
                mode: Mode::Audit,
                verdict: Verdict::Encrypt,
                severity: Severity::Normal,
                tell: Vec::new(),
                recipient: None,
                explanation: "This is sensitive.".to_owned(),
            },
        ],
    };
    let gaps = vec![Gap {
        origin: Origin::new("attachment scan.7z"),
        reason: GapReason::Encrypted(Lock::SevenZip),
    }];
    (decision, findings(), gaps)
}

fn findings() -> Findings {
    Findings {
        items: vec![Finding {
            detector: "pupil.upn".to_owned(),
            title: "unique pupil number".to_owned(),
            level: Level::Restricted,
            confidence: 0.95,
            count: 30,
            origin: Origin::new("attachment list.xlsx").within("sheet Year 4"),
            place: Place::Attachment,
            visible: false,
            excerpt: Excerpt::mask("B801200005001"),
            why: "it passes the check `upn`, \"UPN\" stands near it".to_owned(),
            pupils: BTreeSet::new(),
        }],
        level: Level::Restricted,
        pupils: 3,
        staff: 1,
        households: 2,
        on_roll: BTreeSet::new(),
        namesakes: Vec::new(),
    }
}
