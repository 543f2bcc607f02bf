//! Protobuf's wire: fields, messages within messages, and values of attributes.
//!
//! <https://protobuf.dev/programming-guides/encoding/>
//! <https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/common/v1/common.proto>

use opentelemetry::{Array, KeyValue, Value};
use prost::encoding::{WireType, encode_key, encode_varint, encoded_len_varint};

pub(super) fn attributes<'a>(out: &mut Vec<u8>, tag: u32, all: impl Iterator<Item = &'a KeyValue>) {
    for one in all {
        attribute(out, tag, one.key.as_str(), &one.value);
    }
}

pub(super) fn attribute(out: &mut Vec<u8>, tag: u32, key: &str, value: &Value) {
    match value {
        Value::String(value) => text_attribute(out, tag, key, value.as_str()),
        Value::Bool(value) if short_attribute(out, tag, key, &[BOOLEAN], &[u8::from(*value)]) => {}
        Value::I64(value) => integer_attribute(out, tag, key, *value),
        _ => long_attribute(out, tag, key, |out| any_value(out, value)),
    }
}

pub(super) fn text_attribute(out: &mut Vec<u8>, tag: u32, key: &str, value: &str) {
    let value = value.as_bytes();
    let is_written = one_byte(value.len())
        .is_some_and(|length| short_attribute(out, tag, key, &[STRING, length], value));
    if !is_written {
        long_attribute(out, tag, key, |out| bytes(out, 1, value));
    }
}

pub(super) fn integer_attribute(out: &mut Vec<u8>, tag: u32, key: &str, value: i64) {
    let mut digits = [0; 10];
    encode_varint(value.cast_unsigned(), &mut &mut digits[..]);
    let length = encoded_len_varint(value.cast_unsigned());
    if !short_attribute(out, tag, key, &[INTEGER], &digits[..length]) {
        long_attribute(out, tag, key, |out| integer(out, value));
    }
}

fn long_attribute(out: &mut Vec<u8>, tag: u32, key: &str, value: impl FnOnce(&mut Vec<u8>)) {
    message(out, tag, |out| {
        text(out, 1, key);
        message(out, 2, value);
    });
}

/// What begins the members of an `AnyValue`: their number, and how they are written.
const STRING: u8 = 1 << 3 | 2;
const BOOLEAN: u8 = 2 << 3;
const INTEGER: u8 = 3 << 3;

/// Writes an attribute whose lengths are one byte each, as those of nearly all are, so that nothing
/// has to be moved; tells whether it is one.
fn short_attribute(out: &mut Vec<u8>, tag: u32, key: &str, head: &[u8], rest: &[u8]) -> bool {
    let value = head.len() + rest.len();
    let all = 2 + key.len() + 2 + value;
    let (Some(all), Some(named), Some(value)) =
        (one_byte(all), one_byte(key.len()), one_byte(value))
    else {
        return false;
    };
    if key.is_empty() {
        return false;
    }
    encode_key(tag, WireType::LengthDelimited, out);
    out.extend_from_slice(&[all, 1 << 3 | 2, named]);
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(&[2 << 3 | 2, value]);
    out.extend_from_slice(head);
    out.extend_from_slice(rest);
    true
}

/// A number that is one byte as a varint.
fn one_byte(number: usize) -> Option<u8> {
    u8::try_from(number).ok().filter(|byte| *byte < 0x80)
}

/// An `AnyValue`: which of its members stands there says the type, so it stands there also where
/// it has the value that others leave out.
fn any_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::String(value) => bytes(out, 1, value.as_str().as_bytes()),
        Value::Bool(value) => boolean(out, *value),
        Value::I64(value) => integer(out, *value),
        Value::F64(value) => double(out, *value),
        Value::Array(array) => message(out, 5, |out| match array {
            Array::Bool(all) => each(out, all, |out, one| boolean(out, *one)),
            Array::I64(all) => each(out, all, |out, one| integer(out, *one)),
            Array::F64(all) => each(out, all, |out, one| double(out, *one)),
            Array::String(all) => {
                each(out, all, |out, one| bytes(out, 1, one.as_str().as_bytes()));
            }
            _ => {}
        }),
        _ => {}
    }
}

fn each<T>(out: &mut Vec<u8>, all: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    for one in all {
        message(out, 1, |out| write(out, one));
    }
}

fn boolean(out: &mut Vec<u8>, value: bool) {
    encode_key(2, WireType::Varint, out);
    out.push(u8::from(value));
}

fn integer(out: &mut Vec<u8>, value: i64) {
    encode_key(3, WireType::Varint, out);
    encode_varint(value.cast_unsigned(), out);
}

fn double(out: &mut Vec<u8>, value: f64) {
    encode_key(4, WireType::SixtyFourBit, out);
    out.extend_from_slice(&value.to_le_bytes());
}

/// A message within another. Its length stands before it and is known after it: one byte is kept
/// for it, which is enough for nearly all, and a longer one moves the message.
pub(super) fn message(out: &mut Vec<u8>, tag: u32, write: impl FnOnce(&mut Vec<u8>)) {
    encode_key(tag, WireType::LengthDelimited, out);
    let begin = out.len();
    out.push(0);
    write(out);
    let length = (out.len() - begin - 1) as u64;
    let further = encoded_len_varint(length) - 1;
    if further > 0 {
        let end = out.len();
        out.resize(end + further, 0);
        out.copy_within(begin + 1..end, begin + 1 + further);
    }
    encode_varint(length, &mut &mut out[begin..=begin + further]);
}

/// What a message of so many bytes takes with its number, which has one byte, and its length.
pub(super) fn field(length: usize) -> usize {
    1 + encoded_len_varint(length as u64) + length
}

/// Begins a message of which it is known how many bytes follow.
pub(super) fn begin_message(out: &mut Vec<u8>, tag: u32, length: usize) {
    encode_key(tag, WireType::LengthDelimited, out);
    encode_varint(length as u64, out);
}

pub(super) fn bytes(out: &mut Vec<u8>, tag: u32, value: &[u8]) {
    encode_key(tag, WireType::LengthDelimited, out);
    encode_varint(value.len() as u64, out);
    out.extend_from_slice(value);
}

pub(super) fn text(out: &mut Vec<u8>, tag: u32, value: &str) {
    if !value.is_empty() {
        bytes(out, tag, value.as_bytes());
    }
}

pub(super) fn number(out: &mut Vec<u8>, tag: u32, value: u64) {
    if value != 0 {
        encode_key(tag, WireType::Varint, out);
        encode_varint(value, out);
    }
}

pub(super) fn fixed64(out: &mut Vec<u8>, tag: u32, value: u64) {
    if value != 0 {
        encode_key(tag, WireType::SixtyFourBit, out);
        out.extend_from_slice(&value.to_le_bytes());
    }
}

pub(super) fn fixed32(out: &mut Vec<u8>, tag: u32, value: u32) {
    encode_key(tag, WireType::ThirtyTwoBit, out);
    out.extend_from_slice(&value.to_le_bytes());
}
