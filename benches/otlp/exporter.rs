//! Exporters: connections that send request after request.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use super::Result;
use super::payload::{Encoding, Payload, SPANS};

/// Exporters at once, each waiting for its answers.
pub(crate) const CLIENTS: u64 = 4;

/// When to stop.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    Time(Instant),
    /// So many requests of each exporter.
    Requests(u64),
}

/// Sends with all exporters; gives the spans that were acknowledged, and how long it took.
pub(crate) fn send(url: &str, encoding: Encoding, until: Until) -> Result<(u64, Duration)> {
    let begun = Instant::now();
    let exporters: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let url = url.to_owned();
            thread::spawn(move || {
                one(&url, encoding, number, until).map_err(|error| error.to_string())
            })
        })
        .collect();
    let mut acknowledged = 0;
    for exporter in exporters {
        acknowledged += exporter.join().map_err(|_| "an exporter failed")??;
    }
    Ok((acknowledged, begun.elapsed()))
}

fn one(url: &str, encoding: Encoding, number: u64, until: Until) -> Result<u64> {
    let host = url.trim_start_matches("http://");
    let stream = TcpStream::connect(host)?;
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let mut payload = Payload::new(encoding)?;
    let head = format!(
        "POST /v1/traces HTTP/1.1\r\nHost: {host}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
        encoding.content_type(),
        payload.body.len()
    );
    let mut sent = 0;
    loop {
        let is_over = match until {
            Until::Time(end) => Instant::now() >= end,
            Until::Requests(most) => sent >= most,
        };
        if is_over {
            return Ok(sent * SPANS);
        }
        payload.number((number + 1) << 40 | sent);
        stream.get_mut().write_all(head.as_bytes())?;
        stream.get_mut().write_all(&payload.body)?;
        answered(&mut stream)?;
        sent += 1;
    }
}

fn answered(stream: &mut BufReader<TcpStream>) -> Result<()> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.clone();
    let mut length = 0;
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let header = line.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
    }
    let mut answer = vec![0; length];
    stream.read_exact(&mut answer)?;
    // Otelite says at length that nothing was refused.
    let text = String::from_utf8_lossy(&answer);
    let is_whole = answer.len() < 3 || text.contains(r#""rejected_spans":0"#);
    if status.contains(" 200 ") && is_whole {
        Ok(())
    } else {
        Err(format!("{status}{text}").into())
    }
}
