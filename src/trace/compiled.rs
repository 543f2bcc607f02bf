//! The documents of a trace as X-Ray gives them back.
//!
//! A subsegment that came on its own is put inside its parent; texts are spliced and not
//! rewritten, so that members that nobody knows survive.

use std::collections::HashMap;
use std::ops::Range;

use super::assembly::{Parent, Trace};
use super::document::Document;
use super::id::SpanId;
use super::span::Kind;
use crate::json;

/// A piece of a text that is being put together.
enum Piece<'a> {
    Text(&'a str),
    Document(usize),
}

/// Which documents belong inside which span of a document, by the span's place in the text.
type Guests = HashMap<usize, Vec<(Range<usize>, Vec<usize>)>>;

impl Trace {
    /// Every segment with all that is part of it, and every subsegment whose parent never came.
    ///
    /// `documents` are those that the trace was assembled from.
    pub fn compiled(&self, documents: &[Document]) -> Vec<(SpanId, String)> {
        let mut guests = Guests::new();
        let mut entries = Vec::new();
        for placed in self {
            let span = &placed.span;
            if span.text.start > 0 {
                continue;
            }
            match placed.parent {
                Parent::Place(parent) if span.kind == Kind::Subsegment => {
                    let host = &self[parent].span;
                    let hosts = guests.entry(host.document).or_default();
                    match hosts.iter_mut().find(|(place, _)| *place == host.text) {
                        Some((_, inside)) => inside.push(span.document),
                        None => hosts.push((host.text.clone(), vec![span.document])),
                    }
                }
                _ => entries.push((span.id, span.document)),
            }
        }
        entries
            .into_iter()
            .map(|(id, document)| (id, put_together(document, documents, &guests)))
            .collect()
    }
}

/// The text of a document with its guests, and theirs.
fn put_together(document: usize, documents: &[Document], guests: &Guests) -> String {
    let mut text = String::new();
    let mut waiting = vec![Piece::Document(document)];
    while let Some(piece) = waiting.pop() {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Document(index) => {
                let mut pieces = Vec::new();
                if let Some(document) = documents.get(index) {
                    let hosts = guests.get(&index).map_or(&[][..], Vec::as_slice);
                    cut(document.text(), hosts, &mut pieces);
                }
                waiting.extend(pieces.into_iter().rev());
            }
        }
    }
    text
}

/// Cuts a text where guests go in.
fn cut<'a>(text: &'a str, hosts: &[(Range<usize>, Vec<usize>)], pieces: &mut Vec<Piece<'a>>) {
    let mut seams: Vec<_> = hosts
        .iter()
        .filter_map(|(place, inside)| Some((seam(text, text.get(place.clone())?)?, inside)))
        .collect();
    seams.sort_by_key(|(seam, _)| seam.place);
    let mut reached = 0;
    for (seam, inside) in seams {
        pieces.push(Piece::Text(&text[reached..seam.place]));
        pieces.push(Piece::Text(seam.before));
        for (number, guest) in inside.iter().enumerate() {
            if number > 0 {
                pieces.push(Piece::Text(","));
            }
            pieces.push(Piece::Document(*guest));
        }
        pieces.push(Piece::Text(seam.after));
        reached = seam.place;
    }
    pieces.push(Piece::Text(&text[reached..]));
}

/// Where subsegments go in, and what has to stand around them.
struct Seam {
    place: usize,
    before: &'static str,
    after: &'static str,
}

fn seam(text: &str, object: &str) -> Option<Seam> {
    let mut list = None;
    json::members(object, |name, raw| {
        if name == "subsegments" && raw.starts_with('[') {
            list = Some(raw);
        }
    })
    .ok()?;
    let (part, before, after) = match list {
        Some(list) => {
            let is_empty = list[1..list.len() - 1].trim().is_empty();
            (list, if is_empty { "" } else { "," }, "")
        }
        None => (object.trim_end(), ",\"subsegments\":[", "]"),
    };
    Some(Seam {
        // Before the bracket that closes it.
        place: json::range(text, part).end - 1,
        before,
        after,
    })
}
