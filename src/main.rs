//! Arguments in, exit code out.

use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    schoolgate::cli::run(std::env::args_os(), &mut io::stdout(), &mut io::stderr())
}
