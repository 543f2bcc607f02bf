//! Traces to show: captured ones, those of the scenarios, and some made up.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::trace::{Document, Trace};
use crate::view::trace::TraceView;

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The view of the first trace that some documents make.
pub(super) fn view(documents: Vec<Document>) -> TraceView {
    let trace = Trace::all(&documents).remove(0);
    let documents = documents.into_iter();
    TraceView {
        documents: documents
            .filter(|document| document.trace_id() == trace.id())
            .collect(),
        trace,
        limit_exceeded: false,
        utc: true,
    }
}

/// What the seeds' app sent, from the captured datagram whose name begins so.
pub(super) fn captured(prefix: &str) -> TraceView {
    let entries = fs::read_dir(repository().join("tests/fixtures/seed-app"));
    let mut paths: Vec<PathBuf> = entries
        .expect("the directory can be read")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            name.starts_with(prefix)
        })
        .collect();
    paths.sort();
    let text = fs::read_to_string(&paths[0]).expect("a datagram");
    let (_, text) = text.split_once('\n').expect("a header");
    view(vec![Document::parse(text).expect("a document")])
}

/// The documents of a scenario.
pub(super) fn scenario(name: &str) -> TraceView {
    let path = repository().join("tests/scenarios/trace");
    let path = Path::new(&path).join(format!("{name}.json"));
    let text = fs::read_to_string(path).expect("the scenario can be read");
    let scenario: Value = serde_json::from_str(&text).expect("JSON");
    made(scenario["documents"].as_array().expect("documents"))
}

/// The view of documents that are made up.
pub(super) fn made(values: &[Value]) -> TraceView {
    let documents = values.iter();
    view(
        documents
            .map(|value| Document::parse(&value.to_string()).expect("a document"))
            .collect(),
    )
}

pub(super) const TRACE: &str = "1-5759e988-bd862e3fe1be46a994272793";

pub(super) fn id(number: u64) -> String {
    format!("{number:016x}")
}

/// A document from one second to another, with what else it has.
pub(super) fn document(number: u64, name: &str, times: (f64, f64), more: &Value) -> Value {
    let mut document = json!({
        "id": id(number), "trace_id": TRACE, "name": name,
        "start_time": 1_480_615_200.0 + times.0, "end_time": 1_480_615_200.0 + times.1,
    });
    let (Some(members), Some(more)) = (document.as_object_mut(), more.as_object()) else {
        return document;
    };
    members.extend(more.clone());
    document
}

/// A part of a document.
pub(super) fn part(number: u64, name: &str, times: (f64, f64), more: &Value) -> Value {
    let mut part = document(number, name, times, more);
    if let Some(members) = part.as_object_mut() {
        members.remove("trace_id");
    }
    part
}

/// A request that goes through a web service and three more, with all that can be carried.
pub(super) fn rich() -> TraceView {
    let failure = json!({"working_directory": "/srv", "exceptions": [
        {"id": id(0xe1), "type": "PaymentRefused", "message": "card 4242 was refused", "remote": true, "cause": id(0xe2), "stack": [
            {"path": "payments/charge.py", "line": 84, "label": "charge"},
            {"path": "payments/main.py", "line": 12, "label": "handle"},
        ]},
        {"id": id(0xe2), "type": "TimeoutError", "message": "no answer in 300 ms", "truncated": 3, "stack": []},
    ]});
    let query = json!({"namespace": "remote", "sql": {
        "url": "jdbc:postgresql://db.internal:5432/shop", "database_type": "PostgreSQL", "database_version": "16.2",
        "user": "shop", "sanitized_query": "SELECT id, price\n  FROM items\n WHERE id = ANY(?)",
    }});
    let table = json!({"namespace": "aws", "throttle": true, "error": true, "aws": {
        "operation": "GetItem", "table_name": "sessions", "region": "us-east-1", "request_id": "4P6Q8R", "retries": 2,
    }, "http": {"response": {"status": 429, "content_length": 120}}});
    let to = |traced: &str| {
        json!({"namespace": "remote", "http": {
        "request": {"method": "POST", "url": format!("https://{traced}/v1"), "traced": true}, "response": {"status": 502}},
        "fault": true})
    };
    made(&[
        document(
            1,
            "web",
            (0.0, 0.84),
            &json!({
                "origin": "AWS::ECS::Fargate", "user": "andrew",
                "http": {
                    "request": {"method": "POST", "url": "https://shop.example/api/checkout", "client_ip": "203.0.113.7", "user_agent": "Mozilla/5.0"},
                    "response": {"status": 502, "content_length": 92},
                },
                "annotations": {"cart_items": 3, "tier": "gold", "retry": false},
                "metadata": {"default": {"now": "2016-12-01T18:00:00"}},
                "fault": true, "cause": id(0xe1),
                "subsegments": [
                    part(2, "authenticate", (0.01, 0.07), &json!({"subsegments": [part(3, "dynamodb", (0.012, 0.066), &table)]})),
                    part(4, "shop@db.internal", (0.08, 0.2), &query),
                    part(5, "payments.internal", (0.22, 0.81), &to("payments.internal")),
                    part(6, "render", (0.815, 0.8151), &json!({})),
                ],
            }),
        ),
        document(
            7,
            "payments",
            (0.23, 0.79),
            &json!({
                "parent_id": id(5), "origin": "AWS::Lambda::Function", "fault": true, "cause": failure,
                "subsegments": [
                    part(8, "api.cards.example", (0.26, 0.56), &json!({"namespace": "remote", "fault": true, "http": {"request": {"method": "PUT", "url": "https://api.cards.example/charge"}}})),
                    part(9, "audit", (0.6, 0.92), &json!({})),
                ],
            }),
        ),
    ])
}

