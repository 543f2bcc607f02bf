//! X-Ray as cheap as it gets: takes documents, knows which of them came, and counts no document twice.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Result;

/// Where the number of a document stands in the text of a request: `"{\"id\":\"` comes before it.
const NUMBER: std::ops::Range<usize> = 11..27;

const TAKEN: &str = r#"{"UnprocessedTraceSegments":[]}"#;

/// What came so far.
#[derive(Default)]
struct Seen {
    /// How often each number came.
    times: Vec<u8>,
    distinct: u64,
}

#[derive(Default)]
struct State {
    seen: Mutex<Seen>,
    connections: Mutex<Vec<TcpStream>>,
}

/// A server on a port of its own.
pub(crate) struct Endpoint {
    address: SocketAddr,
    state: Arc<State>,
    /// Accepts while it is up.
    listening: Option<(Arc<AtomicBool>, JoinHandle<()>)>,
}

impl Endpoint {
    pub(crate) fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let mut endpoint = Self {
            address: listener.local_addr()?,
            state: Arc::default(),
            listening: None,
        };
        endpoint.listen(listener);
        Ok(endpoint)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many different documents came.
    pub(crate) fn arrived(&self) -> u64 {
        lock(&self.state.seen).distinct
    }

    /// Ends all connections and listens no more: clients are refused.
    fn go_down(&mut self) {
        if let Some((ended, thread)) = self.listening.take() {
            ended.store(true, Ordering::SeqCst);
            // Wakes the one that waits.
            drop(TcpStream::connect(self.address));
            drop(thread.join());
        }
        for connection in lock(&self.state.connections).drain(..) {
            drop(connection.shutdown(Shutdown::Both));
        }
    }

    fn listen(&mut self, listener: TcpListener) {
        let ended = Arc::new(AtomicBool::new(false));
        let (state, has_ended) = (Arc::clone(&self.state), Arc::clone(&ended));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if has_ended.load(Ordering::SeqCst) {
                    return;
                }
                let state = Arc::clone(&state);
                if let Ok(clone) = stream.try_clone() {
                    lock(&state.connections).push(clone);
                }
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        self.listening = Some((ended, thread));
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.go_down();
    }
}

/// Answers one request after another until the client has gone.
fn serve(stream: TcpStream, state: &State) -> Option<()> {
    drop(stream.set_nodelay(true));
    let mut writer = stream.try_clone().ok()?;
    let mut reader = BufReader::with_capacity(64 * 1024, stream);
    let (mut line, mut body) = (Vec::new(), Vec::new());
    loop {
        let mut length = 0;
        let mut is_segments = false;
        let mut lines = 0;
        loop {
            line.clear();
            reader.read_until(b'\n', &mut line).ok()?;
            let text = std::str::from_utf8(&line).ok()?.trim_end();
            if text.is_empty() {
                break;
            }
            if lines == 0 {
                is_segments = text.contains("/TraceSegments");
            }
            lines += 1;
            let (name, value) = text.split_once(':').unwrap_or_default();
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().ok()?;
            }
        }
        if lines == 0 {
            return None;
        }
        body.resize(length, 0);
        reader.read_exact(&mut body).ok()?;
        let answer = if is_segments {
            state.take(&body)?;
            TAKEN
        } else {
            "{}"
        };
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{answer}",
            answer.len()
        );
        writer.write_all(answer.as_bytes()).ok()?;
    }
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, rename = "TraceSegmentDocuments")]
    documents: Vec<&'a RawValue>,
}

impl State {
    fn take(&self, body: &[u8]) -> Option<()> {
        let body: Body<'_> = serde_json::from_slice(body).ok()?;
        let mut seen = lock(&self.seen);
        for document in body.documents {
            let number = usize::from_str_radix(document.get().get(NUMBER)?, 16).ok()?;
            if seen.times.len() <= number {
                seen.times.resize(number + 1, 0);
            }
            if seen.times[number] == 0 {
                seen.distinct += 1;
            }
            seen.times[number] = seen.times[number].saturating_add(1);
        }
        Some(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
