//! Which rows of a table there are, the oldest first: how old, how many things, how large.

use std::collections::VecDeque;
use std::ops::{AddAssign, SubAssign};

use super::Retention;

/// What a row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    pub(super) documents: u64,
    pub(super) spans: u64,
    pub(super) log_records: u64,
    pub(super) data_points: u64,
    pub(super) bytes: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.documents += other.documents;
        self.spans += other.spans;
        self.log_records += other.log_records;
        self.data_points += other.data_points;
        self.bytes += other.bytes;
    }
}

impl SubAssign for Counts {
    fn sub_assign(&mut self, other: Self) {
        self.documents -= other.documents;
        self.spans -= other.spans;
        self.log_records -= other.log_records;
        self.data_points -= other.data_points;
        self.bytes -= other.bytes;
    }
}

/// A row that is there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) received_at: i64,
    pub(super) counts: Counts,
}

/// The rows of one table; ids only grow, and are never given twice.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    rows: VecDeque<Row>,
    last: i64,
    counts: Counts,
    received: u64,
}

impl Ledger {
    /// The last row that was seen, there still or not.
    pub(super) fn last(&self) -> i64 {
        self.last
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// What all rows hold.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// Documents and spans that were seen, there still or not.
    pub(super) fn received(&self) -> u64 {
        self.received
    }

    /// Takes a new row in.
    pub(super) fn add(&mut self, row: Row) {
        self.counts += row.counts;
        self.received += row.counts.documents + row.counts.spans;
        self.last = row.id;
        self.rows.push_back(row);
    }

    /// Forgets the rows before this one; tells whether there were any.
    pub(super) fn forget_before(&mut self, first: i64) -> bool {
        let mut gone = false;
        while let Some(row) = self.rows.front().filter(|row| row.id < first) {
            self.counts -= row.counts;
            self.rows.pop_front();
            gone = true;
        }
        gone
    }

    /// Forgets everything, but not which rows it has seen.
    pub(super) fn clear(&mut self) {
        *self = Self {
            last: self.last,
            received: self.received,
            ..Self::default()
        };
    }

    /// The last row that is to go because it is too old, or because there is too much.
    pub(super) fn outlived(&self, retention: Retention, now: i64) -> Option<i64> {
        let too_old = now.saturating_sub(retention.milliseconds());
        let too_much = self.counts.bytes > retention.bytes;
        let mut bytes = self.counts.bytes;
        self.rows
            .iter()
            .take_while(|row| {
                let goes = row.received_at < too_old || (too_much && bytes > retention.floor());
                bytes -= row.counts.bytes;
                goes
            })
            .last()
            .map(|row| row.id)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn ledger() -> Ledger {
        let mut ledger = Ledger::default();
        for id in 1..=4 {
            let counts = Counts {
                spans: 2,
                bytes: 100,
                ..Counts::default()
            };
            ledger.add(Row {
                id,
                received_at: id * 1000,
                counts,
            });
        }
        ledger
    }

    #[test]
    fn the_oldest_go_first() {
        let keep = |bytes, seconds| Retention {
            bytes,
            age: Duration::from_secs(seconds),
        };
        let ledger = ledger();
        assert_eq!(ledger.outlived(keep(400, 60), 5000), None);
        assert_eq!(ledger.outlived(keep(399, 60), 5000), Some(1));
        assert_eq!(ledger.outlived(keep(200, 60), 5000), Some(3));
        assert_eq!(ledger.outlived(keep(400, 2), 5000), Some(2));
        assert_eq!(ledger.outlived(keep(0, 60), 5000), Some(4));
    }

    #[test]
    fn what_is_gone_was_received_all_the_same() {
        let mut ledger = ledger();
        assert!(ledger.forget_before(3));
        assert!(!ledger.forget_before(3));
        assert_eq!((ledger.len(), ledger.counts().spans), (2, 4));
        ledger.clear();
        assert_eq!((ledger.len(), ledger.counts().bytes), (0, 0));
        assert_eq!((ledger.last(), ledger.received()), (4, 8));
    }
}
