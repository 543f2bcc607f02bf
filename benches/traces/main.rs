//! What traces cost, end to end: `cargo bench --bench traces`.
//!
//! Every part starts the built binary and measures it from outside. Names of parts after `--` run
//! only those. This is a load test and not a laboratory: compare figures of one run.

mod client;
mod commands;
mod daemon;
mod datagrams;
mod documents;
mod endpoint;
mod graph;
mod ingest;
mod process;
mod sender;
mod table;

use table::Table;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A part, which adds its rows.
type Part = fn(&mut Table) -> Result<()>;

const PARTS: [(&str, Part); 5] = [
    ("ingest", ingest::measure),
    ("datagrams", datagrams::measure),
    ("graph", graph::measure),
    ("daemon", daemon::measure),
    ("commands", commands::measure),
];

fn main() -> Result<()> {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let mut table = Table::default();
    for (name, measure) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            measure(&mut table)?;
        }
    }
    table.print()
}
