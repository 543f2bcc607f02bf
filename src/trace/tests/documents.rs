use serde_json::{Value, json};

use super::{extend, segment};
use crate::trace::{Code, Document, LONGEST_DOCUMENT, Refusal};

fn refusal(text: &str) -> Refusal {
    Document::parse(text).expect_err("it is refused")
}

/// What is said about a good segment after a change of one member.
fn said(member: &str, value: &Value) -> String {
    let mut document = segment(1, "Cruddur", (10.0, 11.0), &json!({}));
    if value == "gone" {
        document.as_object_mut().expect("object").remove(member);
    } else {
        extend(&mut document, &json!({member: value}));
    }
    refusal(&document.to_string()).to_string()
}

#[test]
fn the_text_stays_as_it_came() {
    let text = r#" { "name":"Cruddur", "future":{"a":[1, 2.50]} ,"id":"00F067AA0BA902B7",
        "trace_id":"5759E988BD862E3FE1BE46A994272793","start_time":1.478E9,"in_progress":true}
        "#;
    let document = Document::parse(text).expect("a document");
    assert_eq!(document.text(), text);
    assert_eq!(document.id().to_string(), "00f067aa0ba902b7");
    assert_eq!(document.trace_id().to_string(), super::TRACE);
    assert_eq!(document.start().micros(), 1_478_000_000_000_000);
    assert!(document.in_progress());
    assert!(!document.is_subsegment());
}

