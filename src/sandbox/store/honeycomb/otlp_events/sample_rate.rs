//! For how many events one stands that was sampled.

use super::super::event::{Field, FieldValue};

/// Takes the sample rate out of the fields, where an attribute says it; else from the trace state.
pub(super) fn take(fields: &mut Vec<Field<'_>>, trace_state: &str) -> u32 {
    let name = ["sampleRate", "SampleRate"]
        .into_iter()
        .find(|name| fields.iter().any(|(known, _)| known == name));
    let Some(name) = name else {
        return of_threshold(trace_state).unwrap_or(1);
    };
    let rate = fields
        .iter()
        .rev()
        .find(|(known, _)| known == name)
        .and_then(|(_, value)| match value {
            FieldValue::Text(text) => text.parse::<i64>().ok(),
            FieldValue::Integer(rate) => Some(*rate),
            FieldValue::Float(_) | FieldValue::Boolean(_) => None,
        });
    fields.retain(|(known, _)| known != name);
    // A rate of 0 means that nothing was left out; Honeycomb keeps rates in 32 bits with a sign.
    rate.map_or(1, |rate| {
        u32::try_from(rate.clamp(1, i64::from(i32::MAX))).unwrap_or(1)
    })
}

/// `ot=th:c` says from which of 2^56 random values on traces are kept,
/// <https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/>.
fn of_threshold(trace_state: &str) -> Option<u32> {
    const RANGE: u64 = 1 << 56;
    let ours = trace_state
        .split(',')
        .find_map(|entry| entry.trim().strip_prefix("ot="))?;
    let digits = ours.split(';').find_map(|pair| pair.strip_prefix("th:"))?;
    if digits.is_empty() || digits.len() > 14 {
        return None;
    }
    let threshold = u64::from_str_radix(&format!("{digits:0<14}"), 16).ok()?;
    let kept = RANGE.checked_sub(threshold).filter(|kept| *kept > 0)?;
    u32::try_from((RANGE + kept / 2) / kept).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_is_a_rate() {
        assert_eq!(of_threshold("ot=th:0"), Some(1));
        assert_eq!(of_threshold("ot=th:8"), Some(2));
        assert_eq!(of_threshold("a=b, ot=rv:1;th:c"), Some(4));
        assert_eq!(of_threshold("ot=th:fd70a4"), Some(100));
        for wrong in [
            "",
            "ot=",
            "ot=th:",
            "ot=th:x",
            "ot=th:123456789012345",
            "th:8",
        ] {
            assert_eq!(of_threshold(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_attribute_is_taken_out() {
        for (value, rate) in [
            (FieldValue::Integer(20), 20),
            (FieldValue::text("30"), 30),
            (FieldValue::Integer(0), 1),
            (FieldValue::Integer(-5), 1),
            (FieldValue::Integer(i64::MAX), 2_147_483_647),
            (FieldValue::text("many"), 1),
        ] {
            let mut fields = vec![("sampleRate".into(), value)];
            assert_eq!(take(&mut fields, "ot=th:8"), rate);
            assert!(fields.is_empty());
        }
    }
}
