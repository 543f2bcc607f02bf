//! Parse, run, report, exit.

use std::process::ExitCode;

/// What one thread allocates another frees, in every pipeline: the C library's allocator takes a
/// sixth of the time of a traced request for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cruddur_obs::cli::main()
}
