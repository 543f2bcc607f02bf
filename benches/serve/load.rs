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

/// Those of the steady load, and the pause between two requests of each.
const STEADY_CONNECTIONS: usize = 2;
const PAUSE: Duration = Duration::from_micros(500);

/// One of so many turns under the steady load asks for an error too, so that Rollbar is told of some.
const ERROR_EVERY: usize = 64;

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
    let [figures] = run([url], CONNECTIONS, None)?;
    Ok(figures)
}

/// So many that there is room, to two backends in turn: what else the machine does meets both.
pub(crate) fn steady(one: &str, other: &str) -> Result<[Figures; 2]> {
    run([one, other], STEADY_CONNECTIONS, Some(PAUSE))
}

fn run<const N: usize>(
    urls: [&str; N],
    connections: usize,
    pause: Option<Duration>,
) -> Result<[Figures; N]> {
    let begun = Instant::now() + WARM;
    let asking: Vec<_> = (0..connections)
        .map(|_| {
            let urls = urls.map(str::to_owned);
            thread::spawn(move || ask(&urls, begun, pause).map_err(|error| error.to_string()))
        })
        .collect();
    let mut all = urls.map(|_| (Vec::new(), 0));
    for connection in asking {
        let some = connection.join().map_err(|_| "a connection failed")??;
        for (all, some) in all.iter_mut().zip(some) {
            all.0.extend(some.0);
            all.1 += some.1;
        }
    }
    Ok(all.map(|(mut took, answered)| {
        took.sort_unstable();
        #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
        let requests = took.len() as f64;
        Figures {
            rate: requests / ROUND.as_secs_f64(),
            answered,
            took,
            memory_kb: 0,
        }
    }))
}

/// What one connection saw of one backend: how long each of the requests took that began in the
/// round, and how many there were in all.
type Seen = (Vec<Duration>, u64);

/// Asks one backend after the other, and who was asked last is asked first in the next turn.
fn ask<const N: usize>(
    urls: &[String; N],
    begun: Instant,
    pause: Option<Duration>,
) -> Result<[Seen; N]> {
    let mut clients = Vec::with_capacity(N);
    for url in urls {
        clients.push(Client::connect(url)?);
    }
    let mut all: [Seen; N] = std::array::from_fn(|_| (Vec::with_capacity(65_536), 0));
    for turn in 0_usize.. {
        for place in 0..N {
            let place = if turn % 2 == 0 { place } else { N - 1 - place };
            let (took, answered) = &mut all[place];
            let client = &mut clients[place];
            if client.is_over {
                *client = Client::connect(&urls[place])?;
            }
            let before = Instant::now();
            if before >= begun + ROUND {
                return Ok(all);
            }
            client.ask("GET", "/api/activities/home", "", b"")?;
            *answered += 1;
            if before >= begun {
                took.push(before.elapsed());
            }
            if let Some(pause) = pause {
                if turn % ERROR_EVERY == 0 {
                    // It is meant to fail.
                    drop(client.ask("GET", "/debug/error", "", b""));
                }
                thread::sleep(pause);
            }
        }
    }
    Ok(all)
}
