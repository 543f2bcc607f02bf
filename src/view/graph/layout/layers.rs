//! Which layer every node is in: to the right of all that call it.

/// The layers of a graph without rings, the first being 0.
///
/// A node stands as far left as those that call it allow; whoever then has more to gain by standing
/// nearer to whom it calls moves right.
pub(super) fn layers(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (from, to) in edges {
        after[*from].push(*to);
        before[*to].push(*from);
    }
    let order = in_order(&before, &after);
    let mut layers = vec![0; count];
    for node in &order {
        let left = before[*node].iter().map(|other| layers[*other] + 1);
        layers[*node] = left.max().unwrap_or(0);
    }
    for node in order.iter().rev() {
        let right = after[*node].iter().map(|next| layers[*next]).min();
        if let Some(right) = right
            && after[*node].len() > before[*node].len()
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

fn in_order(before: &[Vec<usize>], after: &[Vec<usize>]) -> Vec<usize> {
    let mut missing: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut order: Vec<usize> = (0..before.len())
        .filter(|node| missing[*node] == 0)
        .collect();
    let mut place = 0;
    while place < order.len() {
        for next in &after[order[place]] {
            missing[*next] -= 1;
            if missing[*next] == 0 {
                order.push(*next);
            }
        }
        place += 1;
    }
    order
}
