//! How many lines a second are taken, each of them on the disk before it is acknowledged.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::Result;
use super::client::Client;
use super::lines::{self, Kind};
use super::process::{self, Process};
use super::shipping;
use super::table::Table;

/// Clients at once, each waiting for its answers.
const CLIENTS: u64 = 4;

/// Clients that send lines one by one.
const SINGLE_CLIENTS: u64 = 32;

/// How long each round takes.
const ROUND: Duration = Duration::from_secs(4);

/// Rounds; the middle one counts.
const ROUNDS: usize = 3;

/// Bodies that each client has made beforehand.
const BODIES: u64 = 8;

/// What a round gave.
struct Round {
    /// Lines a second.
    rate: f64,
    /// The server's processor time for a million lines.
    processor: Duration,
    /// The most memory that the server had, in megabytes.
    memory: u64,
}

pub(crate) fn measure(table: &mut Table) -> Result<()> {
    for (kind, name) in [(Kind::Plain, "text"), (Kind::Json, "JSON")] {
        let round = middle(|| round(CLIENTS, |client| full_bodies(client, kind)))?;
        table.row(
            &format!("sandbox: PutLogEvents, full requests of {name}, all durable"),
            format!("{:.0} lines/s", round.rate),
            format!("{:.1}x of 200,000", round.rate / 200_000.0),
            ">= 200,000 lines/s",
        );
        table.row(
            &format!("  the server's processor time and peak memory, {name}"),
            format!(
                "{:.2} s per million, {} MB",
                round.processor.as_secs_f64(),
                round.memory
            ),
            String::new(),
            "",
        );
    }
    Ok(())
}

pub(crate) fn measure_single(table: &mut Table) -> Result<()> {
    let round = middle(|| round(SINGLE_CLIENTS, single_bodies))?;
    table.row(
        "sandbox: PutLogEvents, one line each, 32 clients, all durable",
        format!("{:.0} requests/s", round.rate),
        String::new(),
        "",
    );
    Ok(())
}

fn middle(measure: impl Fn() -> Result<Round>) -> Result<Round> {
    let mut rounds = (0..ROUNDS).map(|_| measure()).collect::<Result<Vec<_>>>()?;
    rounds.sort_by(|one, other| one.rate.total_cmp(&other.rate));
    Ok(rounds.swap_remove(ROUNDS / 2))
}

fn full_bodies(client: u64, kind: Kind) -> Vec<(Vec<u8>, u64)> {
    let start = lines::now();
    (0..BODIES)
        .map(|body| {
            let first = (client * BODIES + body) * 10_000;
            lines::full(&format!("s{client}"), kind, first, start)
        })
        .collect()
}

fn single_bodies(client: u64) -> Vec<(Vec<u8>, u64)> {
    let message = lines::line(Kind::Plain, client);
    let event = json!({"timestamp": lines::now(), "message": message});
    vec![(lines::request(&format!("s{client}"), &[event]), 1)]
}

fn round(clients: u64, bodies: impl Fn(u64) -> Vec<(Vec<u8>, u64)>) -> Result<Round> {
    let directory = process::directory()?;
    let data = directory.path().join("store");
    let data = data.to_string_lossy();
    // What is written must not push out what was.
    let words = [
        "sandbox",
        "--port",
        "0",
        "--xray-port",
        "0",
        "--keep-size",
        "100000",
        "--dir",
        &data,
    ];
    let mut server = Process::start(directory.path(), &words)?;
    let url = server.said("url")?.to_owned();
    shipping::prepare(&url, clients)?;
    let loads: Vec<_> = (0..clients).map(&bodies).collect();
    let before = server.processor_time()?;
    let begun = Instant::now();
    let sending: Vec<_> = loads
        .into_iter()
        .map(|bodies| {
            let url = url.clone();
            thread::spawn(move || load(&url, &bodies, begun + ROUND).map_err(|e| e.to_string()))
        })
        .collect();
    let mut acknowledged = 0;
    for client in sending {
        acknowledged += client.join().map_err(|_| "a client failed")??;
    }
    let elapsed = begun.elapsed();
    let processor = server.processor_time()?.saturating_sub(before);
    let memory = server.peak_memory()? / 1024;
    server.kill();
    let server = Process::start(directory.path(), &words)?;
    let health = Client::connect(server.said("url")?)?.health()?;
    let kept = health["log_events"]["events"].as_u64().unwrap_or(0);
    if kept < acknowledged {
        return Err(format!("{acknowledged} were acknowledged, {kept} survived kill -9").into());
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of lines")]
    let lines = acknowledged as f64;
    Ok(Round {
        rate: lines / elapsed.as_secs_f64(),
        processor: processor.div_f64(lines / 1e6),
        memory,
    })
}

/// Sends bodies that were made beforehand until it is time; gives the lines acknowledged.
fn load(url: &str, bodies: &[(Vec<u8>, u64)], until: Instant) -> Result<u64> {
    let mut client = Client::connect(url)?;
    let mut acknowledged = 0;
    for (body, lines) in bodies.iter().cycle() {
        if Instant::now() >= until {
            break;
        }
        shipping::put(&mut client, body)?;
        acknowledged += lines;
    }
    Ok(acknowledged)
}
