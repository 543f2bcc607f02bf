//! Who sends, and what may see it.

use axum::http::{HeaderMap, StatusCode};

use super::refusal::Refusal;
use crate::sandbox::api::honeycomb::keys::Key;
use crate::sandbox::api::{Service, scope};
use crate::sandbox::store::{Signal, Tenant};

/// The environment of those who come to the port of a collector.
const ENVIRONMENT: &str = "test";

/// Where a request came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// The sandbox's port, which is Honeycomb's API and X-Ray's.
    Honeycomb,
    /// The port of a collector.
    Collector,
}

/// Who sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sender {
    /// To whose X-Ray spans go.
    pub(super) tenant: Tenant,
    /// The slug of the Honeycomb environment, where that sees them.
    pub(super) environment: Option<String>,
    /// The dataset that was named.
    pub(super) dataset: Option<String>,
}

impl Sender {
    /// Finds out who sends, in Honeycomb's order: the key before the dataset.
    pub(super) fn of(
        service: &Service,
        signal: Signal,
        door: Door,
        headers: &HeaderMap,
    ) -> Result<Self, Refusal> {
        if scope::is_signed(headers) {
            return signed(signal, headers);
        }
        let dataset = dataset(headers);
        let environment = match door {
            Door::Collector => ENVIRONMENT.to_owned(),
            Door::Honeycomb => {
                let key = Key::of(headers).map_err(Refusal::key)?;
                if key.is_classic && dataset.is_none() && signal != Signal::Logs {
                    return Err(Refusal::new(
                        StatusCode::UNAUTHORIZED,
                        "missing 'x-honeycomb-dataset' header",
                    ));
                }
                if !key.may_send() {
                    return Err(Refusal::new(
                        StatusCode::FORBIDDEN,
                        "this API key does not have permission to send events",
                    ));
                }
                if key.is_over_quota() {
                    return Err(Refusal::new(
                        StatusCode::TOO_MANY_REQUESTS,
                        "Request dropped due to rate limiting.",
                    ));
                }
                key.environment().to_owned()
            }
        };
        Ok(Self {
            tenant: service.default_tenant(),
            environment: Some(environment),
            dataset,
        })
    }
}

/// Whoever signs means X-Ray's own endpoint.
fn signed(signal: Signal, headers: &HeaderMap) -> Result<Sender, Refusal> {
    let tenant = scope::tenant(headers)
        .map_err(|fault| Refusal::new(StatusCode::FORBIDDEN, fault.message))?;
    if signal != Signal::Traces {
        return Err(Refusal::new(
            StatusCode::NOT_FOUND,
            "X-Ray takes traces only; without a signature, and with a Honeycomb key, this path is \
             Honeycomb's",
        ));
    }
    Ok(Sender {
        tenant,
        environment: None,
        dataset: None,
    })
}

fn dataset(headers: &HeaderMap) -> Option<String> {
    let given = headers.get("x-honeycomb-dataset")?;
    let text = String::from_utf8_lossy(given.as_bytes());
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
