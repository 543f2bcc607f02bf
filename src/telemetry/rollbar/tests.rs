use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Bytes;
use axum::http::Response;

use super::*;
use crate::remote::{HttpClient, LocalService};
use crate::rollbar::{Identity, Level, Source};
use crate::settings::Secret;

/// What a server does with the request of this number, from 0; `None` is never answering.
type Script = fn(usize) -> Option<(u16, &'static str)>;

struct Told {
    totals: ErrorTotals,
    notices: Vec<Notice>,
    requests: usize,
}

fn item(number: usize) -> Item {
    let identity = Identity {
        uuid: format!("00000000-0000-4000-8000-{number:012}"),
        timestamp: 1_795_167_757,
    };
    Item::message(identity, &Source::default(), Level::Error, "m")
}

/// Reports so many items, lets the worker run for `time`, and stops it.
async fn run(script: Script, items: usize, settings: ReportingSettings, time: Duration) -> Told {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let service: LocalService = Arc::new(move |_request| {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            let Some((status, body)) = script(number) else {
                return std::future::pending().await;
            };
            let mut response = Response::new(Bytes::from_static(body.as_bytes()));
            *response.status_mut() = status.try_into().expect("a status");
            response
        })
    });
    let client = RollbarClient::new(HttpClient::local(service), None, Secret::new("t"));
    let reporting = Reporting::bind(settings, client);
    let reporter = reporting.reporter();
    for number in 0..items {
        reporter.report(item(number));
    }
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let notices = Mutex::new(Vec::new());
    let say = |notice| notices.lock().expect("no panic").push(notice);
    let stopping = async move {
        tokio::time::sleep(time).await;
        stop.cancel();
    };
    tokio::join!(reporting.serve(cancel, say), stopping);
    Told {
        totals: reporter.totals(),
        notices: notices.into_inner().expect("no panic"),
        requests: requests.load(Ordering::Relaxed),
    }
}

fn totals(given: u64) -> ErrorTotals {
    ErrorTotals {
        given,
        ..ErrorTotals::default()
    }
}

const OK: Option<(u16, &str)> = Some((200, r#"{"err":0,"result":{}}"#));
const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test(start_paused = true)]
async fn what_is_taken_is_sent() {
    let told = run(|_| OK, 10, ReportingSettings::default(), MINUTE).await;
    assert_eq!(
        told.totals,
        ErrorTotals {
            sent: 10,
            ..totals(10)
        }
    );
    assert_eq!(told.notices, []);
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_tried_again_and_said_once() {
    let script: Script = |number| match number {
        0 | 1 => Some((500, "no JSON")),
        2 => Some((429, r#"{"err":1,"message":"too many"}"#)),
        _ => OK,
    };
    let told = run(script, 3, ReportingSettings::default(), MINUTE).await;
    assert_eq!(
        told.totals,
        ErrorTotals {
            sent: 3,
            ..totals(3)
        }
    );
    assert_eq!(told.requests, 6);
    assert_eq!(told.notices.len(), 2, "{:?}", told.notices);
    assert_eq!(told.notices[1], Notice::Info("goes well again".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_refused_is_said_once() {
    let script: Script = |_| Some((403, r#"{"err":1,"message":"invalid access token"}"#));
    let told = run(script, 5, ReportingSettings::default(), MINUTE).await;
    assert_eq!(
        told.totals,
        ErrorTotals {
            token_refused: 5,
            ..totals(5)
        }
    );
    assert_eq!(told.requests, 5);
    assert_eq!(told.notices.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_item_that_is_refused_takes_no_other_with_it() {
    let script: Script = |number| match number {
        1 => Some((422, r#"{"err":1,"message":"missing body"}"#)),
        _ => OK,
    };
    let told = run(script, 3, ReportingSettings::default(), MINUTE).await;
    let expected = ErrorTotals {
        sent: 2,
        item_refused: 1,
        ..totals(3)
    };
    assert_eq!(told.totals, expected);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_does_not_hold_the_stop_up() {
    let settings = ReportingSettings {
        queue_items: 4,
        ..ReportingSettings::default()
    };
    let told = run(|_| None, 6, settings, MINUTE).await;
    let expected = ErrorTotals {
        queue_full: 2,
        not_in_time: 4,
        ..totals(6)
    };
    assert_eq!(told.totals, expected);
}

#[tokio::test(start_paused = true)]
async fn more_than_the_rate_is_dropped_and_counted() {
    let told = run(|_| OK, 100, ReportingSettings::default(), MINUTE).await;
    let expected = ErrorTotals {
        sent: 60,
        over_rate: 40,
        ..totals(100)
    };
    assert_eq!(told.totals, expected);
}
