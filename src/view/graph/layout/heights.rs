//! How high everything stands: edges as level as the order allows.

use super::net::{BETWEEN, Net};

/// Rounds over all layers; each brings the squares of all climbs nearer to their least sum.
const ROUNDS: usize = 40;

/// The heights of all items' centres, the highest end being at 0.
pub(super) fn heights(net: &Net) -> Vec<f64> {
    let mut heights = stacked(net);
    for round in 0..ROUNDS {
        let depth = net.layers.len();
        // The first rounds look to one side only, so that the whole moves and not just its ends.
        let sides = match round {
            0..6 if round % 2 == 0 => (true, false),
            0..6 => (false, true),
            _ => (true, true),
        };
        for step in 0..depth {
            let layer = if round % 2 == 0 {
                step
            } else {
                depth - 1 - step
            };
            settle(net, &mut heights, layer, sides);
        }
        if round % 8 == 7 {
            straighten(net, &mut heights);
        }
    }
    straighten(net, &mut heights);
    let top = net
        .items
        .iter()
        .zip(&heights)
        .map(|(item, y)| y - item.above)
        .fold(f64::INFINITY, f64::min);
    for y in &mut heights {
        *y -= top;
    }
    heights
}

/// Everyone right below their upper neighbour, layers centred on one line.
fn stacked(net: &Net) -> Vec<f64> {
    let mut heights = vec![0.0; net.items.len()];
    for layer in &net.layers {
        let mut y = 0.0;
        for pair in 0..layer.len() {
            if pair > 0 {
                y += distance(net, layer[pair - 1], layer[pair]);
            }
            heights[layer[pair]] = y;
        }
        for item in layer {
            heights[*item] -= y / 2.0;
        }
    }
    heights
}

/// The least distance between the centres of two neighbours.
fn distance(net: &Net, upper: usize, lower: usize) -> f64 {
    net.items[upper].below + BETWEEN + net.items[lower].above
}

/// How much a level edge matters: most where it only passes through.
fn weight(net: &Net, one: usize, other: usize) -> f64 {
    match (net.items[one].is_node, net.items[other].is_node) {
        (true, true) => 1.0,
        (false, false) => 8.0,
        _ => 2.0,
    }
}

/// Moves a layer's items to where their neighbours are, as near as order and distances allow.
///
/// The best heights are those of the least sum of squares, and pooling adjacent violators finds
/// them in one pass.
fn settle(net: &Net, heights: &mut [f64], layer: usize, (left, right): (bool, bool)) {
    struct Block {
        weight: f64,
        sum: f64,
        count: usize,
    }
    let items = &net.layers[layer];
    let mut blocks: Vec<Block> = Vec::with_capacity(items.len());
    let mut offsets = Vec::with_capacity(items.len());
    let mut offset = 0.0;
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            offset += distance(net, items[place - 1], *item);
        }
        offsets.push(offset);
        let sides = [(left, &net.left[*item]), (right, &net.right[*item])];
        let (mut weights, mut sum) = (0.0, 0.0);
        for other in sides
            .into_iter()
            .filter(|(used, _)| *used)
            .flat_map(|(_, side)| side)
        {
            let weight = weight(net, *item, *other);
            weights += weight;
            sum += weight * heights[*other];
        }
        if weights == 0.0 {
            // Joined with nobody: stays, unless somebody needs the room.
            weights = 0.05;
            sum = weights * heights[*item];
        }
        let mut block = Block {
            weight: weights,
            sum: sum - weights * offset,
            count: 1,
        };
        while let Some(before) = blocks.pop() {
            if before.sum / before.weight < block.sum / block.weight {
                blocks.push(before);
                break;
            }
            block = Block {
                weight: before.weight + block.weight,
                sum: before.sum + block.sum,
                count: before.count + block.count,
            };
        }
        blocks.push(block);
    }
    let mut places = items.iter().zip(&offsets);
    for block in blocks {
        let base = block.sum / block.weight;
        for (item, offset) in places.by_ref().take(block.count) {
            heights[*item] = base + offset;
        }
    }
}

/// Makes the passing part of every edge level, where its neighbours leave it the room.
fn straighten(net: &Net, heights: &mut [f64]) {
    let mut places = vec![0; net.items.len()];
    for layer in &net.layers {
        for (place, item) in layer.iter().enumerate() {
            places[*item] = place;
        }
    }
    for chain in &net.chains {
        let (Some((first, rest)), Some(last)) = (chain.split_first(), chain.last()) else {
            continue;
        };
        let passing = &rest[..rest.len() - 1];
        let mut start = 0;
        while start < passing.len() {
            // As many steps at once as have a height that all of them can take.
            let (mut low, mut high) = room(net, heights, &places, passing[start]);
            let mut end = start + 1;
            while let Some(item) = passing.get(end) {
                let (lower, higher) = room(net, heights, &places, *item);
                if lower.max(low) > higher.min(high) {
                    break;
                }
                (low, high) = (lower.max(low), higher.min(high));
                end += 1;
            }
            let run = &passing[start..end];
            let sum: f64 = run.iter().map(|item| heights[*item]).sum();
            let mean = sum / f64::from(u32::try_from(run.len()).unwrap_or(u32::MAX));
            // The height of an end is better still, if it is near.
            let ends = [heights[*first], heights[*last]];
            let near = ends
                .into_iter()
                .find(|end| (end - mean).abs() < 24.0 && (low..=high).contains(end));
            let level = near.unwrap_or(mean).clamp(low, high);
            for item in run {
                heights[*item] = level;
            }
            start = end;
        }
    }
}

/// From where to where an item may move while its neighbours stay.
fn room(net: &Net, heights: &[f64], places: &[usize], item: usize) -> (f64, f64) {
    let layer = &net.layers[net.items[item].layer];
    let place = places[item];
    let here = heights[item];
    let above = place.checked_sub(1).map(|place| layer[place]);
    let low = above.map_or(f64::MIN, |above| {
        heights[above] + distance(net, above, item)
    });
    let below = layer.get(place + 1);
    let high = below.map_or(f64::MAX, |below| {
        heights[*below] - distance(net, item, *below)
    });
    // Rounding must not turn the two around.
    (low.min(here), high.max(here))
}
