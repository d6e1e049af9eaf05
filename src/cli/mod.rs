//! The command line: one file per subcommand.
//!
//! Results go to the `out` handed in, problems to `err` as `schoolgate: …`.
//! Exit code 0 for success, 1 for failure, 2 for wrong use or bad input; a reader who went away is no failure.

pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod breach;
pub(crate) mod check;
pub(crate) mod config;
pub mod demo;
pub(crate) mod directory;
pub(crate) mod evaluate;
pub(crate) mod failure;
pub(crate) mod held;
pub(crate) mod person;
pub(crate) mod policy;
pub(crate) mod queue;
pub(crate) mod readers;
pub(crate) mod report;
pub(crate) mod rules;
pub mod running;
pub(crate) mod serve;
pub(crate) mod stored;
pub(crate) mod trace;
pub(crate) mod user;
pub(crate) mod weekly;

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use crate::act::desk::Desk;
use crate::cli::failure::Failure;
use crate::config::{Config, knowledge};
use crate::extract::worker::ocr::Ocr;
use crate::extract::worker::{self, Rights};
use crate::school::Knowledge;

/// Reads every outgoing message of a school and passes, protects, holds or returns it.
#[derive(Debug, Parser)]
#[command(
    name = "schoolgate",
    version,
    after_help = "Examples:\n  schoolgate demo\n  schoolgate config check --config gateway.toml\n  schoolgate check --config gateway.toml letter.eml"
)]
pub struct Arguments {
    /// Configuration file [default: schoolgate.toml here, then /etc/schoolgate/gateway.toml]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Watch the gateway at work on a sample school
    Demo(demo::Arguments),
    Serve(serve::Arguments),
    Check(check::Arguments),
    Evaluate(evaluate::Arguments),
    /// Look at the configuration
    #[command(subcommand, after_help = "Example:\n  schoolgate config check")]
    Config(config::Command),
    /// Look after the directories: pupils, contacts, staff, partners; import new exports
    #[command(subcommand, after_help = "Example:\n  schoolgate directory status")]
    Directory(directory::Command),
    /// Look at the policy: what it asks for, and what another one would change
    #[command(subcommand, after_help = "Example:\n  schoolgate policy show")]
    Policy(policy::Command),
    /// Look at the rules that say what identifiers, markings and sensitive words look like
    #[command(subcommand, after_help = "Example:\n  schoolgate rules check")]
    Rules(rules::Command),
    /// Decide about held messages: list, show, release, return
    #[command(subcommand, after_help = "Example:\n  schoolgate held list")]
    Held(held::Command),
    Trace(trace::Arguments),
    Report(report::Arguments),
    /// Look after deliveries that are not done yet: list, retry, drop
    #[command(subcommand, after_help = "Example:\n  schoolgate queue list")]
    Queue(queue::Command),
    /// Look after the accounts of copiers and applications that log in to send mail: add, remove, list
    #[command(
        subcommand,
        after_help = "Example:\n  schoolgate user add copier@oakfield.sch.uk"
    )]
    User(user::Command),
    /// Record what left that should not have, and decide who is told
    #[command(subcommand, after_help = "Example:\n  schoolgate breach list")]
    Breach(breach::Command),
    Backup(backup::Arguments),
    Restore(backup::Restore),
    /// Check the ledger of everything that was decided and done
    #[command(subcommand, after_help = "Example:\n  schoolgate audit verify")]
    Audit(audit::Command),
    /// Read one message without rights; the gateway starts it by itself
    #[command(hide = true)]
    ExtractWorker {
        /// Octets of memory it may have
        memory: u64,
        /// Seconds of processor time it may have
        seconds: u64,
    },
    /// Give up rights and become Tesseract; the gateway starts it by itself
    #[command(hide = true)]
    OcrWorker {
        /// Tesseract
        program: PathBuf,
        /// What it reads
        language: String,
    },
}

/// Where configurations are looked for when none is named.
const USUAL_PLACES: [&str; 2] = ["schoolgate.toml", "/etc/schoolgate/gateway.toml"];

/// What a command works with.
pub(crate) struct Context<'a> {
    config: Option<PathBuf>,
    /// Results.
    pub(crate) out: &'a mut dyn Write,
    /// Problems and warnings.
    pub(crate) err: &'a mut dyn Write,
}

