//! Asks X-Ray which requests to record, and reports what was done: through a daemon's TCP port,
//! or the API.
//!
//! Rules are fetched at the start, every five minutes, and when an answer says that they have
//! changed; reports go every ten seconds. Until rules come, and an hour after they last came, the
//! local ones decide.
//!
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sampling.html>

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::sampling_answers::{RulesPage, TargetsAnswer, reports_request, rules_request};
use crate::remote::{Forwarded, HttpClient, XrayClient};
use crate::telemetry::log_shipper::Notice;
use crate::xray::daemon_address::HostPort;
use crate::xray::sampling::client::{POLL_SECONDS, Sampler};
use crate::xray::sampling::report::MOST_IN_ONE_CALL;
use crate::xray::sampling_rule::SamplingRule;

/// How often rules are fetched.
const RULES_EVERY: Duration = Duration::from_mins(5);

/// How soon they are, after they could not be.
const RULES_AGAIN: Duration = Duration::from_secs(30);

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most pages of rules that are read; an account has 25 rules.
const MOST_PAGES: usize = 20;

/// Who is asked.
#[derive(Debug, Clone)]
pub(in crate::telemetry::tracing) enum Oracle {
    /// A daemon, at its TCP port.
    Daemon(HttpClient, HostPort),
    /// X-Ray.
    Api(Box<XrayClient>),
}

/// Keeps a sampler informed.
#[derive(Debug)]
pub(in crate::telemetry::tracing) struct Poller {
    pub(in crate::telemetry::tracing) oracle: Oracle,
    pub(in crate::telemetry::tracing) sampler: Arc<Mutex<Sampler>>,
}

impl Oracle {
    async fn ask<T: DeserializeOwned>(&self, path: &str, body: Vec<u8>) -> Result<T, String> {
        let answer = match self {
            Self::Daemon(http, address) => {
                let request = Request::post(format!("http://{address}{path}"))
                    .header(CONTENT_TYPE, "application/json")
                    .body(Bytes::from(body))
                    .map_err(|error| error.to_string())?;
                let response = http
                    .send(request, PATIENCE)
                    .await
                    .map_err(|failure| failure.to_string())?;
                let status = response.status().as_u16();
                (status, response.into_body().to_vec())
            }
            Self::Api(client) => {
                let request = Forwarded {
                    method: "POST".to_owned(),
                    path: path.to_owned(),
                    content_type: Some("application/json".to_owned()),
                    body,
                };
                let reply = client.forward(request, PATIENCE).await.map_err(|error| {
                    let cause = error.reason().unwrap_or_default();
                    format!("{}: {cause}", error.message())
                })?;
                (reply.status, reply.body)
            }
        };
        let (status, body) = answer;
        let text = || String::from_utf8_lossy(&body).chars().take(300).collect();
        if status != 200 {
            let text: String = text();
            return Err(format!("HTTP {status}: {text}"));
        }
        serde_json::from_slice(&body).map_err(|error| {
            let text: String = text();
            format!("the answer cannot be read ({error}): {text}")
        })
    }
}

impl Poller {
    /// Fetches the rules; says why not.
    pub(in crate::telemetry::tracing) async fn fetch_rules(&self) -> Result<(), String> {
        let mut rules: Vec<SamplingRule> = Vec::new();
        let mut token: Option<String> = None;
        // What is changed while the pages come is fetched again.
        let asked_at = Timestamp::now();
        for _ in 0..MOST_PAGES {
            let body = rules_request(token.as_deref());
            let page: RulesPage = self.oracle.ask("/GetSamplingRules", body).await?;
            token.clone_from(&page.next_token);
            rules.extend(page.rules());
            if token.is_none() {
                break;
            }
        }
        self.sampler().load_rules(rules, asked_at);
        Ok(())
    }

    /// Polls until cancelled; `has_rules` where they have been fetched already.
    pub(in crate::telemetry::tracing) async fn run(
        self,
        has_rules: bool,
        cancel: CancellationToken,
        say: &(dyn Fn(Notice) + Send + Sync),
    ) {
        let work = async {
            let mut is_well = true;
            let mut tell = |result: &Result<(), String>| match result {
                Ok(()) if !is_well => {
                    is_well = true;
                    say(Notice::Info(
                        "X-Ray's sampling rules are heeded again".to_owned(),
                    ));
                }
                Err(why) if is_well => {
                    is_well = false;
                    say(Notice::Warning(format!(
                        "X-Ray's sampling rules cannot be had: {why}; until they can, 1 request a second and 5 % of the others are recorded"
                    )));
                }
                _ => {}
            };
            let poll = Duration::from_secs(u64::from(POLL_SECONDS));
            // Processes that began together shall not ask together.
            let jitter = |most: u64| Duration::from_millis(fastrand::u64(..most));
            let mut rules_at = Instant::now();
            if has_rules {
                rules_at += RULES_EVERY + jitter(5000);
            }
            let mut targets_at = Instant::now() + poll + jitter(100);
            loop {
                tokio::time::sleep_until(rules_at.min(targets_at)).await;
                let now = Instant::now();
                let mut is_stale = rules_at <= now;
                if targets_at <= now {
                    is_stale |= self.report().await;
                    targets_at = now + poll + jitter(100);
                }
                if is_stale {
                    let fetched = self.fetch_rules().await;
                    tell(&fetched);
                    let pause = if fetched.is_ok() {
                        RULES_EVERY
                    } else {
                        RULES_AGAIN
                    };
                    rules_at = Instant::now() + pause + jitter(5000);
                }
            }
        };
        tokio::select! {
            () = work => {}
            () = cancel.cancelled() => {}
        }
    }

    /// Reports, and does what is answered; tells whether the rules are stale.
    async fn report(&self) -> bool {
        let reports = self.sampler().report(Timestamp::now());
        let mut is_stale = false;
        for chunk in reports.chunks(MOST_IN_ONE_CALL) {
            let answer: Result<TargetsAnswer, String> = self
                .oracle
                .ask("/SamplingTargets", reports_request(chunk))
                .await;
            let mut sampler = self.sampler();
            match answer {
                Ok(answer) => {
                    sampler.load_targets(&answer.targets());
                    is_stale |= answer.has_unknown()
                        || answer
                            .last_modification()
                            .is_some_and(|at| sampler.needs_rules(at));
                }
                Err(_) => sampler.put_back(chunk),
            }
        }
        is_stale
    }

    fn sampler(&self) -> MutexGuard<'_, Sampler> {
        self.sampler.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
