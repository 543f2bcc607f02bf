//! The ids of traces and of spans.

use std::fmt;
use std::str::FromStr;

use super::hexadecimal::Hexadecimal;

/// The id of a trace: the same 128 bits as X-Ray (`1-8hex-24hex`) and as W3C (32 hex) write it.
///
/// The order is that of the number, and so that of the time in the first eight digits where an
/// SDK put one there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId(u128);

/// The id of a segment, a subsegment or a span: 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpanId(u64);

/// Text that is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// More or fewer characters than an id has.
    #[error("has {characters} characters; {expected}")]
    Length {
        /// How many there are.
        characters: usize,
        /// The form that is expected, in words.
        expected: &'static str,
    },
    /// A character that is no hexadecimal digit, or no dash where one is due.
    #[error("has '{character}' at {position}; {expected}")]
    Character {
        /// The character.
        character: char,
        /// Its place, from 1.
        position: usize,
        /// The form that is expected, in words.
        expected: &'static str,
    },
}

const TRACE_FORM: &str =
    "a trace id is 1-, 8 hex digits, - and 24 hex digits, or 32 hex digits on their own";
const SPAN_FORM: &str = "an id is 16 hex digits";

impl TraceId {
    /// The id with these bits.
    pub const fn new(bits: u128) -> Self {
        Self(bits)
    }

    /// The bits.
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// The first eight digits: seconds since the epoch where an X-Ray SDK made the id.
    ///
    /// X-Ray neither needs nor checks it since October 2023, for W3C ids are random.
    pub fn stamp(self) -> u32 {
        // Shifting leaves 32 bits.
        u32::try_from(self.0 >> 96).unwrap_or_default()
    }

    /// The id as W3C writes it: 32 hex digits.
    pub fn w3c(self) -> String {
        Hexadecimal::<32>::of(self.0).as_str().to_owned()
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("1-")?;
        let stamp = Hexadecimal::<8>::of(u128::from(self.stamp()));
        formatter.write_str(stamp.as_str())?;
        formatter.write_str("-")?;
        formatter.write_str(Hexadecimal::<24>::of(self.0).as_str())
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for TraceId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let characters = text.chars().count();
        let dashes: &[usize] = match characters {
            32 => &[],
            35 => &[1, 10],
            _ => {
                return Err(IdError::Length {
                    characters,
                    expected: TRACE_FORM,
                });
            }
        };
        let mut bits = 0_u128;
        for (index, character) in text.chars().enumerate() {
            let wrong = || IdError::Character {
                character,
                position: index + 1,
                expected: TRACE_FORM,
            };
            if dashes.contains(&index) {
                if character != '-' {
                    return Err(wrong());
                }
            } else if index == 0 && !dashes.is_empty() {
                if character != '1' {
                    return Err(wrong());
                }
            } else {
                bits = bits << 4 | u128::from(character.to_digit(16).ok_or_else(wrong)?);
            }
        }
        Ok(Self(bits))
    }
}

impl SpanId {
    /// The id with these bits.
    pub const fn new(bits: u64) -> Self {
        Self(bits)
    }

    /// The bits.
    pub const fn bits(self) -> u64 {
        self.0
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(Hexadecimal::<16>::of(u128::from(self.0)).as_str())
    }
}

impl fmt::Debug for SpanId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for SpanId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let characters = text.chars().count();
        if characters != 16 {
            return Err(IdError::Length {
                characters,
                expected: SPAN_FORM,
            });
        }
        let mut bits = 0_u64;
        for (index, character) in text.chars().enumerate() {
            let digit = character.to_digit(16).ok_or(IdError::Character {
                character,
                position: index + 1,
                expected: SPAN_FORM,
            })?;
            bits = bits << 4 | u64::from(digit);
        }
        Ok(Self(bits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_one_id() {
        let dashed: TraceId = "1-5759E988-bd862e3fe1be46a994272793"
            .parse()
            .expect("valid");
        let plain: TraceId = "5759e988bd862e3fe1be46a994272793".parse().expect("valid");
        assert_eq!(dashed, plain);
        assert_eq!(dashed.to_string(), "1-5759e988-bd862e3fe1be46a994272793");
        assert_eq!(dashed.w3c(), "5759e988bd862e3fe1be46a994272793");
        assert_eq!(dashed.stamp(), 0x5759_e988);
        let zero = TraceId::new(0);
        assert_eq!(zero.to_string(), "1-00000000-000000000000000000000000");
        assert_eq!(zero.to_string().parse(), Ok(zero));
        let all = TraceId::new(u128::MAX);
        assert_eq!(all.to_string().parse(), Ok(all));
        assert_eq!(all.w3c().parse(), Ok(all));
    }

    #[test]
    fn the_order_is_that_of_the_stamp() {
        let earlier: TraceId = "1-00000001-ffffffffffffffffffffffff"
            .parse()
            .expect("valid");
        let later: TraceId = "1-00000002-000000000000000000000000"
            .parse()
            .expect("valid");
        assert!(earlier < later);
    }

    #[test]
    fn what_is_no_trace_id_is_named() {
        let said = |text: &str| text.parse::<TraceId>().unwrap_err().to_string();
        insta::assert_snapshot!(said(""), @"has 0 characters; a trace id is 1-, 8 hex digits, - and 24 hex digits, or 32 hex digits on their own");
        insta::assert_snapshot!(said("1-5759e988-bd862e3fe1be46a99427279g"), @"has 'g' at 35; a trace id is 1-, 8 hex digits, - and 24 hex digits, or 32 hex digits on their own");
        insta::assert_snapshot!(said("2-5759e988-bd862e3fe1be46a994272793"), @"has '2' at 1; a trace id is 1-, 8 hex digits, - and 24 hex digits, or 32 hex digits on their own");
        insta::assert_snapshot!(said("1-5759e9880bd862e3fe1be46a994272793"), @"has '0' at 11; a trace id is 1-, 8 hex digits, - and 24 hex digits, or 32 hex digits on their own");
        assert!("é".repeat(32).parse::<TraceId>().is_err());
    }

    #[test]
    fn ids_of_spans() {
        let id: SpanId = "00F067AA0ba902b7".parse().expect("valid");
        assert_eq!(id.to_string(), "00f067aa0ba902b7");
        assert_eq!(id.to_string().parse(), Ok(id));
        let said = |text: &str| text.parse::<SpanId>().unwrap_err().to_string();
        insta::assert_snapshot!(said("123"), @"has 3 characters; an id is 16 hex digits");
        insta::assert_snapshot!(said("00f067aa0ba902bx"), @"has 'x' at 16; an id is 16 hex digits");
    }
}
