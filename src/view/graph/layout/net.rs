//! The graph between its layers: every edge as steps from one layer to the next, with a place
//! wherever it only passes through.

use super::Extent;

/// The room above and below an edge that passes through a layer.
const PASSING: f64 = 13.0;

/// The room between neighbours in a layer.
pub(super) const BETWEEN: f64 = 8.0;

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
