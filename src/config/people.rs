//! A school's directory folder, read whole or not at all.

use std::path::Path;

use crate::config::folder;
use crate::config::problem::Problem;
use crate::directory::import::{self, Import, RowError};

/// Reads the CSV files of a directory folder.
///
/// # Errors
/// The folder that cannot be read, or every bad cell of every file with its line and column.
pub fn directory(folder: &Path) -> Result<Import, Vec<Problem>> {
    let files = folder::files(folder, "csv").map_err(|problem| vec![problem])?;
    let bad_cell = |error: RowError| Problem {
        line: usize::try_from(error.line).ok(),
        key: match error.column.as_str() {
            "row" => String::new(),
            column => format!("column {column}"),
        },
        ..Problem::of_file(&folder.join(error.file), error.problem)
    };
    import::directory(&files).map_err(|errors| errors.into_iter().map(bad_cell).collect())
}
