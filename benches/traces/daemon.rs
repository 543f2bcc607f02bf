//! Our daemon beside AWS's: memory, documents per processor second, and losses under load.
//!
//! AWS's is the program that `AWS_XRAY_DAEMON` names; without it only ours is measured.

use std::fs;
use std::io::Write as _;
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::Result;
use super::endpoint::Endpoint;
use super::process::{self, Process};
use super::sender::Sender;
use super::table::Table;

/// Segments a second of a busy machine.
const RATE: u64 = 5_000;

/// Rounds; the middle one counts.
const ROUNDS: usize = 3;

/// How long each round takes.
const ROUND: Duration = Duration::from_secs(4);

/// What one round showed.
struct Round {
    sent: u64,
    lost: u64,
    per_processor_second: f64,
    peak: u64,
}

pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let long = round(None, RATE, Duration::from_secs(15))?;
    table.row(
        "daemon: peak memory at 5,000 segments/s, 15 s",
        format!("{:.1} MB", megabytes(long.peak)),
        format!("{} of {} lost", long.lost, long.sent),
        "<= 30 MB",
    );
    let official = std::env::var_os("AWS_XRAY_DAEMON").map(PathBuf::from);
    let Some(official) = official else {
        drop(writeln!(
            std::io::stderr(),
            "SKIPPED: AWS's daemon was not measured; AWS_XRAY_DAEMON names its program"
        ));
        return Ok(());
    };
    let (mut ours, mut theirs, mut peaks) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(round(None, RATE, ROUND)?.per_processor_second);
        let other = round(Some(&official), RATE, ROUND)?;
        theirs.push(other.per_processor_second);
        peaks.push(other.peak);
    }
    let (ours, theirs) = (middle(ours), middle(theirs));
    table.row(
        "daemon: documents per processor second at 5,000/s",
        format!("{ours:.0}, AWS's {theirs:.0}"),
        format!("{:.1}x", ours / theirs),
        ">= 3x",
    );
    peaks.sort_unstable();
    table.row(
        "AWS's daemon: peak memory at 5,000 segments/s",
        format!("{:.1} MB", megabytes(peaks[ROUNDS / 2])),
        String::new(),
        "",
    );
    for rate in [10_000, 20_000, 40_000] {
        let other = round(Some(&official), rate, ROUND)?;
        if other.lost == 0 && rate < 40_000 {
            continue;
        }
        let own = round(None, rate, ROUND)?;
        table.row(
            &format!("daemon: losses at {rate} segments/s asked for"),
            format!("{} of {} lost", own.lost, own.sent),
            format!("AWS's lost {} of {}", other.lost, other.sent),
            "none, where AWS's loses",
        );
        break;
    }
    Ok(())
}

/// Loads one daemon, ours where no other is named, until it has passed on what it will.
fn round(other: Option<&Path>, rate: u64, length: Duration) -> Result<Round> {
    let directory = process::directory()?;
    let endpoint = Endpoint::start()?;
    let (daemon, address) = match other {
        None => start_ours(directory.path(), &endpoint.url())?,
        Some(program) => start_other(program, directory.path(), &endpoint.url())?,
    };
    let mut sender = Sender::to(&address)?;
    sender.send(rate, length)?;
    let (mut last, mut since) = (0, Instant::now());
    // A batch waits for a second for others: nothing new for three is the end.
    while endpoint.arrived() < sender.sent && since.elapsed() < Duration::from_secs(3) {
        if endpoint.arrived() > last {
            (last, since) = (endpoint.arrived(), Instant::now());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let arrived = endpoint.arrived();
    #[expect(clippy::cast_precision_loss, reason = "a count of documents")]
    let per_processor_second = arrived as f64 / daemon.processor_time()?.as_secs_f64();
    Ok(Round {
        sent: sender.sent,
        lost: sender.sent - arrived,
        per_processor_second,
        peak: daemon.peak_memory()?,
    })
}

fn start_ours(directory: &Path, url: &str) -> Result<(Process, String)> {
    let ready = directory.join("ready.json");
    let mut command = process::command(directory);
    command
        .args(["daemon", "-o", "-b", "127.0.0.1:0", "-t", "127.0.0.1:0"])
        .arg("--ready-file")
        .arg(&ready)
        .env("AWS_ENDPOINT_URL_XRAY", url);
    let process = Process::spawn(command, || fs::read_to_string(&ready).ok())?;
    let address = process.said("udp")?.to_owned();
    Ok((process, address))
}

fn start_other(program: &Path, directory: &Path, url: &str) -> Result<(Process, String)> {
    let address = UdpSocket::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let settings = directory.join("cfg.yaml");
    fs::write(&settings, format!("Version: 2\nEndpoint: {url}\n"))?;
    let mut command = Command::new(program);
    command
        .args(["-o", "-n", "us-east-1", "-b", &address, "-t", &address])
        .arg("-c")
        .arg(&settings)
        .env_clear()
        .env("HOME", directory)
        .env("AWS_ACCESS_KEY_ID", "sandbox")
        .env("AWS_SECRET_ACCESS_KEY", "sandbox")
        .current_dir(directory);
    // It says nothing when it is ready; what is sent is not refused any more then.
    let probe = UdpSocket::bind("127.0.0.1:0")?;
    probe.connect(&address)?;
    let ready = || {
        // The refusal of one is told to the next.
        drop(probe.send(&[]));
        probe.send(&[]).is_ok().then(|| "{}".to_owned())
    };
    let process = Process::spawn(command, ready)?;
    Ok((process, address))
}

fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

#[expect(clippy::cast_precision_loss, reason = "kilobytes of a process")]
fn megabytes(kilobytes: u64) -> f64 {
    kilobytes as f64 / 1024.0
}
