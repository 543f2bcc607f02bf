//! What clients and X-Ray tell each other about sampling: counts up, targets down.

use std::fmt;
use std::ops::AddAssign;

use jiff::Timestamp;

/// The most reports that one call takes.
pub const MOST_IN_ONE_CALL: usize = 25;

/// What a client did under one rule since its last report, or several clients in some time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests that matched.
    pub requests: u64,
    /// Those recorded from the quota or by the rate; borrowed ones are not among them.
    pub sampled: u64,
    /// Those recorded without a quota, at most one a second.
    pub borrowed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.requests = self.requests.saturating_add(other.requests);
        self.sampled = self.sampled.saturating_add(other.sampled);
        self.borrowed = self.borrowed.saturating_add(other.borrowed);
    }
}

/// The name that a process reports under, the same for as long as it runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(String);

impl ClientId {
    /// Makes the id of 12 random bytes, as the SDKs do.
    pub fn new(random: [u8; 12]) -> Self {
        let mut bits = [0; 16];
        bits[4..].copy_from_slice(&random);
        Self(format!("{:024x}", u128::from_be_bytes(bits)))
    }

    /// Reads an id that another process made: 24 characters, of whatever kind.
    pub fn read(text: &str) -> Option<Self> {
        (text.chars().count() == 24).then(|| Self(text.to_owned()))
    }

    /// The id as it is sent: 24 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One client's counts under one rule, `SamplingStatisticsDocument` in the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The rule.
    pub rule_name: String,
    /// Who reports.
    pub client_id: ClientId,
    /// When.
    pub at: Timestamp,
    /// What was done since the report before.
    pub counts: Counts,
}

/// What a client shall do from now on under one rule, `SamplingTargetDocument` in the API.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Target {
    /// The rule.
    pub rule_name: String,
    /// The share of requests to record beyond the quota.
    pub fixed_rate: f64,
    /// Requests to record per second before the rate applies.
    pub quota: Option<u32>,
    /// Until when the quota holds.
    pub quota_expires_at: Option<Timestamp>,
    /// Seconds between two reports.
    pub interval: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_ids_have_the_length_that_x_ray_asks_for() {
        let id = ClientId::new([0, 1, 0xab, 3, 4, 5, 6, 7, 8, 9, 10, 255]);
        assert_eq!(id.as_str(), "0001ab030405060708090aff");
        assert_eq!(ClientId::read(id.as_str()), Some(id));
        assert_eq!(ClientId::read("0001ab0304050607"), None);
    }

    #[test]
    fn counts_do_not_wrap() {
        let mut counts = Counts {
            requests: u64::MAX,
            sampled: 1,
            borrowed: 2,
        };
        counts += Counts {
            requests: 1,
            sampled: 2,
            borrowed: 3,
        };
        let expected = Counts {
            requests: u64::MAX,
            sampled: 3,
            borrowed: 5,
        };
        assert_eq!(counts, expected);
    }
}
