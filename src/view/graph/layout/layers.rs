//! Which layer every node is in: to the right of all its callers.

/// The layers of a graph without rings, the first being 0.
///
/// A node stands as far left as its callers let it; whoever then has more to gain by standing
/// nearer to whom it calls moves right.
pub(super) fn layers(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut callers: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut callees: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (from, to) in edges {
        callees[*from].push(*to);
        callers[*to].push(*from);
    }
    let order = from_callers_to_callees(&callers, &callees);
    let mut layers = vec![0; count];
    for node in &order {
        let left = callers[*node].iter().map(|caller| layers[*caller] + 1);
        layers[*node] = left.max().unwrap_or(0);
    }
    for node in order.iter().rev() {
        let right = callees[*node].iter().map(|callee| layers[*callee]).min();
        if let Some(right) = right
            && callees[*node].len() > callers[*node].len()
        {
            layers[*node] = right - 1;
        }
    }
    let first = layers.iter().copied().min().unwrap_or(0);
    for layer in &mut layers {
        *layer -= first;
    }
    layers
}

fn from_callers_to_callees(callers: &[Vec<usize>], callees: &[Vec<usize>]) -> Vec<usize> {
    let mut missing: Vec<usize> = callers.iter().map(Vec::len).collect();
    let mut order: Vec<usize> = (0..callers.len())
        .filter(|node| missing[*node] == 0)
        .collect();
    let mut next = 0;
    while next < order.len() {
        for callee in &callees[order[next]] {
            missing[*callee] -= 1;
            if missing[*callee] == 0 {
                order.push(*callee);
            }
        }
        next += 1;
    }
    order
}
