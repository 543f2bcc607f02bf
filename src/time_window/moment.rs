//! A point in time as people type it.

use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, Zoned};

use super::{Clock, Mistake};

/// A point in time as it was typed; a [`Clock`] tells when it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// `now`.
    Now,
    /// `10m`, `2 hours ago`: so long before now. A day is 24 hours.
    Ago(SignedDuration),
    /// RFC 3339, or seconds or milliseconds since 1970.
    At(Timestamp),
    /// A date and a time in the local zone; a date alone is its first moment.
    Local(DateTime),
    /// A time of day: the last time that it was so late.
    TimeOfDay(Time),
    /// The first moment of the local day.
    Today,
    /// The first moment of the local day before.
    Yesterday,
}

/// Which end of a window a moment is; decides where clocks are set forward or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Of two moments that are meant, the earlier one.
    Start,
    /// Of two moments that are meant, the later one.
    End,
}

impl FromStr for Moment {
    type Err = Mistake;

    fn from_str(text: &str) -> Result<Self, Mistake> {
        let trimmed = text.trim();
        let lower = trimmed.to_lowercase();
        match lower.as_str() {
            "now" => return Ok(Self::Now),
            "today" => return Ok(Self::Today),
            "yesterday" => return Ok(Self::Yesterday),
            _ => {}
        }
        if !lower.is_empty()
            && lower
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
        {
            return number(trimmed);
        }
        if let Some(time) = time_of_day(&lower) {
            return Ok(Self::TimeOfDay(time));
        }
        if let Ok(timestamp) = lower.parse::<Timestamp>() {
            return Ok(Self::At(timestamp));
        }
        if let Ok(zoned) = trimmed.parse::<Zoned>() {
            return Ok(Self::At(zoned.timestamp()));
        }
        if let Ok(local) = lower.parse::<DateTime>() {
            return Ok(Self::Local(local));
        }
        ago(trimmed, &lower)
    }
}

/// Seconds since 1970, milliseconds since 1970, or a day without dashes; the number of digits
/// tells, for seconds have had ten of them since 2001.
fn number(text: &str) -> Result<Moment, Mistake> {
    let not_a_time = || Mistake::NotATime(text.to_owned());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let milliseconds = || {
        let digits = format!("{whole}{:0<3}", fraction.get(..3).unwrap_or(fraction));
        digits.parse().ok()
    };
    match (whole.len(), fraction.len()) {
        (8, 0) => text
            .parse::<Date>()
            .map(|date| Moment::Local(date.to_datetime(Time::midnight())))
            .map_err(|_| not_a_time()),
        (9..=11, _) => milliseconds()
            .and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok())
            .map(Moment::At)
            .ok_or_else(not_a_time),
        (12..=14, 0) => whole
            .parse()
            .ok()
            .and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok())
            .map(Moment::At)
            .ok_or_else(not_a_time),
        (1..=7, 0) if !text.contains('.') => Err(Mistake::NoUnit {
            number: text.to_owned(),
        }),
        _ => Err(not_a_time()),
    }
}

/// `9:30`, `10:00`, `10:00:30`.
fn time_of_day(text: &str) -> Option<Time> {
    let is_clock = |byte: u8| byte.is_ascii_digit() || byte == b':' || byte == b'.';
    if !text.contains(':') || !text.bytes().all(is_clock) {
        return None;
    }
    let padding = if text.find(':') == Some(1) { "0" } else { "" };
    format!("{padding}{text}").parse().ok()
}

/// A length of time, with or without "ago", or with the minus that other tools want.
fn ago(text: &str, lower: &str) -> Result<Moment, Mistake> {
    let not_a_time = || Mistake::NotATime(text.to_owned());
    if lower.starts_with('+') {
        return Err(not_a_time());
    }
    let span: Span = lower.parse().map_err(|_| not_a_time())?;
    let length = span
        .abs()
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| Mistake::NoLength(text.to_owned()))?;
    Ok(Moment::Ago(length))
}

impl Moment {
    /// When it is.
    ///
    /// A local time that clocks skipped, or showed twice, is taken so that a window between two
    /// such times holds everything that may be meant.
    pub fn at(self, clock: &Clock, edge: Edge) -> Result<Timestamp, Mistake> {
        let local = |local: DateTime| {
            let meant = clock.zone.to_ambiguous_timestamp(local);
            match edge {
                Edge::Start => meant.earlier(),
                Edge::End => meant.later(),
            }
            .map_err(|_| Mistake::Beyond)
        };
        let today = clock.now.to_zoned(clock.zone.clone()).date();
        let yesterday = || today.yesterday().map_err(|_| Mistake::Beyond);
        match self {
            Self::Now => Ok(clock.now),
            Self::Ago(length) => clock.now.checked_sub(length).map_err(|_| Mistake::Beyond),
            Self::At(timestamp) => Ok(timestamp),
            Self::Local(datetime) => local(datetime),
            Self::Today => local(today.to_datetime(Time::midnight())),
            Self::Yesterday => local(yesterday()?.to_datetime(Time::midnight())),
            Self::TimeOfDay(time) => {
                let at = local(today.to_datetime(time))?;
                if at > clock.now {
                    local(yesterday()?.to_datetime(time))
                } else {
                    Ok(at)
                }
            }
        }
    }
}
