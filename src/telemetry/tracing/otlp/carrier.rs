//! Carries one export to its place, as often as it takes and as the place asks.

use std::fmt;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Uri};
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::outcome::{Answer, Outcome};
use crate::remote::{HttpClient, Signer};

const PROTOBUF: HeaderValue = HeaderValue::from_static("application/x-protobuf");

const GZIP: HeaderValue = HeaderValue::from_static("gzip");

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
    pub(super) url: Uri,
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

impl Carrier {
    /// Carries an encoded request, and says what became of it.
    pub(super) async fn export(&self, body: Vec<u8>) -> Outcome {
        match self.request(body) {
            Ok(request) => self.carry(request).await,
            Err(why) => Outcome::Refused { why },
        }
    }

    fn request(&self, body: Vec<u8>) -> Result<Request<Bytes>, String> {
        let mut headers = HeaderMap::with_capacity(self.headers.len() + 2);
        headers.insert(CONTENT_TYPE, PROTOBUF);
        let body = if self.gzip {
            headers.insert(CONTENT_ENCODING, GZIP);
            gzip(&body).map_err(|error| format!("it cannot be compressed: {error}"))?
        } else {
            body
        };
        headers.extend(self.headers.clone());
        let mut request = Request::new(Bytes::from(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.clone();
        *request.headers_mut() = headers;
        Ok(request)
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

/// Compresses quickly: the network is seldom the narrow place, and the application needs the time.
fn gzip(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    encoder.write_all(body)?;
    encoder.finish()
}
