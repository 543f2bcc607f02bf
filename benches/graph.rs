//! How long the service graph takes: `cargo bench --bench graph`.
//!
//! A store keeps contributions, so a query pays for the last column only.

use std::io::Write as _;
use std::time::{Duration, Instant};

use cruddur_obs::trace::graph::{Accumulator, Contribution, Names, Window};
use cruddur_obs::trace::{Document, Trace, TraceId};

/// The spans of one trace: two services, a table, a queue and work of their own.
const SPANS: u64 = 10;

fn documents(number: u64) -> [String; 2] {
    let trace = TraceId::new(u128::from(number));
    let start = 1_700_000_000 + number % 21_600;
    let end = format!("{start}.{:03}", number % 997);
    let times = format!(r#""start_time":{start}.0,"end_time":{end}"#);
    let service = number % 20;
    let aws = r#""namespace":"aws","aws":{"operation":"PutItem","region":"us-east-1","table_name":"users"},"http":{"response":{"status":200}}"#;
    let front = format!(
        r#"{{"id":"0000000000000001","trace_id":"{trace}","name":"front-{service}","origin":"AWS::ECS::Fargate",{times},"http":{{"request":{{"method":"GET","url":"http://front/api/{number}"}},"response":{{"status":200}}}},"subsegments":[{{"id":"0000000000000002","name":"handler",{times},"subsegments":[{{"id":"0000000000000003","name":"back","namespace":"remote",{times}}},{{"id":"0000000000000004","name":"dynamodb",{times},{aws}}}]}},{{"id":"0000000000000005","name":"render",{times}}}]}}"#
    );
    let back = format!(
        r#"{{"id":"0000000000000006","parent_id":"0000000000000003","trace_id":"{trace}","name":"back-{service}",{times},"fault":true,"subsegments":[{{"id":"0000000000000007","name":"work",{times}}},{{"id":"0000000000000008","name":"db@host","namespace":"remote","sql":{{"url":"x"}},{times}}},{{"id":"0000000000000009","name":"dynamodb",{times},{aws}}},{{"id":"000000000000000a","name":"s3","namespace":"aws",{times}}}]}}"#
    );
    [front, back]
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:>10} {:>12} {:>12} {:>12} {:>12}",
        "spans", "parse", "assemble", "contribute", "graph"
    )?;
    for spans in [10_000, 100_000, 1_000_000_u64] {
        let mut names = Names::default();
        let mut kept = Vec::new();
        let (mut parse, mut assemble, mut contribute) =
            (Duration::ZERO, Duration::ZERO, Duration::ZERO);
        for number in 0..spans / SPANS {
            let texts = documents(number);
            let begun = Instant::now();
            let parsed = texts.map(|text| Document::parse(&text).expect("a document"));
            parse += begun.elapsed();
            let begun = Instant::now();
            let traces = Trace::all(&parsed);
            assemble += begun.elapsed();
            let begun = Instant::now();
            kept.push(Contribution::of(&traces[0], &mut names));
            contribute += begun.elapsed();
        }
        let begun = Instant::now();
        let mut accumulator = Accumulator::new(Window::ALWAYS);
        for contribution in &kept {
            accumulator.add(contribution);
        }
        let graph = accumulator.finish(&names);
        let took = begun.elapsed();
        writeln!(
            out,
            "{spans:>10} {parse:>12.1?} {assemble:>12.1?} {contribute:>12.1?} {took:>12.1?}   {} nodes",
            graph.nodes.len()
        )?;
    }
    Ok(())
}