#[test]
fn every_refusal_says_what_to_mend() {
    insta::assert_snapshot!(said("id", &json!("gone")), @"MissingId: id is missing; an id is 16 hex digits");
    insta::assert_snapshot!(said("id", &json!("")), @"MissingId: id is empty; an id is 16 hex digits");
    insta::assert_snapshot!(said("id", &json!(7)), @"InvalidId: id 7 is not a string; an id is 16 hex digits");
    insta::assert_snapshot!(said("id", &json!("xyz")), @r#"InvalidId: id "xyz" has 3 characters; an id is 16 hex digits"#);
    insta::assert_snapshot!(said("trace_id", &json!("gone")), @"MissingTraceId: trace_id is missing; a trace id is like 1-5759e988-bd862e3fe1be46a994272793");
    insta::assert_snapshot!(said("trace_id", &json!("1-5759e988-bd86")), @r#"InvalidTraceId: trace_id "1-5759e988-bd86" has 15 characters; a trace id is 1-, 8 hex digits, - and 24 hex digits, or 32 hex digits on their own"#);
    insta::assert_snapshot!(said("name", &json!("gone")), @"MissingName: name is missing; a name is that of the service, such as backend-flask");
    insta::assert_snapshot!(said("name", &json!("a(b)")), @r#"InvalidName: name "a(b)" has '(' at 2; allowed are letters, digits, space and _ . : / % & # = + - @"#);
    insta::assert_snapshot!(said("name", &json!("a\tb")), @r#"InvalidName: name "a\tb" has '\t' at 2; allowed are letters, digits, space and _ . : / % & # = + - @"#);
    insta::assert_snapshot!(said("name", &json!("n".repeat(201))), @r#"InvalidName: name "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn… has 201 characters; X-Ray takes at most 200"#);
    insta::assert_snapshot!(said("start_time", &json!("gone")), @"MissingStartTime: start_time is missing; give seconds since 1970, such as 1700000000.123");
    insta::assert_snapshot!(said("start_time", &json!("10")), @r#"InvalidSegment: start_time "10" is not a number; give seconds since 1970, such as 1700000000.123"#);
    insta::assert_snapshot!(said("start_time", &json!(1_795_167_728_614_i64)), @"InvalidSegment: start_time 1795167728614 is beyond the year 9999 and looks like milliseconds; give seconds since 1970, such as 1700000000.123");
    insta::assert_snapshot!(said("start_time", &json!(1e300)), @"InvalidSegment: start_time 1e+300 is beyond the year 9999; give seconds since 1970, such as 1700000000.123");
    insta::assert_snapshot!(said("end_time", &json!("gone")), @r#"MissingEndTime: end_time is missing; give it, or "in_progress": true until it is known"#);
    insta::assert_snapshot!(said("end_time", &json!(9.5)), @"InvalidSegment: end_time 9.5 is before start_time 10.0");
    insta::assert_snapshot!(said("type", &json!("subsegment")), @"MissingParentId: parent_id is missing; a subsegment on its own needs the id of the segment that it is part of");
}

#[test]
fn the_code_and_the_id_go_with_it() {
    let refusal = refusal(&segment(1, "a(b)", (1.0, 2.0), &json!({})).to_string());
    assert_eq!(refusal.code, Code::InvalidName);
    assert_eq!(refusal.id.as_deref(), Some("0000000000000001"));
}

#[test]
fn what_is_no_json_has_no_id() {
    for text in ["", "nonsense", "{\"id\": ", "\"text\"", "{} {}"] {
        let refusal = refusal(text);
        if text != "{} {}" {
            assert_eq!(refusal.id, None, "{text}");
        }
        assert_eq!(refusal.code, Code::InvalidSegment, "{text}");
    }
    insta::assert_snapshot!(refusal("").message, @"the document is empty");
    insta::assert_snapshot!(refusal("nonsense").message, @"the document begins with 'n'; a segment is a JSON object");
    insta::assert_snapshot!(refusal("{\"id\": ").message, @"the document is not JSON: EOF while parsing a value at line 1 column 7");
}

#[test]
fn names_of_every_script_and_the_longest_one_pass() {
    let longest = "é".repeat(200);
    for name in [
        "backend-flask",
        "a b/c:d%e&f#g=h+i-j@k_l.m",
        "名前",
        "10.0.0.1:4567",
        &longest,
    ] {
        let document = segment(1, name, (1.0, 2.0), &json!({}));
        assert_eq!(
            Document::parse(&document.to_string()).expect(name).name(),
            name
        );
    }
}

#[test]
fn odd_and_harmless_documents_pass() {
    for more in [
        json!({"error": false, "parent_id": null, "user": ""}),
        json!({"parent_id": "not an id"}),
        json!({"in_progress": false}),
        json!({"in_progress": true}),
        json!({"start_time": -5.5}),
        json!({"end_time": 10.0}),
        json!({"http": "GET /", "aws": [], "annotations": 7, "subsegments": {}, "cause": {}}),
    ] {
        let document = segment(1, "Cruddur", (10.0, 11.0), &more);
        Document::parse(&document.to_string()).expect("it passes");
    }
    // An exponent that no number holds harms nobody beside the times.
    let text = segment(1, "Cruddur", (1.0, 2.0), &json!({"metadata": 0})).to_string();
    let text = text.replace("\"metadata\":0", "\"metadata\":1e400");
    assert!(Document::parse(&text).is_ok());
    let refusal = refusal(&text.replace("\"end_time\":2.0", "\"end_time\":1e400"));
    assert_eq!(refusal.code, Code::InvalidSegment);
}

#[test]
fn the_largest_document_passes_and_no_larger_one() {
    let plain = segment(1, "Cruddur", (1.0, 2.0), &json!({"metadata": {"x": ""}})).to_string();
    let filler = "x".repeat(LONGEST_DOCUMENT - plain.len());
    let largest = plain.replace("\"x\":\"\"", &format!("\"x\":\"{filler}\""));
    assert_eq!(largest.len(), LONGEST_DOCUMENT);
    assert!(Document::parse(&largest).is_ok());
    let refusal = refusal(&largest.replace("Cruddur", "Cruddur2"));
    assert_eq!(refusal.id.as_deref(), Some("0000000000000001"));
    insta::assert_snapshot!(refusal, @"InvalidSegment: the document has 65537 bytes; X-Ray takes at most 65536: send its subsegments on their own, or put less in its metadata");
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| {
        let inside = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let text = segment(1, "Cruddur", (1.0, 2.0), &json!({"metadata": 0})).to_string();
        text.replace("\"metadata\":0", &format!("\"metadata\":{inside}"))
    };
    assert!(Document::parse(&nested(999)).is_ok());
    insta::assert_snapshot!(refusal(&nested(1000)), @"InvalidSegment: the document is nested 1001 deep; at most 1000 is taken: send its subsegments on their own");
    assert!(Document::parse(&"[".repeat(60_000)).is_err());
    assert_eq!(Document::parse_all(&"[".repeat(60_000)).len(), 1);
}

#[test]
fn an_array_holds_several_documents() {
    let good = segment(1, "Cruddur", (1.0, 2.0), &json!({}));
    let bad = segment(2, "a(b)", (1.0, 2.0), &json!({}));
    let parsed = Document::parse_all(&format!(" [{good} , {bad}]"));
    assert_eq!(parsed.len(), 2);
    assert_eq!(parsed[0].as_ref().expect("good").text(), good.to_string());
    assert_eq!(parsed[1].as_ref().expect_err("bad").code, Code::InvalidName);
    assert_eq!(Document::parse_all(&good.to_string()).len(), 1);
    assert!(Document::parse_all("[1").first().expect("one").is_err());
}

#[test]
fn names_inside_can_be_checked_too() {
    let inside = json!({"subsegments": [{"id": super::id(2), "name": "SELECT *", "start_time": 1, "end_time": 2}]});
    let document = super::document(&segment(1, "Cruddur", (1.0, 2.0), &inside));
    insta::assert_snapshot!(document.check_inside().unwrap_err(), @r#"InvalidName: subsegment 0000000000000002: name "SELECT *" has '*' at 8; allowed are letters, digits, space and _ . : / % & # = + - @"#);
}
