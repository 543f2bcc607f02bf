//! How long it takes to find something in five million lines, and whether those who write wait.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::Result;
use super::client::Client;
use super::lines::{self, Kind};
use super::process::{self, Process};
use super::shipping;
use super::table::Table;

/// Lines that are searched.
const LINES: u64 = 5_000_000;

/// Streams that they are in.
const STREAMS: u64 = 4;

/// A term that three of them have.
const NEEDLE: &str = "needle";

pub(crate) fn measure(table: &mut Table) -> Result<()> {
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
    fill(server.said("url")?)?;
    server.kill();
    // As after a restart: the index is made anew, and nothing is in the program's own memory.
    let server = Process::start(directory.path(), &words)?;
    let url = server.said("url")?.to_owned();
    let mut client = Client::connect(&url)?;
    for (pattern, name, wanted) in [
        (NEEDLE, "one rare term, just started", "<= 2 s"),
        (NEEDLE, "one rare term, again", "<= 2 s"),
        ("%need[a-z]e%", "a regular expression", ""),
        ("[..., bytes=needle]", "a column", ""),
        ("{ $.needle = * }", "a JSON field that no line has", ""),
    ] {
        let begun = Instant::now();
        let (found, pages) = shipping::search(&mut client, pattern)?;
        let elapsed = begun.elapsed();
        if (pattern == NEEDLE && found != 3) || pages == 0 {
            return Err(format!("{pattern} found {found} on {pages} pages").into());
        }
        table.row(
            &format!("sandbox: FilterLogEvents over 5,000,000 lines, {name}"),
            format!("{:.2} s", elapsed.as_secs_f64()),
            format!("{found} found, {pages} pages"),
            wanted,
        );
    }
    let quiet = put_latency(&url, || Ok(()))?;
    let searched = put_latency(&url, || {
        shipping::search(&mut client, "[..., bytes=needle]").map(drop)
    })?;
    table.row(
        "sandbox: PutLogEvents, one line, while a search goes on",
        format!("{:.1} ms", searched.as_secs_f64() * 1e3),
        format!("{:.1} ms without", quiet.as_secs_f64() * 1e3),
        "",
    );
    table.row(
        "  the server's peak memory",
        format!("{} MB", server.peak_memory()? / 1024),
        String::new(),
        "",
    );
    Ok(())
}

/// Puts the lines, and the needle at the beginning, in the middle and at the end.
fn fill(url: &str) -> Result<()> {
    shipping::prepare(url, STREAMS)?;
    let start = lines::now() - 3_600_000;
    let filling: Vec<_> = (0..STREAMS)
        .map(|stream| {
            let url = url.to_owned();
            thread::spawn(move || fill_stream(&url, stream, start).map_err(|e| e.to_string()))
        })
        .collect();
    for stream in filling {
        stream.join().map_err(|_| "a client failed")??;
    }
    let mut client = Client::connect(url)?;
    for minutes in [0, 2, 30] {
        let message = format!("{} {NEEDLE}", lines::line(Kind::Plain, 1));
        let event = json!({"timestamp": start + minutes * 60_000, "message": message});
        shipping::put(&mut client, &lines::request("s0", &[event]))?;
    }
    Ok(())
}

fn fill_stream(url: &str, stream: u64, start: u64) -> Result<()> {
    let mut client = Client::connect(url)?;
    let name = format!("s{stream}");
    let mut sent = 0;
    while sent < LINES / STREAMS {
        let first = stream * LINES + sent;
        let (body, lines) = lines::full(&name, Kind::Plain, first, start + sent / 10);
        shipping::put(&mut client, &body)?;
        sent += lines;
    }
    Ok(())
}

/// How long most requests of one line take at most while something else is done: the 95th of 100.
fn put_latency(url: &str, mut meanwhile: impl FnMut() -> Result<()>) -> Result<Duration> {
    let is_over = AtomicBool::new(false);
    let mut took = thread::scope(|scope| {
        let puts = scope.spawn(|| -> std::result::Result<Vec<Duration>, String> {
            let mut client = Client::connect(url).map_err(|e| e.to_string())?;
            let mut took = Vec::new();
            while !is_over.load(Ordering::Relaxed) || took.len() < 100 {
                let event = json!({"timestamp": lines::now(), "message": "a line"});
                let body = lines::request("s0", &[event]);
                let begun = Instant::now();
                shipping::put(&mut client, &body).map_err(|e| e.to_string())?;
                took.push(begun.elapsed());
            }
            Ok(took)
        });
        let done = meanwhile();
        is_over.store(true, Ordering::Relaxed);
        let took = puts.join().map_err(|_| "the writer failed")??;
        done.map(|()| took)
    })?;
    took.sort_unstable();
    Ok(took[took.len() * 95 / 100])
}
