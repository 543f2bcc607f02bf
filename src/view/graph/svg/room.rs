//! What is taken already, so that words are written where they can be read.

use std::collections::HashMap;

use super::super::layout::{Layout, Point};
use super::edges::on_curve;

/// Left, top, right and bottom.
pub(super) type Area = [f64; 4];

/// The drawing in squares, so that only what is near is looked at.
type Cell = (i64, i64);

/// The side of a square.
const CELL: f64 = 96.0;

/// From so many edges on it does not matter any more which of them run below a label.
const MANY: usize = 400;

/// Areas with something in them.
#[derive(Debug, Default)]
pub(super) struct Taken {
    cells: HashMap<Cell, Vec<Area>>,
}

impl Taken {
    pub(super) fn take(&mut self, area: Area) {
        for cell in cells(area) {
            self.cells.entry(cell).or_default().push(area);
        }
    }

    pub(super) fn is_free(&self, area: Area) -> bool {
        cells(area).all(|cell| {
            let mut others = self.cells.get(&cell).into_iter().flatten();
            others.all(|other| {
                area[2] <= other[0]
                    || other[2] <= area[0]
                    || area[3] <= other[1]
                    || other[3] <= area[1]
            })
        })
    }
}

/// Where edges run.
#[derive(Debug, Default)]
pub(super) struct Lines {
    cells: HashMap<Cell, Vec<(Point, usize)>>,
}

impl Lines {
    pub(super) fn of(layout: &Layout) -> Self {
        let mut lines = Self::default();
        if layout.routes.len() > MANY {
            return lines;
        }
        for (edge, route) in layout.routes.iter().enumerate() {
            for level in route {
                for step in 0..=24 {
                    let x = level.from + (level.to - level.from) * f64::from(step) / 24.0;
                    lines.mark(Point { x, y: level.y }, edge);
                }
            }
            for pair in route.windows(2) {
                for share in 0..=32 {
                    let share = f64::from(share) / 32.0;
                    lines.mark(on_curve(&pair[0], &pair[1], share), edge);
                }
            }
        }
        lines
    }

    fn mark(&mut self, point: Point, edge: usize) {
        let cell = (cell(point.x), cell(point.y));
        self.cells.entry(cell).or_default().push((point, edge));
    }

    /// Whether another edge than this one runs through an area.
    pub(super) fn cross(&self, area: Area, edge: usize) -> bool {
        cells(area).any(|cell| {
            let mut points = self.cells.get(&cell).into_iter().flatten();
            points.any(|(point, other)| {
                *other != edge
                    && (area[0]..=area[2]).contains(&point.x)
                    && (area[1]..=area[3]).contains(&point.y)
            })
        })
    }
}

fn cells([left, top, right, bottom]: Area) -> impl Iterator<Item = Cell> {
    let rows = cell(top)..=cell(bottom);
    (cell(left)..=cell(right)).flat_map(move |x| rows.clone().map(move |y| (x, y)))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "coordinates of a drawing are small"
)]
fn cell(at: f64) -> i64 {
    (at / CELL).floor() as i64
}
