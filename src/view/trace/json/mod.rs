//! A trace as JSON: field names are a contract.
//!
//! `spans` has every span in the order of the tree, each before what is inside it, with its
//! `depth` there. Times are RFC 3339 in UTC; what ends in `_seconds` is in seconds. `status` is
//! `ok`, `error`, `throttle`, `fault` or `in_progress`. What a span does not carry is left out.
//! `documents` are the segment documents as they came, fields that we do not know included.

use jiff::Timestamp;
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use serde_json::value::RawValue;

use crate::trace::timeline::{Row, Subject, Timeline};
use crate::trace::{AnnotationValue, Kind, Parent, Placed, seconds};

use super::TraceView;
use super::head::{ending, timestamp};
use carried::{AwsRecord, CauseRecord, HttpRecord, LinkRecord, SqlRecord};

mod carried;

/// The whole document.
#[derive(Debug, Serialize)]
pub(super) struct Record<'a> {
    trace_id: String,
    w3c_trace_id: String,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    duration_seconds: f64,
    limit_exceeded: bool,
    spans: Vec<SpanRecord<'a>>,
    documents: Vec<&'a RawValue>,
}

#[derive(Debug, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a mark of its own, and any may stand together"
)]
struct SpanRecord<'a> {
    id: String,
    parent_id: Option<String>,
    name: &'a str,
    kind: &'static str,
    depth: usize,
    status: &'static str,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    offset_seconds: f64,
    duration_seconds: f64,
    self_seconds: f64,
    in_progress: bool,
    error: bool,
    throttle: bool,
    fault: bool,
    /// Whether X-Ray made it up from a call.
    inferred: bool,
    /// Whether the parent never came.
    missing_parent: bool,
    /// Whether a ring of parents was cut here.
    ring_cut: bool,
    duplicate_id: bool,
    begins_before_parent: bool,
    ends_after_parent: bool,
    /// Whether the trace's end waited for it.
    critical: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_arn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http: Option<HttpRecord<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aws: Option<AwsRecord<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<SqlRecord<'a>>,
    #[serde(skip_serializing_if = "Annotations::is_empty")]
    annotations: Annotations<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<CauseRecord<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<LinkRecord>,
}

/// Annotations as an object, in the order of the document.
#[derive(Debug)]
struct Annotations<'a>(&'a [(String, AnnotationValue)]);

impl Annotations<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Annotations<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in self.0 {
            match value {
                AnnotationValue::String(text) => map.serialize_entry(key, text)?,
                AnnotationValue::Boolean(boolean) => map.serialize_entry(key, boolean)?,
                AnnotationValue::Number(number) => match whole(*number) {
                    Some(whole) => map.serialize_entry(key, &whole)?,
                    None => map.serialize_entry(key, number)?,
                },
            }
        }
        map.end()
    }
}

/// The number without `.0`, which nobody sent.
#[expect(
    clippy::cast_possible_truncation,
    reason = "what has a fraction or is beyond 2^53 does not come here"
)]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

impl<'a> Record<'a> {
    pub(super) fn of(view: &'a TraceView, timeline: &Timeline) -> Self {
        let trace = &view.trace;
        let rows = timeline.rows.iter().filter_map(|row| match row.subject {
            Subject::Span(place) => Some((row, &trace[place])),
            Subject::Missing(_) => None,
        });
        let documents = view.documents.iter();
        Self {
            trace_id: trace.id().to_string(),
            w3c_trace_id: trace.id().w3c(),
            start: trace.start().and_then(timestamp),
            end: trace.end().and_then(timestamp),
            duration_seconds: seconds(timeline.duration),
            limit_exceeded: view.limit_exceeded,
            spans: rows
                .map(|(row, placed)| SpanRecord::of(row, placed))
                .collect(),
            documents: documents
                .filter_map(|document| serde_json::from_str(document.text()).ok())
                .collect(),
        }
    }
}

impl<'a> SpanRecord<'a> {
    fn of(row: &Row, placed: &'a Placed) -> Self {
        let span = &placed.span;
        let (word, outcome) = ending(span);
        Self {
            id: span.id.to_string(),
            parent_id: span.parent_id.map(|id| id.to_string()),
            name: &span.name,
            kind: match span.kind {
                Kind::Segment => "segment",
                Kind::Subsegment => "subsegment",
            },
            depth: placed.depth,
            status: outcome.map_or("in_progress", |_| word),
            start: timestamp(span.start),
            end: span.end.and_then(timestamp),
            offset_seconds: seconds(row.offset),
            duration_seconds: seconds(row.duration),
            self_seconds: seconds(row.own),
            in_progress: row.in_progress,
            error: span.error,
            throttle: span.throttle,
            fault: span.fault,
            inferred: span.inferred,
            missing_parent: matches!(placed.parent, Parent::Missing(_)),
            ring_cut: row.cycle,
            duplicate_id: row.duplicate,
            begins_before_parent: row.skew,
            ends_after_parent: row.outlives,
            critical: row.critical,
            namespace: span.namespace.as_str(),
            origin: span.origin.as_deref(),
            resource_arn: span.resource_arn.as_deref(),
            service_version: span.service_version.as_deref(),
            user: span.user.as_deref(),
            http: span.http.as_deref().map(HttpRecord::of),
            aws: span.aws.as_deref().map(AwsRecord::of),
            sql: span.sql.as_deref().map(SqlRecord::of),
            annotations: Annotations(&span.annotations),
            metadata: span
                .metadata
                .as_deref()
                .and_then(|raw| serde_json::from_str(raw).ok()),
            cause: span.cause.as_deref().map(CauseRecord::of),
            links: span.links.iter().map(LinkRecord::of).collect(),
        }
    }
}

/// The document as text.
pub(super) fn written(view: &TraceView) -> String {
    let record = Record::of(view, &Timeline::of(&view.trace));
    // What has strings for keys and no floats beyond JSON's can always be written.
    let mut text = serde_json::to_string_pretty(&record).unwrap_or_default();
    text.push('\n');
    text
}
