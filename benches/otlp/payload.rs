//! Requests of 512 spans of 203 bytes, eight to a trace: a server, its own work, two calls.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message as _;

use super::Result;

/// Spans of a request: what exporters send at once unless they are told otherwise.
pub(crate) const SPANS: u64 = 512;

/// Spans of a trace.
pub(crate) const PER_TRACE: u64 = 8;

/// Bytes of a span.
const LENGTH: usize = 203;

/// When all of them began, in seconds.
pub(crate) const START: u64 = 1_700_000_000;

/// How requests are encoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Protobuf,
    Json,
}

impl Encoding {
    pub(crate) const ALL: [Self; 2] = [Self::Protobuf, Self::Json];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Protobuf => "protobuf",
            Self::Json => "JSON",
        }
    }

    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }
}

/// A request that is made once and sent often, each time with traces of its own.
pub(crate) struct Payload {
    encoding: Encoding,
    pub(crate) body: Vec<u8>,
    /// Where the first halves of trace ids stand.
    places: Vec<usize>,
}

/// The first half of every trace id, until it is another one.
const MARK: u64 = 0x5afe_c0de_5afe_c0de;

impl Payload {
    pub(crate) fn new(encoding: Encoding) -> Result<Self> {
        let request = request();
        let body = match encoding {
            Encoding::Protobuf => request.encode_to_vec(),
            Encoding::Json => serde_json::to_vec(&request)?,
        };
        let mark = match encoding {
            Encoding::Protobuf => MARK.to_be_bytes().to_vec(),
            Encoding::Json => format!("{MARK:016x}").into_bytes(),
        };
        let found = body.windows(mark.len()).enumerate();
        let places: Vec<usize> = found
            .filter(|(_, window)| *window == mark)
            .map(|(place, _)| place)
            .collect();
        if places.len() as u64 != SPANS {
            return Err("the trace ids were not found".into());
        }
        Ok(Self {
            encoding,
            body,
            places,
        })
    }

    /// Gives its traces ids that no other number gives.
    pub(crate) fn number(&mut self, number: u64) {
        let half = match self.encoding {
            Encoding::Protobuf => number.to_be_bytes().to_vec(),
            Encoding::Json => format!("{number:016x}").into_bytes(),
        };
        for place in &self.places {
            self.body[*place..*place + half.len()].copy_from_slice(&half);
        }
    }
}

fn text(key: &str, text: &str) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Value::StringValue(text.to_owned())),
        }),
        ..KeyValue::default()
    }
}

fn whole(key: &str, number: i64) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Value::IntValue(number)),
        }),
        ..KeyValue::default()
    }
}

fn request() -> ExportTraceServiceRequest {
    let spans = (0..SPANS).map(span).collect();
    let resource = Resource {
        attributes: vec![
            text("service.name", "backend-flask"),
            text("telemetry.sdk.name", "opentelemetry"),
            text("telemetry.sdk.language", "python"),
            text("telemetry.sdk.version", "1.45.1"),
        ],
        ..Resource::default()
    };
    let scope = InstrumentationScope {
        name: "bench".to_owned(),
        ..InstrumentationScope::default()
    };
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource),
            scope_spans: vec![ScopeSpans {
                scope: Some(scope),
                spans,
                schema_url: String::new(),
            }],
            schema_url: String::new(),
        }],
    }
}

fn span(number: u64) -> Span {
    let (trace, place) = (number / PER_TRACE, number % PER_TRACE);
    let (kind, name, attributes) = match place {
        0 => (
            2,
            "GET /api/activities",
            vec![
                text("http.request.method", "GET"),
                text("url.path", "/api/activities"),
                whole("http.response.status_code", 200),
            ],
        ),
        3 => (
            3,
            "SELECT",
            vec![text("db.system", "postgresql"), text("db.name", "cruddur")],
        ),
        6 => (3, "GET", vec![text("server.address", "api.example")]),
        _ => (1, "home-activities", vec![whole("app.result_length", 3)]),
    };
    let id = |place: u64| (trace * PER_TRACE + place + 1).to_be_bytes().to_vec();
    let start = START * 1_000_000_000 + number * 100_000;
    let mut span = Span {
        trace_id: [MARK.to_be_bytes(), trace.to_be_bytes()].concat(),
        span_id: id(place),
        parent_span_id: match place {
            0 => Vec::new(),
            3 | 6 => id(place - 1),
            _ => id(0),
        },
        name: name.to_owned(),
        kind,
        start_time_unix_nano: start,
        end_time_unix_nano: start + 5_000_000,
        attributes,
        flags: 256,
        ..Span::default()
    };
    span.attributes.push(text("app.note", ""));
    let missing = LENGTH.saturating_sub(span.encoded_len());
    if let Some(note) = span.attributes.last_mut() {
        *note = text("app.note", &"n".repeat(missing));
    }
    span
}
