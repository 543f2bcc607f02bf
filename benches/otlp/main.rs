//! What OTLP costs, end to end: `cargo bench --bench otlp`.
//!
//! Every part starts the built binary and measures it from outside. Names of parts after `--` run
//! only those. `OTELITE=path` names a binary of otelite, which is then sent the same.
//! This is a load test and not a laboratory: compare figures of one run.

#[path = "../traces/client.rs"]
mod client;
mod exporter;
mod ingest;
mod otelite;
mod payload;
#[path = "../traces/process.rs"]
mod process;
#[path = "../traces/table.rs"]
mod table;
mod two_million;

use table::Table;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A part, which adds its rows.
type Part = fn(&mut Table) -> Result<()>;

const PARTS: [(&str, Part); 3] = [
    ("ingest", ingest::measure),
    ("memory", two_million::measure),
    ("otelite", otelite::measure),
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
