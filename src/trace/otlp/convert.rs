//! From a span to its document, or two.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::super::document::{Document, Envelope, fitting_name};
use super::super::id::{SpanId, TraceId};
use super::super::inferred::derive_id;
use super::super::time::Time;
use super::attributes::{Attributes, host_of};
use super::aws::Aws;
use super::cause::{Cause, Flags};
use super::http::Http;
use super::notes::Notes;
use super::resource::Resource;
use super::sql::Sql;
use super::{span_id, time, trace_id};

/// A span's flags that say that its parent is in another process.
/// <https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto>
const REMOTE_PARENT: u32 = 0x300;

/// Sets the id of a segment apart that is made up around a call which began a trace.
const AROUND: usize = usize::MAX - 1;

/// The service of spans that do not name theirs.
const UNKNOWN: &str = "unknown_service";

/// Shows every span of a request: its trace, and what makes its documents, which costs more.
pub fn documents(
    request: &ExportTraceServiceRequest,
    mut each: impl FnMut(TraceId, &dyn Fn() -> Vec<Document>),
) {
    for of_resource in &request.resource_spans {
        let attributes = of_resource.resource.as_ref().map(|it| &*it.attributes);
        let resource = Resource::read(attributes.unwrap_or_default());
        let scopes = &of_resource.scope_spans;
        for span in scopes.iter().flat_map(|scope| &scope.spans) {
            // Those that have none were refused when they came.
            if let (Some(trace), Some(id)) = (trace_id(&span.trace_id), span_id(&span.span_id)) {
                each(trace, &|| convert(span, (trace, id), &resource));
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Work of a service.
    Segment,
    /// The segment around a call that began a trace: the service, and nothing of the call.
    Around,
    /// A part of a segment.
    Subsegment,
}

fn convert(span: &Span, ids: (TraceId, SpanId), resource: &Resource<'_>) -> Vec<Document> {
    let parent = span_id(&span.parent_span_id);
    let answers = matches!(span.kind(), SpanKind::Server | SpanKind::Consumer);
    let begins = parent.is_none() || span.flags & REMOTE_PARENT == REMOTE_PARENT;
    let attributes = Attributes::read(&span.attributes);
    let write = |part, id, parent| {
        let segment = Segment {
            span,
            ids,
            id,
            parent,
            part,
            resource,
            attributes: &attributes,
        };
        segment.document()
    };
    let written = if answers || (begins && span.kind() != SpanKind::Client) {
        vec![write(Part::Segment, ids.1, parent)]
    } else if begins {
        let around = derive_id(ids.0, ids.1, AROUND);
        vec![
            write(Part::Around, around, parent),
            write(Part::Subsegment, ids.1, Some(around)),
        ]
    } else {
        vec![write(Part::Subsegment, ids.1, parent)]
    };
    written.into_iter().flatten().collect()
}

struct Segment<'a> {
    span: &'a Span,
    ids: (TraceId, SpanId),
    id: SpanId,
    parent: Option<SpanId>,
    part: Part,
    resource: &'a Resource<'a>,
    attributes: &'a Attributes<'a>,
}

impl Segment<'_> {
    /// Its document, of any length: what AWS would refuse for it is shown all the same.
    fn document(&self) -> Option<Document> {
        let text = serde_json::to_string(self).ok()?;
        let (start, end) = self.times();
        let envelope = Envelope {
            id: self.id,
            trace_id: self.ids.0,
            parent_id: self.parent,
            name: self.name().into(),
            start,
            end: Some(end),
            is_subsegment: self.part == Part::Subsegment,
        };
        Some(Document::written(text, envelope))
    }

    fn times(&self) -> (Time, Time) {
        let start = time(self.span.start_time_unix_nano);
        (start, time(self.span.end_time_unix_nano).max(start))
    }

    fn name(&self) -> String {
        if self.part != Part::Subsegment {
            return fitting_name(self.resource.name.unwrap_or(UNKNOWN));
        }
        let attributes = self.attributes;
        let called = self.span.kind() == SpanKind::Client || attributes.is_aws();
        let named = if called { self.called() } else { None };
        fitting_name(&named.unwrap_or_else(|| self.span.name.clone()))
    }

    /// Whom a call goes to.
    fn called(&self) -> Option<String> {
        let attributes = self.attributes;
        let service = attributes.peer_service.or(attributes.aws_service);
        if let Some(name) = service.or(attributes.rpc_service.filter(|_| attributes.is_aws())) {
            return Some(name.to_owned());
        }
        if let Some(database) = attributes
            .db_name
            .filter(|_| attributes.db_system.is_some())
        {
            let connection = attributes.db_connection.and_then(host_of);
            return Some(match connection.or(attributes.called_host()) {
                Some(host) => format!("{database}@{host}"),
                None => database.to_owned(),
            });
        }
        let called = attributes.rpc_service.or(attributes.called_host());
        called.or(attributes.db_system).map(str::to_owned)
    }

    fn namespace(&self) -> Option<&'static str> {
        if self.part != Part::Subsegment {
            None
        } else if self.attributes.is_aws() {
            Some("aws")
        } else {
            (self.span.kind() == SpanKind::Client).then_some("remote")
        }
    }
}

