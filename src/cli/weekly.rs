//! Sends each school's weekly report to its data protection officer, once a week and to each once, also after a restart.
//!
//! That it was sent stands in the ledger. What cannot be sent now is tried again a minute later.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::act::desk::{Desk, Desks};
use crate::act::notice::page::Page;
use crate::act::worker::{Posted, Worker};
use crate::clock::Clock;
use crate::mail::address::Address;
use crate::report::schedule::Schedule;
use crate::report::{self, Report, html, text};
use crate::store::error::StoreError;
use crate::store::ledger::{Action, Entry, Note};
use crate::store::{self, Store};

/// How often it is looked whether a report is due.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// Sends reports while the gateway runs.
pub(crate) struct Weekly {
    store: Arc<dyn Store>,
    worker: Arc<Worker>,
    desks: Arc<Desks>,
    schedule: Schedule,
    clock: Clock,
    /// One look at a time: two would send the same report twice.
    turn: Mutex<()>,
}

impl Weekly {
    /// Sends by this schedule, as the worker sends notices.
    pub(crate) fn new(
        store: Arc<dyn Store>,
        worker: Arc<Worker>,
        desks: Arc<Desks>,
        schedule: Schedule,
        clock: Clock,
    ) -> Self {
        Self {
            store,
            worker,
            desks,
            schedule,
            clock,
            turn: Mutex::new(()),
        }
    }

    /// Looks every minute until `stop`.
    pub(crate) async fn run(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            self.send_due().await;
            tokio::select! {
                () = stop.cancelled() => {}
                () = sleep(LOOK_EVERY) => {}
            }
        }
    }

    /// Sends what is due now.
    pub(crate) async fn send_due(&self) {
        let _turn = self.turn.lock().await;
        for school in self.desks.schools() {
            if let Err(error) = self.send_if_due(&school).await {
                tracing::error!(school, %error, "the weekly report could not be made");
            }
        }
    }

    async fn send_if_due(&self, school: &str) -> Result<(), StoreError> {
        let Some(desk) = self.desks.of(school) else {
            return Ok(());
        };
        let now = self.clock.now();
        let Some(due) = self.schedule.last_due(now, &desk.zone) else {
            return Ok(());
        };
        let until = last_day(due, &desk);
        let occasions = self.store.occasions(school).await?;
        let to = desk.report_to().iter();
        let to: Vec<&Address> = to.filter(|to| !has_it(&occasions, to, until)).collect();
        if to.is_empty() {
            return Ok(());
        }
        let report = report::weekly(&*self.store, school, &desk.zone, until, now).await?;
        if is_before_the_first_message(&report, &occasions) {
            return Ok(());
        }
        let page = page(&report)?;
        for to in to {
            self.send(&desk, to, &page, until, now).await?;
        }
        Ok(())
    }

    async fn send(
        &self,
        desk: &Desk,
        to: &Address,
        page: &Page,
        until: Date,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let refused = match self.worker.post(desk, to, page).await {
            Posted::Taken => None,
            Posted::NotNow => {
                tracing::warn!(to = to.masked(), "the weekly report is tried again");
                return Ok(());
            }
            Posted::Refused(reply) => {
                tracing::error!(to = to.masked(), reply, "the weekly report was refused");
                Some(reply)
            }
        };
        let facts = json!({ "to": to, "until": until, "refused": refused });
        let note = Note::of_gateway(Action::Reported, facts);
        self.store.note(&desk.school, None, now, note).await?;
        Ok(())
    }
}

/// The last day a report covers: the one before it is due.
fn last_day(due: Timestamp, desk: &Desk) -> Date {
    let day = due.to_zoned(desk.zone.clone()).date();
    day.saturating_sub(1.day())
}

/// Whether somebody was sent the report of this week.
fn has_it(occasions: &[Entry], to: &Address, until: Date) -> bool {
    let until = until.to_string();
    let mut sent = occasions.iter().rev();
    sent.any(|entry| {
        let known = entry.facts["to"].as_str();
        entry.action == Action::Reported
            && entry.facts["until"].as_str() == Some(until.as_str())
            && known.is_some_and(|known| known.eq_ignore_ascii_case(to.as_str()))
    })
}

/// A gateway that was set up in the middle of a week has nothing to say about the one before.
fn is_before_the_first_message(report: &Report, occasions: &[Entry]) -> bool {
    let reported = occasions.iter().any(|one| one.action == Action::Reported);
    report.week.messages == 0 && !reported
}

fn page(report: &Report) -> store::Result<Page> {
    let mut plain = Vec::new();
    text::write(&mut plain, report)
        .map_err(|error| StoreError::failed("write the weekly report", error))?;
    Ok(Page {
        subject: format!("Outgoing mail of {}, {}", report.school, report.days()),
        text: String::from_utf8_lossy(&plain).into_owned(),
        html: html::page(report),
    })
}

impl std::fmt::Debug for Weekly {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Weekly")
            .field("schedule", &self.schedule)
            .finish_non_exhaustive()
    }
}
