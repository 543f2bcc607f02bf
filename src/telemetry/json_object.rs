//! JSON objects, written member by member: documents and lines are written for every request, and
//! a tree of values would cost several times as much as the text.
//!
//! An object can be written as it stands within a JSON text, its quotes escaped: a log line is the
//! text of an event, and the event is JSON itself. So no line is written twice.

use serde::Serialize;

/// An object under construction; [`Self::end`] closes it.
#[derive(Debug)]
pub struct Object<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
    is_within_text: bool,
    /// How many bytes the object is longer for being within a text.
    escapes: usize,
}

impl<'a> Object<'a> {
    pub(in crate::telemetry) fn begin(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self {
            out,
            is_empty: true,
            is_within_text: false,
            escapes: 0,
        }
    }

    /// An object within a text, between whose quotes `out` is.
    pub(in crate::telemetry) fn begin_within_text(out: &'a mut Vec<u8>) -> Self {
        Self {
            is_within_text: true,
            ..Self::begin(out)
        }
    }

    /// A member whose value can be JSON; names need no escapes.
    pub fn put(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) {
        // Only what cannot be JSON could fail, and memory is always written.
        drop(self.try_put(name, value));
    }

    /// A member; fails where its value cannot be JSON.
    pub fn try_put(
        &mut self,
        name: &'static str,
        value: &(impl Serialize + ?Sized),
    ) -> serde_json::Result<()> {
        self.name(name);
        let begin = self.out.len();
        serde_json::to_writer(&mut *self.out, value)?;
        if self.is_within_text && self.out[begin..].iter().copied().any(is_escaped) {
            let value = self.out.split_off(begin);
            for byte in value {
                if is_escaped(byte) {
                    self.out.push(b'\\');
                    self.escapes += 1;
                }
                self.out.push(byte);
            }
        }
        Ok(())
    }

    /// A member that is text.
    pub fn put_text(&mut self, name: &'static str, text: &str) {
        // To look at all of them takes less time than to stop at the first.
        let escapes = text
            .bytes()
            .filter(|byte| *byte < b' ' || is_escaped(*byte));
        if escapes.count() > 0 {
            self.put(name, text);
        } else {
            self.put_plain(name, &[text.as_bytes()]);
        }
    }

    /// A member that is text without anything to escape, piece by piece.
    pub(in crate::telemetry) fn put_plain(&mut self, name: &'static str, pieces: &[&[u8]]) {
        self.name(name);
        self.quote();
        for piece in pieces {
            self.out.extend_from_slice(piece);
        }
        self.quote();
    }

    /// A member that is itself an object.
    pub fn object(&mut self, name: &'static str, write: impl FnOnce(&mut Object<'_>)) {
        self.name(name);
        let mut inner = Object {
            is_within_text: self.is_within_text,
            ..Object::begin(self.out)
        };
        write(&mut inner);
        self.escapes += inner.end();
    }

    /// Where the next member would go, its comma before it.
    pub(in crate::telemetry) fn place(&self) -> usize {
        self.out.len()
    }

    /// Ends the object; tells how many bytes it is longer for being within a text.
    pub(in crate::telemetry) fn end(self) -> usize {
        self.out.push(b'}');
        self.escapes
    }

    fn name(&mut self, name: &'static str) {
        if !std::mem::take(&mut self.is_empty) {
            self.out.push(b',');
        }
        self.quote();
        self.out.extend_from_slice(name.as_bytes());
        self.quote();
        self.out.push(b':');
    }

    fn quote(&mut self) {
        if self.is_within_text {
            self.escapes += 1;
            self.out.extend_from_slice(b"\\\"");
        } else {
            self.out.push(b'"');
        }
    }
}

/// Whether a byte of JSON needs a backslash where the JSON is itself a text.
fn is_escaped(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\')
}
