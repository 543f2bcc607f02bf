//! The graph between its layers: every edge as steps from one layer to the next, with a place
//! wherever it only passes through; and the drawing that comes of it in the end.

use super::{Extent, Layout, Level, Point};

/// The room above and below an edge that passes through a layer.
const PASSING: f64 = 13.0;

/// The room between neighbours in a layer.
pub(super) const BETWEEN: f64 = 8.0;

/// The least room between two layers, for edges to turn in.
const LEAST_GAP: f64 = 72.0;

/// The most room between two layers.
const MOST_GAP: f64 = 420.0;

/// The room beside what is written on an edge.
const BESIDE_LABEL: f64 = 36.0;

/// What stands in a layer: a node, or an edge that passes through.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub(super) layer: usize,
    pub(super) is_node: bool,
    pub(super) above: f64,
    pub(super) below: f64,
}

/// Items in layers; the first items are the nodes.
#[derive(Debug)]
pub(super) struct Net {
    pub(super) items: Vec<Item>,
    /// The items of every layer from top to bottom.
    pub(super) layers: Vec<Vec<usize>>,
    /// Whom an item is joined with in the layer before.
    pub(super) left: Vec<Vec<usize>>,
    /// Whom an item is joined with in the layer after.
    pub(super) right: Vec<Vec<usize>>,
    /// The items of every edge from left to right, its ends among them.
    pub(super) chains: Vec<Vec<usize>>,
}

impl Net {
    pub(super) fn new(nodes: &[Extent], edges: &[(usize, usize)], layers: &[usize]) -> Self {
        let mut items: Vec<Item> = nodes
            .iter()
            .zip(layers)
            .map(|(extent, layer)| Item {
                layer: *layer,
                is_node: true,
                above: extent.above,
                below: extent.below,
            })
            .collect();
        let mut chains = Vec::with_capacity(edges.len());
        for (from, to) in edges {
            let mut chain = vec![*from];
            for layer in layers[*from] + 1..layers[*to] {
                chain.push(items.len());
                items.push(Item {
                    layer,
                    is_node: false,
                    above: PASSING,
                    below: PASSING,
                });
            }
            chain.push(*to);
            chains.push(chain);
        }
        let mut left = vec![Vec::new(); items.len()];
        let mut right = vec![Vec::new(); items.len()];
        for chain in &chains {
            for pair in chain.windows(2) {
                right[pair[0]].push(pair[1]);
                left[pair[1]].push(pair[0]);
            }
        }
        let depth = layers.iter().max().map_or(0, |last| last + 1);
        let mut net = Self {
            items,
            layers: vec![Vec::new(); depth],
            left,
            right,
            chains,
        };
        net.fill();
        net
    }

    /// The first order: what hangs together stays together.
    fn fill(&mut self) {
        let mut seen = vec![false; self.items.len()];
        let mut starts: Vec<usize> = (0..self.items.len()).collect();
        starts.sort_by_key(|item| self.items[*item].layer);
        for start in starts {
            let mut walk = vec![start];
            while let Some(item) = walk.pop() {
                if std::mem::replace(&mut seen[item], true) {
                    continue;
                }
                self.layers[self.items[item].layer].push(item);
                walk.extend(self.right[item].iter().rev());
            }
        }
    }
}

/// Widths, and the ways of the edges.
pub(super) fn finish(
    net: &Net,
    nodes: &[Extent],
    heights: &[f64],
    labels: &[f64],
    backward: &[bool],
) -> Layout {
    let bands = bands(net, nodes, heights, labels);
    let centre = |item: usize| Point {
        x: f64::midpoint(
            bands[net.items[item].layer].0,
            bands[net.items[item].layer].1,
        ),
        y: heights[item],
    };
    let ports = ports(net, nodes, heights);
    let routes = net.chains.iter().zip(&ports).zip(backward);
    let routes = routes.map(|((chain, (out, into)), backward)| {
        let mut route: Vec<Level> = chain
            .iter()
            .map(|item| {
                let (from, to) = bands[net.items[*item].layer];
                Level {
                    from,
                    to,
                    y: heights[*item],
                }
            })
            .collect();
        if let [first, .., last] = route.as_mut_slice() {
            let at = centre(chain[0]);
            (first.from, first.y) = (at.x + out.x, at.y + out.y);
            let at = centre(chain[chain.len() - 1]);
            (last.to, last.y) = (at.x + into.x, at.y + into.y);
        }
        if *backward {
            route.reverse();
            for level in &mut route {
                std::mem::swap(&mut level.from, &mut level.to);
            }
        }
        route
    });
    Layout {
        nodes: (0..nodes.len()).map(centre).collect(),
        routes: routes.collect(),
        width: bands.last().map_or(0.0, |band| band.1),
        height: net
            .items
            .iter()
            .zip(heights)
            .map(|(item, y)| y + item.below)
            .fold(0.0, f64::max),
    }
}

/// From where to where every layer goes; nodes are in its middle, and no edge turns in it.
fn bands(net: &Net, nodes: &[Extent], heights: &[f64], labels: &[f64]) -> Vec<(f64, f64)> {
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
    let mut bands = Vec::with_capacity(halves.len());
    let mut x = 0.0;
    for (half, gap) in halves.iter().zip(&gaps) {
        bands.push((x, x + 2.0 * half));
        x += 2.0 * half + gap;
    }
    bands
}

/// Where edges leave and reach their circles, seen from the centre: spread over the side, in the
/// order of where they come from or go to, so that they do not cross at the node.
fn ports(net: &Net, nodes: &[Extent], heights: &[f64]) -> Vec<(Point, Point)> {
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut into: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (edge, chain) in net.chains.iter().enumerate() {
        out[chain[0]].push(edge);
        into[chain[chain.len() - 1]].push(edge);
    }
    let mut ports = vec![(Point::default(), Point::default()); net.chains.len()];
    for (node, extent) in nodes.iter().enumerate() {
        let at = |angle: f64| Point {
            x: extent.radius * angle.cos(),
            y: extent.radius * angle.sin(),
        };
        let following = |edge: usize| heights[net.chains[edge][1]];
        sort_by_height(&mut out[node], following);
        for (edge, angle) in out[node].iter().zip(angles(out[node].len())) {
            ports[*edge].0 = at(angle);
        }
        let leading = |edge: usize| heights[net.chains[edge][net.chains[edge].len() - 2]];
        sort_by_height(&mut into[node], leading);
        for (edge, angle) in into[node].iter().zip(angles(into[node].len())) {
            let Point { x, y } = at(angle);
            ports[*edge].1 = Point { x: -x, y };
        }
    }
    ports
}

/// Equals by their number, which is the same at both ends, so that twins run side by side.
fn sort_by_height(edges: &mut [usize], height: impl Fn(usize) -> f64) {
    edges.sort_by(|one, other| {
        let order = height(*one).total_cmp(&height(*other));
        order.then(one.cmp(other))
    });
}

/// So many angles in radians around 0, from the top to the bottom.
fn angles(count: usize) -> impl Iterator<Item = f64> {
    let steps = f64::from(u32::try_from(count.saturating_sub(1)).unwrap_or(u32::MAX));
    let step = (96.0 / steps.max(1.0)).min(22.0).to_radians();
    (0..u32::try_from(count).unwrap_or(u32::MAX))
        .map(move |place| step * (f64::from(place) - steps / 2.0))
}
