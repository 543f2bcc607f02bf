//! Where the nodes of a drawing go, and the way of every edge: callers left, called ones right.
//!
//! The way of Sugiyama, Tagawa and Toda (1981): cut the rings, put nodes into layers, order the
//! layers so that few edges cross, then find heights that make edges straight. An edge over
//! several layers has a place of its own in each, so that it never runs through a node; and it
//! turns only between layers, where no node is. Parts that are not connected are laid out apart
//! and packed. The same input gives the same output, bit by bit.

mod acyclic;
mod columns;
mod drawing;
mod heights;
mod layers;
mod net;
mod order;
mod pack;

use columns::Columns;
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
    let (members, own) = components(nodes.len(), edges);
    let mut local = vec![0; nodes.len()];
    for members in &members {
        for (place, member) in members.iter().enumerate() {
            local[*member] = place;
        }
    }
    let parts: Vec<Part> = members
        .iter()
        .zip(&own)
        .map(|(members, own)| {
            let extents = members.iter().map(|member| nodes[*member]).collect();
            let ends = own.iter().map(|edge| edges[*edge]);
            let ends: Vec<_> = ends.map(|(from, to)| (local[from], local[to])).collect();
            let labels: Vec<f64> = own.iter().map(|edge| labels[*edge]).collect();
            Part::new(extents, &ends, &labels)
        })
        .collect();
    let shared = parts.iter().fold(Columns::default(), |shared, part| {
        shared.joined(&part.columns)
    });
    let layouts: Vec<Layout> = parts.iter().map(|part| part.drawn(&shared)).collect();
    let sizes: Vec<(f64, f64)> = layouts
        .iter()
        .map(|layout| (layout.width, layout.height))
        .collect();
    let packed = pack::pack(&sizes);
    let mut whole = Layout {
        nodes: vec![Point::default(); nodes.len()],
        routes: vec![Vec::new(); edges.len()],
        width: packed.width,
        height: packed.height,
    };
    let places = members.iter().zip(&own).zip(packed.corners);
    for (((members, own), corner), layout) in places.zip(layouts) {
        for (member, point) in members.iter().zip(layout.nodes) {
            whole.nodes[*member] = Point {
                x: point.x + corner.x,
                y: point.y + corner.y,
            };
        }
        for (edge, mut route) in own.iter().zip(layout.routes) {
            for level in &mut route {
                level.from += corner.x;
                level.to += corner.x;
                level.y += corner.y;
            }
            whole.routes[*edge] = route;
        }
    }
    whole
}

/// What hangs together, laid out but for its widths.
struct Part {
    extents: Vec<Extent>,
    backward: Vec<bool>,
    net: Net,
    heights: Vec<f64>,
    columns: Columns,
}

/// How much wider a part may become so that its columns stand below those of the others.
const STRETCH: f64 = 1.3;

impl Part {
    fn new(extents: Vec<Extent>, ends: &[(usize, usize)], labels: &[f64]) -> Self {
        let backward = acyclic::backward(extents.len(), ends);
        let forward = ends.iter().zip(&backward);
        let forward: Vec<(usize, usize)> = forward
            .map(|((from, to), backward)| match backward {
                true => (*to, *from),
                false => (*from, *to),
            })
            .collect();
        let layers = layers::layers(extents.len(), &forward);
        let mut net = Net::new(&extents, &forward, &layers);
        order::reduce_crossings(&mut net);
        let heights = heights::heights(&net);
        let columns = Columns::of(&net, &extents, &heights, labels);
        Self {
            extents,
            backward,
            net,
            heights,
            columns,
        }
    }

    fn drawn(&self, shared: &Columns) -> Layout {
        let own = self.columns.bands();
        let common = shared.first(own.len()).bands();
        let width = |bands: &[(f64, f64)]| bands.last().map_or(0.0, |band| band.1);
        let bands = if width(&common) <= width(&own) * STRETCH {
            common
        } else {
            own
        };
        drawing::drawn(
            &self.net,
            &self.extents,
            &self.heights,
            &bands,
            &self.backward,
        )
    }
}

/// The nodes that hang together, by their lowest member, and the edges between them; those from
/// a node to itself are left out.
fn components(count: usize, edges: &[(usize, usize)]) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (from, to) in edges {
        neighbours[*from].push(*to);
        neighbours[*to].push(*from);
    }
    let mut component_of = vec![usize::MAX; count];
    let mut components = Vec::new();
    for start in 0..count {
        if component_of[start] != usize::MAX {
            continue;
        }
        let number = components.len();
        component_of[start] = number;
        let mut members = vec![start];
        let mut next = 0;
        while next < members.len() {
            for neighbour in &neighbours[members[next]] {
                if component_of[*neighbour] == usize::MAX {
                    component_of[*neighbour] = number;
                    members.push(*neighbour);
                }
            }
            next += 1;
        }
        members.sort_unstable();
        components.push(members);
    }
    let mut own: Vec<Vec<usize>> = vec![Vec::new(); components.len()];
    for (edge, (from, to)) in edges.iter().enumerate() {
        if from != to {
            own[component_of[*from]].push(edge);
        }
    }
    (components, own)
}
