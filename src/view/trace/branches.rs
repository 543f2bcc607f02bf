//! The lines of the tree: which of them go on beside a row, and which end there.

use crate::trace::timeline::Row;

/// Levels deeper than this are not drawn as lines: they would leave no room for names.
pub(super) const DEEPEST: usize = 24;

/// The lines beside a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Branch {
    /// For every level around the row, the outermost first, whether more follows there.
    pub(super) goes_on: Vec<bool>,
    /// Whether it is the last inside its parent.
    pub(super) last: bool,
}

/// The lines beside every row.
pub(super) fn branches(rows: &[Row]) -> Vec<Branch> {
    let mut follows: Vec<bool> = Vec::new();
    let mut lasts: Vec<bool> = rows
        .iter()
        .rev()
        .map(|row| {
            follows.resize(row.depth + 1, false);
            !std::mem::replace(&mut follows[row.depth], true)
        })
        .collect();
    lasts.reverse();
    let mut open: Vec<bool> = Vec::new();
    rows.iter()
        .zip(lasts)
        .map(|(row, last)| {
            open.resize(row.depth, false);
            let levels = row.depth.min(DEEPEST);
            let branch = Branch {
                goes_on: open.get(1..levels).unwrap_or_default().to_vec(),
                last,
            };
            open.push(!last);
            branch
        })
        .collect()
}
