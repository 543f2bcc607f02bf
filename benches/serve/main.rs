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

/// Rounds of what a few percent decide; the middle one counts.
const COST_ROUNDS: usize = 11;
const ILL_ROUNDS: usize = 9;

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

/// As many home feeds as there can be, with telemetry, and without it beside.
fn cost(table: &mut Table, sinks: &Sinks) -> Result<()> {
    let pair = || -> Result<[Round; 2]> {
        let on = Backend::serve(Some((sinks, &["--xray", "udp"])))?;
        on.full_beside(&Backend::serve(None)?)
    };
    let (mut seeds, mut everything) = (Vec::new(), Vec::new());
    for _ in 0..COST_ROUNDS {
        seeds.push(pair()?);
        sinks.record_everything(true);
        everything.push(pair()?);
        sinks.record_everything(false);
    }
    for (what, pairs, wanted) in [
        ("all four, X-Ray by the seeds' rule", seeds, ">= 75 %"),
        ("all four, every request in X-Ray", everything, ""),
    ] {
        let mut percents: Vec<f64> = pairs
            .iter()
            .map(|[on, off]| 100.0 * on.figures.rate / off.figures.rate)
            .collect();
        percents.sort_by(f64::total_cmp);
        let (on, off): (Vec<Round>, Vec<Round>) =
            pairs.into_iter().map(|[on, off]| (on, off)).unzip();
        let (on, off) = (middle(on), middle(off));
        table.row("telemetry off", figure(&off), String::new(), "");
        table.row(what, figure(&on), ratio(&percents, &on), wanted);
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
/// leaves room, beside a backend whose services are all well.
///
/// Both are asked in turn, so that what else the machine does meets both. What the one whose
/// service is ill does in vain may slow the other down too: it is seen in its processor time.
fn ill(table: &mut Table, sinks: &Sinks) -> Result<()> {
    let healthy = Sinks::start()?;
    let pair = |one: &Sinks, other: &Sinks| -> Result<[Round; 2]> {
        let one = Backend::serve(Some((one, &["--xray", "api"])))?;
        one.steady(&Backend::serve(Some((other, &["--xray", "api"])))?)
    };
    let mut well = Vec::new();
    let mut ill: Vec<Vec<[Round; 2]>> = Vec::new();
    ill.resize_with(SERVICES.len() * ILLS.len(), Vec::new);
    for _ in 0..ILL_ROUNDS {
        well.push(pair(sinks, &healthy)?);
        for place in 0..SERVICES.len() {
            for (which, health) in ILLS.into_iter().enumerate() {
                sinks.set(place, health);
                let rounds = pair(sinks, &healthy);
                sinks.set(place, Health::Well);
                ill[place * ILLS.len() + which].push(rounds?);
            }
        }
    }
    table_row(table, "steady load, all four well", &well, "");
    for (place, rounds) in ill.iter().enumerate() {
        let (service, health) = (SERVICES[place / ILLS.len()], ILLS[place % ILLS.len()]);
        table_row(table, &format!("  {service} {health}"), rounds, "<= 1.10x");
    }
    Ok(())
}

/// A backend beside another: the middle ones of both p99, of their ratios, and of what a request
/// costs each.
fn table_row(table: &mut Table, what: &str, rounds: &[[Round; 2]], wanted: &str) {
    let middle = |of: &dyn Fn(&[Round; 2]) -> f64| {
        let mut all: Vec<f64> = rounds.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let p99 = [0, 1].map(|place| middle(&|rounds| rounds[place].figures.p99_ms()));
    let cost = [0, 1].map(|place| middle(&|rounds| rounds[place].processor_us));
    let ratio = middle(&|[ill, well]| ill.figures.p99_ms() / well.figures.p99_ms());
    let memory = rounds.iter().map(|rounds| rounds[0].figures.memory_kb);
    table.row(
        what,
        format!("p99 {:.2} ms, beside {:.2} ms", p99[0], p99[1]),
        format!(
            "{ratio:.2}x, {:.0} us of processor time beside {:.0}, {} MB",
            cost[0],
            cost[1],
            memory.max().unwrap_or(0) / 1024
        ),
        wanted,
    );
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

/// The middle one of the rounds' ratios, which are sorted, the extremes, and what the middle round dropped.
fn ratio(percents: &[f64], round: &Round) -> String {
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