/// Everything that can be wrong with a trace.
pub(super) fn broken() -> TraceView {
    let segment = |parent: u64| json!({"parent_id": id(parent)});
    let begun = json!({
        "id": id(9), "trace_id": TRACE, "name": "still-running", "start_time": 1_480_615_200.55, "in_progress": true, "parent_id": id(1),
    });
    made(&[
        document(1, "front", (0.1, 0.6), &json!({})),
        document(2, "skewed", (0.05, 0.4), &segment(1)),
        document(3, "late", (0.3, 0.9), &segment(1)),
        document(4, "orphan", (0.2, 0.35), &segment(0xabc)),
        document(5, "orphan-too", (0.3, 0.5), &segment(0xabc)),
        document(6, "ring-a", (0.2, 0.3), &segment(7)),
        document(7, "ring-b", (0.22, 0.3), &segment(6)),
        document(
            8,
            "twin",
            (0.4, 0.45),
            &json!({"parent_id": id(1), "subsegments": [part(8, "twin-inside", (0.41, 0.42), &json!({}))]}),
        ),
        begun,
    ])
}

/// Words that would drive a terminal, or end a tag.
pub(super) fn hostile() -> TraceView {
    let bad = "\u{1b}[2J\u{1b}]0;owned\u{7}<script>alert(1)</script>\r\n\u{9b}31m\u{202e}";
    made(&[document(
        1,
        "plain",
        (0.0, 1.0),
        &json!({
            "origin": bad, "user": bad, "fault": true,
            "http": {"request": {"method": bad, "url": bad, "user_agent": bad, "client_ip": bad}, "response": {"status": 200}},
            "annotations": {"a": bad},
            "metadata": {"default": {"a": bad}},
            "aws": {"operation": bad},
            "sql": {"url": bad, "sanitized_query": bad, "user": bad},
            "cause": {"exceptions": [{"id": id(3), "type": bad, "message": bad, "stack": [{"path": bad, "line": 1, "label": bad}]}]},
        }),
    )])
}

/// So many spans, each inside one of those before it.
pub(super) fn many(count: u64) -> TraceView {
    let values: Vec<Value> = (1..=count)
        .map(|number| {
            let number_f = f64::from(u32::try_from(number).expect("small"));
            let length = f64::from(u32::try_from(count).expect("small"));
            let times = (number_f / length, (number_f + 3.0) / length);
            let more = if number == 1 {
                json!({})
            } else {
                json!({"parent_id": id(number / 2)})
            };
            document(number, &format!("service-{number}"), times, &more)
        })
        .collect();
    made(&values)
}

/// One of each sort.
pub(super) fn all() -> Vec<TraceView> {
    let mut views = vec![rich(), broken(), hostile(), many(200)];
    views.extend(["03", "20", "21", "22", "32"].map(captured));
    views.extend(
        [
            "in_progress_then_complete",
            "streamed_subsegments",
            "two_services_and_a_queue",
        ]
        .map(scenario),
    );
    views
}
