//! Spans of other traces that a span goes with.

use super::super::id::{SpanId, TraceId};
use crate::json;

/// A span of another trace: the one that put the message on the queue, for example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link {
    /// The other trace.
    pub trace_id: TraceId,
    /// The span in it.
    pub span_id: SpanId,
    /// Whether the other one comes after this one and not before it.
    ///
    /// Lambda says so with the attribute `aws.xray.reserved.link` = `child`.
    pub is_child: bool,
}

pub(super) fn read(raw: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let read = json::items(raw, |item| links.extend(read_one(item)));
    drop(read);
    links
}

fn read_one(raw: &str) -> Option<Link> {
    let (mut trace_id, mut span_id, mut is_child) = (None, None, false);
    json::members(raw, |name, raw| match name {
        "trace_id" => trace_id = json::text(raw).and_then(|text| text.parse().ok()),
        "id" => span_id = json::text(raw).and_then(|text| text.parse().ok()),
        "attributes" => {
            let read = json::members(raw, |name, raw| {
                is_child |= name == "aws.xray.reserved.link" && raw == "\"child\"";
            });
            drop(read);
        }
        _ => {}
    })
    .ok()?;
    Some(Link {
        trace_id: trace_id?,
        span_id: span_id?,
        is_child,
    })
}
