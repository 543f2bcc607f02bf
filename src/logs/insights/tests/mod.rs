//! The language as its users meet it: what queries come to, what is refused and how, and what
//! holds for every text.

mod properties;
mod refused;
mod table;

use super::{Event, Execution, Query, Results};

/// 2026-11-24 10:00:00 UTC.
const START: i64 = 1_795_514_400_000;

#[derive(serde::Deserialize)]
struct Line {
    offset_ms: i64,
    stream: String,
    message: String,
}

/// The events of the scenario.
fn lines() -> Vec<Line> {
    include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/scenarios/insights/events.jsonl"
    ))
    .lines()
    .map(|line| serde_json::from_str(line).expect(line))
    .collect()
}

/// Runs a query over the events of the scenario, the last one first.
fn run(query: &Query, limit: Option<usize>) -> Results {
    let mut execution = Execution::new(query, limit);
    for (index, line) in lines().iter().enumerate().rev() {
        execution.feed(&Event {
            timestamp_ms: START + line.offset_ms,
            ingestion_ms: START + line.offset_ms + 500,
            message: &line.message,
            log_stream: &line.stream,
            log: "123456789012:cruddur",
            ptr: &format_args!("ptr{index}"),
        });
    }
    execution.finish()
}
