//! Breach records: what left that should not have, told by entries of the ledger and never kept anywhere else.
//!
//! A record is what its entries add up to, so that it is chained like everything else and nothing of it can be changed unseen.
//! It decides nothing: whether the Commissioner is told is a person's decision (UK GDPR article 33).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::mail::id::MessageId;
use crate::store::ledger::{Action, Actor, Entry};

/// How long after it became known a breach may be told to the Commissioner without a reason for the delay
/// (UK GDPR article 33(1)).
const TIME_TO_TELL: SignedDuration = SignedDuration::from_hours(72);

/// The particulars of a breach as they are first written down; masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// When somebody at the school came to know of it.
    pub known: Timestamp,
    /// What left.
    pub what: String,
    /// Whose data, masked.
    pub whose: Vec<String>,
    /// How many people's.
    pub people: u64,
    /// To whom, masked.
    pub recipients: Vec<String>,
}

/// Something done to contain a breach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contained {
    /// Which breach.
    pub breach: i64,
    /// What was done: "rang the recipient, who deleted it unread".
    pub measure: String,
}

/// What was decided about a breach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Which breach.
    pub breach: i64,
    /// Whether the Information Commissioner is told (article 33).
    pub commissioner: Telling,
    /// Whether the people concerned are told (article 34).
    pub people: Telling,
    /// Why.
    pub reason: String,
}

/// Whether somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Telling {
    /// They are told.
    Told,
    /// They are not.
    NotTold,
}

/// One step after a breach was recorded, with who took it and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step<T> {
    /// When.
    pub time: Timestamp,
    /// By whom.
    pub actor: Actor,
    /// What.
    #[serde(flatten)]
    pub facts: T,
}

/// One breach with everything that followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// Its number: the place of its first entry in the ledger.
    pub number: i64,
    /// The message, where it was one.
    pub message: Option<MessageId>,
    /// How it was recorded.
    pub recorded: Step<Recorded>,
    /// Until when the Commissioner is to be told.
    pub deadline: Timestamp,
    /// What was done to contain it, in order.
    pub contained: Vec<Step<Contained>>,
    /// The decision that stands: the last.
    pub decided: Option<Step<Decided>>,
}

impl Breach {
    /// Whether its deadline has passed without a decision.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.decided.is_none() && now > self.deadline
    }
}

impl Telling {
    /// In words, after "the Commissioner is".
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::NotTold => "not told",
        }
    }
}

/// The breaches that these entries tell of, the oldest first; what speaks of no breach among them is left out.
#[must_use]
pub fn breaches(entries: &[Entry]) -> Vec<Breach> {
    let mut breaches: Vec<Breach> = Vec::new();
    for entry in entries {
        if entry.action == Action::BreachRecorded {
            breaches.extend(recorded(entry));
        } else if entry.action == Action::BreachContained {
            let Some(step) = step::<Contained>(entry) else {
                continue;
            };
            if let Some(breach) = numbered(&mut breaches, step.facts.breach) {
                breach.contained.push(step);
            }
        } else if entry.action == Action::BreachDecided {
            let Some(step) = step::<Decided>(entry) else {
                continue;
            };
            if let Some(breach) = numbered(&mut breaches, step.facts.breach) {
                breach.decided = Some(step);
            }
        }
    }
    breaches
}

fn recorded(entry: &Entry) -> Option<Breach> {
    let recorded = step::<Recorded>(entry)?;
    let known = recorded.facts.known;
    Some(Breach {
        number: entry.sequence,
        message: entry.message.clone(),
        deadline: known.saturating_add(TIME_TO_TELL).unwrap_or(known),
        recorded,
        contained: Vec::new(),
        decided: None,
    })
}

fn step<T: serde::de::DeserializeOwned>(entry: &Entry) -> Option<Step<T>> {
    Some(Step {
        time: entry.time,
        actor: entry.actor.clone(),
        facts: serde_json::from_value(entry.facts.clone()).ok()?,
    })
}

fn numbered(breaches: &mut [Breach], number: i64) -> Option<&mut Breach> {
    breaches.iter_mut().find(|breach| breach.number == number)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn entry(sequence: i64, action: Action, facts: Value) -> Entry {
        Entry {
            sequence,
            time: "2026-11-20T10:00:00Z".parse().unwrap(),
            actor: "reviewer dpo@oakfield.sch.uk".parse().unwrap(),
            action,
            message: None,
            facts,
        }
    }

    #[test]
    fn entries_add_up_to_records_and_the_last_decision_stands() {
        let recorded = json!({"known": "2026-11-20T09:00:00Z", "what": "a class list",
            "whose": ["A••• T•••"], "people": 30, "recipients": ["p•••@home.example"]});
        let decided = |telling: &str| json!({"breach": 7, "commissioner": telling, "people": "told", "reason": "x"});
        let entries = [
            entry(7, Action::BreachRecorded, recorded),
            entry(
                8,
                Action::BreachContained,
                json!({"breach": 7, "measure": "recalled"}),
            ),
            entry(
                9,
                Action::BreachContained,
                json!({"breach": 1, "measure": "of another"}),
            ),
            entry(10, Action::BreachDecided, decided("not-told")),
            entry(11, Action::BreachDecided, decided("told")),
        ];
        let breaches = breaches(&entries);
        assert_eq!(breaches.len(), 1);
        let breach = &breaches[0];
        assert_eq!(breach.number, 7);
        assert_eq!(breach.deadline.to_string(), "2026-11-23T09:00:00Z");
        assert_eq!(breach.contained.len(), 1);
        assert_eq!(
            breach.decided.as_ref().unwrap().facts.commissioner,
            Telling::Told
        );
    }

    #[test]
    fn a_deadline_passes_only_while_nothing_is_decided() {
        let recorded = json!({"known": "2026-11-20T09:00:00Z", "what": "", "whose": [], "people": 1, "recipients": []});
        let mut breach = breaches(&[entry(1, Action::BreachRecorded, recorded)]).remove(0);
        let late = "2026-11-23T09:00:01Z".parse().unwrap();
        assert!(breach.is_late(late) && !breach.is_late(breach.deadline));
        let facts = Decided {
            breach: 1,
            commissioner: Telling::NotTold,
            people: Telling::NotTold,
            reason: String::new(),
        };
        breach.decided = Some(Step {
            time: late,
            actor: Actor::Gateway,
            facts,
        });
        assert!(!breach.is_late(late));
    }
}
