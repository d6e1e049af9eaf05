//! `directory status|import`: who is in each school's directory and what its files lack; new exports for it.

mod import;

use serde::Serialize;

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::stored::json_line;
use crate::config::people;
use crate::directory::import::Import;
use crate::directory::people::{Directory, PupilId};

/// `directory …`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Take exports of your information system into a school's directory, whole or not at all
    #[command(
        after_help = "Examples:\n  schoolgate directory import --pupils students.csv --contacts parents.csv\n  schoolgate directory import --pupils students.csv --check\n\nHeadings of SIMS, Arbor and Bromcom are understood; what is wrong is named by file, line, column and reason.\nFiles that are not named stay as they are."
    )]
    Import(import::Arguments),
    /// Say who is in each school's directory, and what is missing or odd in its files
    #[command(
        after_help = "Example:\n  schoolgate directory status --config /etc/schoolgate/gateway.toml"
    )]
    Status {
        /// One JSON object a line, one for each school
        #[arg(long)]
        json: bool,
    },
}

/// The figures of one directory.
#[derive(Debug, Serialize)]
struct Status<'a> {
    school: &'a str,
    pupils: usize,
    households: usize,
    contacts: usize,
    contacts_with_address: usize,
    pupils_without_contact: usize,
    staff: usize,
    staff_left: usize,
    partners: usize,
    history: usize,
    labels: usize,
    warnings: Vec<String>,
}

/// Runs `directory …`.
pub(crate) fn run(command: &Command, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        Command::Import(arguments) => import::run(arguments, context),
        Command::Status { json } => status(*json, context),
    }
}

fn status(json: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    for school in context.config()?.schools {
        let import = people::directory(&school.directory)
            .map_err(|problems| Failure::from(crate::config::problem::ConfigError { problems }))?;
        let status = figures(&school.name, &import);
        if json {
            json_line(context.out, &status)?;
        } else {
            write_text(context, &status)?;
        }
    }
    Ok(())
}

fn figures<'a>(school: &'a str, import: &Import) -> Status<'a> {
    let Directory {
        pupils,
        contacts,
        staff,
        ..
    } = &import.directory;
    let ids = || (0..u32::try_from(pupils.len()).unwrap_or(u32::MAX)).map(PupilId);
    let mut households: Vec<_> = ids()
        .filter_map(|id| import.directory.household(id))
        .collect();
    households.sort_unstable();
    households.dedup();
    let mut with_contact: Vec<_> = contacts
        .iter()
        .flat_map(|contact| contact.links.iter().map(|link| link.pupil))
        .collect();
    with_contact.sort_unstable();
    with_contact.dedup();
    Status {
        school,
        pupils: pupils.len(),
        households: households.len(),
        contacts: contacts.len(),
        contacts_with_address: contacts.iter().filter(|one| one.address.is_some()).count(),
        pupils_without_contact: pupils.len().saturating_sub(with_contact.len()),
        staff: staff.iter().filter(|one| one.active).count(),
        staff_left: staff.iter().filter(|one| !one.active).count(),
        partners: import.directory.partners.len(),
        history: import.directory.history.len(),
        labels: import.directory.labels.len(),
        warnings: import.warnings.iter().map(ToString::to_string).collect(),
    }
}

fn write_text(context: &mut Context<'_>, status: &Status<'_>) -> Result<(), Failure> {
    let out = &mut context.out;
    writeln!(out, "{}", status.school)?;
    writeln!(
        out,
        "  {} pupils in {} households, {} of them without a contact",
        status.pupils, status.households, status.pupils_without_contact
    )?;
    writeln!(
        out,
        "  {} contacts, {} with an e-mail address",
        status.contacts, status.contacts_with_address
    )?;
    writeln!(
        out,
        "  {} staff and governors, {} more have left",
        status.staff, status.staff_left
    )?;
    writeln!(
        out,
        "  {} partners, {} addresses written to before, {} sensitivity labels",
        status.partners, status.history, status.labels
    )?;
    for warning in &status.warnings {
        writeln!(out, "  note: {warning}")?;
    }
    Ok(())
}
