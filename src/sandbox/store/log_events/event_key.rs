//! Where an event stands in the order of all events, and how that is written.
//!
//! Ids and tokens of CloudWatch Logs are numbers of 56 decimal digits whose bits from the 144th on
//! are the event's time in milliseconds: texts of one length, which sort as the events do.

use std::fmt;

/// Digits of an id.
const DIGITS: usize = 56;

/// The time starts at this bit.
const TIME_SHIFT: usize = 144;

/// What is divided by to get digits: nine at a time.
const BILLION: u64 = 1_000_000_000;

/// Later times would need a 57th digit; they are taken for this one, in the year 2109.
const LATEST: i64 = (1 << 42) - 1;

/// An event's time, then its row and its place in the row: ids sort by time, then by ingestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventKey {
    /// Milliseconds since 1970.
    timestamp: i64,
    /// The row's id and, in the lowest 16 bits, the place in the row.
    place: u128,
}

/// The 56 digits.
impl fmt::Display for EventKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.digits())
    }
}

impl EventKey {
    /// The key of the event at `index` of a row.
    pub(super) fn new(timestamp: i64, row: i64, index: usize) -> Self {
        let row = u128::try_from(row).unwrap_or(0);
        let index = u128::try_from(index).unwrap_or(0);
        Self {
            timestamp,
            place: (row << 16) | index,
        }
    }

    /// Before every event of this time.
    pub(super) fn at(timestamp: i64) -> Self {
        Self {
            timestamp,
            place: 0,
        }
    }

    /// Milliseconds since 1970.
    pub(super) fn timestamp(self) -> i64 {
        self.timestamp
    }

    /// The very next key.
    pub(super) fn next(self) -> Self {
        Self {
            place: self.place.saturating_add(1),
            ..self
        }
    }

    /// The key just before.
    pub(super) fn previous(self) -> Self {
        match self.place.checked_sub(1) {
            Some(place) => Self { place, ..self },
            None => Self {
                timestamp: self.timestamp.saturating_sub(1),
                place: u128::MAX >> 48,
            },
        }
    }

    /// The 56 digits.
    pub fn digits(self) -> String {
        let mut limbs = self.limbs();
        let mut digits = [b'0'; DIGITS];
        for chunk in digits.rchunks_mut(9) {
            let mut rest = 0;
            for limb in limbs.iter_mut().rev() {
                let value = (rest << 32) | u64::from(*limb);
                *limb = low(value / BILLION);
                rest = value % BILLION;
            }
            for digit in chunk.iter_mut().rev() {
                *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
                rest /= 10;
            }
        }
        digits.iter().map(|digit| char::from(*digit)).collect()
    }

    /// Reads 56 digits; `None` if they cannot be a key's.
    pub(super) fn parse(digits: &str) -> Option<Self> {
        if digits.len() != DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut limbs = [0_u32; 7];
        for digit in digits.bytes() {
            let mut carry = u64::from(digit - b'0');
            for limb in &mut limbs {
                let value = u64::from(*limb) * 10 + carry;
                *limb = low(value);
                carry = value >> 32;
            }
        }
        let bits = |from: usize| u128::from(limbs[from]);
        let timestamp = (bits(4) >> 16) | (bits(5) << 16) | (bits(6) << 48);
        let place = bits(0) | (bits(1) << 32) | (bits(2) << 64);
        if bits(3) != 0 || bits(4) & 0xffff != 0 {
            return None;
        }
        Some(Self {
            timestamp: i64::try_from(timestamp).ok()?,
            place,
        })
    }

    /// The number, 32 bits at a time, the lowest first.
    fn limbs(self) -> [u32; 7] {
        let time = self.timestamp.clamp(0, LATEST).unsigned_abs();
        debug_assert_eq!(TIME_SHIFT, 4 * 32 + 16, "the time starts within the fifth");
        let place =
            |shift: u32| low(u64::try_from((self.place >> shift) & 0xffff_ffff).unwrap_or(0));
        [
            place(0),
            place(32),
            place(64),
            0,
            low(time << 16),
            low(time >> 16),
            low(time >> 48),
        ]
    }
}

/// The lowest 32 bits.
fn low(value: u64) -> u32 {
    u32::try_from(value & u64::from(u32::MAX)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_exact() {
        // Computed with Python: (1700000000123 << 144) | (77 << 16) | 9
        let key = EventKey::new(1_700_000_000_123, 77, 9);
        assert_eq!(
            key.digits(),
            "37911266840245051000029987709911107907702455665240637449"
        );
        assert_eq!(EventKey::at(0).digits(), "0".repeat(56));
        for key in [
            key,
            EventKey::at(0),
            EventKey::at(LATEST),
            EventKey::new(1, i64::MAX, 65_535),
            EventKey::at(5).previous(),
        ] {
            assert_eq!(EventKey::parse(&key.digits()), Some(key));
        }
    }

    #[test]
    fn ids_sort_as_events_do() {
        let in_order = [
            EventKey::at(0),
            EventKey::new(0, 1, 0),
            EventKey::new(1, 1, 9_999),
            EventKey::new(1_528_317_567_891, 1, 0),
            EventKey::new(1_528_317_567_891, 1, 1),
            EventKey::new(1_528_317_567_891, 2, 0),
            EventKey::new(1_528_317_567_892, 1, 0),
        ];
        assert!(in_order.is_sorted());
        let digits: Vec<String> = in_order.iter().map(|key| key.digits()).collect();
        assert!(digits.is_sorted(), "{digits:#?}");
        for key in in_order {
            assert!(key.previous() < key && key < key.next());
            assert_eq!(key.next().previous(), key);
        }
    }

    #[test]
    fn other_digits_are_no_key() {
        let good = EventKey::new(1_700_000_000_123, 77, 9).digits();
        for wrong in ["", "1", &good[1..], &"9".repeat(56), &format!("{good}0")] {
            assert_eq!(EventKey::parse(wrong), None, "{wrong}");
        }
        assert_eq!(EventKey::parse(&format!("+{}", &good[1..])), None);
    }
}
