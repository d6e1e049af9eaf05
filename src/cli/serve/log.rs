//! Where the running gateway writes its log: standard error, as text or as JSON.
//!
//! `SCHOOLGATE_LOG` chooses what is written, such as `info` or `schoolgate=debug`; content is never in it.

use tracing_subscriber::EnvFilter;

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts the log; a second start, as in tests, changes nothing.
pub(crate) fn start(format: Format) {
    let filter =
        EnvFilter::try_from_env("SCHOOLGATE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // An error means that a log is running already.
    let _ = match format {
        Format::Text => builder.with_ansi(false).try_init(),
        Format::Json => builder.json().try_init(),
    };
}
