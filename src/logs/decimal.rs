//! Numbers of any size, compared to the last digit: an id of 19 digits is not a float.

use std::cmp::Ordering;

/// A decimal number: 0.`digits` times ten to the power of `exponent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::logs) struct Decimal {
    is_negative: bool,
    /// Neither begins nor ends with 0; empty for zero, whose exponent and sign are nothing.
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    /// Reads an integer or a decimal, each with an optional sign and an optional power of ten.
    pub(in crate::logs) fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, parse_power(power)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !are_digits(whole) || !are_digits(fraction) {
            return None;
        }
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let leading = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..leading);
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Some(Self {
                is_negative: false,
                digits,
                exponent: 0,
            });
        }
        let length = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Some(Self {
            is_negative: text.starts_with('-'),
            digits,
            exponent: power
                .saturating_add(length(whole.len()))
                .saturating_sub(length(leading)),
        })
    }

    /// Which is farther from zero.
    fn compare_size(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self
                .exponent
                .cmp(&other.exponent)
                .then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

/// Reads a power of ten; one beyond all measure is cut to the largest.
fn parse_power(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse().unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    Some(if text.starts_with('-') { -size } else { size })
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (false, false) => self.compare_size(other),
            (true, true) => other.compare_size(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_order() {
        let rising = [
            "-1e99999999999999999999",
            "-10",
            "-9.5",
            "-1e-3",
            "0",
            "1e-99999999999999999999",
            "0.001",
            "9",
            "9007199254740992",
            "9007199254740993",
            "1e400",
        ];
        let parsed: Vec<Decimal> = rising
            .iter()
            .map(|text| Decimal::parse(text).expect(text))
            .collect();
        assert!(parsed.is_sorted_by(|left, right| left < right));
    }

    #[test]
    fn one_number_written_in_many_ways() {
        for (left, right) in [
            ("400", "4e2"),
            ("400", "+400.0"),
            ("0.001", "1e-3"),
            ("1000", "1E+3"),
            ("-0", "0.00"),
            (".5", "5e-1"),
            ("5.", "005"),
        ] {
            assert_eq!(Decimal::parse(left), Decimal::parse(right));
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in [
            "", "+", ".", "e3", "1e", "1e+", "0x10", "1 ", "NaN", "--1", "1.2.3", "٣",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
