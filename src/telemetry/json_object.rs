//! JSON objects, written member by member: documents and lines are written for every request, and
//! a tree of values would cost several times as much as the text.

use serde::Serialize;

/// An object under construction; [`Self::end`] closes it.
pub(in crate::telemetry) struct Object<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
}

impl<'a> Object<'a> {
    pub(in crate::telemetry) fn begin(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self {
            out,
            is_empty: true,
        }
    }

    /// A member whose value can be JSON; names need no escapes.
    pub(in crate::telemetry) fn put(
        &mut self,
        name: &'static str,
        value: &(impl Serialize + ?Sized),
    ) {
        // Only what cannot be JSON could fail, and memory is always written.
        drop(self.try_put(name, value));
    }

    /// A member; fails where its value cannot be JSON.
    pub(in crate::telemetry) fn try_put(
        &mut self,
        name: &'static str,
        value: &(impl Serialize + ?Sized),
    ) -> serde_json::Result<()> {
        self.name(name);
        serde_json::to_writer(&mut *self.out, value)
    }

    /// A member that is text without anything to escape, piece by piece.
    pub(in crate::telemetry) fn put_plain(&mut self, name: &'static str, pieces: &[&str]) {
        self.name(name);
        self.out.push(b'"');
        for piece in pieces {
            self.out.extend_from_slice(piece.as_bytes());
        }
        self.out.push(b'"');
    }

    /// A member that is itself an object.
    pub(in crate::telemetry) fn object(
        &mut self,
        name: &'static str,
        write: impl FnOnce(&mut Object<'_>),
    ) {
        self.name(name);
        let mut inner = Object::begin(self.out);
        write(&mut inner);
        inner.end();
    }

    /// Where the next member would go, its comma before it.
    pub(in crate::telemetry) fn place(&self) -> usize {
        self.out.len()
    }

    pub(in crate::telemetry) fn end(self) {
        self.out.push(b'}');
    }

    fn name(&mut self, name: &'static str) {
        if !std::mem::take(&mut self.is_empty) {
            self.out.push(b',');
        }
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }
}
