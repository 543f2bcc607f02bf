//! A request's body, decoded far enough to be filed.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::{DecodeError, Message as _};

use super::Signal;
use super::parts::{Part, Parts};
use crate::trace::Time;
use crate::trace::otlp::{span_id, time, trace_id};

/// The mark of those who send segments to X-Ray themselves.
const SENDS_SEGMENTS: &str = "aws.xray.sends_segments";

/// What a request says, decoded.
#[derive(Debug, Clone, PartialEq)]
pub enum OtlpMessage {
    /// Spans.
    Traces(ExportTraceServiceRequest),
    /// Log records.
    Logs(ExportLogsServiceRequest),
    /// Data points.
    Metrics(ExportMetricsServiceRequest),
}

/// What is filed of it.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) items: u64,
    pub(super) first: Option<Time>,
    pub(super) last: Option<Time>,
    pub(super) parts: Vec<Part>,
}

impl OtlpMessage {
    /// Reads protobuf.
    pub fn decode(signal: Signal, body: &[u8]) -> Result<Self, DecodeError> {
        Ok(match signal {
            Signal::Traces => Self::Traces(ExportTraceServiceRequest::decode(body)?),
            Signal::Logs => Self::Logs(ExportLogsServiceRequest::decode(body)?),
            Signal::Metrics => Self::Metrics(ExportMetricsServiceRequest::decode(body)?),
        })
    }

    /// Writes protobuf.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Traces(request) => request.encode_to_vec(),
            Self::Logs(request) => request.encode_to_vec(),
            Self::Metrics(request) => request.encode_to_vec(),
        }
    }

    /// What it carries.
    pub fn signal(&self) -> Signal {
        match self {
            Self::Traces(_) => Signal::Traces,
            Self::Logs(_) => Signal::Logs,
            Self::Metrics(_) => Signal::Metrics,
        }
    }

    /// The spans of a request for traces.
    pub fn spans(&self) -> impl Iterator<Item = &Span> {
        let resources = match self {
            Self::Traces(request) => request.resource_spans.as_slice(),
            Self::Logs(_) | Self::Metrics(_) => &[],
        };
        let scopes = resources.iter().flat_map(|resource| &resource.scope_spans);
        scopes.flat_map(|scope| &scope.spans)
    }

    /// What is filed of it. `is_for_xray` says that it was sent to X-Ray itself; otherwise spans of
    /// those who send segments by another way are kept out of X-Ray, where they would be there
    /// twice under two names.
    pub(super) fn contents(&self, is_for_xray: bool) -> Contents {
        let mut contents = Contents {
            items: 0,
            first: None,
            last: None,
            parts: Vec::new(),
        };
        match self {
            Self::Traces(request) => {
                let mut parts = Parts::default();
                for resource in &request.resource_spans {
                    let is_shown = is_for_xray || !sends_segments(resource);
                    let scopes = resource.scope_spans.iter();
                    for span in scopes.flat_map(|scope| &scope.spans) {
                        let start = time(span.start_time_unix_nano);
                        let end = time(span.end_time_unix_nano).max(start);
                        contents.saw(start, end);
                        if let (true, Some(trace), Some(id)) =
                            (is_shown, trace_id(&span.trace_id), span_id(&span.span_id))
                        {
                            parts.add(trace, id, start, end);
                        }
                    }
                }
                contents.parts = parts.finish();
            }
            Self::Logs(request) => {
                let scopes = request.resource_logs.iter().flat_map(|one| &one.scope_logs);
                for record in scopes.flat_map(|scope| &scope.log_records) {
                    let at = match record.time_unix_nano {
                        0 => record.observed_time_unix_nano,
                        nanoseconds => nanoseconds,
                    };
                    contents.saw_at(at);
                }
            }
            Self::Metrics(request) => {
                each_point(request, &mut |at| contents.saw_at(at));
            }
        }
        contents
    }
}

/// Whether whoever sent these spans says that X-Ray gets segments by another way. The mark is
/// ours: `serve` sets it.
fn sends_segments(resource: &ResourceSpans) -> bool {
    let attributes = resource.resource.iter().flat_map(|one| &one.attributes);
    attributes
        .filter(|attribute| attribute.key == SENDS_SEGMENTS)
        .any(|attribute| {
            let value = attribute
                .value
                .as_ref()
                .and_then(|value| value.value.as_ref());
            matches!(value, Some(Value::BoolValue(true)))
        })
}

impl Contents {
    fn saw(&mut self, start: Time, end: Time) {
        self.items += 1;
        self.first = Some(self.first.map_or(start, |first| first.min(start)));
        self.last = self.last.max(Some(end));
    }

    /// A thing that has no length, and perhaps no time either.
    fn saw_at(&mut self, nanoseconds: u64) {
        if nanoseconds == 0 {
            self.items += 1;
        } else {
            self.saw(time(nanoseconds), time(nanoseconds));
        }
    }
}

/// The times of all data points.
fn each_point(request: &ExportMetricsServiceRequest, saw: &mut dyn FnMut(u64)) {
    let scopes = request
        .resource_metrics
        .iter()
        .flat_map(|one| &one.scope_metrics);
    for metric in scopes.flat_map(|scope| &scope.metrics) {
        let mut all = |times: &mut dyn Iterator<Item = u64>| times.for_each(&mut *saw);
        match &metric.data {
            Some(Data::Gauge(data)) => all(&mut data.data_points.iter().map(|p| p.time_unix_nano)),
            Some(Data::Sum(data)) => all(&mut data.data_points.iter().map(|p| p.time_unix_nano)),
            Some(Data::Histogram(data)) => {
                all(&mut data.data_points.iter().map(|p| p.time_unix_nano));
            }
            Some(Data::ExponentialHistogram(data)) => {
                all(&mut data.data_points.iter().map(|p| p.time_unix_nano));
            }
            Some(Data::Summary(data)) => {
                all(&mut data.data_points.iter().map(|p| p.time_unix_nano));
            }
            None => {}
        }
    }
}
