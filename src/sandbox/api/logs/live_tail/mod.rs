//! `StartLiveTail`: events as they come, over a connection that stays open.
//!
//! What may be asked is checked here, and how many sessions there are at once is counted. What a
//! session sends is `session`'s, what one update holds is `update`'s; bytes are `event_stream`'s.

mod session;
mod update;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::super::Service;
use super::super::decode::decode;
use super::super::event_stream;
use super::read_events::filter_pattern;
use super::{check_identifier, check_stream_name, constraints, name_of_identifier, no_group};
use crate::logs::filter_pattern::FilterPattern;
use crate::sandbox::store::{
    Fault, LiveGroup, LogGroupClass, LogStreams, Store, TailPosition, Tenant,
};

/// Sessions that an account may have at once in a region.
const MOST_SESSIONS: usize = 15;

/// How long a session lasts,
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html>.
const LONGEST: Duration = Duration::from_hours(3);

/// The time between two updates.
const PAUSE: Duration = Duration::from_secs(1);

/// What a server needs to keep connections open; without a server there is none.
#[derive(Debug)]
pub(in crate::sandbox) struct LiveTail {
    /// The sessions' tasks.
    pub(in crate::sandbox) tasks: TaskTracker,
    /// Ends all sessions.
    pub(in crate::sandbox) stop: CancellationToken,
    pause: Duration,
    sessions: Arc<Mutex<HashMap<Tenant, usize>>>,
}

impl Default for LiveTail {
    fn default() -> Self {
        Self {
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            pause: PAUSE,
            sessions: Arc::default(),
        }
    }
}

/// A place among the sessions of an account; given back when it is dropped.
#[derive(Debug)]
struct Seat {
    tenant: Tenant,
    sessions: Arc<Mutex<HashMap<Tenant, usize>>>,
}

impl LiveTail {
    /// Sends an update after each such pause.
    #[cfg(test)]
    pub(in crate::sandbox) fn with_pause(pause: Duration) -> Self {
        Self {
            pause,
            ..Self::default()
        }
    }

    fn seat(&self, tenant: &Tenant) -> Option<Seat> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = sessions.entry(tenant.clone()).or_default();
        if *taken >= MOST_SESSIONS {
            return None;
        }
        *taken += 1;
        Some(Seat {
            tenant: tenant.clone(),
            sessions: Arc::clone(&self.sessions),
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = sessions.get_mut(&self.tenant) {
            *taken -= 1;
            if *taken == 0 {
                sessions.remove(&self.tenant);
            }
        }
    }
}

#[derive(Debug, Deserialize)]
struct Request {
    #[serde(rename = "logGroupIdentifiers")]
    identifiers: Option<Vec<String>>,
    #[serde(rename = "logStreamNames")]
    names: Option<Vec<String>>,
    #[serde(rename = "logStreamNamePrefixes")]
    prefixes: Option<Vec<String>>,
    #[serde(rename = "logEventFilterPattern")]
    pattern: Option<String>,
}

/// What a session shows.
#[derive(Debug)]
struct Watch {
    request: Request,
    tenant: Tenant,
    groups: Vec<LiveGroup>,
    pattern: FilterPattern,
    position: TailPosition,
}

/// Checks what is asked for, as one that does not stay checks it.
pub(super) fn check(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    watch(store, tenant, body).map(|_| Value::Null)
}

/// Starts a session: the answer begins at once, and its body goes on until the session ends.
pub(super) fn start(
    service: &Arc<Service>,
    tenant: &Tenant,
    body: &[u8],
    lifetime: Option<Duration>,
) -> Result<Response, Fault> {
    let Some(live_tail) = &service.live_tail else {
        return Err(Fault::new(
            "InvalidOperationException",
            "StartLiveTail needs a sandbox that serves: start one with `cruddur-obs sandbox`.",
        ));
    };
    let watch = watch(&service.store, tenant, body)?;
    let Some(seat) = live_tail.seat(tenant) else {
        return Err(Fault::new("LimitExceededException", "Rate exceeded"));
    };
    let (sender, receiver) = session::channel();
    let session = session::Session {
        store: service.store.clone(),
        log: service.log.clone(),
        watch,
        sender,
        pause: live_tail.pause,
        lifetime: lifetime.unwrap_or(LONGEST),
        stop: live_tail.stop.clone(),
    };
    live_tail.tasks.spawn(async move {
        let _seat = seat;
        session.run().await;
    });
    let mut response = Response::new(Body::from_stream(receiver));
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static(event_stream::CONTENT_TYPE),
    );
    Ok(response)
}

