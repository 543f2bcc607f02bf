//! Counts different texts: exactly while there are few, then by an estimate.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// How many hashes are kept; beyond them the count is off by about 2 in 100.
const KEPT: usize = 4096;

/// The smallest hashes of all texts seen: the closer they lie, the more texts there were.
#[derive(Debug, Clone, Default)]
pub(super) struct Distinct {
    smallest: BTreeSet<u64>,
}

impl Distinct {
    pub(super) fn add(&mut self, text: &str) {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        self.smallest.insert(hasher.finish());
        if self.smallest.len() > KEPT {
            self.smallest.pop_last();
        }
    }

    pub(super) fn count(&self) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a share of all hashes, and a small count"
        )]
        match self.smallest.last() {
            Some(largest) if self.smallest.len() == KEPT => {
                let share = *largest as f64 / u64::MAX as f64;
                ((KEPT - 1) as f64 / share).round().max(KEPT as f64)
            }
            _ => self.smallest.len() as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_exactly_and_many_nearly() {
        let count = |many: usize| {
            let mut distinct = Distinct::default();
            for number in 0..many * 2 {
                distinct.add(&(number % many).to_string());
            }
            distinct.count()
        };
        assert_eq!(Distinct::default().count().to_string(), "0");
        assert_eq!(count(1).to_string(), "1");
        assert_eq!(count(KEPT - 1).to_string(), (KEPT - 1).to_string());
        let many = count(100_000);
        assert!((95_000.0..105_000.0).contains(&many), "{many}");
    }
}
