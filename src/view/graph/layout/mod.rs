//! Where the nodes of a drawing go, and the way of every edge: callers left, called ones right.
//!
//! The way of Sugiyama, Tagawa and Toda (1981): cut the rings, put nodes into layers, order the
//! layers so that few edges cross, then find heights that make edges straight. An edge over
//! several layers has a place of its own in each, so that it never runs through a node; and it
//! turns only between layers, where no node is. Parts that are not connected are laid out apart
//! and packed. The same input gives the same output, bit by bit.

mod acyclic;
mod heights;
mod layers;
mod net;
mod order;
mod pack;

use net::Net;

/// How much room a node wants around its centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extent {
    /// The circle that edges begin and end at.
    pub(super) radius: f64,
    /// Half of the width that no edge may turn within.
    pub(super) half_width: f64,
    /// From the centre to the upper end.
    pub(super) above: f64,
    /// From the centre to the lower end.
    pub(super) below: f64,
}

/// A point of the drawing; y grows downwards.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// A straight, level piece of an edge; between two of them it turns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Level {
    /// Where it begins, in the direction of the edge.
    pub(super) from: f64,
    /// Where it ends.
    pub(super) to: f64,
    /// Its height.
    pub(super) y: f64,
}

/// Where everything goes.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Layout {
    /// The centres of the nodes.
    pub(super) nodes: Vec<Point>,
    /// The way of every edge; none for one from a node to itself.
    pub(super) routes: Vec<Vec<Level>>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Lays a graph out; `labels` are the widths of what is written on the edges.
pub(super) fn layout(nodes: &[Extent], edges: &[(usize, usize)], labels: &[f64]) -> Layout {
    let mut parts: Vec<Part> = components(nodes.len(), edges)
        .into_iter()
        .map(|members| part(nodes, edges, labels, members))
        .collect();
    let sizes: Vec<(f64, f64)> = parts
        .iter()
        .map(|part| (part.layout.width, part.layout.height))
        .collect();
    let packed = pack::pack(&sizes);
    let mut whole = Layout {
        nodes: vec![Point::default(); nodes.len()],
        routes: vec![Vec::new(); edges.len()],
        width: packed.width,
        height: packed.height,
    };
    for (part, corner) in parts.iter_mut().zip(packed.corners) {
        for (member, point) in part.members.iter().zip(&part.layout.nodes) {
            whole.nodes[*member] = Point {
                x: point.x + corner.x,
                y: point.y + corner.y,
            };
        }
        for (edge, route) in part.edges.iter().zip(&mut part.layout.routes) {
            for level in &mut *route {
                level.from += corner.x;
                level.to += corner.x;
                level.y += corner.y;
            }
            whole.routes[*edge] = std::mem::take(route);
        }
    }
    whole
}

/// What hangs together, laid out on its own.
struct Part {
    members: Vec<usize>,
    /// Its edges but those from a node to itself.
    edges: Vec<usize>,
    layout: Layout,
}

fn part(nodes: &[Extent], edges: &[(usize, usize)], labels: &[f64], members: Vec<usize>) -> Part {
    let mut local = vec![usize::MAX; nodes.len()];
    for (place, member) in members.iter().enumerate() {
        local[*member] = place;
    }
    let own: Vec<usize> = edges
        .iter()
        .enumerate()
        .filter(|(_, (from, to))| from != to && local[*from] != usize::MAX)
        .map(|(edge, _)| edge)
        .collect();
    let ends: Vec<(usize, usize)> = own
        .iter()
        .map(|edge| (local[edges[*edge].0], local[edges[*edge].1]))
        .collect();
    let extents: Vec<Extent> = members.iter().map(|member| nodes[*member]).collect();
    let widths: Vec<f64> = own.iter().map(|edge| labels[*edge]).collect();

    let backward = acyclic::backward(extents.len(), &ends);
    let forward: Vec<(usize, usize)> = ends
        .iter()
        .zip(&backward)
        .map(|((from, to), backward)| {
            if *backward {
                (*to, *from)
            } else {
                (*from, *to)
            }
        })
        .collect();
    let layers = layers::layers(extents.len(), &forward);
    let mut net = Net::new(&extents, &forward, &layers);
    order::reduce_crossings(&mut net);
    let heights = heights::heights(&net);
    let layout = net::finish(&net, &extents, &heights, &widths, &backward);
    Part {
        members,
        edges: own,
        layout,
    }
}

/// The nodes that hang together, by their lowest member.
fn components(count: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (from, to) in edges {
        neighbours[*from].push(*to);
        neighbours[*to].push(*from);
    }
    let mut seen = vec![false; count];
    let mut components = Vec::new();
    for start in 0..count {
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        let mut members = vec![start];
        let mut next = 0;
        while next < members.len() {
            for neighbour in &neighbours[members[next]] {
                if !std::mem::replace(&mut seen[*neighbour], true) {
                    members.push(*neighbour);
                }
            }
            next += 1;
        }
        members.sort_unstable();
        components.push(members);
    }
    components
}
