//! Rings are cut: which edges are drawn against the stream.

/// Marks the edges that lead back: of those inside a ring, the ones from a later node to an
/// earlier one.
///
/// Nodes come in the order of the flow, so what leads back is what leads towards the clients.
/// Walking in depth would cut fewer edges, and make a much longer drawing.
pub(super) fn backward(count: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    let rings = rings(count, edges);
    edges
        .iter()
        .map(|(from, to)| rings[*from] == rings[*to] && to < from)
        .collect()
}

/// The number of the ring, or rings joined, that every node is part of, by Tarjan's walk.
fn rings(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (from, to) in edges {
        leaving[*from].push(*to);
    }
    let mut rings = vec![usize::MAX; count];
    // When a node was met, and the earliest one met that it leads to; 0 before it is met.
    let mut met = vec![0; count];
    let mut earliest = vec![0; count];
    let mut open: Vec<usize> = Vec::new();
    let mut clock = 0;
    for start in 0..count {
        // The walk keeps its own stack: a graph may be deeper than a thread's.
        let mut walk: Vec<(usize, usize)> = Vec::new();
        if met[start] == 0 {
            walk.push((start, 0));
        }
        while let Some((node, next)) = walk.last_mut() {
            let node = *node;
            if met[node] == 0 {
                clock += 1;
                met[node] = clock;
                earliest[node] = clock;
                open.push(node);
            }
            if let Some(to) = leaving[node].get(*next) {
                *next += 1;
                if met[*to] == 0 {
                    walk.push((*to, 0));
                } else if rings[*to] == usize::MAX {
                    earliest[node] = earliest[node].min(met[*to]);
                }
                continue;
            }
            walk.pop();
            if let Some((caller, _)) = walk.last() {
                earliest[*caller] = earliest[*caller].min(earliest[node]);
            }
            if earliest[node] == met[node] {
                while let Some(member) = open.pop() {
                    rings[member] = node;
                    if member == node {
                        break;
                    }
                }
            }
        }
    }
    rings
}

#[cfg(test)]
mod tests {
    use super::backward;

    #[test]
    fn only_what_closes_a_ring_leads_back() {
        let marked = |count, edges: &[(usize, usize)]| backward(count, edges);
        assert_eq!(marked(3, &[(0, 1), (1, 2), (2, 0)]), [false, false, true]);
        // From a later node to an earlier one, but no ring.
        assert_eq!(marked(3, &[(2, 1), (1, 0)]), [false, false]);
        assert_eq!(
            marked(5, &[(0, 1), (1, 0), (1, 2), (2, 3), (3, 4), (4, 2), (3, 2)]),
            [false, true, false, false, false, true, true]
        );
    }
}
