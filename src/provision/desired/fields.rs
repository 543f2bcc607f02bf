//! Typed reading of a JSON object: what is there, what may be there, and where it stands.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;

use jsonc_parser::ast::{Object as Node, ObjectProp, Value};
use jsonc_parser::common::Ranged as _;

use super::document::Document;
use super::substitute::{SubstituteError, substitute};
use crate::error::{Error, Result};

/// An object of which every key is known.
#[derive(Debug)]
pub(super) struct Object<'d, 'v> {
    document: &'d Document<'d>,
    node: &'v Node<'v>,
    /// What the object is, such as `SamplingRule`.
    place: &'static str,
}

/// A member of an object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'d, 'v> {
    document: &'d Document<'d>,
    key: &'v str,
    value: &'v Value<'v>,
}

impl<'d, 'v> Object<'d, 'v> {
    /// Opens a value as an object and refuses keys that are not known, or stand there twice.
    pub(super) fn open(
        document: &'d Document<'d>,
        value: &'v Value<'v>,
        place: &'static str,
        known: &[&str],
    ) -> Result<Self> {
        let Value::Object(node) = value else {
            return Err(document.error(
                range(value),
                "desired-type",
                &format!("{place} must be an object, not {}", kind(value)),
            ));
        };
        for (index, property) in node.properties.iter().enumerate() {
            let key = property.name.as_str();
            let at = property.name.range().start..property.name.range().end;
            if !known.contains(&key) {
                let error = document.error(
                    at,
                    "desired-key",
                    &format!("unknown key {key:?} in {place}"),
                );
                return Err(match nearest(key, known) {
                    Some(right) => error.fix(format!("did you mean {right:?}?")),
                    None => error.fix(format!("the keys of {place} are: {}", known.join(", "))),
                });
            }
            if node.properties[..index]
                .iter()
                .any(|earlier| earlier.name.as_str() == key)
            {
                return Err(document.error(
                    at,
                    "desired-key",
                    &format!("key {key:?} stands in {place} twice"),
                ));
            }
        }
        Ok(Self {
            document,
            node,
            place,
        })
    }

    /// A member that may be absent; `null` counts as absent.
    pub(super) fn optional(&self, key: &'static str) -> Option<Field<'d, 'v>> {
        let property: &'v ObjectProp<'v> = self
            .node
            .properties
            .iter()
            .find(|property| property.name.as_str() == key)?;
        (!matches!(property.value, Value::NullKeyword(_))).then_some(Field {
            document: self.document,
            key,
            value: &property.value,
        })
    }

    /// A member that may be absent, `null` told apart.
    #[expect(clippy::option_option, reason = "absent, null, given")]
    pub(super) fn nullable(&self, key: &'static str) -> Option<Option<Field<'d, 'v>>> {
        let present = self
            .node
            .properties
            .iter()
            .any(|property| property.name.as_str() == key);
        present.then(|| self.optional(key))
    }

    /// A member that must be there.
    pub(super) fn required(&self, key: &'static str) -> Result<Field<'d, 'v>> {
        self.optional(key).ok_or_else(|| {
            self.document
                .error(
                    self.node.range.start..self.node.range.start + 1,
                    "desired-key",
                    &format!("{} has no {key:?}", self.place),
                )
                .fix(format!("add {key:?} to {}", self.place))
        })
    }

    /// An error about the object as a whole.
    pub(super) fn error(&self, message: &str) -> Error {
        self.document.error(
            self.node.range.start..self.node.range.start + 1,
            "desired-value",
            message,
        )
    }
}

impl<'d, 'v> Field<'d, 'v> {
    /// The string, with variables filled in.
    pub(super) fn text(&self) -> Result<String> {
        let Value::StringLit(literal) = self.value else {
            return Err(self.wrong_type("a string"));
        };
        substitute(&literal.value, self.document.environment).map_err(|error| {
            let told = self.error(&error.to_string());
            match error {
                SubstituteError::Unset(name) => told
                    .fix(format!("export {name}=…"))
                    .fix(format!("or give a default: ${{{name}:-value}}")),
                SubstituteError::Malformed => {
                    told.fix("write ${NAME} or ${NAME:-default}; a plain ${ is $${")
                }
            }
        })
    }

    /// The string, of a bounded number of characters.
    pub(super) fn text_of(&self, length: RangeInclusive<usize>) -> Result<String> {
        let text = self.text()?;
        let count = text.chars().count();
        if length.contains(&count) {
            return Ok(text);
        }
        Err(self.error(&format!(
            "{:?} must have {} to {} characters, it has {count}",
            self.key,
            length.start(),
            length.end()
        )))
    }

    /// A whole number in a range.
    pub(super) fn integer(&self, allowed: RangeInclusive<i64>) -> Result<i64> {
        let number: i64 = self.parsed("a whole number")?;
        self.within(number, &allowed)
    }

