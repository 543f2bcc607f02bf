//! OTLP in, X-Ray's answers and the store's payloads out.

mod any_body;
mod beside_segments;
mod checks;
mod documents;
mod keeping;
mod xray_endpoint;

use std::fs;
use std::path::Path;

use axum::body::Bytes;
use axum::http::Request;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;
use serde_json::{Value, json};

use super::{Caller, Clock, Location, Store, on};
use crate::sandbox::HONEYCOMB_KEY;

pub(super) const JSON: &str = "application/json";
pub(super) const PROTOBUF: &str = "application/x-protobuf";

/// A W3C trace id, and the same as X-Ray writes it.
pub(super) const TRACE: &str = "5759e988bd862e3fe1be46a994272793";
pub(super) const XRAY_TRACE: &str = "1-5759e988-bd862e3fe1be46a994272793";

/// An answer to an export.
#[derive(Debug)]
pub(super) struct Exported {
    pub(super) status: u16,
    pub(super) content_type: String,
    pub(super) retry_after: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Exported {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }
}

impl Caller {
    /// Sends a body as it is, with these headers and no others.
    pub(super) async fn export(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Exported {
        let mut request = Request::post(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.send(request.body(body.into()).unwrap()).await;
        let header = |name| {
            let value = response.headers().get(name)?;
            Some(value.to_str().unwrap().to_owned())
        };
        Exported {
            status: response.status().as_u16(),
            content_type: header("content-type").unwrap_or_default(),
            retry_after: header("retry-after"),
            body: response.body().to_vec(),
        }
    }

    /// Sends JSON with a good key.
    pub(super) async fn export_json(&self, path: &str, body: &Value) -> Exported {
        let headers = [("content-type", JSON), ("x-honeycomb-team", HONEYCOMB_KEY)];
        self.export(path, &headers, body.to_string()).await
    }

    /// Sends protobuf with a good key; it must be taken whole.
    pub(super) async fn exported(&self, path: &str, body: Vec<u8>) {
        let headers = [
            ("content-type", PROTOBUF),
            ("x-honeycomb-team", HONEYCOMB_KEY),
        ];
        let answer = self.export(path, &headers, body).await;
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b""[..]));
    }

    /// The documents of a trace, as a caller without an account reads them back.
    pub(super) async fn documents_of(&self, trace: &str) -> Vec<Value> {
        let answer = self.done("/Traces", json!({ "TraceIds": [trace] })).await;
        let Some(segments) = answer["Traces"][0]["Segments"].as_array() else {
            return Vec::new();
        };
        let read = |segment: &Value| {
            let text = segment["Document"].as_str().unwrap();
            serde_json::from_str(text).unwrap()
        };
        segments.iter().map(read).collect()
    }
}

/// The instant of most spans here: that of [`TRACE`]'s stamp.
pub(super) const START: u64 = 1_465_510_280_000_000_000;

/// A caller who reads what unsigned senders wrote, at the time of the spans.
pub(super) fn caller() -> Caller {
    let store = Store::open(&Location::Memory).unwrap();
    let now = i64::try_from(START / 1_000_000).unwrap() + 5_000;
    reader(store.with_clock(Clock::frozen(now)))
}

pub(super) fn reader(store: Store) -> Caller {
    Caller {
        region: "us-east-1",
        key_id: "sandbox",
        ..on(store)
    }
}

/// A span in the JSON of Node's exporters: numbers where they fit, times as text.
pub(super) fn span(id: u64, parent: Option<u64>, kind: i32, name: &str, more: &Value) -> Value {
    let mut span = json!({
        "traceId": TRACE, "spanId": format!("{id:016x}"), "name": name, "kind": kind,
        "startTimeUnixNano": (START + id * 1_000_000).to_string(),
        "endTimeUnixNano": (START + id * 1_000_000 + 2_000_000).to_string(),
        "attributes": [], "droppedAttributesCount": 0, "events": [], "droppedEventsCount": 0,
        "status": { "code": 0 }, "links": [], "droppedLinksCount": 0, "flags": 257,
    });
    if let Some(parent) = parent {
        span["parentSpanId"] = json!(format!("{parent:016x}"));
    }
    for (name, value) in more.as_object().into_iter().flatten() {
        span[name] = value.clone();
    }
    span
}

/// A request with these spans of one service.
pub(super) fn request(service: &str, spans: &[Value]) -> Value {
    json!({ "resourceSpans": [{
        "resource": {
            "attributes": [{ "key": "service.name", "value": { "stringValue": service } }],
            "droppedAttributesCount": 0,
        },
        "scopeSpans": [{ "scope": { "name": "tests", "version": "1" }, "spans": spans }],
    }]})
}

/// Attributes from a JSON object.
pub(super) fn attributes(object: &Value) -> Value {
    let members = object.as_object().unwrap().iter();
    let pairs = members.map(|(key, value)| {
        let value = match value {
            Value::String(text) => json!({ "stringValue": text }),
            Value::Bool(boolean) => json!({ "boolValue": boolean }),
            Value::Array(items) => {
                let texts = items.iter().map(|item| json!({ "stringValue": item }));
                json!({ "arrayValue": { "values": texts.collect::<Vec<_>>() } })
            }
            number => json!({ "intValue": number }),
        };
        json!({ "key": key, "value": value })
    });
    pairs.collect()
}

pub(super) fn protobuf(request: &Value) -> Vec<u8> {
    let request: ExportTraceServiceRequest = serde_json::from_value(request.clone()).unwrap();
    request.encode_to_vec()
}

/// What the seeds' app sent, by the names of the files.
pub(super) fn captured() -> Vec<(String, Vec<u8>)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/otlp");
    let entries = fs::read_dir(directory).unwrap();
    let mut bodies: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    bodies.sort();
    assert!(bodies.len() > 15, "{}", bodies.len());
    bodies
}
