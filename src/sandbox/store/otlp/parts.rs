//! What a row says of traces: for each its times and the ids of its spans in that row.

use std::collections::HashMap;

use crate::trace::{SpanId, Time, TraceId};

/// The spans of one trace in one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Part {
    pub(in super::super) trace_id: TraceId,
    pub(in super::super) start: Time,
    pub(in super::super) last: Time,
    pub(in super::super) spans: Vec<SpanId>,
}

/// The parts of one request, in the order in which their traces come.
#[derive(Debug, Default)]
pub(super) struct Parts {
    parts: Vec<Part>,
    places: HashMap<TraceId, usize>,
}

impl Parts {
    pub(super) fn add(&mut self, trace_id: TraceId, span: SpanId, start: Time, last: Time) {
        // Most often a span is of the same trace as the one before it.
        let place = match self.parts.last() {
            Some(part) if part.trace_id == trace_id => self.parts.len() - 1,
            _ => *self.places.entry(trace_id).or_insert(self.parts.len()),
        };
        if place == self.parts.len() {
            self.parts.push(Part {
                trace_id,
                start,
                last,
                spans: Vec::new(),
            });
        }
        let part = &mut self.parts[place];
        part.start = part.start.min(start);
        part.last = part.last.max(last);
        part.spans.push(span);
    }

    pub(super) fn finish(self) -> Vec<Part> {
        self.parts
    }
}

/// The parts as they are stored: numbers, the lowest byte first.
pub(super) fn encode(parts: &[Part]) -> Vec<u8> {
    let spans: usize = parts.iter().map(|part| part.spans.len()).sum();
    let mut bytes = Vec::with_capacity(parts.len() * 36 + spans * 8);
    for part in parts {
        bytes.extend(part.trace_id.bits().to_le_bytes());
        bytes.extend(part.start.micros().to_le_bytes());
        bytes.extend(part.last.micros().to_le_bytes());
        let count = u32::try_from(part.spans.len()).unwrap_or(u32::MAX);
        bytes.extend(count.to_le_bytes());
        for span in &part.spans {
            bytes.extend(span.bits().to_le_bytes());
        }
    }
    bytes
}

/// Reads parts as they were stored; what is left of a damaged one is not a part.
pub(in super::super) fn decode(mut bytes: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    while let Some((part, rest)) = first(bytes) {
        parts.push(part);
        bytes = rest;
    }
    parts
}

fn first(bytes: &[u8]) -> Option<(Part, &[u8])> {
    let (trace_id, rest) = bytes.split_first_chunk()?;
    let (start, rest) = rest.split_first_chunk()?;
    let (last, rest) = rest.split_first_chunk()?;
    let (count, rest) = rest.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*count)).ok()? * 8;
    let (ids, rest) = rest.split_at_checked(length)?;
    let (ids, _) = ids.as_chunks();
    let part = Part {
        trace_id: TraceId::new(u128::from_le_bytes(*trace_id)),
        start: Time::from_micros(i64::from_le_bytes(*start)),
        last: Time::from_micros(i64::from_le_bytes(*last)),
        spans: ids
            .iter()
            .map(|id| SpanId::new(u64::from_le_bytes(*id)))
            .collect(),
    };
    Some((part, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_survive_the_database() {
        let mut parts = Parts::default();
        let at = Time::from_micros;
        let (one, other) = (TraceId::new(u128::MAX), TraceId::new(7));
        parts.add(one, SpanId::new(1), at(50), at(60));
        parts.add(other, SpanId::new(2), at(-5), at(5));
        parts.add(one, SpanId::new(3), at(40), at(45));
        let parts = parts.finish();
        assert_eq!(parts.len(), 2);
        assert_eq!((parts[0].start, parts[0].last), (at(40), at(60)));
        assert_eq!(parts[0].spans, [SpanId::new(1), SpanId::new(3)]);
        let bytes = encode(&parts);
        assert_eq!(decode(&bytes), parts);
        for cut in 0..bytes.len() {
            assert!(decode(&bytes[..cut]).len() < 2, "{cut}");
        }
    }
}