    /// A number in a range.
    pub(super) fn number(&self, allowed: RangeInclusive<f64>) -> Result<f64> {
        let number: f64 = self.parsed("a number")?;
        self.within(number, &allowed)
    }

    fn within<T: PartialOrd + Display + Copy>(
        &self,
        number: T,
        allowed: &RangeInclusive<T>,
    ) -> Result<T> {
        if allowed.contains(&number) {
            return Ok(number);
        }
        Err(self.error(&format!(
            "{:?} must be {} to {}, not {number}",
            self.key,
            allowed.start(),
            allowed.end()
        )))
    }

    /// A number, or a string that was filled in and holds one.
    fn parsed<T: FromStr>(&self, what: &str) -> Result<T> {
        let text = match self.value {
            Value::NumberLit(literal) => literal.value.to_owned(),
            Value::StringLit(literal) if literal.value.contains("${") => self.text()?,
            _ => return Err(self.wrong_type(what)),
        };
        text.trim()
            .parse()
            .map_err(|_| self.error(&format!("{:?} must be {what}, not {text}", self.key)))
    }

    /// A truth value, or a string that was filled in and holds one.
    pub(super) fn boolean(&self) -> Result<bool> {
        match self.value {
            Value::BooleanLit(literal) => Ok(literal.value),
            Value::StringLit(literal) if literal.value.contains("${") => {
                match self.text()?.as_str() {
                    "true" => Ok(true),
                    "false" => Ok(false),
                    other => Err(self.error(&format!(
                        "{:?} must be true or false, not {other:?}",
                        self.key
                    ))),
                }
            }
            _ => Err(self.wrong_type("true or false")),
        }
    }

    /// An object.
    pub(super) fn object(&self, place: &'static str, known: &[&str]) -> Result<Object<'d, 'v>> {
        Object::open(self.document, self.value, place, known)
    }

    /// The elements of an array.
    pub(super) fn array(&self) -> Result<&'v [Value<'v>]> {
        match self.value {
            Value::Array(array) => Ok(&array.elements),
            _ => Err(self.wrong_type("an array")),
        }
    }

    /// An object of strings, as the CloudWatch Logs API writes tags.
    pub(super) fn map(
        &self,
        key: RangeInclusive<usize>,
        value: RangeInclusive<usize>,
    ) -> Result<BTreeMap<String, String>> {
        let Value::Object(node) = self.value else {
            return Err(self.wrong_type("an object of strings"));
        };
        let mut map = BTreeMap::new();
        for property in &node.properties {
            let name = property.name.as_str();
            let field = Field {
                document: self.document,
                key: name,
                value: &property.value,
            };
            if !key.contains(&name.chars().count()) {
                return Err(field.error(&format!(
                    "{name:?} must have {} to {} characters",
                    key.start(),
                    key.end()
                )));
            }
            let text = field.text_of(value.clone())?;
            if map.insert(name.to_owned(), text).is_some() {
                return Err(field.error(&format!("key {name:?} stands in {:?} twice", self.key)));
            }
        }
        Ok(map)
    }

    /// A list of `{"Key", "Value"}`, as the X-Ray API writes tags.
    pub(super) fn tag_list(&self) -> Result<BTreeMap<String, String>> {
        let mut tags = BTreeMap::new();
        for element in self.array()? {
            let tag = Object::open(self.document, element, "Tags", &["Key", "Value"])?;
            let key = tag.required("Key")?.text_of(1..=128)?;
            let value = tag.required("Value")?.text_of(0..=256)?;
            if tags.insert(key.clone(), value).is_some() {
                return Err(tag.error(&format!("tag {key:?} stands there twice")));
            }
        }
        Ok(tags)
    }

    /// An error about this member's value.
    pub(super) fn error(&self, message: &str) -> Error {
        self.document
            .error(range(self.value), "desired-value", message)
    }

    fn wrong_type(&self, wanted: &str) -> Error {
        self.document.error(
            range(self.value),
            "desired-type",
            &format!("{:?} must be {wanted}, not {}", self.key, kind(self.value)),
        )
    }
}

fn range(value: &Value<'_>) -> Range<usize> {
    let range = value.range();
    range.start..range.end
}

/// The kind of a value, in words.
fn kind(value: &Value<'_>) -> &'static str {
    match value {
        Value::StringLit(_) => "a string",
        Value::NumberLit(_) => "a number",
        Value::BooleanLit(_) => "true or false",
        Value::Object(_) => "an object",
        Value::Array(_) => "an array",
        Value::NullKeyword(_) => "null",
    }
}

/// The known word nearest to a misspelt one, if any is near enough.
pub(super) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let lower = word.to_lowercase();
    known
        .iter()
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()),
                *candidate,
            )
        })
        .min()
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .map(|(_, candidate)| candidate)
}
