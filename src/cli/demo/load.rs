//! A few seconds of mixed requests: most go well, some fail, some are slow, some ask the other backend.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use axum::http::{Method, Request};
use futures::{StreamExt as _, stream};

use super::super::context::Context;
use super::backends::Backends;
use crate::remote::HttpClient;
use crate::trace::TraceId;

/// So many requests are under way at once.
const AT_ONCE: usize = 6;

/// How long all of it takes, unless the backend is slower.
const LENGTH: Duration = Duration::from_secs(3);

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is asked for, again and again: path and body; `{messages}` is the other backend.
const MIX: [(&str, Option<&str>); 20] = [
    ("/api/activities/home", None),
    ("/api/activities/@andrewbrown", None),
    ("/debug/outbound?url={messages}/api/message_groups", None),
    ("/api/activities/home", None),
    ("/api/activities/notifications", None),
    ("/api/activities/search?term=cloud", None),
    ("/debug/outbound?url={messages}/api/messages/@worf", None),
    (
        "/api/activities",
        Some(r#"{"message":"Cloud is fun!","ttl":"7-days"}"#),
    ),
    ("/api/activities/home", None),
    ("/api/activities/search?term=", None),
    ("/debug/slow?ms=180", None),
    ("/api/activities/home", None),
    ("/debug/outbound?url={messages}/api/message_groups", None),
    ("/api/activities/@worf", None),
    ("/debug/error", None),
    ("/api/activities/home", None),
    ("/nowhere", None),
    ("/debug/outbound?url={messages}/debug/slow?ms=120", None),
    ("/api/activities/home", None),
    ("/rollbar/test", None),
];

/// The request that is shown from all sides: it fails in the other backend.
const FEATURED: &str = "/debug/outbound?url={messages}/debug/error";

/// Requests that have not been made.
pub(super) struct Load {
    client: Option<HttpClient>,
    main: String,
    messages: String,
    requests: u32,
}

/// What came of them.
pub(super) struct Told {
    /// How many there were.
    pub(super) requests: u32,
    /// The one to show.
    pub(super) featured: TraceId,
    well: u32,
    refused: u32,
    failed: u32,
    elapsed: Duration,
}

impl Load {
    pub(super) fn new(inner: &Context<'_>, backends: &Backends, requests: u32) -> Self {
        Self {
            client: inner.http().ok().cloned(),
            main: backends.main().to_owned(),
            messages: backends.messages().to_owned(),
            requests,
        }
    }

    /// Makes them, evenly over the time.
    pub(super) async fn run(self) -> Told {
        let began = Instant::now();
        let pause = LENGTH / self.requests;
        let featured = self.requests / 2;
        let ids: Vec<TraceId> = (0..self.requests).map(|_| new_id()).collect();
        let answers = stream::iter(0..self.requests)
            .map(|number| {
                let path = if number == featured {
                    (FEATURED, None)
                } else {
                    MIX[number as usize % MIX.len()]
                };
                let at = began + pause * number;
                let id = ids[number as usize];
                let load = &self;
                async move {
                    tokio::time::sleep_until(at.into()).await;
                    load.ask(path, id).await
                }
            })
            .buffer_unordered(AT_ONCE)
            .collect::<Vec<u16>>()
            .await;
        let count = |of: std::ops::Range<u16>| {
            let number = answers.iter().filter(|status| of.contains(status)).count();
            u32::try_from(number).unwrap_or(u32::MAX)
        };
        Told {
            requests: self.requests,
            featured: ids[featured as usize],
            well: count(100..400),
            refused: count(400..500),
            failed: count(500..1000) + count(0..1),
            elapsed: began.elapsed(),
        }
    }

    /// The status of an answer; 0 where there was none.
    async fn ask(&self, (path, body): (&str, Option<&str>), id: TraceId) -> u16 {
        let path = path.replace("{messages}", &self.messages);
        let request = Request::builder()
            .method(if body.is_some() {
                Method::POST
            } else {
                Method::GET
            })
            .uri(format!("{}{path}", self.main))
            .header("content-type", "application/json")
            // As a service upstream would: every request is recorded, so that the picture is whole.
            .header("x-amzn-trace-id", format!("Root={id};Sampled=1"))
            .body(Bytes::from(body.unwrap_or_default().to_owned()));
        let (Some(client), Ok(request)) = (&self.client, request) else {
            return 0;
        };
        match client.send(request, PATIENCE).await {
            Ok(answer) => answer.status().as_u16(),
            Err(_) => 0,
        }
    }
}

impl Told {
    /// In one sentence.
    pub(super) fn sentence(&self) -> String {
        format!(
            "{} requests in {:.1} s: {} went well, {} were refused, {} failed",
            self.requests,
            self.elapsed.as_secs_f64(),
            self.well,
            self.refused,
            self.failed
        )
    }
}

/// A new id in X-Ray's form, whose first digits are the time.
fn new_id() -> TraceId {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let random = fastrand::u128(..) & ((1 << 96) - 1);
    TraceId::new((u128::from(now) << 96) | random)
}
