//! `--timeout`: of a call everywhere, of the whole command where that is to wait.

use std::time::Duration;

use jiff::SignedDuration;

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Patience(Duration);

impl Patience {
    /// The time itself.
    pub(super) fn duration(self) -> Duration {
        self.0
    }

    /// The time in seconds, rounded up.
    pub(super) fn whole_seconds(self) -> u32 {
        let more = u64::from(self.0.subsec_nanos() > 0);
        u32::try_from(self.0.as_secs() + more).unwrap_or(u32::MAX)
    }
}

/// Reads the time of one call: from a second to an hour.
pub(super) fn of_a_call(text: &str) -> Result<Patience, String> {
    read(text, Duration::from_secs(1), Duration::from_hours(1))
        .ok_or_else(|| "give seconds from 1 to 3600, or a time such as 30s or 2m".to_owned())
}

/// Reads the time of a wait: up to a day.
pub(super) fn of_a_wait(text: &str) -> Result<Patience, String> {
    read(text, Duration::ZERO, Duration::from_hours(24))
        .ok_or_else(|| "give a time such as 10s, 500ms or 2m, at most a day".to_owned())
}

fn read(text: &str, least: Duration, most: Duration) -> Option<Patience> {
    let plain = text.trim();
    let duration = match plain.parse::<u32>() {
        Ok(seconds) => Duration::from_secs(u64::from(seconds)),
        Err(_) => Duration::try_from(plain.parse::<SignedDuration>().ok()?).ok()?,
    };
    (least..=most)
        .contains(&duration)
        .then_some(Patience(duration))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_numbers_are_seconds() {
        let seconds = |text| of_a_call(text).map(Patience::whole_seconds);
        assert_eq!(seconds("60"), Ok(60));
        assert_eq!(seconds("1m 30s"), Ok(90));
        assert_eq!(seconds("1500ms"), Ok(2));
        for wrong in ["", "0", "3601", "-1", "1x", "999999999999", "500ms"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
        let waited = |text| of_a_wait(text).map(Patience::duration);
        assert_eq!(waited("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(waited("0"), Ok(Duration::ZERO));
        assert!(waited("25h").is_err());
    }
}
