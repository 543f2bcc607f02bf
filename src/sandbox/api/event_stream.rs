//! Frames of `application/vnd.amazon.eventstream`, as the service writes them.
//!
//! A frame is its length, the length of its headers, a CRC-32 of these two, the headers, the
//! payload, and a CRC-32 of everything before it; numbers have the highest byte first,
//! <https://smithy.io/2.0/aws/amazon-eventstream.html>.

use axum::body::Bytes;

/// The media type.
pub(super) const CONTENT_TYPE: &str = "application/vnd.amazon.eventstream";

/// What a frame's payload is written in.
const PAYLOAD_TYPE: &str = "application/x-amz-json-1.1";

/// Lengths and their checksum.
const PRELUDE: usize = 12;

/// The number of a header whose value is a text.
const TEXT: u8 = 7;

/// A frame with an event of this name.
pub(super) fn event(name: &str, payload: &str) -> Bytes {
    let headers = [
        (":event-type", name),
        (":content-type", PAYLOAD_TYPE),
        (":message-type", "event"),
    ];
    frame(&headers, payload)
}

/// A frame with an exception of this name; it is the last one of a stream.
pub(super) fn exception(name: &str, payload: &str) -> Bytes {
    let headers = [
        (":exception-type", name),
        (":content-type", PAYLOAD_TYPE),
        (":message-type", "exception"),
    ];
    frame(&headers, payload)
}

fn frame(headers: &[(&str, &str)], payload: &str) -> Bytes {
    let mut encoded = Vec::new();
    for (name, value) in headers {
        // Names and values are ours, and short.
        encoded.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
        encoded.extend_from_slice(name.as_bytes());
        encoded.push(TEXT);
        encoded.extend_from_slice(&u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes());
        encoded.extend_from_slice(value.as_bytes());
    }
    let total = PRELUDE + encoded.len() + payload.len() + 4;
    let mut frame = Vec::with_capacity(total);
    frame.extend_from_slice(&length(total));
    frame.extend_from_slice(&length(encoded.len()));
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    frame.extend_from_slice(&encoded);
    frame.extend_from_slice(payload.as_bytes());
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    frame.into()
}

fn length(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two frames as AWS sent them in February 2025: their lengths and checksums.
    #[test]
    fn frames_are_those_of_aws() {
        let first = event("initial-response", "{}");
        assert_eq!(first[..12], *b"\x00\x00\x00r\x00\x00\x00`\xab\x82\r\x9e");
        assert_eq!(first[first.len() - 4..], *b"\xac\xaek}");
        let empty = r#"{"sessionMetadata":{"sampled":false},"sessionResults":[]}"#;
        let update = event("sessionUpdate", empty);
        assert_eq!(
            update[..12],
            *b"\x00\x00\x00\xa6\x00\x00\x00]\x8f\x9f\x98\x16"
        );
        assert_eq!(update[update.len() - 4..], *b"v\x0f\x8aw");
        let text = String::from_utf8_lossy(&update);
        assert!(text.contains("\x0b:event-type\x07\x00\rsessionUpdate\r:content-type"));
    }
}
