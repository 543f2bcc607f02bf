//! MessagePack as JSON, with times in the extension that it has for them.

use rmpv::Value as Packed;
use rmpv::decode::read_value_with_max_depth;
use serde_json::{Map, Number, Value};

use super::event_time;

/// The deepest nesting that is read.
const DEEPEST: usize = 64;

/// The extension type of timestamps, <https://github.com/msgpack/msgpack/blob/master/spec.md>.
const TIMESTAMP: i8 = -1;

/// Reads one value, which must be all there is.
pub(super) fn read(mut bytes: &[u8]) -> Option<Packed> {
    let value = read_value_with_max_depth(&mut bytes, DEEPEST).ok()?;
    bytes.is_empty().then_some(value)
}

/// The same value in JSON; what JSON cannot say is null, and a time is RFC 3339.
pub(super) fn json(value: Packed) -> Value {
    match value {
        Packed::Nil => Value::Null,
        Packed::Boolean(value) => Value::Bool(value),
        Packed::Integer(value) => value
            .as_i64()
            .map(Value::from)
            .or_else(|| value.as_u64().map(Value::from))
            .unwrap_or_default(),
        // What was meant is 1.1, not the nearest float of half the length.
        Packed::F32(value) => value.to_string().parse::<f64>().map_or(Value::Null, float),
        Packed::F64(value) => float(value),
        Packed::String(text) => {
            Value::String(String::from_utf8_lossy(text.as_bytes()).into_owned())
        }
        Packed::Binary(bytes) => Value::String(String::from_utf8_lossy(&bytes).into_owned()),
        Packed::Array(values) => values.into_iter().map(json).collect(),
        Packed::Map(members) => Value::Object(object(members)),
        Packed::Ext(kind, bytes) => timestamp(kind, &bytes)
            .and_then(|time| jiff::Timestamp::from_nanosecond(i128::from(time)).ok())
            .map_or(Value::Null, |time| Value::String(time.to_string())),
    }
}

/// A map's members.
pub(super) fn object(members: Vec<(Packed, Packed)>) -> Map<String, Value> {
    members
        .into_iter()
        .map(|(name, value)| {
            let name = match json(name) {
                Value::String(name) => name,
                other => other.to_string(),
            };
            (name, json(value))
        })
        .collect()
}

fn float(value: f64) -> Value {
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// Reads a time as nanoseconds since 1970.
pub(super) fn time(value: &Packed) -> Option<i64> {
    match value {
        Packed::Ext(kind, bytes) => timestamp(*kind, bytes),
        Packed::Integer(number) => event_time::parse(&number.to_string()),
        Packed::F32(number) => event_time::seconds(f64::from(*number)),
        Packed::F64(number) => event_time::seconds(*number),
        Packed::String(text) => event_time::parse(text.as_str()?),
        _ => None,
    }
}

/// 4 bytes are seconds; of 8, 30 bits are nanoseconds; of 12, the first 4.
fn timestamp(kind: i8, bytes: &[u8]) -> Option<i64> {
    if kind != TIMESTAMP {
        return None;
    }
    let (seconds, nanoseconds) = match bytes.len() {
        4 => (i64::from(u32::from_be_bytes(bytes.try_into().ok()?)), 0),
        8 => {
            let packed = u64::from_be_bytes(bytes.try_into().ok()?);
            (
                i64::try_from(packed & ((1 << 34) - 1)).ok()?,
                i64::try_from(packed >> 34).ok()?,
            )
        }
        12 => (
            i64::from_be_bytes(bytes.get(4..)?.try_into().ok()?),
            i64::from(u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?)),
        ),
        _ => return None,
    };
    seconds.checked_mul(1_000_000_000)?.checked_add(nanoseconds)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn timestamps_come_in_three_lengths() {
        let of = |bytes: &[u8]| time(&Packed::Ext(TIMESTAMP, bytes.to_vec()));
        assert_eq!(of(&7_u32.to_be_bytes()), Some(7_000_000_000));
        assert_eq!(of(&(5_u64 << 34 | 7).to_be_bytes()), Some(7_000_000_005));
        let mut long = 5_u32.to_be_bytes().to_vec();
        long.extend_from_slice(&(-7_i64).to_be_bytes());
        assert_eq!(of(&long), Some(-6_999_999_995));
        assert_eq!(of(&[1, 2, 3]), None);
        assert_eq!(
            time(&Packed::from(1_528_317_567_000_i64)),
            Some(1_528_317_567_000_000_000)
        );
        assert_eq!(
            time(&Packed::from("2018-06-06T20:39:27Z")),
            Some(1_528_317_567_000_000_000)
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Some(value) = read(&bytes) {
                let _time = time(&value);
                let _json = json(value);
            }
        }
    }

    #[test]
    fn lengths_that_are_not_there_cost_nothing() {
        for bytes in [
            &[0xdd, 0xff, 0xff, 0xff, 0xff][..],
            &[0xdf, 0xff, 0xff, 0xff, 0xff],
            &[0xdb, 0xff, 0xff, 0xff, 0xff],
            &[0xc6, 0xff, 0xff, 0xff, 0xff],
            &[0xc9, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x91; 5000],
        ] {
            assert_eq!(read(bytes), None);
        }
    }
}
