//! JSON objects, written member by member: a document is written for every request that is
//! recorded, and a tree of values would cost several times as much as the document.

use serde::Serialize;

/// An object under construction; [`Self::end`] closes it.
pub(super) struct Object<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
}

impl<'a> Object<'a> {
    pub(super) fn begin(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self {
            out,
            is_empty: true,
        }
    }

    /// A member; its name needs no escapes.
    pub(super) fn put(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) {
        self.name(name);
        // Only what cannot be JSON could fail, and memory is always written.
        drop(serde_json::to_writer(&mut *self.out, value));
    }

    /// A member that is itself an object.
    pub(super) fn object(&mut self, name: &'static str, write: impl FnOnce(&mut Object<'_>)) {
        self.name(name);
        let mut inner = Object::begin(self.out);
        write(&mut inner);
        inner.end();
    }

    /// Where the next member would go, its comma before it.
    pub(super) fn place(&self) -> usize {
        self.out.len()
    }

    pub(super) fn end(self) {
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
