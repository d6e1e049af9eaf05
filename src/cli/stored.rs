//! What the commands that look into the store share: opening it, choosing the school, telling the time.

use std::io::Write;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::act::desk::Desk;
use crate::act::offices::Incident;
use crate::cli::failure::Failure;
use crate::config::Config;
use crate::config::school::Declared;
use crate::mail::address::Address;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::ledger::Actor;
use crate::store::record::Facts;
use crate::store::sqlite::SqliteStore;

/// Which school a command is about.
#[derive(Debug, clap::Args)]
pub(crate) struct SchoolArgument {
    /// The school; may be left out where the gateway serves only one
    #[arg(long, value_name = "NAME")]
    school: Option<String>,
}

impl SchoolArgument {
    /// The school that is named, or the only one.
    pub(crate) fn choose<'a>(&self, config: &'a Config) -> Result<&'a Declared, Failure> {
        let names = || {
            let quoted = config
                .schools
                .iter()
                .map(|school| format!("\"{}\"", school.name));
            quoted.collect::<Vec<_>>().join(", ")
        };
        match (&self.school, config.schools.as_slice()) {
            (None, [school]) => Ok(school),
            (None, _) => Err(Failure::input(format!(
                "which school? this gateway serves several: name one of {} with --school",
                names()
            ))),
            (Some(name), schools) => schools
                .iter()
                .find(|school| school.name.eq_ignore_ascii_case(name))
                .ok_or_else(|| {
                    Failure::input(format!(
                        "there is no school \"{name}\": expected {}",
                        names()
                    ))
                }),
        }
    }
}

impl SchoolArgument {
    /// The school that is named, or all of them.
    pub(crate) fn choose_some<'a>(&self, config: &'a Config) -> Result<Vec<&'a Declared>, Failure> {
        match self.school {
            None => Ok(config.schools.iter().collect()),
            Some(_) => Ok(vec![self.choose(config)?]),
        }
    }
}

/// Runs `work` with the store of this configuration, and closes it.
pub(crate) fn with_store<T>(
    config: &Config,
    work: impl AsyncFnOnce(Arc<dyn Store>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    wait_for(async {
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&config.data).await?);
        let result = work(Arc::clone(&store)).await;
        store.close().await;
        result
    })
}

/// Runs work that waits, on this thread, to its end.
pub(crate) fn wait_for<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(work)
}

/// Refuses whoever may not open or decide about this message: only reviewers, those its clauses ask, and their deputies.
pub(crate) fn is_for(facts: &Facts, person: &Address, desk: &Desk) -> Result<(), Failure> {
    let incident = Incident::of(facts);
    if incident.is_for(person, desk) {
        return Ok(());
    }
    let expected = incident.deciders(desk);
    let expected: Vec<&str> = expected.iter().map(Address::as_str).collect();
    Err(Failure::input(format!(
        "{person} may not decide about message {} of {}: expected {}",
        facts.id,
        desk.school,
        match expected.as_slice() {
            [] => "a reviewer, and the school has none".to_owned(),
            [..] => expected.join(" or "),
        }
    )))
}

/// Whoever runs the command, by the name the system has for them.
pub(crate) fn operator() -> Actor {
    let name = std::env::var("SUDO_USER").or_else(|_| std::env::var("USER"));
    Actor::Operator(name.unwrap_or_else(|_| "unknown".to_owned()))
}

/// Writes one JSON object and a line end.
pub(crate) fn json_line(out: &mut dyn Write, value: &impl Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(value).map_err(anyhow::Error::from)?;
    Ok(writeln!(out, "{line}")?)
}

/// A moment in the school's own time: `2026-11-22 14:05`.
pub(crate) fn moment(time: Timestamp, zone: &TimeZone) -> String {
    time.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

/// A moment somebody has written, in the school's own time: `2026-11-22 14:05`, or a day, which begins at midnight.
pub(crate) fn time(text: &str, zone: &TimeZone) -> Result<Timestamp, Failure> {
    let local = text.parse::<DateTime>();
    let told = local.and_then(|local| local.to_zoned(zone.clone()));
    told.map(|zoned| zoned.timestamp()).map_err(|_| {
        Failure::input(format!(
            "`{text}` is no time: expected one such as 2026-11-20 or \"2026-11-20 14:05\""
        ))
    })
}

/// An envelope sender in words.
pub(crate) fn sender(sender: Option<&Address>) -> &str {
    sender.map_or("nobody (a report)", Address::as_str)
}

impl From<StoreError> for Failure {
    /// What the store knows for certain is the caller's mistake; everything else is a failure.
    fn from(error: StoreError) -> Self {
        if error.is_transient() {
            Self::Failed(error.into())
        } else {
            Self::Input(error.to_string())
        }
    }
}
