//! CloudWatch Logs inside this process, where time can be made to fly.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, Response};
use cruddur_obs::error::{Error, Result};
use cruddur_obs::logs::batch::InputLogEvent;
use cruddur_obs::remote::{self, LocalService, LogsClient};
use cruddur_obs::settings::{Environment, Flags, Settings as AllSettings};
use cruddur_obs::telemetry::{LogShipper, LogShipping, Notice, Settings, Totals};
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A request that came.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) operation: String,
    pub(super) body: Value,
    /// How many of its kind came before.
    pub(super) nth: usize,
    pub(super) at: Instant,
}

impl Call {
    /// The messages that it carries.
    pub(super) fn messages(&self) -> Vec<&str> {
        let events = self.body["logEvents"].as_array();
        let events = events.map(Vec::as_slice).unwrap_or_default();
        events
            .iter()
            .map(|event| event["message"].as_str().expect("a message is text"))
            .collect()
    }
}

/// What comes back.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    Json(u16, Value),
    Text(u16, &'static str),
    Hang,
}

pub(super) fn fine() -> Reply {
    Reply::Json(200, json!({"nextSequenceToken": "1"}))
}

pub(super) fn error(status: u16, code: &str, message: &str) -> Reply {
    Reply::Json(status, json!({"__type": code, "message": message}))
}

pub(super) fn throttled() -> Reply {
    error(400, "ThrottlingException", "Rate exceeded")
}

pub(super) fn no_stream() -> Reply {
    error(
        400,
        "ResourceNotFoundException",
        "The specified log stream does not exist.",
    )
}

pub(super) fn no_group() -> Reply {
    error(
        400,
        "ResourceNotFoundException",
        "The specified log group does not exist.",
    )
}

pub(super) fn denied() -> Reply {
    error(
        400,
        "AccessDeniedException",
        "User: arn:aws:iam::111122223333:user/dev is not authorized to perform: logs:PutLogEvents on resource: arn:aws:logs:us-east-1:111122223333:log-group:web:log-stream:one because no identity-based policy allows the logs:PutLogEvents action",
    )
}

/// The service, and all that it was asked.
#[derive(Clone, Default)]
pub(super) struct Service {
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Service {
    pub(super) fn calls(&self) -> Vec<Call> {
        self.calls.lock().expect("no thread panicked").clone()
    }

    pub(super) fn puts(&self) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.operation == "PutLogEvents");
        calls
    }

    pub(super) fn operations(&self) -> Vec<String> {
        let calls = self.calls().into_iter();
        calls.map(|call| call.operation).collect()
    }

    fn hear(&self, request: &Request<Bytes>) -> Call {
        let target = request.headers()["x-amz-target"].to_str();
        let (_, operation) = target
            .ok()
            .and_then(|target| target.split_once('.'))
            .expect("a target");
        let mut calls = self.calls.lock().expect("no thread panicked");
        let before = calls.iter().filter(|call| call.operation == operation);
        let call = Call {
            operation: operation.to_owned(),
            body: serde_json::from_slice(request.body()).expect("the body is JSON"),
            nth: before.count(),
            at: Instant::now(),
        };
        calls.push(call.clone());
        call
    }
}

/// A client of a service that answers so.
pub(super) async fn client(
    answers: impl Fn(&Call) -> Reply + Send + Sync + 'static,
) -> (LogsClient, Service) {
    let service = Service::default();
    let ears = service.clone();
    let local: LocalService = Arc::new(move |request: Request<Bytes>| {
        let reply = answers(&ears.hear(&request));
        Box::pin(async move {
            let (status, body) = match reply {
                Reply::Json(status, body) => (status, body.to_string()),
                Reply::Text(status, body) => (status, body.to_owned()),
                Reply::Hang => std::future::pending().await,
            };
            Response::builder()
                .status(status)
                .body(Bytes::from(body))
                .expect("an answer")
        })
    });
    let flags = Flags {
        sandbox: Some(None),
        ..Flags::default()
    };
    let nowhere = PathBuf::from("/nowhere");
    let environment = Environment::of([], nowhere.clone(), Some(nowhere));
    let settings = AllSettings::resolve(&flags, &environment).expect("the settings are usable");
    let access = settings
        .aws(&environment, jiff::Timestamp::UNIX_EPOCH)
        .expect("a sandbox needs nothing");
    let clients = remote::connect(&access, None, Some(local))
        .await
        .expect("nothing is in the way");
    (clients.logs, service)
}