fn watch(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Watch, Fault> {
    let request = decode::<Request>(body)?;
    let identifiers = request.identifiers.as_deref();
    let mut constraints = constraints();
    constraints.required("logGroupIdentifiers", identifiers.as_ref());
    constraints.count(
        "logGroupIdentifiers",
        identifiers.map(<[_]>::len),
        &(1..=10),
    );
    for identifier in identifiers.unwrap_or_default() {
        let field = "logGroupIdentifiers.member";
        check_identifier(&mut constraints, field, Some(identifier));
    }
    for (field, names) in [
        ("logStreamNames", &request.names),
        ("logStreamNamePrefixes", &request.prefixes),
    ] {
        constraints.count(field, names.as_ref().map(Vec::len), &(1..=100));
        for name in names.iter().flatten() {
            check_stream_name(&mut constraints, &format!("{field}.member"), Some(name))?;
        }
    }
    let pattern = request.pattern.as_deref();
    constraints.length("logEventFilterPattern", pattern, &(0..=1024));
    constraints.finish()?;
    let pattern = filter_pattern(pattern)?;
    let streams = streams(&request)?;
    let mut groups: Vec<LiveGroup> = Vec::new();
    for identifier in identifiers.unwrap_or_default() {
        let name = checked_group(store, tenant, identifier)?;
        // One that is named twice is still one.
        if groups.iter().all(|known| known.name != name) {
            let streams = streams.clone();
            groups.push(LiveGroup { name, streams });
        }
    }
    Ok(Watch {
        tenant: tenant.clone(),
        groups,
        pattern,
        position: store.tail_position()?,
        request,
    })
}

fn streams(request: &Request) -> Result<LogStreams, Fault> {
    let (names, prefixes) = (&request.names, &request.prefixes);
    let groups = request.identifiers.as_ref().map_or(0, Vec::len);
    match (names, prefixes) {
        (None, None) => Ok(LogStreams::All),
        (Some(_), Some(_)) => Err(Fault::invalid_parameter(
            "logStreamNames and logStreamNamePrefixes are mutually exclusive parameters.",
        )),
        _ if groups != 1 => Err(Fault::invalid_parameter(
            "logStreamNames and logStreamNamePrefixes can be given with exactly one log group only.",
        )),
        (Some(names), None) => Ok(LogStreams::Named(names.clone())),
        (None, Some(prefixes)) => Ok(LogStreams::Prefixed(prefixes.clone())),
    }
}

/// The name of a group that can be watched.
fn checked_group(store: &Store, tenant: &Tenant, identifier: &str) -> Result<String, Fault> {
    if !identifier.starts_with("arn:") {
        return Err(Fault::invalid_parameter(format!(
            "logGroupIdentifiers takes ARNs of log groups; {identifier} is none."
        )));
    }
    let name = name_of_identifier(tenant, identifier).ok_or_else(no_group)?;
    let class = store.log_group(tenant, &name)?.class;
    if class != LogGroupClass::Standard {
        return Err(Fault::new(
            "InvalidOperationException",
            format!(
                "Live Tail is not supported for the log group {name}, which is of the class {}.",
                class.as_str()
            ),
        ));
    }
    Ok(name)
}
