use serde_json::{Value, json};

use super::{documents, id, segment, subsegment};
use crate::trace::{Document, SpanId, Trace};

/// The compiled documents of the only trace, by the names in them.
fn compiled(documents: &[Document]) -> Vec<(SpanId, String)> {
    let traces = Trace::all(documents);
    assert_eq!(traces.len(), 1);
    traces[0].compiled(documents)
}

/// Names, set in brackets inside what they are part of.
fn names(value: &Value) -> String {
    let name = value["name"].as_str().unwrap_or("?").to_owned();
    match value["subsegments"].as_array() {
        Some(inside) => {
            let inside: Vec<String> = inside.iter().map(names).collect();
            format!("{name}[{}]", inside.join(" "))
        }
        None => name,
    }
}

#[test]
fn subsegments_go_into_their_parents() {
    let inside = json!({"future": 1.50, "subsegments": [
        {"id": id(2), "name": "full", "start_time": 1, "end_time": 2, "subsegments": [
            {"id": id(3), "name": "leaf", "start_time": 1, "end_time": 2},
        ]},
        {"id": id(4), "name": "empty", "start_time": 1, "end_time": 2, "subsegments": []},
    ]});
    let all = documents(&[
        subsegment(9, 8, "g", (1.0, 2.0), &json!({})),
        subsegment(8, 3, "f", (1.0, 2.0), &json!({})),
        subsegment(7, 4, "e", (1.0, 2.0), &json!({})),
        subsegment(6, 2, "d", (1.5, 2.0), &json!({})),
        subsegment(5, 1, "c", (1.0, 2.0), &json!({})),
        segment(1, "root", (1.0, 2.0), &inside),
        segment(0xa, "callee", (1.0, 2.0), &json!({"parent_id": id(7)})),
        subsegment(0xb, 0xff, "orphan", (3.0, 4.0), &json!({})),
    ]);
    let compiled = compiled(&all);
    let shown: Vec<String> = compiled
        .iter()
        .map(|(id, text)| {
            let value: Value = serde_json::from_str(text).expect("JSON");
            assert_eq!(value["id"], id.to_string());
            names(&value)
        })
        .collect();
    assert_eq!(
        shown,
        ["root[full[leaf[f[g]] d] empty[e] c]", "callee", "orphan"]
    );
    // Read again, it is the same tree.
    let again: Vec<Document> = compiled
        .iter()
        .map(|(_, text)| Document::parse(text).expect("a document"))
        .collect();
    assert_eq!(
        super::tree(&Trace::all(&again)[0]),
        super::tree(&Trace::all(&all)[0])
    );
}

#[test]
fn what_needs_no_splicing_stays_byte_for_byte() {
    let text = format!(
        " {{ \"id\":\"{}\", \"trace_id\" : \"{}\",\"name\":\"a\",\"start_time\":1.50,\"end_time\":2e0 , \"x\" : [1 , 2] }}\n",
        id(1),
        super::TRACE
    );
    let document = Document::parse(&text).expect("a document");
    assert_eq!(compiled(std::slice::from_ref(&document))[0].1, text);
    let part = super::document(&subsegment(2, 1, "part", (1.0, 2.0), &json!({})));
    let (before, after) = text.split_at(text.rfind('}').expect("a brace"));
    assert_eq!(
        compiled(&[document, part.clone()])[0].1,
        format!("{before},\"subsegments\":[{}]{after}", part.text())
    );
}

#[test]
fn a_long_chain_is_put_together_in_one_go() {
    let mut values = vec![segment(1, "root", (0.0, 1.0), &json!({}))];
    values.extend(
        (2..2_000_u64).map(|number| subsegment(number, number - 1, "s", (0.0, 1.0), &json!({}))),
    );
    let documents = documents(&values);
    let sizes: usize = documents.iter().map(|document| document.text().len()).sum();
    let compiled = compiled(&documents);
    assert_eq!(compiled.len(), 1);
    assert!(compiled[0].1.len() < sizes + 30 * documents.len());
}
