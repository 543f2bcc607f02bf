//! The order within the layers: as few crossings as a few sweeps can reach.

use super::net::Net;

/// Sweeps over the layers; after a few the gain is small.
const SWEEPS: usize = 24;

/// Sweeps without a gain after which it is given up.
const PATIENCE: usize = 6;

/// Orders every layer by the middle of its neighbours, from left to right and back, and keeps the
/// order with the fewest crossings.
pub(super) fn reduce_crossings(net: &mut Net) {
    let mut places = vec![0; net.items.len()];
    number(net, &mut places);
    let mut best = net.layers.clone();
    let mut fewest = crossings(net, &places);
    let mut idle = 0;
    for sweep in 0..SWEEPS {
        if fewest == 0 || idle == PATIENCE {
            break;
        }
        let rightwards = sweep % 2 == 0;
        // Equals keep their order in one sweep and swap it in the next, lest they block others.
        sort_by_median(net, &mut places, rightwards, sweep % 4 > 1);
        swap_neighbours(net, &mut places);
        let crossings = crossings(net, &places);
        if crossings < fewest {
            fewest = crossings;
            best.clone_from(&net.layers);
            idle = 0;
        } else {
            idle += 1;
        }
    }
    net.layers = best;
}

fn number(net: &Net, places: &mut [usize]) {
    for layer in &net.layers {
        for (place, item) in layer.iter().enumerate() {
            places[*item] = place;
        }
    }
}

fn sort_by_median(net: &mut Net, places: &mut [usize], rightwards: bool, swap_equals: bool) {
    let depth = net.layers.len();
    let order: Vec<usize> = if rightwards {
        (1..depth).collect()
    } else {
        (0..depth.saturating_sub(1)).rev().collect()
    };
    for layer in order {
        let neighbours = if rightwards { &net.left } else { &net.right };
        let medians: Vec<(usize, Option<f64>)> = net.layers[layer]
            .iter()
            .map(|item| (*item, median(&neighbours[*item], places)))
            .collect();
        let mut joined: Vec<(usize, f64)> = medians
            .iter()
            .filter_map(|(item, median)| median.map(|median| (*item, median)))
            .collect();
        if swap_equals {
            joined.reverse();
        }
        joined.sort_by(|one, other| one.1.total_cmp(&other.1));
        let mut joined = joined.into_iter();
        // Whoever is joined with nobody on that side stays where it is.
        let sorted: Vec<usize> = medians
            .iter()
            .map(|(item, median)| match median {
                Some(_) => joined.next().map_or(*item, |(item, _)| item),
                None => *item,
            })
            .collect();
        for (place, item) in sorted.iter().enumerate() {
            places[*item] = place;
        }
        net.layers[layer] = sorted;
    }
}

/// The weighted median of Gansner and others: between two middles, towards the denser side.
fn median(neighbours: &[usize], places: &[usize]) -> Option<f64> {
    let mut at: Vec<f64> = neighbours
        .iter()
        .map(|item| f64::from(u32::try_from(places[*item]).unwrap_or(u32::MAX)))
        .collect();
    at.sort_by(f64::total_cmp);
    let middle = at.len() / 2;
    let last = at.len().checked_sub(1)?;
    if at.len() % 2 == 1 {
        return Some(at[middle]);
    }
    if at.len() == 2 {
        return Some(f64::midpoint(at[0], at[1]));
    }
    let (left, right) = (at[middle - 1] - at[0], at[last] - at[middle]);
    if left + right == 0.0 {
        return Some(f64::midpoint(at[middle - 1], at[middle]));
    }
    Some((at[middle - 1] * right + at[middle] * left) / (left + right))
}

/// Swaps neighbours wherever that alone makes crossings fewer.
fn swap_neighbours(net: &mut Net, places: &mut [usize]) {
    // What many edges meet in is compared in square time: not worth it in a crowd.
    if net.items.len() > 4_000 {
        return;
    }
    for layer in 0..net.layers.len() {
        for place in 1..net.layers[layer].len() {
            let (upper, lower) = (net.layers[layer][place - 1], net.layers[layer][place]);
            let sides = [&net.left, &net.right];
            let (mut now, mut swapped) = (0, 0);
            for side in sides {
                now += crossed(&side[upper], &side[lower], places);
                swapped += crossed(&side[lower], &side[upper], places);
            }
            if swapped < now {
                net.layers[layer].swap(place - 1, place);
                places[upper] = place;
                places[lower] = place - 1;
            }
        }
    }
}

fn crossed(upper: &[usize], lower: &[usize], places: &[usize]) -> usize {
    let pairs = upper.iter().map(|one| {
        let below = lower.iter().filter(|other| places[**other] < places[*one]);
        below.count()
    });
    pairs.sum()
}

/// The crossings between all layers.
fn crossings(net: &Net, places: &[usize]) -> usize {
    let mut total = 0;
    for pair in net.layers.windows(2) {
        let ends: Vec<usize> = pair[0]
            .iter()
            .flat_map(|item| {
                let mut ends: Vec<usize> =
                    net.right[*item].iter().map(|next| places[*next]).collect();
                ends.sort_unstable();
                ends
            })
            .collect();
        // A Fenwick tree of the ends so far: those below a new one cross it.
        let mut tree = vec![0; pair[1].len() + 1];
        for (count, end) in ends.iter().enumerate() {
            let mut up_to = 0;
            let mut node = end + 1;
            while node > 0 {
                up_to += tree[node];
                node &= node - 1;
            }
            total += count - up_to;
            let mut node = end + 1;
            while node < tree.len() {
                tree[node] += 1;
                node += node & node.wrapping_neg();
            }
        }
    }
    total
}