/// What was left when a shipper had ended.
pub(super) struct Ended {
    pub(super) result: Result<(), Error>,
    pub(super) totals: Totals,
    pub(super) notices: Vec<Notice>,
    pub(super) service: Service,
    pub(super) took: Duration,
}

impl Ended {
    /// The figures, which add up, as the line of truth has them.
    pub(super) fn truth(&self) -> String {
        adds_up(&self.totals);
        assert_eq!(self.totals.waiting, 0, "{}", self.totals);
        self.totals.to_string()
    }

    /// The warnings, one a line.
    pub(super) fn warnings(&self) -> String {
        let notices = self.notices.iter();
        let warnings = notices.filter_map(|notice| match notice {
            Notice::Warning(text) => Some(text.as_str()),
            Notice::Info(_) => None,
        });
        warnings.collect::<Vec<_>>().join("\n")
    }

    pub(super) fn infos(&self) -> String {
        let notices = self.notices.iter();
        let infos = notices.filter_map(|notice| match notice {
            Notice::Info(text) => Some(text.as_str()),
            Notice::Warning(_) => None,
        });
        infos.collect::<Vec<_>>().join("\n")
    }

    /// How often each message is in a request that was answered with success.
    pub(super) fn arrived(&self, was_taken: impl Fn(&Call) -> bool) -> BTreeMap<String, u32> {
        let mut arrived = BTreeMap::new();
        for put in self.service.puts().iter().filter(|put| was_taken(put)) {
            for message in put.messages() {
                *arrived.entry(message.to_owned()).or_default() += 1;
            }
        }
        arrived
    }
}

pub(super) fn adds_up(totals: &Totals) {
    assert_eq!(
        totals.given,
        totals.sent + totals.dropped() + totals.rejected() + totals.waiting,
        "{totals}"
    );
}

pub(super) fn settings() -> Settings {
    Settings::new("web", "one")
}

pub(super) fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

pub(super) fn event(message: impl Into<String>) -> InputLogEvent {
    InputLogEvent {
        timestamp: now(),
        message: message.into(),
    }
}

/// Runs a shipper to its end, next to an application that emits.
pub(super) async fn ship<F: Future<Output = ()>>(
    settings: Settings,
    answers: impl Fn(&Call) -> Reply + Send + Sync + 'static,
    application: impl FnOnce(LogShipper, CancellationToken) -> F,
) -> Ended {
    let (client, service) = client(answers).await;
    let shipping = LogShipping::bind(settings, client).expect("the names are fine");
    let shipper = shipping.shipper();
    let cancel = CancellationToken::new();
    let notices = Mutex::new(Vec::new());
    let started = Instant::now();
    let say = |notice| notices.lock().expect("no thread panicked").push(notice);
    let worker = async {
        let result = shipping.serve(cancel.clone(), say).await;
        (result, started.elapsed())
    };
    let ((result, took), ()) = tokio::join!(worker, application(shipper.clone(), cancel.clone()));
    Ended {
        result,
        totals: shipper.totals(),
        notices: notices.into_inner().expect("no thread panicked"),
        service,
        took,
    }
}

/// Gives events with these messages, and says that it was all.
pub(super) async fn ship_all(
    settings: Settings,
    answers: impl Fn(&Call) -> Reply + Send + Sync + 'static,
    messages: impl IntoIterator<Item = String>,
) -> Ended {
    ship(settings, answers, async |shipper, _| {
        for message in messages {
            shipper.send(event(message));
        }
        shipper.close();
    })
    .await
}
