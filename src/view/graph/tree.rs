//! The graph as a tree: who calls whom, from the clients on.
//!
//! Every edge is one line, at its caller. Whom a node calls is shown where the node comes first;
//! wherever it comes again, rings included, it says so.

use std::ops::Range;

use console::measure_text_width;

use crate::output::Page;
use crate::trace::graph::Statistics;

use super::super::health::summary;
use super::super::plain::shortened;
use super::super::quantity::{counted, duration};
use super::chart::{Arrow, Chart};
use super::table::{head, link_text};

/// The tree below a line that says what it is of; nothing for an empty graph.
pub(super) fn written(chart: &Chart<'_>, page: Page) -> String {
    if chart.nodes.is_empty() {
        return String::new();
    }
    let mut tree = Tree {
        chart,
        page,
        calls: calls(chart),
        shown: vec![false; chart.nodes.len()],
        text: head(chart, page),
    };
    tree.text.push('\n');
    let mut called = vec![false; chart.nodes.len()];
    for arrow in &chart.edges {
        called[arrow.to] |= arrow.from != arrow.to;
    }
    let alone = |place: &usize| !called[*place] && tree.calls[*place].is_empty();
    let (alone, together): (Vec<usize>, Vec<usize>) = (0..chart.nodes.len()).partition(alone);
    for place in &together {
        if !called[*place] {
            tree.root(*place);
        }
    }
    // What is left is a ring that nobody calls from outside.
    for place in &together {
        if !tree.shown[*place] {
            tree.root(*place);
        }
    }
    if !alone.is_empty() && !together.is_empty() {
        tree.text.push('\n');
        let title = page.style.dim("neither calling nor called:");
        tree.text.push_str(&format!("{title}\n"));
    }
    for place in alone {
        tree.root(place);
    }
    tree.text
}

struct Tree<'a> {
    chart: &'a Chart<'a>,
    page: Page,
    /// Everyone's edges, as places among the chart's edges.
    calls: Vec<Range<usize>>,
    shown: Vec<bool>,
    text: String,
}

impl Tree<'_> {
    fn root(&mut self, place: usize) {
        let spot = &self.chart.nodes[place];
        let details = match &spot.node.statistics {
            Some(statistics) => self.figures("request", statistics),
            None => Vec::new(),
        };
        self.line("", place, "", details);
        self.below(place);
    }

    /// The lines below a node. The walk keeps its own stack, for rings make long ways.
    fn below(&mut self, root: usize) {
        self.shown[root] = true;
        let mut walk: Vec<(Range<usize>, String)> = vec![(self.calls[root].clone(), String::new())];
        while let Some((rest, indent)) = walk.last_mut() {
            let Some(next) = rest.next() else {
                walk.pop();
                continue;
            };
            let last = ExactSizeIterator::len(rest) == 0;
            let (branch, more) = if last {
                ("└─ ", "   ")
            } else {
                ("├─ ", "│  ")
            };
            let line = format!("{indent}{branch}");
            let deeper = format!("{indent}{more}");
            let arrow = &self.chart.edges[next];
            let to = arrow.to;
            let calls = self.calls[to].clone();
            let mark = if arrow.from == to {
                "↻ calls itself"
            } else if self.shown[to] && !calls.is_empty() {
                "↩ see above"
            } else {
                ""
            };
            let details = self.call(arrow);
            self.line(&line, to, mark, details);
            if !std::mem::replace(&mut self.shown[to], true) {
                walk.push((calls, deeper));
            }
        }
    }

    fn call(&self, arrow: &Arrow<'_>) -> Vec<String> {
        let mut details = Vec::new();
        if !arrow.is_link_only() {
            details.extend(self.figures("call", &arrow.edge.statistics));
        }
        if arrow.edge.link {
            details.push(link_text(arrow));
        }
        // What the called one says of itself, where it says something else.
        let own = self.chart.nodes[arrow.to].node.statistics;
        if let Some(own) = own.filter(|own| !self.shown[arrow.to] && *own != arrow.edge.statistics)
        {
            details.push(format!(
                "itself: {}",
                self.figures("request", &own).join(", ")
            ));
        }
        details
    }

    fn figures(&self, noun: &str, statistics: &Statistics) -> Vec<String> {
        let mut figures = vec![
            counted(statistics.total(), noun),
            summary(statistics, self.page.style),
        ];
        if let Some(average) = statistics.average_seconds() {
            figures.push(format!("avg {}", duration(average)));
        }
        figures
    }

    /// One line; on a narrow page the last details are left out, and then the name's middle.
    fn line(&mut self, branch: &str, place: usize, mark: &str, details: Vec<String>) {
        let style = self.page.style;
        let spot = &self.chart.nodes[place];
        let mut details = details;
        if !mark.is_empty() {
            details.insert(0, mark.to_owned());
        }
        // A label that tells the type already does not need it twice.
        if let Some(kind) = &spot.kind
            && !spot.is_client()
            && spot.label == spot.name
        {
            details.push(style.dim(kind));
        }
        let mut label = spot.label.clone();
        if let Some(width) = self.page.width.map(usize::from) {
            let room = width.saturating_sub(measure_text_width(branch));
            let wanted = |details: &[String]| -> usize {
                details
                    .iter()
                    .map(|part| measure_text_width(part) + 2)
                    .sum()
            };
            while details.len() > 1 && measure_text_width(&label) + wanted(&details) > room {
                details.pop();
            }
            let most = room.saturating_sub(wanted(&details)).max(8);
            label = shortened(&label, most).into_owned();
        }
        let label = if spot.is_client() {
            label
        } else {
            style.strong(&label)
        };
        self.text.push_str(&format!("{}{label}", style.dim(branch)));
        for part in details {
            self.text.push_str("  ");
            self.text.push_str(&part);
        }
        self.text.push('\n');
    }
}

fn calls(chart: &Chart<'_>) -> Vec<Range<usize>> {
    let mut calls = vec![0..0; chart.nodes.len()];
    for (place, arrow) in chart.edges.iter().enumerate() {
        let range = &mut calls[arrow.from];
        *range = if range.start == range.end {
            place
        } else {
            range.start
        }..place + 1;
    }
    calls
}
