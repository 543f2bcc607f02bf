//! Small pieces of memory, made by many threads and kept for a while: what is queued to be sent.
//!
//! Pieces that one thread makes one after the other stand in one block. Were each allocated, by
//! one thread, and freed, by another, that would cost as much as to write what is in it.

use std::cell::RefCell;

use bytes::{Bytes, BytesMut};

/// The size of a block, which lives as long as any piece in it.
const BLOCK: usize = 64 * 1024;

#[derive(Default)]
struct Desk {
    /// Where a piece is written before it is known how long it is.
    scratch: Vec<u8>,
    /// The rest of the block.
    block: BytesMut,
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

/// A piece with what is written into it, and what `write` returns.
pub(crate) fn piece<T>(write: impl FnOnce(&mut Vec<u8>) -> T) -> (Bytes, T) {
    DESK.with(|desk| {
        let Ok(mut desk) = desk.try_borrow_mut() else {
            // One within another has memory of its own.
            let mut own = Vec::new();
            let result = write(&mut own);
            return (Bytes::from(own), result);
        };
        let Desk { scratch, block } = &mut *desk;
        // One long piece is no reason to keep so much.
        scratch.clear();
        scratch.shrink_to(BLOCK);
        let result = write(scratch);
        if block.capacity() < scratch.len() {
            *block = BytesMut::with_capacity(scratch.len().max(BLOCK));
        }
        block.extend_from_slice(scratch);
        (block.split().freeze(), result)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_keep_what_they_are() {
        let long = vec![b'l'; 3 * BLOCK];
        let texts: Vec<Vec<u8>> = (0..BLOCK / 8)
            .map(|number| format!("{number:08}").into_bytes())
            .chain([long, b"after".to_vec(), Vec::new()])
            .collect();
        let pieces: Vec<Bytes> = texts
            .iter()
            .map(|text| piece(|out| out.extend_from_slice(text)).0)
            .collect();
        assert_eq!(pieces, texts);
    }

    #[test]
    fn a_piece_within_a_piece_is_another() {
        let (outer, inner) = piece(|out| {
            out.push(b'a');
            let (inner, ()) = piece(|out| out.push(b'b'));
            out.push(b'c');
            inner
        });
        assert_eq!((&*outer, &*inner), (&b"ac"[..], &b"b"[..]));
    }
}
