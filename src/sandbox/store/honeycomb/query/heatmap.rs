//! Heatmaps: how many values lie in each band.
//!
//! Honeycomb does not document what a HEATMAP looks like in an answer of its API. Here it is the
//! bands that are not empty, lowest first: `[{"from": 0, "to": 10, "count": 3}, …]`. All heatmaps of
//! one calculation in one answer share their bands, which are 50 or fewer steps of a round width.

use serde_json::{Value, json};

use super::encoding::whole;

const MOST_BANDS: f64 = 50.0;

/// The bands of one calculation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bands {
    low: f64,
    width: f64,
}

impl Bands {
    /// Bands for values between these.
    pub(super) fn between(least: f64, most: f64) -> Self {
        let raw = ((most - least) / MOST_BANDS).max(f64::MIN_POSITIVE);
        let power = 10_f64.powf(raw.log10().floor());
        let width = [1.0, 2.0, 5.0, 10.0]
            .map(|step| step * power)
            .into_iter()
            // From a round beginning there must not be more than the bands.
            .find(|width| *width >= raw)
            .unwrap_or(raw);
        let width = if most > least && width.is_normal() {
            width
        } else {
            1.0
        };
        Self {
            low: (least / width).floor() * width,
            width,
        }
    }

    /// The heatmap of these values and weights.
    pub(super) fn count(&self, values: &[(f64, u32)]) -> Value {
        let mut counts: Vec<(i64, u64)> = Vec::new();
        let mut places: Vec<(i64, u32)> = values
            .iter()
            .map(|(value, weight)| (self.place(*value), *weight))
            .collect();
        places.sort_unstable();
        for (place, weight) in places {
            match counts.last_mut() {
                Some((last, count)) if *last == place => *count += u64::from(weight),
                _ => counts.push((place, u64::from(weight))),
            }
        }
        let edge = |place: i64| {
            #[expect(clippy::cast_precision_loss, reason = "there are few bands")]
            let edge = self.low + place as f64 * self.width;
            number(rounded(edge, self.width))
        };
        counts
            .into_iter()
            .map(|(place, count)| {
                json!({ "from": edge(place), "to": edge(place.saturating_add(1)), "count": count })
            })
            .collect()
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and there are few bands"
    )]
    fn place(&self, value: f64) -> i64 {
        ((value - self.low) / self.width).floor() as i64
    }
}

/// Without the dust of floating point.
fn rounded(edge: f64, width: f64) -> f64 {
    let scale = 10_f64.powf(2.0 - width.log10().floor());
    let rounded = (edge * scale).round() / scale;
    if rounded.is_finite() { rounded } else { edge }
}

/// A number as JSON; whole ones without a point.
pub(in super::super) fn number(value: f64) -> Value {
    match whole(value) {
        Some(value) => Value::from(value),
        None => serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number),
    }
}

#[cfg(test)]
#[expect(
    clippy::cast_precision_loss,
    reason = "the numbers of these tests are small and whole"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bands_are_round() {
        let bands = Bands::between(0.3, 49.9);
        assert_eq!(
            bands.count(&[(0.3, 1), (0.9, 2), (49.9, 1), (1.0, 1)]),
            json!([
                { "from": 0, "to": 1, "count": 3 },
                { "from": 1, "to": 2, "count": 1 },
                { "from": 49, "to": 50, "count": 1 },
            ])
        );
        let bands = Bands::between(0.11, 0.31);
        assert_eq!(
            bands.count(&[(0.11, 1)]),
            json!([{ "from": 0.11, "to": 0.115, "count": 1 }])
        );
        let bands = Bands::between(3.0, 3.0);
        assert_eq!(
            bands.count(&[(3.0, 4)]),
            json!([{ "from": 3, "to": 4, "count": 4 }])
        );
    }

    proptest! {
        #[test]
        fn no_value_is_lost(
            values in proptest::collection::vec((any::<f64>().prop_filter("finite", |v| v.is_finite()), 1_u32..9), 1..50)
        ) {
            let least = values.iter().map(|(value, _)| *value).fold(f64::INFINITY, f64::min);
            let most = values.iter().map(|(value, _)| *value).fold(f64::NEG_INFINITY, f64::max);
            let heatmap = Bands::between(least, most).count(&values);
            let count: u64 = heatmap
                .as_array()
                .unwrap()
                .iter()
                .map(|band| band["count"].as_u64().unwrap())
                .sum();
            let weights: u64 = values.iter().map(|(_, weight)| u64::from(*weight)).sum();
            prop_assert_eq!(count, weights);
        }

        #[test]
        fn there_are_few_bands_and_values_lie_in_theirs(
            values in proptest::collection::vec(0.0_f64..1e6, 2..80)
        ) {
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let bands = Bands::between(least, most);
            for value in &values {
                let place = bands.place(*value);
                prop_assert!((0..=51).contains(&place), "{}", place);
                let from = bands.low + place as f64 * bands.width;
                prop_assert!(from <= value + bands.width * 1e-6 && *value <= from + bands.width * (1.0 + 1e-6));
            }
        }
    }
}
