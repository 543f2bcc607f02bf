//! `StartLiveTail`: frames as they come.

mod bounds;
mod sessions;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Request;
use futures::StreamExt as _;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::log_events::with_streams;
use super::{Answer, Caller, api, memory, on};
use crate::sandbox::api::fault_switch::Switchboard;
use crate::sandbox::{Log, Store};

const ARN: &str = "arn:aws:logs:ca-central-1:123456789012:log-group:g";

/// A sandbox that keeps connections open, and somebody who uses the same store.
struct Live {
    router: Router,
    caller: Caller,
}

/// A session that is read.
struct Session {
    frames: futures::stream::BoxStream<'static, Bytes>,
    read: Vec<u8>,
}

/// A frame, its checksums checked.
#[derive(Debug)]
struct Frame {
    kind: String,
    name: String,
    payload: Value,
}

async fn live() -> Live {
    with_faults(&[]).await
}

async fn with_faults(switches: &[&str]) -> Live {
    let store = memory();
    let switches: Vec<_> = switches.iter().map(|text| text.parse().unwrap()).collect();
    let service = api::Service {
        live_tail: Some(api::LiveTail::with_pause(Duration::from_millis(5))),
        switchboard: Switchboard::new(&switches, 0),
        ..api::Service::new(
            store.clone(),
            "us-east-1".to_owned(),
            Log::to(std::io::sink()),
        )
    };
    let caller = with_streams(on(Store::clone(&store)), &["s", "t1"]).await;
    Live {
        router: api::router(Arc::new(service)),
        caller,
    }
}

impl Live {
    async fn ask(&self, body: &Value) -> axum::http::Response<Body> {
        let request: Request<Bytes> = self
            .caller
            .signed("logs")
            .header("x-amz-target", "Logs_20140328.StartLiveTail")
            .body(Bytes::from(body.to_string()))
            .unwrap();
        let answered = self.router.clone().oneshot(request.map(Body::from)).await;
        answered.unwrap()
    }

    async fn start(&self, body: Value) -> Session {
        let response = self.ask(&body).await;
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.headers()["content-type"],
            "application/vnd.amazon.eventstream"
        );
        assert_eq!(response.headers()["x-amzn-requestid"].len(), 36);
        let stream = response.into_body().into_data_stream();
        Session {
            frames: stream.map(|frame| frame.unwrap()).boxed(),
            read: Vec::new(),
        }
    }

    async fn refused(&self, body: Value) -> Answer {
        let (parts, body) = self.ask(&body).await.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer::read(&axum::http::Response::from_parts(parts, body))
    }
}

impl Session {
    /// The next frame; `None` at the end.
    async fn next(&mut self) -> Option<Frame> {
        let number = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().unwrap());
        let length = |read: &[u8]| (read.len() >= 12).then(|| number(&read[..4]) as usize);
        while length(&self.read).is_none_or(|length| self.read.len() < length) {
            let wait = tokio::time::timeout(Duration::from_secs(10), self.frames.next());
            let more = wait.await.expect("a frame comes");
            let Some(more) = more else {
                assert!(self.read.is_empty(), "the stream ends between frames");
                return None;
            };
            self.read.extend_from_slice(&more);
        }
        let rest = self.read.split_off(length(&self.read).unwrap());
        let frame = std::mem::replace(&mut self.read, rest);
        let (all, sum) = frame.split_at(frame.len() - 4);
        assert_eq!(crc32fast::hash(all), number(sum));
        assert_eq!(crc32fast::hash(&frame[..8]), number(&frame[8..12]));
        let (mut headers, payload) = all[12..].split_at(number(&frame[4..8]) as usize);
        let mut named = std::collections::HashMap::new();
        while let [length, rest @ ..] = headers {
            let (name, rest) = rest.split_at(usize::from(*length));
            assert_eq!(rest[0], 7);
            let length = usize::from(u16::from_be_bytes([rest[1], rest[2]]));
            let (value, rest) = rest[3..].split_at(length);
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            named.insert(text(name), text(value));
            headers = rest;
        }
        assert_eq!(named[":content-type"], "application/x-amz-json-1.1");
        let kind = named[":message-type"].clone();
        Some(Frame {
            name: named[&format!(":{kind}-type")].clone(),
            kind,
            payload: serde_json::from_slice(payload).unwrap(),
        })
    }

    async fn event(&mut self) -> Frame {
        let frame = self.next().await.expect("a frame");
        assert_eq!(frame.kind, "event");
        frame
    }

    /// The first two frames.
    async fn opening(&mut self) -> Value {
        let first = self.event().await;
        assert_eq!(
            (first.name.as_str(), first.payload),
            ("initial-response", json!({}))
        );
        let second = self.event().await;
        assert_eq!(second.name, "sessionStart");
        second.payload
    }

    /// The next update.
    async fn update(&mut self) -> Value {
        let frame = self.event().await;
        assert_eq!(frame.name, "sessionUpdate");
        frame.payload
    }

    /// The next update that has something.
    async fn results(&mut self) -> Value {
        loop {
            let update = self.update().await;
            if update["sessionResults"] != json!([]) {
                return update;
            }
        }
    }
}
