//! The load: as many requests as there can be, or so many a second.

use std::thread;
use std::time::{Duration, Instant};

use super::Result;
use super::client::Client;

/// Connections at once, each waiting for its answers.
const CONNECTIONS: usize = 8;

/// How long a round takes, and how long before it nothing is counted.
const ROUND: Duration = Duration::from_secs(4);
const WARM: Duration = Duration::from_millis(500);

/// The pause between two requests of a connection under the steady load.
const PAUSE: Duration = Duration::from_millis(4);

/// What a round gave.
pub(crate) struct Figures {
    /// Requests a second.
    pub(crate) rate: f64,
    /// All that were answered, those before the round included.
    pub(crate) answered: u64,
    /// How long each took, sorted.
    took: Vec<Duration>,
    /// The most memory that the backend had, in kilobytes.
    pub(crate) memory_kb: u64,
}

impl Figures {
    /// Half of the requests took no longer, in milliseconds.
    pub(crate) fn p50_ms(&self) -> f64 {
        self.at(50)
    }

    /// 99 of a hundred took no longer, in milliseconds.
    pub(crate) fn p99_ms(&self) -> f64 {
        self.at(99)
    }

    fn at(&self, percent: usize) -> f64 {
        let place = self.took.len() * percent / 100;
        let took = self.took.get(place).copied().unwrap_or_default();
        took.as_secs_f64() * 1e3
    }
}

/// As many requests as there can be.
pub(crate) fn full(url: &str) -> Result<Figures> {
    run(url, None)
}

/// So many that there is room.
pub(crate) fn steady(url: &str) -> Result<Figures> {
    run(url, Some(PAUSE))
}

fn run(url: &str, pause: Option<Duration>) -> Result<Figures> {
    let begun = Instant::now() + WARM;
    let asking: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let url = url.to_owned();
            thread::spawn(move || ask(&url, begun, pause).map_err(|error| error.to_string()))
        })
        .collect();
    let (mut took, mut answered) = (Vec::new(), 0);
    for connection in asking {
        let (some, number) = connection.join().map_err(|_| "a connection failed")??;
        took.extend(some);
        answered += number;
    }
    took.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
    let requests = took.len() as f64;
    Ok(Figures {
        rate: requests / ROUND.as_secs_f64(),
        answered,
        took,
        memory_kb: 0,
    })
}

/// How long each of the requests took that began in the round, and how many there were in all.
fn ask(url: &str, begun: Instant, pause: Option<Duration>) -> Result<(Vec<Duration>, u64)> {
    let mut client = Client::connect(url)?;
    let (mut took, mut answered) = (Vec::with_capacity(65_536), 0);
    loop {
        let before = Instant::now();
        if before >= begun + ROUND {
            return Ok((took, answered));
        }
        if client.is_over {
            client = Client::connect(url)?;
        }
        client.ask("GET", "/api/activities/home", "", b"")?;
        answered += 1;
        if before >= begun {
            took.push(before.elapsed());
        }
        if let Some(pause) = pause {
            thread::sleep(pause);
        }
    }
}
