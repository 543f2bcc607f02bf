//! Carries what the exporter made: the HTTP client that it is given.
//!
//! The exporter merges headers of the environment into its own, after those that it was given
//! in code; here the settings' headers are put in last, and nothing else is left. Attempts are
//! repeated here as well, for only here it is known what the server asked for.

use std::cell::Cell;
use std::fmt;
use std::io::Read as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, Request, Response};
use opentelemetry_http::HttpError;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::outcome::{Answer, Outcome};
use crate::remote::{HttpClient, Signer};

tokio::task_local! {
    /// What became of the export that this task is busy with.
    static OUTCOME: Cell<Option<Outcome>>;
}

/// The pauses between attempts where the server names none; each is twice the last.
#[derive(Debug, Clone, Copy)]
pub(in crate::telemetry::tracing) struct Pauses {
    /// After the first failure.
    pub(in crate::telemetry::tracing) first: Duration,
    /// The longest.
    pub(in crate::telemetry::tracing) longest: Duration,
}

impl Default for Pauses {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(500),
            longest: Duration::from_secs(8),
        }
    }
}

impl Pauses {
    /// The pause after so many failures; a little different each time, so that processes do not
    /// come back together.
    pub(in crate::telemetry::tracing) fn after(self, failures: u32) -> Duration {
        let whole = self
            .first
            .saturating_mul(1 << failures.saturating_sub(1).min(16))
            .min(self.longest);
        whole.mul_f64(0.75 + fastrand::f64() / 4.0)
    }
}

/// Carries exports to one place; clones share the pauses that the place asked for.
#[derive(Clone)]
pub(super) struct Carrier {
    pub(super) http: HttpClient,
    /// All headers but those that say what the body is.
    pub(super) headers: HeaderMap,
    pub(super) gzip: bool,
    pub(super) signer: Option<Signer>,
    /// How long one attempt may take.
    pub(super) attempt: Duration,
    /// How long all attempts may take, without the pauses that the place asked for.
    pub(super) patience: Duration,
    pub(super) pauses: Pauses,
    /// Cancelled when there is no time to wait any more.
    pub(super) stop: CancellationToken,
    /// Nothing is sent before.
    pub(super) not_before: Arc<Mutex<Option<Instant>>>,
}

impl fmt::Debug for Carrier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Carrier")
    }
}

/// The most attempts at one export.
const ATTEMPTS: u32 = 8;

/// Runs an export, and says what became of it.
pub(super) async fn outcome_of<E: fmt::Display>(
    export: impl Future<Output = Result<(), E>>,
) -> Outcome {
    let scope = async {
        let result = export.await;
        let known = OUTCOME.with(Cell::take);
        known.unwrap_or_else(|| Outcome::Refused {
            // The exporter refused before it called anybody.
            why: result
                .err()
                .map_or_else(|| "nothing was sent".to_owned(), |error| error.to_string()),
        })
    };
    OUTCOME.scope(Cell::new(None), scope).await
}

impl Carrier {
    /// Makes the request what the settings say, whatever the exporter read elsewhere.
    fn prepare(&self, request: Request<Bytes>) -> Result<Request<Bytes>, HttpError> {
        let (mut parts, mut body) = request.into_parts();
        let mut headers = HeaderMap::with_capacity(self.headers.len() + 2);
        if let Some(value) = parts.headers.remove(CONTENT_TYPE) {
            headers.insert(CONTENT_TYPE, value);
        }
        if let Some(value) = parts.headers.remove(CONTENT_ENCODING) {
            if self.gzip {
                headers.insert(CONTENT_ENCODING, value);
            } else {
                let mut plain = Vec::new();
                flate2::read::GzDecoder::new(body.as_ref()).read_to_end(&mut plain)?;
                body = Bytes::from(plain);
            }
        }
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        parts.headers = headers;
        Ok(Request::from_parts(parts, body))
    }

    async fn carry(&self, request: Request<Bytes>) -> Outcome {
        let mut spent = Duration::ZERO;
        let mut failures = 0;
        loop {
            self.wait_for_leave().await;
            let before = Instant::now();
            let answer = self.attempt(request.clone()).await;
            spent += before.elapsed();
            let (why, asked) = match answer {
                Answer::Final(outcome) => return outcome,
                Answer::Later { why, pause } => (why, pause),
            };
            failures += 1;
            let pause = asked.unwrap_or_else(|| self.pauses.after(failures));
            if asked.is_none() {
                spent += pause;
            }
            if failures >= ATTEMPTS || spent >= self.patience {
                return Outcome::GaveUp { why };
            }
            if asked.is_some() {
                let until = Instant::now() + pause;
                *self
                    .not_before
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner) = Some(until);
            } else {
                self.pause(pause).await;
            }
        }
    }

    /// Waits until the place may be asked again.
    async fn wait_for_leave(&self) {
        let until = *self
            .not_before
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = until {
            self.pause(until.saturating_duration_since(Instant::now()))
                .await;
        }
    }

    /// Waits; at the stop not as long, but long enough not to press.
    async fn pause(&self, pause: Duration) {
        let wake = Instant::now() + pause;
        tokio::select! {
            () = tokio::time::sleep_until(wake) => {}
            () = self.stop.cancelled() => {
                let short = Instant::now() + self.pauses.first;
                tokio::time::sleep_until(wake.min(short)).await;
            }
        }
    }

    async fn attempt(&self, mut request: Request<Bytes>) -> Answer {
        if let Some(signer) = &self.signer
            && let Err(error) = signer.sign(&mut request).await
        {
            return Answer::Later {
                why: error.reason().unwrap_or(error.message()).to_owned(),
                pause: None,
            };
        }
        match self.http.send(request, self.attempt).await {
            Ok(response) => Answer::of(&response, jiff::Timestamp::now()),
            Err(failure) if failure.may_pass() => Answer::Later {
                why: failure.to_string(),
                pause: None,
            },
            Err(failure) => Answer::Final(Outcome::Refused {
                why: failure.to_string(),
            }),
        }
    }
}

type Sent<'a> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'a>>;

impl opentelemetry_http::HttpClient for Carrier {
    // What `async_trait` makes of an `async fn`.
    fn send_bytes<'life, 'future>(&'life self, request: Request<Bytes>) -> Sent<'future>
    where
        'life: 'future,
        Self: 'future,
    {
        Box::pin(async move {
            let outcome = self.carry(self.prepare(request)?).await;
            let is_taken = matches!(outcome, Outcome::Taken { .. });
            // Outside of an export nobody asks.
            let _ = OUTCOME.try_with(|known| known.set(Some(outcome)));
            if is_taken {
                Ok(Response::new(Bytes::new()))
            } else {
                Err("the export did not arrive".into())
            }
        })
    }
}
