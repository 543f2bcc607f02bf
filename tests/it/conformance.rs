//! The official clients of AWS judge the sandbox, and moto judges our client.
//!
//! What is judged, and how, is in `tests/conformance/`, in the language of those clients. It runs
//! with every `cargo test` once its environment is installed.

use std::io::Write as _;
use std::process::Command;

use crate::world::{BINARY, repository};

/// Set where a skip would hide something, as in CI.
const REQUIRED: &str = "CRUDDUR_OBS_REQUIRE_CONFORMANCE";

/// The one command that installs it.
const INSTALL: &str = "tests/conformance/install";

#[test]
fn the_official_clients_and_moto_agree() {
    let suite = repository().join("tests/conformance");
    let python = suite.join(".venv/bin/python");
    // Written last by the installation: without it, it was cut short.
    if !(python.exists() && suite.join(".venv/installed").exists()) {
        let skipped = format!(
            "SKIPPED: boto3, the AWS CLI, watchtower, OpenTelemetry, libhoney, pyrollbar and moto did not judge this build; \
             they are not installed. Install them once, and every `cargo test` runs them:\n\n    \
             {INSTALL}\n"
        );
        assert!(std::env::var_os(REQUIRED).is_none(), "{skipped}");
        // Past libtest, which would keep the line of a test that passes to itself.
        drop(writeln!(std::io::stderr(), "\n{skipped}"));
        return;
    }
    let done = Command::new(python)
        .args(["-m", "pytest", "--color=no", "--tb=short"])
        .current_dir(&suite)
        .env("CRUDDUR_OBS", BINARY)
        .output()
        .expect("pytest starts");
    let said = String::from_utf8_lossy(&done.stdout);
    if said.contains(" skipped") {
        drop(writeln!(
            std::io::stderr(),
            "\nSKIPPED: the X-Ray SDK, the exporters and notifiers for Node did not judge this build. Install Node, then:\n\n    {INSTALL}\n"
        ));
    }
    assert!(
        done.status.success(),
        "pytest in tests/conformance ended with {}; run it alone with: tests/conformance/run\n{}{}",
        done.status,
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr),
    );
}
