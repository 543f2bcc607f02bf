//! Parts of a drawing side by side and below each other, so that the whole is no long strip.

use super::Point;

/// The room between two parts.
const BETWEEN: f64 = 40.0;

/// The width that a packed drawing should have for its height.
const RATIO: f64 = 1.7;

/// Where the parts go.
#[derive(Debug)]
pub(super) struct Packed {
    /// The upper left corners, in the order of the parts.
    pub(super) corners: Vec<Point>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Packs parts of these widths and heights into rows, the highest first.
pub(super) fn pack(sizes: &[(f64, f64)]) -> Packed {
    let area: f64 = sizes
        .iter()
        .map(|(width, height)| (width + BETWEEN) * (height + BETWEEN))
        .sum();
    let widest = sizes.iter().map(|(width, _)| *width).fold(0.0, f64::max);
    let target = widest.max((area * RATIO).sqrt());
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|one, other| sizes[*other].1.total_cmp(&sizes[*one].1));
    let mut packed = Packed {
        corners: vec![Point::default(); sizes.len()],
        width: 0.0,
        height: 0.0,
    };
    let (mut x, mut y) = (0.0, 0.0);
    for part in order {
        let (width, height) = sizes[part];
        if x > 0.0 && x + width > target {
            x = 0.0;
            y = packed.height + BETWEEN;
        }
        packed.corners[part] = Point { x, y };
        packed.width = packed.width.max(x + width);
        packed.height = packed.height.max(y + height);
        x += width + BETWEEN;
    }
    packed
}
