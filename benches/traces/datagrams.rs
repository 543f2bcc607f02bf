//! Whether segments over UDP are lost, and whether the counters know.

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use super::Result;
use super::client::Client;
use super::documents;
use super::process::{self, Process};
use super::table::Table;

/// Datagrams a second that must not be lost.
const RATE: u64 = 20_000;

/// How long they are sent.
const SECONDS: u64 = 10;

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
    let server = Process::start(directory.path(), &words)?;
    let mut client = Client::connect(server.said("url")?)?;
    let address = server.said("xray_daemon")?;
    let sent = send(address, RATE, Duration::from_secs(SECONDS))?;
    let lost = settle(&mut client, sent)?;
    table.row(
        "sandbox: segments over UDP, 10 s",
        format!("{RATE} datagrams/s"),
        format!("{lost} of {sent} lost"),
        "no loss at 20,000/s",
    );
    // As fast as one sender can: whatever is lost must be counted.
    let before = received(&mut client)?;
    let more = send(address, 10_000_000, Duration::from_secs(3))?;
    let lost = settle(&mut client, before + more)?;
    table.row(
        "sandbox: segments over UDP, flat out for 3 s",
        format!("{} datagrams/s", more / 3),
        format!("{lost} of {more} lost, all counted"),
        "exact counters",
    );
    Ok(())
}

/// Sends at a rate, and gives how many were sent.
pub(crate) fn send(address: &str, rate: u64, length: Duration) -> Result<u64> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(address)?;
    let datagrams: Vec<Vec<u8>> = (0..500)
        .flat_map(|number| documents::trace(number, 1_700_000_000))
        .map(|document| format!("{{\"format\":\"json\",\"version\":1}}\n{document}").into_bytes())
        .collect();
    let begun = Instant::now();
    let mut sent = 0_u64;
    for datagram in datagrams.iter().cycle() {
        let elapsed = begun.elapsed();
        if elapsed >= length {
            break;
        }
        let due = u64::try_from(elapsed.as_micros())? * rate / 1_000_000;
        if sent >= due {
            std::thread::sleep(Duration::from_micros(500));
        }
        // A full buffer on the sender's side is no loss: it was never sent.
        if socket.send(datagram).is_ok() {
            sent += 1;
        }
    }
    Ok(sent)
}

fn received(client: &mut Client) -> Result<u64> {
    let health = client.health()?;
    let counts = &health["datagrams"];
    Ok(
        counts["received"].as_u64().unwrap_or(0)
            + counts["dropped_by_kernel"].as_u64().unwrap_or(0),
    )
}

/// Waits until every datagram is accounted for, and gives how many were lost.
fn settle(client: &mut Client, sent: u64) -> Result<u64> {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let health = client.health()?;
        let count = |name: &str| health["datagrams"][name].as_u64().unwrap_or(0);
        let lost = count("dropped") + count("dropped_by_kernel");
        let known = count("stored") + count("refused") + lost;
        if known == sent {
            return Ok(lost);
        }
        if Instant::now() > deadline {
            return Err(format!("{sent} were sent, {known} are known of: {health}").into());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
