//! What a daemon tells X-Ray about itself, for `PutTelemetryRecords`.
//!
//! One record a minute, as the daemon of AWS does it:
//! <https://docs.aws.amazon.com/xray/latest/api/API_TelemetryRecord.html>. Who counts, and who
//! sends, stays out.

use std::collections::VecDeque;
use std::ops::AddAssign;

use jiff::{SignedDuration, Timestamp};

/// The time that one record is of.
pub const PERIOD: SignedDuration = SignedDuration::from_secs(60);

/// The most records that wait for being sent; the oldest is given up for another.
pub const MOST_KEPT: usize = 30;

/// The most records that are sent in one call.
pub const MOST_IN_ONE_CALL: usize = 10;

/// Why a call to X-Ray failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionError {
    /// No answer in time.
    Timeout,
    /// Nobody listens there.
    Refused,
    /// An answer with a status of 400 to 499.
    Http4xx,
    /// An answer with a status of 500 to 599.
    Http5xx,
    /// The name has no address.
    UnknownHost,
    /// Anything else.
    Other,
}

impl ConnectionError {
    /// Every reason, in the order of the API's documentation.
    pub const ALL: [Self; 6] = [
        Self::Timeout,
        Self::Refused,
        Self::Http4xx,
        Self::Http5xx,
        Self::UnknownHost,
        Self::Other,
    ];

    /// The name of its count in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "TimeoutCount",
            Self::Refused => "ConnectionRefusedCount",
            Self::Http4xx => "HTTPCode4XXCount",
            Self::Http5xx => "HTTPCode5XXCount",
            Self::UnknownHost => "UnknownHostCount",
            Self::Other => "OtherCount",
        }
    }

    /// The reason that the status of an answer is; none where the call succeeded.
    pub fn of_status(status: u16) -> Option<Self> {
        match status {
            200..=299 => None,
            400..=499 => Some(Self::Http4xx),
            500..=599 => Some(Self::Http5xx),
            _ => Some(Self::Other),
        }
    }
}

/// How many calls failed, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConnectionErrors([u64; ConnectionError::ALL.len()]);

impl ConnectionErrors {
    /// Counts one.
    pub fn count(&mut self, error: ConnectionError) {
        let count = &mut self.0[error as usize];
        *count = count.saturating_add(1);
    }

    /// How many there were for this reason.
    pub fn get(&self, error: ConnectionError) -> u64 {
        self.0[error as usize]
    }
}

impl AddAssign for ConnectionErrors {
    fn add_assign(&mut self, other: Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine = mine.saturating_add(theirs);
        }
    }
}

/// What a daemon counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Datagrams that came in, whatever became of them.
    pub received: u64,
    /// Documents in batches that X-Ray took, also those that it then refused.
    pub sent: u64,
    /// Documents given up for want of room.
    pub spilled: u64,
    /// Datagrams that were none, and documents that X-Ray refused.
    pub rejected: u64,
    /// Calls that failed.
    pub connection_errors: ConnectionErrors,
}

impl AddAssign for Counters {
    fn add_assign(&mut self, other: Self) {
        for (mine, theirs) in [
            (&mut self.received, other.received),
            (&mut self.sent, other.sent),
            (&mut self.spilled, other.spilled),
            (&mut self.rejected, other.rejected),
        ] {
            *mine = mine.saturating_add(theirs);
        }
        self.connection_errors += other.connection_errors;
    }
}

/// What was counted in one period, `TelemetryRecord` in the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TelemetryRecord {
    /// When the period ended.
    pub at: Timestamp,
    /// What was counted in it.
    pub counters: Counters,
}

/// Counts, and keeps the records that were not sent yet.
#[derive(Debug, Clone, Default)]
pub struct Telemetry {
    current: Counters,
    has_received: bool,
    /// Oldest first.
    waiting: VecDeque<TelemetryRecord>,
    given_up: u64,
}

impl Telemetry {
    /// Starts with nothing counted.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds to the current period.
    pub fn add(&mut self, counters: Counters) {
        self.has_received |= counters.received > 0;
        self.current += counters;
    }

    /// Ends a period: what was counted becomes a record.
    ///
    /// Before the first datagram there is no record, so that a daemon that nobody uses is
    /// silent; what was counted until then goes into the first one.
    pub fn end_period(&mut self, now: Timestamp) {
        if self.has_received {
            let counters = std::mem::take(&mut self.current);
            self.waiting
                .push_back(TelemetryRecord { at: now, counters });
            self.give_up_oldest();
        }
    }

