//! `xray graph` beside `aws xray get-service-graph`, against the same server.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::Result;
use super::client::Client;
use super::documents;
use super::process::{self, Process};
use super::table::Table;

/// Runs of each; the middle one counts.
const RUNS: usize = 15;

/// Traces in the graph, of ten spans each.
const TRACES: u64 = 1_000;

pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let directory = process::directory()?;
    let words = ["sandbox", "--port", "0", "--xray-port", "0", "--memory"];
    let server = Process::start(directory.path(), &words)?;
    let url = server.said("url")?.to_owned();
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let mut client = Client::connect(&url)?;
    let texts: Vec<String> = (0..TRACES)
        .flat_map(|number| documents::trace(number, now - 300 + number % 200))
        .collect();
    client.ask("POST", "/TraceSegments", "", &documents::batch(&texts))?;

    let mut ours = process::command(directory.path());
    ours.arg(format!("--sandbox={url}"))
        .args(["xray", "graph", "-o", "json"]);
    let ours = middle(&mut ours)?;
    let Some(program) = aws() else {
        table.row(
            "xray graph: the AWS CLI is not at hand (tests/conformance/install): not compared",
            format!("{:.1} ms", ours.as_secs_f64() * 1e3),
            "skipped".to_owned(),
            ">= 20x",
        );
        return Ok(());
    };
    let mut theirs = process::program(&program, directory.path());
    theirs
        .args(["--endpoint-url", &url, "xray", "get-service-graph"])
        .args(["--start-time", &(now - 600).to_string()])
        .args(["--end-time", &(now + 1).to_string()]);
    let theirs = middle(&mut theirs)?;
    table.row(
        "xray graph, beside aws xray get-service-graph",
        format!(
            "{:.1} ms, AWS's {:.0} ms",
            ours.as_secs_f64() * 1e3,
            theirs.as_secs_f64() * 1e3
        ),
        format!("{:.0}x", theirs.as_secs_f64() / ours.as_secs_f64()),
        ">= 20x",
    );
    Ok(())
}

fn middle(command: &mut Command) -> Result<Duration> {
    let mut took = Vec::new();
    for _ in 0..RUNS {
        let begun = Instant::now();
        let status = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        took.push(begun.elapsed());
        if !status.success() {
            return Err(format!("{command:?}: {status}").into());
        }
    }
    took.sort();
    Ok(took[RUNS / 2])
}

/// The AWS CLI that the conformance suite installs.
fn aws() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/.venv/bin/aws");
    path.exists().then_some(path)
}
