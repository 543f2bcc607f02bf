//! Events: what datasets are made of.
//!
//! A field is a text, a number or a boolean; what comes nested is kept as JSON text, as Honeycomb
//! does unless a dataset unpacks it. A later value of a field wins over an earlier one.

use std::borrow::Cow;

use serde_json::{Map, Number, Value};

/// The longest text of a field in bytes; more is cut off.
/// <https://docs.honeycomb.io/api/events/>
pub(super) const LONGEST_TEXT: usize = 65_535;

/// The value of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldValue<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// True or false.
    Boolean(bool),
}

/// A field's name and value.
pub(super) type Field<'a> = (Cow<'a, str>, FieldValue<'a>);

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub struct HoneycombEvent<'a> {
    /// Nanoseconds since 1970.
    pub time: i64,
    /// It stands for so many events.
    pub sample_rate: u32,
    /// Its fields; of a name that is there twice, the last counts.
    pub fields: Vec<Field<'a>>,
}

impl<'a> FieldValue<'a> {
    /// The value of a JSON member; there is none for null.
    pub fn of(value: Value) -> Option<FieldValue<'static>> {
        Some(match value {
            Value::Null => return None,
            Value::Bool(value) => FieldValue::Boolean(value),
            Value::Number(number) => number.as_i64().map_or_else(
                || FieldValue::Float(number.as_f64().unwrap_or_default()),
                FieldValue::Integer,
            ),
            Value::String(text) => FieldValue::text(text),
            nested => FieldValue::text(nested.to_string()),
        })
    }

    /// A text, cut to what fits in a field.
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let mut text = text.into();
        if text.len() > LONGEST_TEXT {
            let end = text.floor_char_boundary(LONGEST_TEXT);
            match &mut text {
                Cow::Borrowed(text) => *text = &text[..end],
                Cow::Owned(text) => text.truncate(end),
            }
        }
        Self::Text(text)
    }

    /// The same value, borrowed.
    pub(super) fn borrowed(&self) -> FieldValue<'_> {
        match self {
            Self::Text(text) => FieldValue::Text(Cow::Borrowed(text)),
            Self::Integer(value) => FieldValue::Integer(*value),
            Self::Float(value) => FieldValue::Float(*value),
            Self::Boolean(value) => FieldValue::Boolean(*value),
        }
    }

    /// The same value, for ever.
    pub(super) fn owned(&self) -> FieldValue<'static> {
        match self {
            Self::Text(text) => FieldValue::Text(Cow::Owned(text.clone().into_owned())),
            Self::Integer(value) => FieldValue::Integer(*value),
            Self::Float(value) => FieldValue::Float(*value),
            Self::Boolean(value) => FieldValue::Boolean(*value),
        }
    }

    /// The number, if it is one.
    #[expect(
        clippy::cast_precision_loss,
        reason = "calculations are done in floating point, as Honeycomb does"
    )]
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(value) => Some(*value as f64),
            Self::Float(value) => Some(*value).filter(|value| value.is_finite()),
            Self::Text(_) | Self::Boolean(_) => None,
        }
    }

    /// The value as people read it.
    pub(super) fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Integer(value) => Cow::Owned(value.to_string()),
            Self::Float(value) => Cow::Owned(value.to_string()),
            Self::Boolean(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
        }
    }

    /// The value as JSON.
    pub fn json(&self) -> Value {
        match self {
            Self::Text(text) => Value::String(text.clone().into_owned()),
            Self::Integer(value) => Value::from(*value),
            Self::Float(value) => Number::from_f64(*value).map_or(Value::Null, Value::Number),
            Self::Boolean(value) => Value::Bool(*value),
        }
    }

    /// What a column of such values is called.
    pub(super) fn column_type(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Integer(_) => "integer",
            Self::Float(_) => "float",
            Self::Boolean(_) => "boolean",
        }
    }
}

impl HoneycombEvent<'static> {
    /// The fields of a JSON object.
    pub fn fields_of(members: Map<String, Value>) -> Vec<Field<'static>> {
        members
            .into_iter()
            .filter_map(|(name, value)| Some((Cow::Owned(name), FieldValue::of(value)?)))
            .collect()
    }
}

impl HoneycombEvent<'_> {
    /// The field of that name.
    pub fn get(&self, name: &str) -> Option<&FieldValue<'_>> {
        self.fields
            .iter()
            .rev()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }
}
