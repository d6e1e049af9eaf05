//! What a virus scanner said of a message; it does not scan.

/// The answer of a scanner.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Scan {
    /// None is configured.
    #[default]
    Off,
    /// It found nothing.
    Clean,
    /// It found this, by the scanner's own name for it.
    Infected(String),
    /// It could not say: too large for it, or out of reach.
    Unknown,
}