impl Serialize for Segment<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (start, end) = self.times();
        let is_segment = self.part != Part::Subsegment;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id.to_string())?;
        map.serialize_entry("name", &self.name())?;
        map.serialize_entry("start_time", &start.seconds())?;
        map.serialize_entry("trace_id", &self.ids.0.to_string())?;
        map.serialize_entry("end_time", &end.seconds())?;
        if let Some(parent) = self.parent {
            map.serialize_entry("parent_id", &parent.to_string())?;
        }
        if !is_segment {
            map.serialize_entry("type", "subsegment")?;
        }
        if let Some(namespace) = self.namespace() {
            map.serialize_entry("namespace", namespace)?;
        }
        if is_segment {
            if let Some(origin) = self.resource.origin() {
                map.serialize_entry("origin", origin)?;
            }
            if let Some(version) = self.resource.version {
                map.serialize_entry("service", &Version { version })?;
            }
        }
        let flags = Flags::of(self.span, self.attributes);
        for (name, is_set) in [
            ("error", flags.error),
            ("throttle", flags.throttle),
            ("fault", flags.fault),
        ] {
            if is_set {
                map.serialize_entry(name, &true)?;
            }
        }
        map.serialize_entry("aws", &Aws::of(self.attributes, self.resource))?;
        if self.part != Part::Around {
            self.details(&mut map)?;
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
struct Version<'a> {
    version: &'a str,
}

#[derive(serde::Serialize)]
struct Link {
    trace_id: String,
    id: String,
}

impl Segment<'_> {
    /// What a call and its segment do not both tell.
    fn details<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let Self {
            span, attributes, ..
        } = self;
        let is_segment = self.part == Part::Segment;
        if let Some(http) = Http::of(attributes, span.kind() == SpanKind::Server) {
            map.serialize_entry("http", &http)?;
        }
        if let Some(sql) = Sql::of(attributes).filter(|_| !is_segment) {
            map.serialize_entry("sql", &sql)?;
        }
        if let Some(user) = attributes.user {
            map.serialize_entry("user", user)?;
        }
        if let Some(cause) = Cause::of(span, self.ids, attributes) {
            map.serialize_entry("cause", &cause)?;
        }
        let links: Vec<Link> = span.links.iter().filter_map(link).collect();
        if !links.is_empty() {
            map.serialize_entry("links", &links)?;
        }
        let notes = Notes {
            attributes,
            resource: if is_segment { &self.resource.all } else { &[] },
        };
        notes.write(map)
    }
}

fn link(link: &opentelemetry_proto::tonic::trace::v1::span::Link) -> Option<Link> {
    Some(Link {
        trace_id: trace_id(&link.trace_id)?.to_string(),
        id: span_id(&link.span_id)?.to_string(),
    })
}
