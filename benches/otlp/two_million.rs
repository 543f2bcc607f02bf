//! Two million spans: the memory that they take, and the time that the service graph takes.

use std::time::{Duration, Instant};

use super::Result;
use super::client::Client;
use super::exporter::{self, CLIENTS, Until};
use super::ingest;
use super::payload::{Encoding, SPANS, START};
use super::process::{self, Process};
use super::table::Table;

const WANTED: u64 = 2_000_000;

/// Times that the graph is asked; the middle one counts.
const TIMES: usize = 5;

pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let directory = process::directory()?;
    let data = directory.path().join("store");
    let data = data.to_string_lossy();
    let mut server = Process::start(directory.path(), &ingest::words(&data))?;
    let requests = WANTED.div_ceil(SPANS * CLIENTS);
    let until = Until::Requests(requests);
    let (spans, _) = exporter::send(server.said("otlp")?, Encoding::Protobuf, until)?;
    let peak = server.peak_memory()?;
    table.row(
        &format!("sandbox: peak memory after {spans} spans"),
        format!("{} MB", peak / 1024),
        String::new(),
        "<= 300 MB",
    );
    let first = graph(&server)?;
    let mut took: Vec<Duration> = (0..TIMES).map(|_| graph(&server)).collect::<Result<_>>()?;
    took.sort();
    table.row(
        "sandbox: GetServiceGraph over all of them",
        format!("{:.0} ms", took[TIMES / 2].as_secs_f64() * 1e3),
        format!("{:.1} s when nobody has read them", first.as_secs_f64()),
        "",
    );
    let peak = server.peak_memory()?;
    table.row(
        "sandbox: peak memory after the graph",
        format!("{} MB", peak / 1024),
        String::new(),
        "<= 300 MB",
    );
    server.kill();
    let begun = Instant::now();
    let server = Process::start(directory.path(), &ingest::words(&data))?;
    let health = Client::connect(server.said("url")?)?.health()?;
    let took = begun.elapsed();
    if health["otlp_requests"]["spans"].as_u64() != Some(spans) {
        return Err(format!("{spans} were acknowledged; after a restart: {health}").into());
    }
    table.row(
        "sandbox: start over all of them, until all are counted",
        format!("{:.0} ms", took.as_secs_f64() * 1e3),
        String::new(),
        "",
    );
    Ok(())
}

fn graph(server: &Process) -> Result<Duration> {
    let mut client = Client::connect(server.said("url")?)?;
    let body = format!(r#"{{"StartTime":{START},"EndTime":{}}}"#, START + 3600);
    let begun = Instant::now();
    let answer = client.ask("POST", "/ServiceGraph", "", body.as_bytes())?;
    let took = begun.elapsed();
    if String::from_utf8_lossy(&answer).contains("backend-flask") {
        Ok(took)
    } else {
        Err("the graph is empty".into())
    }
}
