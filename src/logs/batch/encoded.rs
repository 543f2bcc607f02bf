//! Events as they stand in a call, written where they come from.

use bytes::Bytes;

use super::{InputLogEvent, LONGEST_MESSAGE, OVERHEAD, fitted};
use crate::pieces::piece;

/// An event as it stands in the JSON of a call; cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedEvent {
    timestamp: i64,
    bytes: usize,
    json: Bytes,
}

impl EncodedEvent {
    /// An event whose message is cut where it is too long, and whether it was. `further` is how
    /// many bytes followed that the caller did not keep.
    pub fn of(event: InputLogEvent, further: u64) -> (Self, bool) {
        let fitted = fitted(event.message, further);
        let encoded = Self::with(event.timestamp, |out| {
            // Text can be JSON, and memory is always written.
            drop(serde_json::to_writer(out, &fitted.message));
            fitted.message.len()
        });
        (encoded, fitted.cut > 0)
    }

    /// An event whose message is what `message` writes, as it stands between the quotes of a JSON
    /// text; it returns how many bytes the message has without its escapes.
    pub fn write(timestamp: i64, message: impl FnOnce(&mut Vec<u8>) -> usize) -> Self {
        Self::with(timestamp, |out| {
            out.push(b'"');
            let bytes = message(out);
            out.push(b'"');
            bytes
        })
    }

    fn with(timestamp: i64, message: impl FnOnce(&mut Vec<u8>) -> usize) -> Self {
        let (json, bytes) = piece(|out| {
            out.extend_from_slice(b"{\"timestamp\":");
            drop(serde_json::to_writer(&mut *out, &timestamp));
            out.extend_from_slice(b",\"message\":");
            let bytes = message(out);
            out.push(b'}');
            bytes
        });
        Self {
            timestamp,
            bytes,
            json,
        }
    }

    /// Milliseconds since the epoch.
    pub fn timestamp(&self) -> i64 {
        self.timestamp
    }

    /// How long the message is, in bytes of UTF-8.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The JSON.
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// What the event takes of a call's bytes.
    pub fn cost(&self) -> usize {
        self.bytes + OVERHEAD
    }

    /// Whether the message is not too long.
    pub fn fits(&self) -> bool {
        self.bytes <= LONGEST_MESSAGE
    }
}
