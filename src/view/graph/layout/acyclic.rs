//! Rings are cut: which edges are drawn against the stream.

/// Marks the edges that lead back to where a walk came from. Walks begin where nothing leads to,
/// then at the first node that is left.
pub(super) fn backward(count: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut called = vec![false; count];
    for (edge, (from, to)) in edges.iter().enumerate() {
        leaving[*from].push(edge);
        called[*to] = true;
    }
    let starts = (0..count).filter(|node| !called[*node]);
    let mut backward = vec![false; edges.len()];
    let mut seen = vec![false; count];
    let mut on_the_way = vec![false; count];
    for start in starts.chain(0..count) {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        on_the_way[start] = true;
        // The walk keeps its own stack: a graph may be deeper than a thread's.
        let mut walk = vec![(start, 0)];
        while let Some((node, next)) = walk.last_mut() {
            let Some(edge) = leaving[*node].get(*next) else {
                on_the_way[*node] = false;
                walk.pop();
                continue;
            };
            *next += 1;
            let to = edges[*edge].1;
            if on_the_way[to] {
                backward[*edge] = true;
            } else if !std::mem::replace(&mut seen[to], true) {
                on_the_way[to] = true;
                walk.push((to, 0));
            }
        }
    }
    backward
}
