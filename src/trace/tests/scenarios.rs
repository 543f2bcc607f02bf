//! Scenario files: documents in, tree, rows and graph out. One line here per file.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{documents, graph_lines, rows};
use crate::trace::Trace;
use crate::trace::graph::Graph;

/// A scenario.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    /// What it shows, in a sentence.
    why: String,
    documents: Vec<Value>,
    /// The rows of every trace, one trace after the other.
    timeline: Vec<String>,
    graph: Vec<String>,
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/trace")
}

/// Runs a scenario, with the documents in their order and in the opposite one.
fn run(name: &str) {
    let path = directory().join(format!("{name}.json"));
    let text = fs::read_to_string(path).expect("the scenario can be read");
    let mut scenario: Scenario = serde_json::from_str(&text).expect("a scenario");
    assert!(!scenario.why.is_empty());
    for _ in 0..2 {
        let traces = Trace::all(&documents(&scenario.documents));
        let timeline: Vec<String> = traces.iter().flat_map(rows).collect();
        assert_eq!(timeline, scenario.timeline, "timeline of {name}");
        assert_eq!(
            graph_lines(&Graph::of(&traces)),
            scenario.graph,
            "graph of {name}"
        );
        scenario.documents.reverse();
    }
}

macro_rules! scenarios {
    ($($name:ident)*) => {
        const LISTED: &[&str] = &[$(stringify!($name)),*];
        $(#[test] fn $name() { run(stringify!($name)); })*
    };
}

scenarios! {
    in_progress_then_complete
    streamed_subsegments
    two_services_and_a_queue
}

#[test]
fn every_scenario_is_listed() {
    for entry in fs::read_dir(directory()).expect("the directory can be read") {
        let path = entry.expect("an entry").path();
        let stem = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        assert!(LISTED.contains(&stem.as_str()), "{stem} is not listed");
    }
}
