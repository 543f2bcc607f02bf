//! The two encodings of OTLP, and answers in them.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use serde_json::json;

use super::fit::Rejected;
use crate::sandbox::store::{OtlpMessage, Signal};

/// How a request is encoded, and how its content type was spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Protobuf(&'static str),
    Json,
}

/// Why a request was not taken, <https://cloud.google.com/apis/design/errors#error_model>; as
/// Honeycomb does, only the sentence is given.
#[derive(Clone, PartialEq, Message)]
struct Status {
    #[prost(string, tag = "2")]
    message: String,
}

/// An answer of any signal: they differ in names only.
#[derive(Clone, PartialEq, Message)]
struct Answer {
    #[prost(message, optional, tag = "1")]
    partial_success: Option<PartialSuccess>,
}

#[derive(Clone, PartialEq, Message)]
struct PartialSuccess {
    #[prost(int64, tag = "1")]
    rejected: i64,
    #[prost(string, tag = "2")]
    error_message: String,
}

impl Format {
    pub(super) const JSON: Self = Self::Json;

    /// The format of a request, if it is one of OTLP's.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let given = headers.get(CONTENT_TYPE)?.to_str().ok()?;
        let media_type = given.split(';').next()?.trim();
        let is = |name: &str| media_type.eq_ignore_ascii_case(name);
        if is("application/json") {
            return Some(Self::Json);
        }
        ["application/x-protobuf", "application/protobuf"]
            .into_iter()
            .find(|name| is(name))
            .map(Self::Protobuf)
    }

    /// Reads a request, and gives it as protobuf too.
    pub(super) fn decode(
        self,
        signal: Signal,
        body: Vec<u8>,
    ) -> Result<(OtlpMessage, Vec<u8>), String> {
        match self {
            Self::Protobuf(_) => match OtlpMessage::decode(signal, &body) {
                Ok(message) => Ok((message, body)),
                Err(error) => Err(error.to_string()),
            },
            Self::Json => {
                let message = from_json(signal, &body).map_err(|error| error.to_string())?;
                drop(body);
                let body = message.encode();
                Ok((message, body))
            }
        }
    }

    /// Says that a request was taken, all of it or a part.
    pub(super) fn success(self, signal: Signal, rejected: Option<Rejected>) -> Response {
        let body = match self {
            Self::Protobuf(_) => Answer {
                partial_success: rejected.map(|rejected| PartialSuccess {
                    rejected: rejected.count,
                    error_message: rejected.message,
                }),
            }
            .encode_to_vec(),
            Self::Json => {
                let name = match signal {
                    Signal::Traces => "rejectedSpans",
                    Signal::Logs => "rejectedLogRecords",
                    Signal::Metrics => "rejectedDataPoints",
                };
                let answer = match rejected {
                    None => json!({}),
                    // 64 bits are text in the JSON of protobuf.
                    Some(rejected) => json!({ "partialSuccess": {
                        name: rejected.count.to_string(),
                        "errorMessage": rejected.message,
                    }}),
                };
                answer.to_string().into_bytes()
            }
        };
        self.write(StatusCode::OK, body)
    }

    /// Says why a request was not taken.
    pub(super) fn refusal(self, status: StatusCode, message: String) -> Response {
        let body = match self {
            Self::Protobuf(_) => Status { message }.encode_to_vec(),
            Self::Json => json!({ "message": message }).to_string().into_bytes(),
        };
        self.write(status, body)
    }

    fn write(self, status: StatusCode, body: Vec<u8>) -> Response {
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        let content_type = match self {
            Self::Protobuf(name) => name,
            Self::Json => "application/json",
        };
        let content_type = HeaderValue::from_static(content_type);
        response.headers_mut().insert(CONTENT_TYPE, content_type);
        response
    }
}

fn from_json(signal: Signal, body: &[u8]) -> Result<OtlpMessage, serde_json::Error> {
    Ok(match signal {
        Signal::Traces => {
            OtlpMessage::Traces(serde_json::from_slice::<ExportTraceServiceRequest>(body)?)
        }
        Signal::Logs => {
            OtlpMessage::Logs(serde_json::from_slice::<ExportLogsServiceRequest>(body)?)
        }
        Signal::Metrics => {
            OtlpMessage::Metrics(serde_json::from_slice::<ExportMetricsServiceRequest>(body)?)
        }
    })
}
