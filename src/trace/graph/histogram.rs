//! How long requests took: counts by time, and what can be read off them.

use std::collections::BTreeMap;

/// The most entries of a histogram; AWS was seen to cap them, at an unknown number.
pub const MOST_BINS: usize = 100;

/// The times that are counted by place: below this many milliseconds.
const DENSE: usize = 1024;

/// So many requests took about so long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// The time in seconds, in whole milliseconds unless bins were merged.
    pub value: f64,
    /// How many requests.
    pub count: u64,
}

/// Counts of requests by their time, the shortest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Histogram {
    bins: Vec<Bin>,
}

/// A histogram that is being filled: a count for every millisecond.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Counter {
    dense: Vec<u64>,
    sparse: BTreeMap<i64, u64>,
}

impl Counter {
    /// Counts one request.
    pub(super) fn count(&mut self, micros: i64) {
        self.add(milliseconds(micros), 1);
    }

    /// Counts one request in little space, where counters are many and their requests few.
    pub(super) fn count_sparsely(&mut self, micros: i64) {
        *self.sparse.entry(milliseconds(micros)).or_default() += 1;
    }

    /// Adds the requests of another.
    pub(super) fn merge(&mut self, other: &Self) {
        for (milliseconds, count) in other.counts() {
            self.add(milliseconds, count);
        }
    }

    fn add(&mut self, milliseconds: i64, count: u64) {
        match usize::try_from(milliseconds) {
            Ok(place) if place < DENSE => {
                if self.dense.len() <= place {
                    self.dense.resize(place + 1, 0);
                }
                self.dense[place] += count;
            }
            _ => *self.sparse.entry(milliseconds).or_default() += count,
        }
    }

    fn counts(&self) -> impl Iterator<Item = (i64, u64)> + '_ {
        (0..)
            .zip(self.dense.iter().copied())
            .filter(|(_, count)| *count > 0)
            .chain(self.sparse.iter().map(|(time, count)| (*time, *count)))
    }

    /// The histogram, with as many entries as AWS gives.
    pub(super) fn finish(&self) -> Histogram {
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds of ten thousand years fit"
        )]
        let bins = self.counts().map(|(milliseconds, count)| Bin {
            value: milliseconds as f64 / 1e3,
            count,
        });
        Histogram::new(bins)
    }
}

fn milliseconds(micros: i64) -> i64 {
    micros.max(0).saturating_add(500) / 1000
}

impl Histogram {
    /// A histogram of these entries, in any order.
    pub fn new(bins: impl IntoIterator<Item = Bin>) -> Self {
        let mut bins: Vec<Bin> = bins
            .into_iter()
            .filter(|bin| bin.count > 0 && bin.value.is_finite())
            // AWS sends -0 now and then.
            .map(|bin| Bin {
                value: bin.value + 0.0,
                ..bin
            })
            .collect();
        bins.sort_by(|one, other| one.value.total_cmp(&other.value));
        bins.dedup_by(|later, kept| {
            let same = later.value.total_cmp(&kept.value).is_eq();
            if same {
                kept.count += later.count;
            }
            same
        });
        while bins.len() > MOST_BINS {
            bins = merge_nearest(bins);
        }
        Self { bins }
    }

    /// The entries, the shortest time first.
    pub fn bins(&self) -> &[Bin] {
        &self.bins
    }

    /// How many requests there are.
    pub fn total(&self) -> u64 {
        self.bins.iter().map(|bin| bin.count).sum()
    }

    /// The time in seconds that so many percent of the requests stayed within.
    ///
    /// It is the nearest rank: a time that some request took. `None` without a request.
    pub fn percentile(&self, percent: f64) -> Option<f64> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a rank among so many requests is no less true for it"
        )]
        let rank = (percent / 100.0 * self.total() as f64).max(1.0);
        let mut seen = 0;
        let reached = self.bins.iter().find(|bin| {
            seen += bin.count;
            #[expect(clippy::cast_precision_loss, reason = "see above")]
            let reached = seen as f64 >= rank - 1e-9;
            reached
        });
        reached.or(self.bins.last()).map(|bin| bin.value)
    }

    /// Both together.
    #[must_use]
    pub fn merged(&self, other: &Self) -> Self {
        Self::new(self.bins.iter().chain(&other.bins).copied())
    }
}

