//! `5m`, `1h`, `1mo`: stretches of time, and their beginnings.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    Milliseconds(i64),
    Months(i32),
}

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The first Monday: weeks begin on one.
const FIRST_WEEK: i64 = 4 * DAY;

impl Period {
    /// Reads a number and a unit; nothing where it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = text.split_at(digits);
        let count: i64 = count.parse().ok().filter(|count| *count > 0)?;
        let unit = unit.to_ascii_lowercase();
        let singular = unit
            .strip_suffix('s')
            .filter(|short| short.len() > 1)
            .unwrap_or(&unit);
        let milliseconds = match singular {
            "millisecond" | "ms" | "msec" => 1,
            "second" | "s" | "sec" => SECOND,
            "minute" | "m" | "min" => MINUTE,
            "hour" | "h" | "hr" => HOUR,
            "day" | "d" => DAY,
            "week" | "w" => 7 * DAY,
            "month" | "mo" | "mon" => return Self::months(count, 1),
            "quarter" | "q" | "qtr" => return Self::months(count, 3),
            "year" | "y" | "yr" => return Self::months(count, 12),
            _ => return None,
        };
        // The longest is that of the calendar that is known, 10,000 years.
        let length = count.checked_mul(milliseconds)?;
        (length <= 10_000 * 366 * DAY).then_some(Self::Milliseconds(length))
    }

    fn months(count: i64, months: i64) -> Option<Self> {
        let months = count.checked_mul(months)?;
        let months = i32::try_from(months)
            .ok()
            .filter(|months| *months <= 120_000)?;
        Some(Self::Months(months))
    }

    /// The beginning of the stretch that the time is in.
    pub(super) fn floor(self, time: i64) -> Option<i64> {
        match self {
            Self::Milliseconds(length) => {
                let origin = if length % (7 * DAY) == 0 {
                    FIRST_WEEK
                } else {
                    0
                };
                let since = time.checked_sub(origin)?;
                time.checked_sub(since.rem_euclid(length))
            }
            Self::Months(length) => {
                let day = Timestamp::from_millisecond(time)
                    .ok()?
                    .to_zoned(TimeZone::UTC)
                    .date();
                let months = i32::from(day.year()) * 12 + i32::from(day.month()) - 1;
                let first = months - months.rem_euclid(length);
                let year = i16::try_from(first.div_euclid(12)).ok()?;
                let month = i8::try_from(first.rem_euclid(12) + 1).ok()?;
                start_of(Date::new(year, month, 1).ok()?)
            }
        }
    }

    /// The beginning of the next stretch, or the time itself where it is one.
    pub(super) fn ceiling(self, time: i64) -> Option<i64> {
        let floor = self.floor(time)?;
        if floor == time {
            return Some(time);
        }
        match self {
            Self::Milliseconds(length) => floor.checked_add(length),
            Self::Months(length) => {
                let day = Timestamp::from_millisecond(floor)
                    .ok()?
                    .to_zoned(TimeZone::UTC)
                    .date();
                start_of(day.checked_add(length.months()).ok()?)
            }
        }
    }
}

fn start_of(day: Date) -> Option<i64> {
    let start = day.to_zoned(TimeZone::UTC).ok()?;
    Some(start.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        let time: Timestamp = text.parse().expect("a time");
        time.as_millisecond()
    }

    #[test]
    fn beginnings_and_ends() {
        let time = at("2026-11-24T10:37:12.345Z");
        for (period, floor, ceiling) in [
            ("5m", "2026-11-24T10:35:00Z", "2026-11-24T10:40:00Z"),
            ("500ms", "2026-11-24T10:37:12Z", "2026-11-24T10:37:12.5Z"),
            ("10secs", "2026-11-24T10:37:10Z", "2026-11-24T10:37:20Z"),
            ("1hr", "2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z"),
            ("1Day", "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"),
            ("1w", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
            ("1mo", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
            ("1q", "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("1year", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ] {
            let parsed = Period::parse(period).expect(period);
            assert_eq!(parsed.floor(time), Some(at(floor)), "{period}");
            assert_eq!(parsed.ceiling(time), Some(at(ceiling)), "{period}");
            assert_eq!(parsed.ceiling(at(floor)), Some(at(floor)), "{period}");
        }
    }

    #[test]
    fn what_is_no_period() {
        for text in [
            "",
            "5",
            "m",
            "0m",
            "5x",
            "1.5h",
            "99999999999999999999m",
            "9999999999y",
            "ds",
        ] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
        for time in [i64::MIN, i64::MAX, -1, 0] {
            for period in ["7m", "1w", "1mo", "1y"] {
                let period = Period::parse(period).expect("valid");
                assert!(period.floor(time).is_none_or(|floor| floor <= time));
                assert!(period.ceiling(time).is_none_or(|ceiling| ceiling >= time));
            }
        }
    }
}
