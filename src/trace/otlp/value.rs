//! Values of attributes, as words, numbers and JSON.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

/// The text of a value that is text.
pub(super) fn text(value: &AnyValue) -> Option<&str> {
    match value.value.as_ref()? {
        Value::StringValue(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// The number of a value that is a whole number, in whatever clothes.
pub(super) fn integer(value: &AnyValue) -> Option<i64> {
    match value.value.as_ref()? {
        Value::IntValue(number) => Some(*number),
        Value::StringValue(text) => text.parse().ok(),
        #[expect(clippy::cast_possible_truncation, reason = "a cast saturates")]
        Value::DoubleValue(number) if number.fract() == 0.0 => Some(*number as i64),
        _ => None,
    }
}

/// The first text of a list of texts, or the only one.
pub(super) fn first_text(value: &AnyValue) -> Option<&str> {
    match value.value.as_ref()? {
        Value::ArrayValue(array) => array.values.first().and_then(text),
        _ => text(value),
    }
}

/// The texts of a list of texts.
pub(super) fn texts(value: &AnyValue) -> impl Iterator<Item = &str> {
    let values = match &value.value {
        Some(Value::ArrayValue(array)) => array.values.as_slice(),
        _ => &[],
    };
    values.iter().filter_map(text)
}

/// A value as JSON.
pub(super) struct Json<'a>(pub(super) &'a AnyValue);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.value {
            Some(Value::StringValue(text)) => serializer.serialize_str(text),
            Some(Value::BoolValue(boolean)) => serializer.serialize_bool(*boolean),
            Some(Value::IntValue(number)) => serializer.serialize_i64(*number),
            Some(Value::DoubleValue(number)) if number.is_finite() => {
                serializer.serialize_f64(*number)
            }
            // JSON has no number for it.
            Some(Value::DoubleValue(number)) => serializer.collect_str(number),
            Some(Value::ArrayValue(array)) => serializer.collect_seq(array.values.iter().map(Json)),
            Some(Value::KvlistValue(list)) => Members(list.values.iter()).serialize(serializer),
            Some(Value::BytesValue(bytes)) => serializer.serialize_str(&base64(bytes)),
            _ => serializer.serialize_unit(),
        }
    }
}

/// Keys and values as a JSON object; the last of one name counts.
struct Members<'a>(std::slice::Iter<'a, KeyValue>);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for member in self.0.clone() {
            match &member.value {
                Some(value) => map.serialize_entry(&member.key, &Json(value))?,
                None => map.serialize_entry(&member.key, &())?,
            }
        }
        map.end()
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |place: usize| u32::from(chunk.get(place).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            if place <= chunk.len() {
                let digit = bits >> (18 - 6 * place) & 63;
                text.push(char::from(DIGITS[digit as usize]));
            } else {
                text.push('=');
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
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
