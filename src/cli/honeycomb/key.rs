//! Which key counts, and what its shape says, before anybody is asked.

use std::io::Read as _;

use super::super::context::Context;
use crate::error::{Error, Result};
use crate::honeycomb::key::{KeyKind, KeyShape, Looks, classify};
use crate::honeycomb::region::Region;
use crate::honeycomb::wrong_key::WrongKey;
use crate::sandbox;
use crate::settings::{HoneycombKey, KeyReader};

/// More than any key has.
const LONGEST: u64 = 4096;

/// A key that may be one.
pub(super) struct ChosenKey {
    pub(super) found: HoneycombKey,
    /// What its shape says; nothing where the shape is new.
    pub(super) shape: Option<KeyShape>,
}

impl ChosenKey {
    /// What to ask as: a shape that is not known is asked as the most usual kind.
    pub(super) fn kind(&self) -> KeyKind {
        self.shape
            .as_ref()
            .map_or(KeyKind::Configuration, |shape| shape.kind)
    }

    pub(super) fn is_classic(&self) -> bool {
        self.shape.as_ref().is_some_and(|shape| shape.is_classic)
    }

    pub(super) fn region(&self) -> Option<Region> {
        self.shape.as_ref()?.region
    }
}

/// The key: of stdin where it is asked for, else the one that counts for `reader`, else any other,
/// else the sandbox's own. What is odd about its places is warned of.
pub(super) fn chosen(
    context: &Context<'_>,
    from_stdin: bool,
    reader: KeyReader,
) -> Result<ChosenKey> {
    let settings = &context.settings;
    let found = if from_stdin {
        let mut text = String::new();
        std::io::stdin()
            .take(LONGEST)
            .read_to_string(&mut text)
            .map_err(|error| {
                Error::configuration("the key could not be read from stdin")
                    .code("honeycomb-key-shape")
                    .source(error)
                    .fix("cruddur-obs honeycomb whoami --key-stdin < FILE")
            })?;
        HoneycombKey::new(&text, "stdin", KeyReader::Program)
    } else {
        let mut keys = settings.honeycomb_keys();
        let at = keys.iter().position(|key| key.reader == reader);
        let at = at.or_else(|| keys.iter().position(|key| key.reader != KeyReader::Nobody));
        match at {
            Some(at) => keys.swap_remove(at),
            None if settings.sandbox().is_some() => {
                HoneycombKey::new(sandbox::HONEYCOMB_KEY, "sandbox", KeyReader::Program)
            }
            None => return Err(settings.no_honeycomb_key()),
        }
    };
    for oddity in settings.honeycomb_key_oddities(&found) {
        context.output.warning(&oddity);
    }
    let text = found.key.expose();
    let place = &found.place;
    if let Some(variable) = settings.rollbar_variable_of(text) {
        return Err(wrong(place, &WrongKey::RollbarToken).tried(format!("{variable}: the same")));
    }
    match classify(text) {
        Looks::Wrong(shape) => Err(wrong(place, &shape)),
        Looks::Key(shape) => Ok(ChosenKey {
            shape: Some(shape),
            found,
        }),
        Looks::Unknown => {
            context.output.warning(&format!(
                "{place} ({}) has the shape of no kind of key that is known here; it is tried all the same",
                found.key
            ));
            Ok(ChosenKey { shape: None, found })
        }
    }
}

fn wrong(place: &str, shape: &WrongKey) -> Error {
    Error::configuration(format!("the Honeycomb key in {place} is {}", shape.what()))
        .code("honeycomb-key-shape")
        .cause(shape.hint())
        .fix(match place {
            "stdin" => "cruddur-obs honeycomb whoami --key-stdin < FILE".to_owned(),
            _ => format!("write the key itself in {place}, then: cruddur-obs honeycomb whoami"),
        })
}
