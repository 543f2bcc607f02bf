//! How long `GetServiceGraph` takes over how many spans of a six-hour window.

use std::time::{Duration, Instant};

use super::Result;
use super::client::Client;
use super::documents::{self, SPANS};
use super::process::{self, Process};
use super::table::Table;

/// The window: six hours.
const START: u64 = 1_700_000_000;
const LENGTH: u64 = 6 * 3600;

/// Times that each is asked; the middle one counts.
const TIMES: usize = 9;

pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let mut per_span = Vec::new();
    for spans in [10_000, 100_000, 1_000_000] {
        let took = middle(spans)?;
        #[expect(clippy::cast_precision_loss, reason = "a count of spans")]
        per_span.push(took.as_secs_f64() / spans as f64 * 1e9);
        let ratio = per_span.last().zip(per_span.first());
        table.row(
            &format!("sandbox: GetServiceGraph over {spans} spans in 6 h"),
            format!("{:.1} ms", took.as_secs_f64() * 1e3),
            ratio.map_or_else(String::new, |(own, first)| {
                format!("{own:.0} ns/span, {:.1}x of the first row's", own / first)
            }),
            if spans == 1_000_000 {
                "<= 1 s, linear"
            } else {
                "linear"
            },
        );
    }
    Ok(())
}

fn middle(spans: u64) -> Result<Duration> {
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
    let server = Process::start(directory.path(), &words)?;
    let mut client = Client::connect(server.said("url")?)?;
    let traces = spans / SPANS;
    let mut texts = Vec::new();
    for number in 0..traces {
        texts.extend(documents::trace(number, START + number * LENGTH / traces));
        if texts.len() >= 500 || number + 1 == traces {
            client.ask("POST", "/TraceSegments", "", &documents::batch(&texts))?;
            texts.clear();
        }
    }
    let body = format!(r#"{{"StartTime":{START},"EndTime":{}}}"#, START + LENGTH);
    let mut took = Vec::new();
    // The first answer reads what nobody has read yet; a server that idles for a moment has.
    for _ in 0..=TIMES {
        let begun = Instant::now();
        client.ask("POST", "/ServiceGraph", "", body.as_bytes())?;
        took.push(begun.elapsed());
    }
    let mut took = took.split_off(1);
    took.sort();
    Ok(took[TIMES / 2])
}
