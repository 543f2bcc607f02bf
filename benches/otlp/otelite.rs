//! The same requests to otelite, another receiver on SQLite: <https://crates.io/crates/otelite>.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Instant;

use super::Result;
use super::exporter::{self, Until};
use super::ingest::{self, ROUND, ROUNDS};
use super::payload::Encoding;
use super::process::{self, Process};
use super::table::Table;

pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let Some(binary) = std::env::var_os("OTELITE").map(PathBuf::from) else {
        return Ok(());
    };
    for encoding in Encoding::ALL {
        let mut rates = Vec::new();
        for _ in 0..ROUNDS {
            rates.push((theirs(&binary, encoding)?, ours(encoding)?));
        }
        rates.sort_by(|one, other| (one.1 / one.0).total_cmp(&(other.1 / other.0)));
        let (theirs, ours) = rates[ROUNDS / 2];
        table.row(
            &format!("otelite: OTLP {}, the same load", encoding.name()),
            format!("{theirs:.0} spans/s"),
            format!("the sandbox takes {:.1}x: {ours:.0} spans/s", ours / theirs),
            "",
        );
    }
    Ok(())
}

fn rate(url: &str, encoding: Encoding) -> Result<f64> {
    let until = Until::Time(Instant::now() + ROUND);
    let (acknowledged, elapsed) = exporter::send(url, encoding, until)?;
    #[expect(clippy::cast_precision_loss, reason = "a count of spans")]
    let rate = acknowledged as f64 / elapsed.as_secs_f64();
    Ok(rate)
}

fn ours(encoding: Encoding) -> Result<f64> {
    let directory = process::directory()?;
    let data = directory.path().join("store");
    let server = Process::start(directory.path(), &ingest::words(&data.to_string_lossy()))?;
    rate(server.said("otlp")?, encoding)
}

fn theirs(binary: &std::path::Path, encoding: Encoding) -> Result<f64> {
    let directory = process::directory()?;
    let (pages, grpc, http) = (free()?, free()?, free()?);
    let mut command = process::program(binary, directory.path());
    command
        .args(["serve", "--addr", &format!("127.0.0.1:{pages}")])
        .env("OTELITE_OTLP_GRPC_PORT", grpc.to_string())
        .env("OTELITE_OTLP_HTTP_PORT", http.to_string())
        .env("OTELITE_DATA_DIR", directory.path());
    let url = format!("http://127.0.0.1:{http}");
    let listens = || {
        let stream = std::net::TcpStream::connect(("127.0.0.1", http));
        stream.is_ok().then(|| "{}".to_owned())
    };
    let _server = Process::spawn(command, listens)?;
    rate(&url, encoding)
}

fn free() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
