//! Percentiles: exact while there are few numbers, then of neighbours that were joined.

/// How many numbers are kept before neighbours are joined.
const KEPT: usize = 8192;

/// Numbers, each with how often it stands for one.
#[derive(Debug, Clone, Default)]
pub(super) struct Percentiles {
    numbers: Vec<(f64, f64)>,
}

impl Percentiles {
    pub(super) fn add(&mut self, number: f64) {
        self.numbers.push((number, 1.0));
        if self.numbers.len() >= KEPT {
            self.join();
        }
    }

    fn sort(&mut self) {
        self.numbers
            .sort_by(|(left, _), (right, _)| left.total_cmp(right));
    }

    /// Halves the numbers: each pair of neighbours becomes their mean.
    fn join(&mut self) {
        self.sort();
        let joined = self
            .numbers
            .chunks(2)
            .map(|pair| match pair {
                [(left, many), (right, more)] => {
                    let weight = many + more;
                    // Divided before they are added: two huge ones have a mean.
                    (left * (many / weight) + right * (more / weight), weight)
                }
                one => one.first().copied().unwrap_or_default(),
            })
            .collect();
        self.numbers = joined;
    }

    /// The number that this share of all, in percent, is not above; nothing of nothing.
    pub(super) fn at(&mut self, percent: f64) -> Option<f64> {
        self.sort();
        let all: f64 = self.numbers.iter().map(|(_, weight)| weight).sum();
        let rank = (percent / 100.0 * all).max(f64::MIN_POSITIVE);
        let mut below = 0.0;
        for (number, weight) in &self.numbers {
            below += weight;
            // A little less than the rank is the rank: 0.99 * 100 is not 99.
            if below >= rank - 1e-9 * all {
                return Some(*number);
            }
        }
        self.numbers.last().map(|(number, _)| *number)
    }

    /// The middle: of an even number, the mean of the two in the middle.
    pub(super) fn median(&mut self) -> Option<f64> {
        let was_joined = self.numbers.iter().any(|(_, weight)| *weight > 1.0);
        if was_joined || !self.numbers.len().is_multiple_of(2) {
            return self.at(50.0);
        }
        self.sort();
        let upper = self.numbers.len() / 2;
        let (left, _) = self.numbers.get(upper.checked_sub(1)?)?;
        let (right, _) = self.numbers.get(upper)?;
        Some(left / 2.0 + right / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_few_and_of_many() {
        let mut hundred = Percentiles::default();
        assert_eq!((hundred.at(50.0), hundred.median()), (None, None));
        for number in (1..=100).rev() {
            hundred.add(f64::from(number));
        }
        for percent in [1.0, 50.0, 95.0, 99.0, 100.0] {
            assert_eq!(hundred.at(percent), Some(percent));
        }
        assert_eq!((hundred.at(0.0), hundred.median()), (Some(1.0), Some(50.5)));
        let mut many = Percentiles::default();
        for number in 0..200_000 {
            many.add(f64::from(number * 7919 % 200_000));
        }
        let p95 = many.at(95.0).expect("there are some");
        assert!((189_000.0..191_000.0).contains(&p95), "{p95}");
        assert!(many.numbers.len() < KEPT);
    }
}
