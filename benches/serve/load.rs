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

/// How long one of two backends is asked before the other is.
const SLICE: Duration = Duration::from_millis(250);

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

/// When which of several backends is asked.
#[derive(Clone, Copy)]
enum Turns {
    /// For so long each, without a pause: who is not asked costs the other nothing.
    Slices(Duration),
    /// For one request each, with a pause after it.
    Requests(Duration),
}

/// As many requests as there can be.
pub(crate) fn full(url: &str) -> Result<Figures> {
    let [figures] = run([url], CONNECTIONS, Turns::Slices(SLICE))?;
    Ok(figures)
}

/// As many requests as there can be, to two backends in turn: how fast the machine is just then
/// meets both.
pub(crate) fn full_in_turn(one: &str, other: &str) -> Result<[Figures; 2]> {
    run([one, other], CONNECTIONS, Turns::Slices(SLICE))
}

/// So many that there is room, to two backends in turn: what else the machine does meets both.
pub(crate) fn steady(one: &str, other: &str) -> Result<[Figures; 2]> {
    run([one, other], STEADY_CONNECTIONS, Turns::Requests(PAUSE))
}

fn run<const N: usize>(urls: [&str; N], connections: usize, turns: Turns) -> Result<[Figures; N]> {
    let begun = Instant::now() + WARM;
    let asking: Vec<_> = (0..connections)
        .map(|_| {
            let urls = urls.map(str::to_owned);
            thread::spawn(move || ask(&urls, begun, turns).map_err(|error| error.to_string()))
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
    #[expect(clippy::cast_precision_loss, reason = "one or two")]
    let share = ROUND.as_secs_f64() / N as f64;
    Ok(all.map(|(mut took, answered)| {
        took.sort_unstable();
        #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
        let requests = took.len() as f64;
        Figures {
            rate: requests / share,
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
fn ask<const N: usize>(urls: &[String; N], begun: Instant, turns: Turns) -> Result<[Seen; N]> {
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
            let since = Instant::now();
            loop {
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
                match turns {
                    Turns::Slices(slice) if since.elapsed() < slice => {}
                    Turns::Slices(_) => break,
                    Turns::Requests(pause) => {
                        if turn % ERROR_EVERY == 0 {
                            // It is meant to fail.
                            drop(client.ask("GET", "/debug/error", "", b""));
                        }
                        thread::sleep(pause);
                        break;
                    }
                }
            }
        }
    }
    Ok(all)
}
