//! How many spans a second are taken, each of them on the disk before it is acknowledged.

use std::time::{Duration, Instant};

use super::Result;
use super::client::Client;
use super::exporter::{self, Until};
use super::payload::Encoding;
use super::process::{self, Process};
use super::table::Table;

/// How long each round takes.
pub(crate) const ROUND: Duration = Duration::from_secs(5);

/// Rounds; the middle one counts.
pub(crate) const ROUNDS: usize = 3;

/// What a round gave.
struct Round {
    /// Spans a second.
    rate: f64,
    /// The server's processor time for a million spans.
    processor: f64,
}

pub(crate) fn measure(table: &mut Table) -> Result<()> {
    for encoding in Encoding::ALL {
        let wanted = match encoding {
            Encoding::Protobuf => 100_000.0,
            Encoding::Json => 20_000.0,
        };
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            rounds.push(round(encoding)?);
        }
        rounds.sort_by(|one, other| one.rate.total_cmp(&other.rate));
        let Round { rate, processor } = &rounds[ROUNDS / 2];
        table.row(
            &format!(
                "sandbox: OTLP {}, 512 spans each, 4 clients, all survive kill -9",
                encoding.name()
            ),
            format!("{rate:.0} spans/s"),
            format!(
                "{:.1}x, {processor:.2} s of processor per million",
                rate / wanted
            ),
            &format!(">= {wanted:.0} spans/s"),
        );
    }
    Ok(())
}

/// The words that start a sandbox which forgets nothing.
pub(crate) fn words(data: &str) -> Vec<&str> {
    vec![
        "sandbox",
        "--port",
        "0",
        "--xray-port",
        "0",
        "--otlp-port",
        "0",
        "--keep-size",
        "100000",
        "--dir",
        data,
    ]
}

fn round(encoding: Encoding) -> Result<Round> {
    let directory = process::directory()?;
    let data = directory.path().join("store");
    let data = data.to_string_lossy();
    let mut server = Process::start(directory.path(), &words(&data))?;
    let before = server.processor_time()?;
    let until = Until::Time(Instant::now() + ROUND);
    let (acknowledged, elapsed) = exporter::send(server.said("otlp")?, encoding, until)?;
    let processor = server.processor_time()?.saturating_sub(before);
    server.kill();
    let server = Process::start(directory.path(), &words(&data))?;
    let health = Client::connect(server.said("url")?)?.health()?;
    let kept = health["otlp_requests"]["spans"].as_u64().unwrap_or(0);
    if kept < acknowledged {
        return Err(format!("{acknowledged} were acknowledged, {kept} survived kill -9").into());
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of spans")]
    let spans = acknowledged as f64;
    Ok(Round {
        rate: spans / elapsed.as_secs_f64(),
        processor: processor.as_secs_f64() / spans * 1e6,
    })
}
