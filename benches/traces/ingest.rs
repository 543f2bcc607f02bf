//! How many documents a second are taken, each of them on the disk before it is acknowledged.

use std::thread;
use std::time::{Duration, Instant};

use super::Result;
use super::client::Client;
use super::documents;
use super::process::{self, Process};
use super::table::Table;

/// Clients at once, each waiting for its answers.
const CLIENTS: u64 = 8;

/// Documents in a request, as AWS's daemon sends.
const BATCH: usize = 50;

/// How long each round takes.
const ROUND: Duration = Duration::from_secs(5);

/// Rounds; the middle one counts.
const ROUNDS: usize = 3;

pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        rates.push(round()?);
    }
    rates.sort_by(f64::total_cmp);
    let rate = rates[ROUNDS / 2];
    table.row(
        "sandbox: PutTraceSegments, 50 documents each, all durable",
        format!("{rate:.0} documents/s"),
        format!("{:.1}x of 40,000", rate / 40_000.0),
        ">= 40,000 documents/s",
    );
    Ok(())
}

fn round() -> Result<f64> {
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
    let begun = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let url = url.clone();
            thread::spawn(move || load(&url, number, begun + ROUND).map_err(|e| e.to_string()))
        })
        .collect();
    let mut acknowledged = 0;
    for client in clients {
        acknowledged += client.join().map_err(|_| "a client failed")??;
    }
    let elapsed = begun.elapsed();
    server.kill();
    let server = Process::start(directory.path(), &words)?;
    let health = Client::connect(server.said("url")?)?.health()?;
    let kept = health["segments"]["documents"].as_u64().unwrap_or(0);
    if kept < acknowledged {
        return Err(format!("{acknowledged} were acknowledged, {kept} survived kill -9").into());
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of documents")]
    let rate = acknowledged as f64 / elapsed.as_secs_f64();
    Ok(rate)
}

/// Sends batches that were made beforehand until it is time; gives the documents acknowledged.
fn load(url: &str, number: u64, until: Instant) -> Result<u64> {
    let mut client = Client::connect(url)?;
    let bodies: Vec<Vec<u8>> = (0..40)
        .map(|batch| {
            let first = (number * 40 + batch) * 25;
            let texts: Vec<String> = (first..first + 25)
                .flat_map(|trace| documents::trace(trace, 1_700_000_000 + trace % 600))
                .collect();
            documents::batch(&texts)
        })
        .collect();
    let mut acknowledged = 0;
    for body in bodies.iter().cycle() {
        if Instant::now() >= until {
            break;
        }
        client.ask("POST", "/TraceSegments", "", body)?;
        acknowledged += BATCH as u64;
    }
    Ok(acknowledged)
}