    /// Takes the records of the next call, oldest first; none where nothing waits.
    pub fn take(&mut self) -> Vec<TelemetryRecord> {
        let number = self.waiting.len().min(MOST_IN_ONE_CALL);
        self.waiting.drain(..number).collect()
    }

    /// Lets records of a call that failed wait again, before those that came since.
    pub fn put_back(&mut self, records: Vec<TelemetryRecord>) {
        for record in records.into_iter().rev() {
            self.waiting.push_front(record);
        }
        self.give_up_oldest();
    }

    /// How many records wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How many records were never sent, for want of room.
    pub fn given_up(&self) -> u64 {
        self.given_up
    }

    fn give_up_oldest(&mut self) {
        while self.waiting.len() > MOST_KEPT {
            self.waiting.pop_front();
            self.given_up += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn minute(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).expect("the time is in range")
    }

    fn received(received: u64) -> Counters {
        Counters {
            received,
            ..Counters::default()
        }
    }

    fn minutes(records: &[TelemetryRecord]) -> Vec<i64> {
        records
            .iter()
            .map(|record| record.at.as_second() / 60)
            .collect()
    }

    #[test]
    fn nothing_is_told_before_the_first_datagram() {
        let mut telemetry = Telemetry::new();
        telemetry.add(Counters {
            rejected: 1,
            ..Counters::default()
        });
        telemetry.end_period(minute(1));
        assert_eq!(telemetry.take(), []);
        telemetry.add(received(2));
        telemetry.end_period(minute(2));
        telemetry.end_period(minute(3));
        let records = telemetry.take();
        assert_eq!(minutes(&records), [2, 3], "quiet minutes are told later on");
        let expected = Counters {
            rejected: 1,
            ..received(2)
        };
        assert_eq!(records[0].counters, expected);
        assert_eq!(records[1].counters, Counters::default());
    }

    #[test]
    fn ten_are_sent_and_thirty_are_kept() {
        let mut telemetry = Telemetry::new();
        telemetry.add(received(1));
        for each in 1..=32 {
            telemetry.end_period(minute(each));
        }
        assert_eq!((telemetry.waiting(), telemetry.given_up()), (30, 2));
        let first = telemetry.take();
        assert_eq!(minutes(&first), (3..=12).collect::<Vec<_>>());
        telemetry.end_period(minute(33));
        telemetry.put_back(first);
        assert_eq!((telemetry.waiting(), telemetry.given_up()), (30, 3));
        let all: Vec<i64> = (0..4).flat_map(|_| minutes(&telemetry.take())).collect();
        assert_eq!(all, (4..=33).collect::<Vec<_>>());
    }

    #[test]
    fn failures_are_counted_by_reason() {
        let mut errors = ConnectionErrors::default();
        for status in [200, 204, 302, 400, 429, 500, 503, 599] {
            if let Some(error) = ConnectionError::of_status(status) {
                errors.count(error);
            }
        }
        errors.count(ConnectionError::Timeout);
        let mut sum = errors;
        sum += errors;
        let counted = ConnectionError::ALL.map(|error| (error.as_str(), sum.get(error)));
        let expected = [
            ("TimeoutCount", 2),
            ("ConnectionRefusedCount", 0),
            ("HTTPCode4XXCount", 4),
            ("HTTPCode5XXCount", 6),
            ("UnknownHostCount", 0),
            ("OtherCount", 2),
        ];
        assert_eq!(counted, expected);
    }

    proptest! {
        /// Whatever fails when: every datagram is in one record, or in one that was given up.
        #[test]
        fn nothing_is_counted_twice(
            steps in prop::collection::vec((0_u64..5, any::<bool>(), any::<bool>()), 0..60),
        ) {
            let mut telemetry = Telemetry::new();
            let (mut counted, mut told, mut last) = (0, 0, 0);
            for (number, (new, is_sent, is_taken)) in (1..).zip(&steps) {
                telemetry.add(received(*new));
                counted += new;
                telemetry.end_period(minute(number));
                if !is_taken {
                    continue;
                }
                let call = telemetry.take();
                prop_assert!(call.len() <= MOST_IN_ONE_CALL);
                if !is_sent {
                    telemetry.put_back(call);
                    continue;
                }
                for record in call {
                    prop_assert!(record.at.as_second() > last);
                    last = record.at.as_second();
                    told += record.counters.received;
                }
            }
            prop_assert!(telemetry.waiting() <= MOST_KEPT);
            let has_given_up = telemetry.given_up() > 0;
            while telemetry.waiting() > 0 {
                told += telemetry.take().iter().map(|record| record.counters.received).sum::<u64>();
            }
            prop_assert!(told == counted || (has_given_up && told < counted));
        }
    }
}
