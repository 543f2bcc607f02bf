//! What telemetry costs the backend: `cargo bench --bench serve`.
//!
//! The built binary serves; this program asks it, and stands in for the four services. Names of
//! parts after `--` run only those. The load and the services use the same cores as the backend:
//! compare figures of one run.

#[expect(dead_code, reason = "other benches use the rest of it")]
#[path = "../traces/client.rs"]
mod client;
mod load;
#[expect(dead_code, reason = "other benches use the rest of it")]
#[path = "../traces/process.rs"]
mod process;
mod sinks;
#[path = "../traces/table.rs"]
mod table;

use load::Figures;
use process::Process;
use sinks::{Health, Sinks};
use table::Table;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Rounds of the comparison; the middle one counts.
const ROUNDS: usize = 3;

/// The services, by the name of a row.
const SERVICES: [&str; 4] = ["X-Ray", "OpenTelemetry", "CloudWatch Logs", "Rollbar"];

fn main() -> Result<()> {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|one| one == name);
    let mut table = Table::default();
    let sinks = Sinks::start()?;
    // Round by round, so that what else the machine does meets all of them.
    let (mut off, mut on, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        off.push(round(None)?);
        on.push(round(Some((&sinks, &["--xray", "udp"])))?);
        sinks.record_everything(true);
        whole.push(round(Some((&sinks, &["--xray", "udp"])))?);
        sinks.record_everything(false);
    }
    let (off, on, whole) = (middle(off), middle(on), middle(whole));
    row(&mut table, "telemetry off", &off, &off, "");
    row(
        &mut table,
        "all four, X-Ray by the seeds' rule",
        &on,
        &off,
        ">= 75 %",
    );
    row(
        &mut table,
        "all four, every request in X-Ray",
        &whole,
        &off,
        ">= 75 %",
    );
    if is_wanted("ill") {
        ill(&mut table, &sinks)?;
    }
    table.print()
}

/// Each service in turn dead, slow, failing: the slowest of a hundred requests at a load that
/// leaves room, against the same with all services well.
fn ill(table: &mut Table, sinks: &Sinks) -> Result<()> {
    let steady = || steady_round(sinks);
    let well = steady()?;
    table.row(
        "steady load, all four well",
        format!("p99 {:.2} ms", well.p99_ms()),
        format!("{} MB", well.memory_kb / 1024),
        "",
    );
    for (place, service) in SERVICES.iter().enumerate() {
        for health in [
            Health::Cut,
            Health::Slow,
            Health::Status(429),
            Health::Status(500),
        ] {
            sinks.set(place, health);
            let figures = steady()?;
            sinks.set(place, Health::Well);
            table.row(
                &format!("  {service} {health}"),
                format!("p99 {:.2} ms", figures.p99_ms()),
                format!(
                    "{:.2}x, {} MB",
                    figures.p99_ms() / well.p99_ms(),
                    figures.memory_kb / 1024
                ),
                "<= 1.10x",
            );
        }
    }
    Ok(())
}

fn row(table: &mut Table, what: &str, figures: &Figures, off: &Figures, wanted: &str) {
    table.row(
        &format!("home feed, {what}"),
        format!(
            "{:.0}/s  p50 {:.2} ms  p99 {:.2} ms",
            figures.rate,
            figures.p50_ms(),
            figures.p99_ms()
        ),
        format!(
            "{:.0} %, {} MB",
            100.0 * figures.rate / off.rate,
            figures.memory_kb / 1024
        ),
        wanted,
    );
}

fn middle(mut all: Vec<Figures>) -> Figures {
    all.sort_by(|one, other| one.rate.total_cmp(&other.rate));
    all.swap_remove(all.len() / 2)
}

fn round(telemetry: Option<(&Sinks, &[&str])>) -> Result<Figures> {
    let (_directory, backend) = backend(telemetry)?;
    let mut figures = load::full(backend.said("url")?)?;
    figures.memory_kb = backend.peak_memory()?;
    Ok(figures)
}

fn steady_round(sinks: &Sinks) -> Result<Figures> {
    let (_directory, backend) = backend(Some((sinks, &["--xray", "api"])))?;
    let mut figures = load::steady(backend.said("url")?)?;
    figures.memory_kb = backend.peak_memory()?;
    Ok(figures)
}

/// The backend in a directory of its own, with its telemetry on or off.
fn backend(telemetry: Option<(&Sinks, &[&str])>) -> Result<(tempfile::TempDir, Process)> {
    let directory = process::directory()?;
    let ready = directory.path().join("ready.json");
    let mut command = process::command(directory.path());
    command.args(["serve", "-q", "--port", "0", "--ready-file"]);
    command.arg(&ready);
    if let Some((sinks, words)) = telemetry {
        command.args(words).envs(sinks.variables());
    } else {
        command.args(["--xray", "off"]);
        for name in ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID"] {
            command.env_remove(name);
        }
    }
    let backend = Process::spawn(command, || std::fs::read_to_string(&ready).ok())?;
    Ok((directory, backend))
}
