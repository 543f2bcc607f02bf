//! From layers and heights to points: the centres of nodes and the ways of edges.

use super::net::Net;
use super::{Extent, Layout, Level, Point};

/// A net whose heights and bands are known, as points and ways.
pub(super) fn drawn(
    net: &Net,
    nodes: &[Extent],
    heights: &[f64],
    bands: &[(f64, f64)],
    backward: &[bool],
) -> Layout {
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
