//! The widths of layers and of the room between them.

use super::Extent;
use super::net::Net;

/// The least room between two layers, for edges to turn in.
const LEAST_GAP: f64 = 72.0;

/// The most room between two layers.
const MOST_GAP: f64 = 420.0;

/// The room beside what is written on an edge.
const BESIDE_LABEL: f64 = 36.0;

/// The widths that a graph's layers need.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    /// Half of the width that no edge may turn within, for every layer.
    halves: Vec<f64>,
    /// The room after every layer.
    gaps: Vec<f64>,
}

impl Columns {
    pub(super) fn of(net: &Net, nodes: &[Extent], heights: &[f64], labels: &[f64]) -> Self {
        let mut halves = vec![0.0_f64; net.layers.len()];
        for (extent, item) in nodes.iter().zip(&net.items) {
            let half = &mut halves[item.layer];
            *half = half.max(extent.half_width);
        }
        let mut gaps = vec![LEAST_GAP; net.layers.len()];
        for (chain, label) in net.chains.iter().zip(labels) {
            for pair in chain.windows(2) {
                let gap = &mut gaps[net.items[pair[0]].layer];
                // A steep edge is read badly, and two of them cross at a small angle.
                let climb = (heights[pair[0]] - heights[pair[1]]).abs();
                *gap = gap.max((climb * 0.24).min(MOST_GAP));
                if chain.len() == 2 {
                    *gap = gap.max(label + BESIDE_LABEL);
                }
            }
        }
        Self { halves, gaps }
    }

    /// Widths that are enough for both.
    pub(super) fn joined(&self, other: &Self) -> Self {
        Self {
            halves: greater(&self.halves, &other.halves),
            gaps: greater(&self.gaps, &other.gaps),
        }
    }

    /// Those of the first layers.
    pub(super) fn first(&self, count: usize) -> Self {
        Self {
            halves: self.halves.iter().copied().take(count).collect(),
            gaps: self.gaps.iter().copied().take(count).collect(),
        }
    }

    /// From where to where every layer goes; nodes are in its middle, and no edge turns in it.
    pub(super) fn bands(&self) -> Vec<(f64, f64)> {
        let mut x = 0.0;
        let widths = self.halves.iter().zip(&self.gaps);
        widths
            .map(|(half, gap)| {
                let band = (x, x + 2.0 * half);
                x = band.1 + gap;
                band
            })
            .collect()
    }
}

fn greater(one: &[f64], other: &[f64]) -> Vec<f64> {
    let at = |list: &[f64], place: usize| list.get(place).copied().unwrap_or(0.0);
    (0..one.len().max(other.len()))
        .map(|place| at(one, place).max(at(other, place)))
        .collect()
}
