//! From a document to its spans.

use super::super::document::Document;
use super::super::id::SpanId;
use super::super::inferred;
use super::super::time::Time;
use super::{Aws, Cause, Http, Kind, Namespace, Span, Sql, annotation, link};
use crate::json;

/// The longest user name, in characters; AWS cuts rather than refuses.
const LONGEST_USER: usize = 250;

/// The segment and everything in it, flat, each before what is inside it.
///
/// A stack of its own takes the place of recursion: documents nest as deep as they please.
pub(in super::super) fn read(document: &Document, index: usize) -> Vec<Span> {
    let whole = document.text();
    let mut spans = Vec::new();
    let mut waiting = Vec::new();
    let mut next = Some((whole, outermost(document, index)));
    while let Some((text, mut span)) = next {
        span.text = json::range(whole, text);
        let first = waiting.len();
        fill(&mut span, text, &mut waiting);
        waiting[first..].reverse();
        spans.push(span);
        next = waiting
            .pop()
            .map(|(text, parent)| (text, inside(document, index, text, parent)));
    }
    spans
}

/// A subsegment that waits to be read, and id and start of what it is inside of.
type Waiting<'a> = (&'a str, (SpanId, Time));

/// A span of the document's trace about which nothing is known.
fn blank(document: &Document, index: usize) -> Span {
    Span {
        trace_id: document.trace_id(),
        id: document.id(),
        parent_id: document.parent_id(),
        name: String::new(),
        start: document.start(),
        end: None,
        kind: Kind::Subsegment,
        namespace: Namespace::None,
        origin: None,
        resource_arn: None,
        service_version: None,
        http: None,
        aws: None,
        sql: None,
        annotations: Vec::new(),
        metadata: None,
        user: None,
        error: false,
        throttle: false,
        fault: false,
        cause: None,
        links: Vec::new(),
        inferred: false,
        document: index,
        text: 0..0,
    }
}

fn outermost(document: &Document, index: usize) -> Span {
    Span {
        name: document.name().to_owned(),
        end: document.end(),
        kind: if document.is_subsegment() {
            Kind::Subsegment
        } else {
            Kind::Segment
        },
        ..blank(document, index)
    }
}

/// A subsegment inside; being inside says whose it is, whatever its `parent_id` says.
fn inside(document: &Document, index: usize, text: &str, parent: (SpanId, Time)) -> Span {
    let (mut id, mut name, mut start, mut end) = (None, String::new(), None, None);
    let mut in_progress = false;
    let read = json::members(text, |member, raw| match member {
        "id" => id = json::text(raw).and_then(|text| text.parse().ok()),
        "name" => name = json::text(raw).map(Into::into).unwrap_or_default(),
        "start_time" => start = json::number(raw).and_then(Time::from_seconds),
        "end_time" => end = json::number(raw).and_then(Time::from_seconds),
        "in_progress" => in_progress = json::is_true(raw),
        _ => {}
    });
    drop(read);
    let start = start.unwrap_or(parent.1);
    if end.is_none() && !in_progress {
        // Neither an end nor a word about it: it took no time that anybody knows of.
        end = Some(start);
    }
    Span {
        id: id.unwrap_or_else(|| {
            let place = json::range(document.text(), text).start;
            inferred::derive_id(document.trace_id(), document.id(), place)
        }),
        parent_id: Some(parent.0),
        name,
        start,
        end,
        ..blank(document, index)
    }
}

/// Reads what is not in the envelope, and puts the subsegments inside on the stack.
fn fill<'a>(span: &mut Span, text: &'a str, waiting: &mut Vec<Waiting<'a>>) {
    let read = json::members(text, |member, raw| match member {
        "namespace" => span.namespace = Namespace::read(raw),
        "origin" => span.origin = json::filled(raw),
        "resource_arn" => span.resource_arn = json::filled(raw),
        "service" => {
            let read = json::members(raw, |member, raw| {
                if member == "version" {
                    span.service_version = json::filled(raw);
                }
            });
            drop(read);
        }
        "http" => span.http = Http::read(raw),
        "aws" => span.aws = Aws::read(raw),
        "sql" => span.sql = Sql::read(raw),
        "annotations" => span.annotations = annotation::read(raw),
        "metadata" if raw.starts_with('{') => span.metadata = Some(raw.into()),
        "user" => {
            span.user = json::filled(raw).map(|user| user.chars().take(LONGEST_USER).collect());
        }
        "error" => span.error = json::is_true(raw),
        "throttle" => span.throttle = json::is_true(raw),
        "fault" => span.fault = json::is_true(raw),
        "cause" => span.cause = Cause::read(raw),
        "links" => span.links = link::read(raw),
        "inferred" => span.inferred = json::is_true(raw),
        "subsegments" => {
            let read = json::items(raw, |item| {
                if item.starts_with('{') {
                    waiting.push((item, (span.id, span.start)));
                }
            });
            drop(read);
        }
        _ => {}
    });
    drop(read);
}
