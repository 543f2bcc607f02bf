//! Values as bytes: equal values have equal bytes, so that groups are found without copying texts.

use super::super::event::FieldValue;

/// Writes a value, or its absence, behind what is there.
pub(super) fn write(value: Option<&FieldValue<'_>>, bytes: &mut Vec<u8>) {
    match value {
        None => bytes.push(0),
        Some(FieldValue::Text(text)) => {
            bytes.push(1);
            bytes.extend_from_slice(&text.len().to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        Some(FieldValue::Boolean(value)) => bytes.extend_from_slice(&[2, u8::from(*value)]),
        Some(FieldValue::Integer(value)) => integer(*value, bytes),
        Some(FieldValue::Float(value)) => {
            if let Some(value) = whole(*value) {
                integer(value, bytes);
            } else {
                bytes.push(4);
                bytes.extend_from_slice(&value.to_le_bytes());
            }
        }
    }
}

fn integer(value: i64, bytes: &mut Vec<u8>) {
    bytes.push(3);
    bytes.extend_from_slice(&value.to_le_bytes());
}

/// The whole number that a float is, if it is one: 200.0 and 200 are one group.
pub(super) fn whole(value: f64) -> Option<i64> {
    /// Up to here every whole number is a float.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is whole and small enough"
    )]
    let whole = (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(value: &FieldValue<'_>) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(Some(value), &mut bytes);
        bytes
    }

    #[test]
    fn equal_values_have_equal_bytes() {
        assert_eq!(
            bytes(&FieldValue::Integer(200)),
            bytes(&FieldValue::Float(200.0))
        );
        assert_ne!(
            bytes(&FieldValue::Integer(200)),
            bytes(&FieldValue::Float(200.5))
        );
        assert_ne!(
            bytes(&FieldValue::text("1")),
            bytes(&FieldValue::Integer(1))
        );
        assert_ne!(
            bytes(&FieldValue::text("true")),
            bytes(&FieldValue::Boolean(true))
        );
        assert_eq!(
            bytes(&FieldValue::Float(-0.0)),
            bytes(&FieldValue::Integer(0))
        );
    }
}
