//! What telemetry costs the backend: `cargo bench --bench serve`.
//!
//! The built binary serves; this program asks it, and stands in for the four services. Names of
//! parts after `--` run only those: `cost`, `ill`, and `flask`, which needs the Python that
//! `tests/conformance/install` makes, or the one that `PYTHON` names. The load and the services use
//! the same cores as the backend: compare figures of one run.

mod backend;
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

use std::path::PathBuf;

use backend::{Backend, Round};
use sinks::{Health, Sinks};
use table::Table;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Rounds of each comparison; the middle one counts.
const ROUNDS: usize = 5;

/// Rounds of the one that a few percent decide.
const COST_ROUNDS: usize = 11;

/// The services, by the name of a row.
const SERVICES: [&str; 4] = ["X-Ray", "OpenTelemetry", "CloudWatch Logs", "Rollbar"];

/// What a service may have.
const ILLS: [Health; 4] = [
    Health::Cut,
    Health::Slow,
    Health::Status(429),
    Health::Status(500),
];

fn main() -> Result<()> {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|one| one == name);
    let mut table = Table::default();
    let sinks = Sinks::start()?;
    if is_wanted("cost") {
        cost(&mut table, &sinks)?;
    }
    if is_wanted("flask") {
        flask(&mut table, &sinks)?;
    }
    if is_wanted("ill") {
        ill(&mut table, &sinks)?;
    }
    table.print()
}

/// As many home feeds as there can be, with telemetry and without it.
fn cost(table: &mut Table, sinks: &Sinks) -> Result<()> {
    // Each round has all of them, and is compared with itself: what else the machine does, and how
    // fast it is just then, meets all of them.
    let (mut off, mut on, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..COST_ROUNDS {
        off.push(Backend::serve(None)?.full()?);
        on.push(Backend::serve(Some((sinks, &["--xray", "udp"])))?.full()?);
        sinks.record_everything(true);
        whole.push(Backend::serve(Some((sinks, &["--xray", "udp"])))?.full()?);
        sinks.record_everything(false);
    }
    let percents = |rounds: &[Round]| -> Vec<f64> {
        let pairs = rounds.iter().zip(&off);
        pairs
            .map(|(round, off)| 100.0 * round.figures.rate / off.figures.rate)
            .collect()
    };
    let (seeds, everything) = (percents(&on), percents(&whole));
    table.row("telemetry off", figure(&middle(off)), String::new(), "");
    for (what, rounds, percents, wanted) in [
        ("all four, X-Ray by the seeds' rule", on, seeds, ">= 75 %"),
        ("all four, every request in X-Ray", whole, everything, ""),
    ] {
        let round = middle(rounds);
        table.row(what, figure(&round), ratio(percents, &round), wanted);
    }
    Ok(())
}

/// The seeds' application under Flask, with all four tools, and `serve` with the same.
fn flask(table: &mut Table, sinks: &Sinks) -> Result<()> {
    let python = std::env::var_os("PYTHON").map_or_else(
        || {
            let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
            here.join("tests/conformance/.venv/bin/python")
        },
        PathBuf::from,
    );
    if !python.exists() {
        let path = python.display().to_string();
        table.row(
            "Flask",
            format!("not measured: no {path}"),
            String::new(),
            "",
        );
        return Ok(());
    }
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        theirs.push(Backend::flask(&python, sinks)?.full()?);
        ours.push(Backend::serve(Some((sinks, &["--xray", "udp"])))?.full()?);
    }
    let (theirs, ours) = (middle(theirs), middle(ours));
    let times = |one: f64, other: f64| format!("{:.1}x", one / other);
    table.row("Flask, all four", figure(&theirs), String::new(), "");
    table.row(
        "serve, all four, beside Flask",
        figure(&ours),
        times(ours.figures.rate, theirs.figures.rate),
        ">= 20x",
    );
    Ok(())
}

/// Each service in turn dead, slow, failing: the slowest of a hundred requests at a load that
/// leaves room, against the same with all services well.
fn ill(table: &mut Table, sinks: &Sinks) -> Result<()> {
    let steady = || Backend::serve(Some((sinks, &["--xray", "api"])))?.steady();
    let mut well = Vec::new();
    let mut ill: Vec<Vec<Round>> = Vec::new();
    ill.resize_with(SERVICES.len() * ILLS.len(), Vec::new);
    // Each round has every case, so that a minute in which the machine is busy spoils a round and
    // not a case.
    for _ in 0..ROUNDS {
        well.push(steady()?);
        for place in 0..SERVICES.len() {
            for (which, health) in ILLS.into_iter().enumerate() {
                sinks.set(place, health);
                let round = steady();
                sinks.set(place, Health::Well);
                ill[place * ILLS.len() + which].push(round?);
            }
        }
        well.push(steady()?);
    }
    let (well, spread) = slowest(&well);
    table.row(
        "steady load, all four well",
        format!("p99 {well:.2} ms"),
        format!("{:.2}x to {:.2}x", spread.0 / well, spread.1 / well),
        "",
    );
    for (place, rounds) in ill.iter().enumerate() {
        let (service, health) = (SERVICES[place / ILLS.len()], ILLS[place % ILLS.len()]);
        let (p99, _) = slowest(rounds);
        let memory = rounds.iter().map(|round| round.figures.memory_kb).max();
        table.row(
            &format!("  {service} {health}"),
            format!("p99 {p99:.2} ms"),
            format!("{:.2}x, {} MB", p99 / well, memory.unwrap_or(0) / 1024),
            "<= 1.10x",
        );
    }
    Ok(())
}

/// The middle one of the rounds' p99 in milliseconds, and the extremes.
fn slowest(rounds: &[Round]) -> (f64, (f64, f64)) {
    let mut all: Vec<f64> = rounds.iter().map(|round| round.figures.p99_ms()).collect();
    all.sort_by(f64::total_cmp);
    let (first, last) = (all[0], all[all.len() - 1]);
    let upper = all[all.len() / 2];
    let middle = if all.len().is_multiple_of(2) {
        f64::midpoint(all[all.len() / 2 - 1], upper)
    } else {
        upper
    };
    (middle, (first, last))
}

fn figure(round: &Round) -> String {
    format!(
        "{:.0}/s  p50 {:.2} ms  p99 {:.2} ms  {:.1} us of its processor time",
        round.figures.rate,
        round.figures.p50_ms(),
        round.figures.p99_ms(),
        round.processor_us,
    )
}

/// The middle one of the rounds' ratios, the extremes, and what the middle round dropped.
fn ratio(mut percents: Vec<f64>, round: &Round) -> String {
    percents.sort_by(f64::total_cmp);
    let (dropped, given) = round.dropped;
    format!(
        "{:.0} % ({:.0} to {:.0}), {} MB, {dropped} of {given} records dropped",
        percents[percents.len() / 2],
        percents[0],
        percents[percents.len() - 1],
        round.figures.memory_kb / 1024,
    )
}

fn middle(mut all: Vec<Round>) -> Round {
    all.sort_by(|one, other| one.figures.rate.total_cmp(&other.figures.rate));
    all.swap_remove(all.len() / 2)
}
