//! The worker of one place: takes batches, has them carried, and keeps the books.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::uri::InvalidUri;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use opentelemetry_sdk::Resource;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::carrier::{Carrier, Pauses};
use super::encode::{EncodedSpan, Encoder};
use super::explain::{Teller, shown_key};
use super::outcome::Outcome;
use crate::error::{Error, Result};
use crate::remote::{HttpClient, Signer};
use crate::settings::{Batches, Otlp};
use crate::telemetry::log_shipper::Notice;
use crate::telemetry::tracing::books::Books;
use crate::telemetry::tracing::counts::Undelivered;

/// How many requests are under way at once: while one waits for its answer another is made.
const LANES: usize = 2;

/// The pipeline to one place.
#[derive(Debug)]
pub(in crate::telemetry::tracing) struct OtlpPipeline {
    books: Arc<Books<EncodedSpan>>,
    delay: Duration,
    encoder: Encoder,
    carrier: Carrier,
    teller: Teller,
    stop: CancellationToken,
}

impl OtlpPipeline {
    /// Makes the pipeline; nothing is called yet.
    pub(in crate::telemetry::tracing) fn new(
        what: &'static str,
        place: &Otlp,
        batches: Batches,
        pauses: Pauses,
        signer: Option<Signer>,
        http: HttpClient,
        resource: &Resource,
    ) -> Result<Self> {
        let url = place.url.value.clone();
        let mut teller = Teller::new(what, url.clone(), place.url.origin.to_string());
        teller.is_signed = signer.is_some();
        teller.key = place
            .headers
            .iter()
            .find(|(name, _)| name == "x-honeycomb-team" || name == "authorization")
            .map(|(_, value)| shown_key(value.expose()));
        let stop = CancellationToken::new();
        let carrier = Carrier {
            http,
            url: self::url(place)?,
            headers: headers(place)?,
            gzip: place.gzip,
            signer,
            attempt: place.timeout,
            patience: batches.patience,
            pauses,
            stop: stop.clone(),
            not_before: Arc::new(Mutex::new(None)),
        };
        Ok(Self {
            books: Arc::new(Books::new(batches.queue, batches.most)),
            delay: batches.delay,
            encoder: Encoder::new(resource),
            carrier,
            teller,
            stop,
        })
    }

    /// Where spans are put.
    pub(in crate::telemetry::tracing) fn books(&self) -> Arc<Books<EncodedSpan>> {
        Arc::clone(&self.books)
    }

    /// Sends until told to stop, and then until nothing waits.
    pub(in crate::telemetry::tracing) async fn run(
        self,
        cancel: CancellationToken,
        say: &(dyn Fn(Notice) + Send + Sync),
    ) {
        let Self {
            books,
            delay,
            encoder,
            carrier,
            teller,
            stop,
        } = self;
        let mut under_way = FuturesUnordered::new();
        let mut next = Instant::now() + delay;
        let mut is_due = false;
        loop {
            while (is_due || books.has_batch()) && under_way.len() < LANES {
                let spans = books.take();
                if spans.is_empty() {
                    is_due = false;
                    next = Instant::now() + delay;
                    break;
                }
                under_way.push(export(&encoder, &carrier, spans, &books, &teller, say));
            }
            let is_stopping = stop.is_cancelled();
            if is_stopping && under_way.is_empty() {
                return;
            }
            tokio::select! {
                Some(()) = under_way.next() => is_due |= is_stopping,
                () = books.batch(), if under_way.len() < LANES => {}
                () = tokio::time::sleep_until(next), if !is_due => is_due = true,
                () = cancel.cancelled(), if !is_stopping => {
                    stop.cancel();
                    is_due = true;
                }
            }
        }
    }
}

/// Sends one batch.
async fn export(
    encoder: &Encoder,
    carrier: &Carrier,
    spans: Vec<EncodedSpan>,
    books: &Books<EncodedSpan>,
    teller: &Teller,
    say: &(dyn Fn(Notice) + Send + Sync),
) {
    let number = spans.len();
    let body = encoder.request(&spans);
    drop(spans);
    let outcome = carrier.export(body).await;
    match &outcome {
        Outcome::Taken { rejected, .. } => {
            let rejected = usize::try_from(*rejected).map_or(number, |one| one.min(number));
            books.sent(number - rejected);
            books.undelivered(Undelivered::PartlyRefused, rejected);
        }
        Outcome::Unauthorised { .. } => books.undelivered(Undelivered::Unauthorised, number),
        Outcome::Refused { .. } => books.undelivered(Undelivered::Refused, number),
        Outcome::GaveUp { .. } => books.undelivered(Undelivered::GaveUp, number),
    }
    if let Some(notice) = teller.tell(&outcome) {
        say(notice);
    }
}

fn url(place: &Otlp) -> Result<Uri> {
    place.url.value.parse().map_err(|error: InvalidUri| {
        Error::configuration(format!("spans cannot be sent to {}", place.url.value))
            .code("otlp-endpoint")
            .tried(place.url.origin.to_string())
            .cause(error.to_string())
            .fix("write a URL such as http://localhost:4318/v1/traces")
    })
}

fn headers(place: &Otlp) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in &place.headers {
        let unusable = |what: &str| {
            Error::configuration(format!("the header {name:?} cannot be sent"))
                .code("otlp-headers")
                .cause(format!("its {what} has characters that no header may have"))
                .fix("check OTEL_EXPORTER_OTLP_HEADERS: name=value,name=value")
        };
        let known = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable("name"))?;
        let mut value = HeaderValue::from_str(value.expose()).map_err(|_| unusable("value"))?;
        value.set_sensitive(true);
        headers.insert(known, value);
    }
    Ok(headers)
}
