//! Attributes as fields: maps are flattened, lists and bytes become JSON text.

use std::borrow::Cow;
use std::collections::BTreeMap;

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use serde_json::Value as Json;

use super::super::event::{Field, FieldValue, LONGEST_TEXT};

/// Maps are flattened so deep; what lies deeper becomes JSON text.
const DEEPEST: usize = 5;

/// Adds attributes; one without a name or a value is none.
pub(super) fn add<'a>(fields: &mut Vec<Field<'a>>, attributes: &'a [KeyValue]) {
    for attribute in attributes {
        if let Some(value) = &attribute.value
            && !attribute.key.is_empty()
        {
            add_value(fields, Cow::Borrowed(&attribute.key), value, 0);
        }
    }
}

/// Adds a value under a name.
pub(super) fn add_value<'a>(
    fields: &mut Vec<Field<'a>>,
    name: Cow<'a, str>,
    value: &'a AnyValue,
    depth: usize,
) {
    let value = match &value.value {
        None | Some(Value::StringValueStrindex(_)) => return,
        Some(Value::StringValue(text)) => FieldValue::text(text.as_str()),
        Some(Value::BoolValue(value)) => FieldValue::Boolean(*value),
        Some(Value::IntValue(value)) => FieldValue::Integer(*value),
        Some(Value::DoubleValue(value)) => FieldValue::Float(*value),
        Some(Value::ArrayValue(_) | Value::BytesValue(_)) => as_json(value),
        Some(Value::KvlistValue(list)) => {
            for entry in &list.values {
                let Some(value) = &entry.value else {
                    continue;
                };
                let name = Cow::Owned(format!("{name}.{}", entry.key));
                if depth < DEEPEST {
                    add_value(fields, name, value, depth + 1);
                } else {
                    fields.push((name, as_json(value)));
                }
            }
            return;
        }
    };
    fields.push((name, value));
}

/// A value as JSON text, with the newline that Go's encoder ends with.
pub(super) fn as_json(value: &AnyValue) -> FieldValue<'static> {
    let mut text = json(value).to_string();
    // Go's encoder writes these so that the text may stand in HTML.
    for (character, escaped) in [('<', "\\u003c"), ('>', "\\u003e"), ('&', "\\u0026")] {
        if text.contains(character) {
            text = text.replace(character, escaped);
        }
    }
    text.push('\n');
    if text.len() > LONGEST_TEXT {
        text.truncate(text.floor_char_boundary(LONGEST_TEXT));
    }
    FieldValue::Text(Cow::Owned(text))
}

/// A value as JSON; the members of a map are in the order of their names.
fn json(value: &AnyValue) -> Json {
    match &value.value {
        None | Some(Value::StringValueStrindex(_)) => Json::Null,
        Some(Value::StringValue(text)) => Json::from(text.as_str()),
        Some(Value::BoolValue(value)) => Json::from(*value),
        Some(Value::IntValue(value)) => Json::from(*value),
        Some(Value::DoubleValue(value)) => super::super::query_number(*value),
        Some(Value::BytesValue(bytes)) => Json::from(base64(bytes)),
        Some(Value::ArrayValue(list)) => list.values.iter().map(json).collect(),
        Some(Value::KvlistValue(list)) => {
            let members: BTreeMap<&str, Json> = list
                .values
                .iter()
                .map(|entry| {
                    let value = entry.value.as_ref().map_or(Json::Null, json);
                    (entry.key.as_str(), value)
                })
                .collect();
            members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()
        }
    }
}

/// Bytes as Go's encoder writes them, <https://datatracker.ietf.org/doc/html/rfc4648#section-4>.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .chain([0, 0].iter())
            .take(3)
            .fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        for place in 0..4 {
            if place > group.len() {
                text.push('=');
            } else {
                text.push(char::from(DIGITS[bits >> (18 - 6 * place) & 63]));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_base64() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
