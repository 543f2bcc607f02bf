//! When an event happened, in the ways in which senders say it.
//!
//! RFC 3339, or a number: of whole ones the number of digits tells the unit, others are seconds. The
//! rule is refinery's, <https://github.com/honeycombio/refinery>. What cannot be read is the time of
//! arrival, and so is what lies more than an hour ahead.

use jiff::Timestamp;
use serde_json::Value;

const SECOND: i64 = 1_000_000_000;

/// Reads a time as nanoseconds since 1970.
pub(super) fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = digits.parse().ok()?;
        let unit = match digits.len() {
            ..=11 => SECOND,
            12..=14 => SECOND / 1000,
            15..=17 => SECOND / 1_000_000,
            _ => 1,
        };
        return number.checked_mul(unit)?.checked_mul(sign);
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return i64::try_from(time.as_nanosecond()).ok();
    }
    seconds(text.parse().ok()?)
}

/// Reads the time of an event in a batch.
pub(super) fn of_json(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => parse(text),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => parse(&whole.to_string()),
            None => seconds(number.as_f64()?),
        },
        _ => None,
    }
}

/// Seconds with a fraction, to the microsecond: a float of today's seconds knows no more.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the range was looked at before"
)]
pub(super) fn seconds(seconds: f64) -> Option<i64> {
    let nanoseconds = seconds * 1e9;
    (nanoseconds.is_finite() && nanoseconds.abs() < 9.2e18)
        .then(|| (seconds * 1e6).round() as i64 * 1000)
}

/// The time that counts: not too far ahead of the arrival, in nanoseconds.
pub(super) fn plausible(time: Option<i64>, arrival: i64) -> i64 {
    time.filter(|time| *time <= arrival.saturating_add(3600 * SECOND))
        .unwrap_or(arrival)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_tell_the_unit() {
        let nanoseconds = 1_528_317_567_000_000_000;
        for text in [
            "1528317567",
            "1528317567000",
            "1528317567000000",
            "1528317567000000000",
            "2018-06-06T20:39:27Z",
            "2018-06-06T22:39:27.000+02:00",
            "1528317567.0",
            " 1528317567 ",
        ] {
            assert_eq!(parse(text), Some(nanoseconds), "{text}");
        }
        assert_eq!(
            parse("2018-06-06T20:39:27.000000123Z"),
            Some(nanoseconds + 123)
        );
        assert_eq!(parse("1528317567.25"), Some(nanoseconds + 250_000_000));
        assert_eq!(parse("-1"), Some(-SECOND));
        for text in ["", "now", "99999999999999999999", "1e300", "NaN", "2018"] {
            assert_ne!(parse(text), Some(nanoseconds), "{text}");
        }
        assert_eq!(parse("now"), None);
        assert_eq!(parse("NaN"), None);
    }

    #[test]
    fn the_future_is_now() {
        let hour = 3600 * SECOND;
        assert_eq!(plausible(None, 5), 5);
        assert_eq!(plausible(Some(1), 5), 1);
        assert_eq!(plausible(Some(hour), 5), hour);
        assert_eq!(plausible(Some(hour + 6), 5), 5);
    }
}