/// One round of merging neighbours, the nearest first, no bin more than once.
///
/// Rounds keep the merging even where all gaps are the same, so that percentiles stay true.
fn merge_nearest(bins: Vec<Bin>) -> Vec<Bin> {
    let mut gaps: Vec<(usize, f64)> = bins
        .windows(2)
        .map(|pair| pair[1].value - pair[0].value)
        .enumerate()
        .collect();
    gaps.sort_by(|one, other| one.1.total_cmp(&other.1).then(one.0.cmp(&other.0)));
    let mut surplus = bins.len() - MOST_BINS;
    let mut joined = vec![false; bins.len()];
    let mut taken = vec![false; bins.len()];
    // Half of the gaps at most: the widest are for later rounds, when the near ones are gone.
    for (place, _) in gaps.iter().take(gaps.len().div_ceil(2)) {
        if surplus > 0 && !taken[*place] && !taken[place + 1] {
            (taken[*place], taken[place + 1]) = (true, true);
            joined[place + 1] = true;
            surplus -= 1;
        }
    }
    let mut merged: Vec<Bin> = Vec::with_capacity(bins.len());
    for (bin, joined) in bins.into_iter().zip(joined) {
        match merged.last_mut() {
            Some(last) if joined => *last = centroid(*last, bin),
            _ => merged.push(bin),
        }
    }
    merged
}

fn centroid(one: Bin, other: Bin) -> Bin {
    let count = one.count + other.count;
    #[expect(
        clippy::cast_precision_loss,
        reason = "a mean of so many requests is no less true for it"
    )]
    let share = other.count as f64 / count as f64;
    Bin {
        value: one.value + (other.value - one.value) * share,
        count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(micros: impl IntoIterator<Item = i64>) -> Histogram {
        let mut counter = Counter::default();
        for micros in micros {
            counter.count(micros);
        }
        counter.finish()
    }

    #[test]
    fn times_are_rounded_to_milliseconds() {
        let histogram = counted([0, 499, 500, 1499, 1500, -7, 2_000_499]);
        let bins: Vec<(f64, u64)> = histogram
            .bins()
            .iter()
            .map(|bin| (bin.value, bin.count))
            .collect();
        assert_eq!(bins, [(0.0, 3), (0.001, 2), (0.002, 1), (2.0, 1)]);
    }

    #[test]
    fn counting_sparsely_gives_the_same() {
        let times = [
            7_000, 0, 499, 500, -7, 2_000_499, 1_023_000, 1_024_000, 7_000,
        ];
        let mut counter = Counter::default();
        for micros in times {
            counter.count_sparsely(micros);
        }
        assert_eq!(counter.finish(), counted(times));
    }

    #[test]
    fn percentiles_are_the_nearest_rank() {
        let histogram = counted((1..=100).map(|milliseconds| milliseconds * 1000));
        assert_eq!(histogram.percentile(50.0), Some(0.05));
        assert_eq!(histogram.percentile(95.0), Some(0.095));
        assert_eq!(histogram.percentile(99.0), Some(0.099));
        assert_eq!(histogram.percentile(100.0), Some(0.1));
        assert_eq!(histogram.percentile(0.0), Some(0.001));
        assert_eq!(Histogram::default().percentile(50.0), None);
    }

    #[test]
    fn many_bins_are_merged_evenly_and_nothing_is_lost() {
        let histogram = counted((1..=10_000).map(|milliseconds| milliseconds * 1000));
        assert_eq!(histogram.bins().len(), MOST_BINS);
        assert_eq!(histogram.total(), 10_000);
        let sum: f64 = histogram
            .bins()
            .iter()
            .map(|bin| bin.value * f64::from(u32::try_from(bin.count).expect("small")))
            .sum();
        assert!((sum - 50_005.0).abs() < 1e-6, "{sum}");
        for (percent, exact) in [(50.0, 5.0), (95.0, 9.5), (99.0, 9.9)] {
            let value = histogram.percentile(percent).expect("not empty");
            assert!((value - exact).abs() < 0.15, "p{percent} {value}");
        }
    }

    #[test]
    fn merging_joins_equal_times() {
        let merged = counted([1000, 2000]).merged(&counted([2000, 3000]));
        let counts: Vec<u64> = merged.bins().iter().map(|bin| bin.count).collect();
        assert_eq!(counts, [1, 2, 1]);
        let odd = Histogram::new([
            Bin {
                value: -0.0,
                count: 1,
            },
            Bin {
                value: 0.0,
                count: 1,
            },
            Bin {
                value: f64::NAN,
                count: 1,
            },
        ]);
        assert_eq!(
            odd.bins(),
            [Bin {
                value: 0.0,
                count: 2
            }]
        );
        assert!(odd.bins()[0].value.is_sign_positive());
    }
}
