//! `user add|remove|list`: accounts of copiers and applications that log in to send mail (SMTP AUTH, RFC 4954).
//!
//! A password is drawn or read from standard input, never taken from the command line, where others can see it.
//! People do not log in here: their mail system is in `networks`.

use std::io::BufRead as _;

use jiff::Timestamp;
use serde::Serialize;

use crate::act::encrypt::password;
use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::stored::{SchoolArgument, json_line, moment, operator, with_store};
use crate::clock::Clock;
use crate::config::Config;
use crate::config::school::Declared;
use crate::mail::address::Address;
use crate::secret::Redacted;

/// The shortest password that is taken from somebody who chose it.
const SHORTEST: usize = 12;

/// `user …`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Add an account; its password is drawn and shown once, unless it comes on standard input
    #[command(
        after_help = "Examples:\n  schoolgate user add copier@oakfield.sch.uk\n  schoolgate user add mis@oakfield.sch.uk --password-stdin < password.txt"
    )]
    Add {
        #[command(flatten)]
        account: Account,
        /// Take the password from the first line of standard input: at least 12 characters
        #[arg(long)]
        password_stdin: bool,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Remove an account; it cannot log in any more
    #[command(after_help = "Example:\n  schoolgate user remove copier@oakfield.sch.uk")]
    Remove {
        #[command(flatten)]
        account: Account,
    },
    /// List the accounts and when each was added
    #[command(after_help = "Example:\n  schoolgate user list")]
    List {
        /// One JSON object a line, one for each account
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        school: SchoolArgument,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Account {
    /// The address that the account logs in with, in one of the school's domains
    #[arg(value_name = "ADDRESS")]
    name: Address,
    #[command(flatten)]
    school: SchoolArgument,
}

/// An account as `--json` shows it.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    account: &'a Address,
    added: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
}

/// Runs `user …`.
pub(crate) fn run(command: &Command, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = context.config()?;
    match command {
        Command::Add {
            account,
            password_stdin,
            json,
        } => {
            let school = account.school.choose(&config)?;
            owned(school, &account.name)?;
            if *password_stdin {
                add(&config, school, account, &chosen()?)?.show(*json, None, context)
            } else {
                let drawn = password::draw();
                let drawn =
                    drawn.map_err(|_| anyhow::anyhow!("the system has no random numbers"))?;
                let added = add(&config, school, account, &drawn)?;
                added.show(*json, Some(drawn.reveal()), context)
            }
        }
        Command::Remove { account } => remove(&config, account, context),
        Command::List { json, school } => list(&config, *json, school, context),
    }
}

/// An account that is in the store now.
struct Added<'a> {
    name: &'a Address,
    time: Timestamp,
}

impl Added<'_> {
    /// Says so; a password that was drawn is shown here and nowhere else.
    fn show(
        self,
        json: bool,
        drawn: Option<&str>,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        if json {
            let shown = Shown {
                account: self.name,
                added: self.time,
                password: drawn,
            };
            return json_line(context.out, &shown);
        }
        writeln!(context.out, "{} may log in", self.name)?;
        if let Some(drawn) = drawn {
            writeln!(context.out, "password {drawn}")?;
            writeln!(
                context.out,
                "It is not shown again: put it into the device now."
            )?;
        }
        Ok(())
    }
}

fn add<'a>(
    config: &Config,
    school: &Declared,
    account: &'a Account,
    password: &Redacted<String>,
) -> Result<Added<'a>, Failure> {
    let (name, time) = (&account.name, Clock::system().now());
    with_store(config, async |store| {
        store
            .add_account(&school.name, name, password, operator(), time)
            .await?;
        Ok(())
    })?;
    Ok(Added { name, time })
}

fn remove(config: &Config, account: &Account, context: &mut Context<'_>) -> Result<(), Failure> {
    let school = account.school.choose(config)?;
    let now = Clock::system().now();
    with_store(config, async |store| {
        store
            .remove_account(&school.name, &account.name, operator(), now)
            .await?;
        Ok(())
    })?;
    Ok(writeln!(context.out, "{} is removed", account.name)?)
}

fn list(
    config: &Config,
    json: bool,
    school: &SchoolArgument,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let school = school.choose(config)?;
    let accounts = with_store(config, async |store| {
        Ok(store.accounts(&school.name).await?)
    })?;
    for (account, added) in &accounts {
        if json {
            let shown = Shown {
                account,
                added: *added,
                password: None,
            };
            json_line(context.out, &shown)?;
        } else {
            let added = moment(*added, &school.time_zone);
            writeln!(context.out, "{account}  added {added}")?;
        }
    }
    if accounts.is_empty() && !json {
        writeln!(context.out, "there are no accounts")?;
    }
    Ok(())
}

/// Refuses an address that is not the school's: its mail would be refused anyway.
fn owned(school: &Declared, name: &Address) -> Result<(), Failure> {
    if school
        .domains
        .iter()
        .any(|own| name.domain().is_or_under(own))
    {
        return Ok(());
    }
    let domains: Vec<String> = school.domains.iter().map(ToString::to_string).collect();
    Err(Failure::input(format!(
        "{name} is no address of {}: expected one at {}",
        school.name,
        domains.join(" or ")
    )))
}

/// The first line of standard input.
fn chosen() -> Result<Redacted<String>, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.chars().count() < SHORTEST {
        return Err(Failure::input(format!(
            "the password on standard input is too short: expected at least {SHORTEST} characters"
        )));
    }
    Ok(Redacted::new(password.to_owned()))
}
