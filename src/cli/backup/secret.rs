//! The passphrase of a backup: drawn, or read from a file or standard input; never on the command line, where others see it.

use std::fs;
use std::io::BufRead as _;
use std::path::{Path, PathBuf};

use crate::act::encrypt::password;
use crate::cli::failure::Failure;
use crate::secret::Redacted;

/// The shortest passphrase that is taken from somebody who chose it.
///
/// A zip stretches it a thousand times only, so its length is what withstands guessing.
const SHORTEST: usize = 20;

/// A passphrase, as it is handed in.
#[derive(Debug, clap::Args)]
pub(crate) struct Passphrase {
    /// Take the passphrase from the first line of this file: at least 20 characters
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_stdin")]
    passphrase_file: Option<PathBuf>,
    /// Take the passphrase from the first line of standard input
    #[arg(long)]
    passphrase_stdin: bool,
}

impl Passphrase {
    /// The passphrase, where one is handed in.
    pub(crate) fn read(&self) -> Result<Option<Redacted<String>>, Failure> {
        let line = match (&self.passphrase_file, self.passphrase_stdin) {
            (Some(file), _) => first_line(file)?,
            (None, true) => {
                let mut line = String::new();
                std::io::stdin().lock().read_line(&mut line)?;
                line
            }
            (None, false) => return Ok(None),
        };
        let passphrase = line.trim_end_matches(['\r', '\n']);
        if passphrase.chars().count() < SHORTEST {
            return Err(Failure::input(format!(
                "the passphrase is too short: expected at least {SHORTEST} characters"
            )));
        }
        Ok(Some(Redacted::new(passphrase.to_owned())))
    }
}

/// A passphrase of 160 random bits.
pub(crate) fn drawn() -> Result<Redacted<String>, Failure> {
    let half = || {
        let drawn = password::draw();
        drawn.map_err(|_| anyhow::anyhow!("the system has no random numbers"))
    };
    let (first, second) = (half()?, half()?);
    Ok(Redacted::new(format!(
        "{}-{}",
        first.reveal(),
        second.reveal()
    )))
}

fn first_line(file: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(file)
        .map_err(|error| Failure::input(format!("{}: cannot be read: {error}", file.display())))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
