//! Processes that read attachments, for every command that judges mail.
//!
//! What the kernel cannot take from them is said where they are started.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;

use crate::cli::failure::Failure;
use crate::config::Config;
use crate::extract::worker::Pool;

/// Processes that wait for the next messages while the gateway runs.
pub(crate) const WAITING: usize = 3;

/// The same for a command that reads one message after the other.
pub(crate) const ONE_BY_ONE: usize = 1;

/// This program itself, even when its file has been replaced since: a newer one may speak differently.
const SELF: &str = "/proc/self/exe";

/// Starts readers of this program, with OCR where the configuration found one.
pub(crate) fn start(config: &Config, size: usize) -> Result<Arc<Pool>, Failure> {
    let itself = PathBuf::from(SELF);
    let program = if itself.exists() {
        itself
    } else {
        std::env::current_exe()?
    };
    let pool = Pool::start(program, size, &config.limits);
    let pool = pool.context("attachments could not be read")?;
    Ok(Arc::new(pool.with_ocr(config.ocr.clone())))
}

/// A sentence about what this kernel lacks; nothing where the sandbox is whole.
pub(crate) fn missing(pool: &Pool) -> Option<String> {
    let missing = pool.missing();
    (!missing.is_empty()).then(|| {
        format!(
            "this kernel does not take every right from the processes that read attachments: no {}",
            missing.join(", no ")
        )
    })
}
