//! How long CloudWatch Logs keeps events: one of a few numbers of days.

use std::fmt;

/// The days that may be chosen
/// (<https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>).
pub const ALLOWED: [i32; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

/// A number of days that may not be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionError {
    /// The number that was asked for.
    pub days: i64,
    /// The nearest allowed number below it.
    pub below: Option<i32>,
    /// The nearest allowed number above it.
    pub above: Option<i32>,
}

/// Checks a number of days.
///
/// To keep events for ever is not a number of days: it is the absence of one, and the caller's
/// business.
pub fn check(days: i64) -> Result<i32, RetentionError> {
    let index = ALLOWED.partition_point(|allowed| i64::from(*allowed) < days);
    match ALLOWED.get(index) {
        Some(allowed) if i64::from(*allowed) == days => Ok(*allowed),
        above => Err(RetentionError {
            days,
            below: index.checked_sub(1).map(|index| ALLOWED[index]),
            above: above.copied(),
        }),
    }
}

impl fmt::Display for RetentionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "a retention of {} days is not allowed; ",
            self.days
        )?;
        match (self.below, self.above) {
            (Some(below), Some(above)) => write!(formatter, "{below} or {above}"),
            (Some(longest), None) => write!(formatter, "the longest is {longest}"),
            (None, Some(shortest)) => write!(formatter, "the shortest is {shortest}"),
            (None, None) => formatter.write_str("leave it out"),
        }?;
        if self.days == 0 {
            formatter.write_str(", and without a retention events are kept for ever")?;
        }
        Ok(())
    }
}

impl std::error::Error for RetentionError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_allowed_number_is_accepted() {
        for days in ALLOWED {
            assert_eq!(check(i64::from(days)), Ok(days));
        }
        assert!(ALLOWED.is_sorted());
    }

    #[test]
    fn no_other_number_is() {
        let accepted = (-5..5000).filter(|days| check(*days).is_ok()).count();
        assert_eq!(accepted, ALLOWED.len());
    }

    #[test]
    fn the_neighbours_are_named() {
        let said = |days| check(days).unwrap_err().to_string();
        insta::assert_snapshot!(said(10), @"a retention of 10 days is not allowed; 7 or 14");
        insta::assert_snapshot!(said(2), @"a retention of 2 days is not allowed; 1 or 3");
        insta::assert_snapshot!(said(3654), @"a retention of 3654 days is not allowed; the longest is 3653");
        insta::assert_snapshot!(said(i64::MAX), @"a retention of 9223372036854775807 days is not allowed; the longest is 3653");
        insta::assert_snapshot!(said(0), @"a retention of 0 days is not allowed; the shortest is 1, and without a retention events are kept for ever");
        insta::assert_snapshot!(said(i64::MIN), @"a retention of -9223372036854775808 days is not allowed; the shortest is 1");
    }
}
