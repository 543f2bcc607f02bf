//! Parse, run, report, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    cruddur_obs::cli::main()
}