/// Runs the command that the arguments ask for.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return help_or_wrong_use(&error, out, err),
    };
    let mut context = Context {
        config: arguments.config,
        out,
        err,
    };
    let Err(failure) = dispatch(&arguments.command, &mut context) else {
        return ExitCode::SUCCESS;
    };
    if failure.code() != 0 {
        for line in failure.to_string().lines() {
            // Nobody can be told that nobody can be told.
            let _ = writeln!(context.err, "schoolgate: {line}");
        }
    }
    ExitCode::from(failure.code())
}

fn dispatch(command: &Command, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        Command::Demo(arguments) => demo::run(arguments, context),
        Command::Serve(arguments) => serve::run(arguments, context),
        Command::Check(arguments) => check::run(arguments, context),
        Command::Evaluate(arguments) => evaluate::run(arguments, context),
        Command::Config(command) => config::run(command, context),
        Command::Breach(command) => breach::run(command, context),
        Command::Backup(arguments) => backup::run(arguments, context),
        Command::Restore(arguments) => backup::restore(arguments, context),
        Command::Directory(command) => directory::run(command, context),
        Command::Policy(command) => policy::run(command, context),
        Command::Rules(command) => rules::run(command, context),
        Command::Held(command) => held::run(command, context),
        Command::Trace(arguments) => trace::run(arguments, context),
        Command::Report(arguments) => report::run(arguments, context),
        Command::Queue(command) => queue::run(command, context),
        Command::User(command) => user::run(command, context),
        Command::Audit(command) => audit::run(command, context),
        Command::ExtractWorker { memory, seconds } => {
            let (memory, seconds) = (*memory, *seconds);
            let rights = Rights { memory, seconds };
            worker::serve(rights, &mut std::io::stdin().lock(), context.out).map_err(Failure::from)
        }
        Command::OcrWorker { program, language } => {
            let (program, language) = (program.clone(), language.clone());
            Err(worker::ocr::become_tesseract(&Ocr { program, language }).into())
        }
    }
}

/// Help that was asked for is a result; anything else clap says is wrong use.
fn help_or_wrong_use(error: &clap::Error, out: &mut dyn Write, err: &mut dyn Write) -> ExitCode {
    let text = format!("{}\n", error.render().to_string().trim_end());
    let asked_for = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    if asked_for {
        // A reader who went away is no failure.
        let _ = out.write_all(text.as_bytes());
        return ExitCode::SUCCESS;
    }
    let text = text
        .strip_prefix("error: ")
        .map_or_else(|| text.clone(), |rest| format!("schoolgate: {rest}"));
    let _ = err.write_all(text.as_bytes());
    ExitCode::from(2)
}

impl Context<'_> {
    /// The configuration file: the one named, else the first of the usual places that exists.
    pub(crate) fn config_path(&self) -> Result<PathBuf, Failure> {
        self.usual_path().ok_or_else(|| {
            Failure::input(format!(
                "no configuration: neither {} exists; name one with --config FILE",
                USUAL_PLACES.join(" nor ")
            ))
        })
    }

    fn usual_path(&self) -> Option<PathBuf> {
        let usual = USUAL_PLACES
            .iter()
            .map(PathBuf::from)
            .find(|path| path.exists());
        self.config.clone().or(usual)
    }

    /// The configuration, read and checked.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        Ok(crate::config::load(&self.config_path()?)?)
    }

    /// Everything the configuration names, read; what is odd about it is said as a warning.
    pub(crate) fn knowledge(&mut self, config: &Config) -> Result<Knowledge, Failure> {
        let read = knowledge::read(config)?;
        for warning in &read.warnings {
            writeln!(self.err, "schoolgate: warning: {warning}")?;
        }
        Ok(read.knowledge)
    }

    /// The same, with processes that read attachments: for commands that judge mail.
    pub(crate) fn judging(&mut self, config: &Config) -> Result<Knowledge, Failure> {
        let mut knowledge = self.knowledge(config)?;
        let pool = readers::start(config, readers::ONE_BY_ONE)?;
        if let Some(missing) = readers::missing(&pool) {
            writeln!(self.err, "schoolgate: warning: {missing}")?;
        }
        knowledge.readers = Some(pool);
        Ok(knowledge)
    }

    /// Who holds which office at a school.
    pub(crate) fn desk(&mut self, config: &Config, school: &str) -> Result<Desk, Failure> {
        let knowledge = self.knowledge(config)?;
        let school = knowledge.by_name(school);
        let school = school.ok_or_else(|| Failure::input("there is no such school"))?;
        Ok(Desk::of(school))
    }

    /// The same, for commands that can do without one.
    pub(crate) fn config_if_any(&self) -> Result<Option<Config>, Failure> {
        let path = self.usual_path();
        Ok(path.map(|path| crate::config::load(&path)).transpose()?)
    }
}
