use std::time::{Duration, Instant};

use serde_json::json;

use super::{check, failed, matches, shop, trace};

#[test]
fn services_by_name_and_id() {
    check(
        &shop(),
        &[
            r#"+service("backend-flask")"#,
            r#"-service("backend-flask") {fault OR error}"#,
            r#"+service("pay") {fault}"#,
            r#"-service("pay") {ok}"#,
            r#"-!service("pay")"#,
            r#"+!service("nobody")"#,
            r#"-service("Pay")"#,
            "+service()",
            "+service() {fault}",
            "+service() {throttle}",
            "+service() {ok and root}",
            r#"+service("pay") {}"#,
            r#"+service(id(name: "pay", type: "AWS::Lambda::Function"))"#,
            r#"-service(id(name: "pay", type: "AWS::EC2::Instance"))"#,
            r#"+service(id(type: "AWS::Lambda::Function")) {fault}"#,
            r#"+service(id(account.id: "222")) {name = "pay"}"#,
            r#"-service(id(account.id: "333"))"#,
            r#"-service("own")"#,
            r#"+service(id(type: "client"))"#,
        ],
    );
}

#[test]
fn what_nobody_sent_is_found_under_the_nodes_name() {
    check(
        &shop(),
        &[
            r#"+service("users") {inferred AND throttle AND remote}"#,
            r#"-service("dynamodb")"#,
            r#"+service(id(name: "users", type: "AWS::DynamoDB::Table"))"#,
            r#"-service("pay.example.com")"#,
            r#"+service(id(type: "remote")) {name = "host" and http.status = 404 and !ok}"#,
            r#"+service(id(type: "Database::SQL")) {partial and !responsetime}"#,
            r#"-service("pay") {inferred}"#,
            // Sent as a subsegment, and its segment never came.
            r#"-service("stray")"#,
            r#"+service("S3") {inferred}"#,
        ],
    );
}

#[test]
fn keywords_in_braces_speak_of_the_nodes_requests() {
    check(
        &shop(),
        &[
            r#"+service("pay") {responsetime = 0.5 duration = 0.5 http.status = 500}"#,
            r#"+service("backend-flask") {responsetime = 2.5 and duration = 3}"#,
            r#"+service("backend-flask") {partial}"#,
            r#"-service("pay") {partial}"#,
            r#"-service("pay") {root}"#,
            r#"+service("pay") {user = "bob"}"#,
            r#"-service("pay") {user = "alice"}"#,
            r#"+service("pay") {message = "card refused"}"#,
            r#"-service("backend-flask") {message}"#,
            r#"+service("pay") {coverage = 0.2}"#,
            r#"+service("pay") {first last index = 0}"#,
            r#"+service() {first and name = "backend-flask"}"#,
            r#"+service() {last and name = "S3"}"#,
            r#"+service("backend-flask") {service("pay") {fault}}"#,
            r#"-service("backend-flask") {!service("pay") {fault}}"#,
            r#"+service("pay") {resource.arn = "arn:pay" type = "AWS::Lambda::Function"}"#,
        ],
    );
}

#[test]
fn edges() {
    check(
        &shop(),
        &[
            r#"+edge("backend-flask", "pay")"#,
            r#"-edge("pay", "backend-flask")"#,
            r#"+edge("backend-flask", "pay") {error}"#,
            // The call's own flags: only the one who was called saw a fault.
            r#"-edge("backend-flask", "pay") {fault}"#,
            r#"-edge("backend-flask", "pay") {throttle}"#,
            r#"+edge("backend-flask", "pay") {http.status = 502 responsetime = 1 remote !inferred}"#,
            r#"-edge("backend-flask", "pay") {responsetime < 1}"#,
            r#"+edge("backend-flask", "users") {inferred throttle name = "users"}"#,
            r#"+edge("backend-flask", id(type: "AWS::DynamoDB::Table"))"#,
            r#"+edge(id(account.id: "111"), id(account.id: "222"))"#,
            r#"-edge("backend-flask", "backend-flask")"#,
            r#"-edge("backend-flask", "own")"#,
            r#"+edge("backend-flask", "db@host") {partial}"#,
            r#"-edge("stray", "S3")"#,
            r#"+edge(id(type: "client"), "backend-flask") {ok root}"#,
            r#"-edge(id(type: "client"), "pay")"#,
            r#"+!edge("a", "b")"#,
        ],
    );
    check(
        &failed(),
        &[
            r#"-edge("backend-flask", "backend-flask")"#,
            r#"+edge(id(name: "backend-flask", type: "client"), "backend-flask") {fault}"#,
        ],
    );
}

#[test]
fn segments_right_inside_segments_are_edges() {
    let lambda = trace(&[
        json!({"id": "0000000000000001", "name": "f", "origin": "AWS::Lambda", "start_time": 1, "end_time": 3}),
        json!({"id": "0000000000000002", "parent_id": "0000000000000001", "name": "f",
               "origin": "AWS::Lambda::Function", "start_time": 1, "end_time": 2, "fault": true}),
    ]);
    check(
        &lambda,
        &[
            r#"+edge("f", "f") {fault}"#,
            r#"+edge(id(type: "AWS::Lambda"), id(type: "AWS::Lambda::Function"))"#,
            r#"+service("f") {fault}"#,
            r#"+service("f") {!fault}"#,
            r#"+service("f") {last and index = 1 and fault}"#,
            "-fault",
        ],
    );
}

#[test]
fn large_traces_and_deep_braces_take_little_time() {
    let calls = (0..10_000_u64).map(|number| {
        json!({"id": format!("{:016x}", number + 2), "parent_id": "0000000000000001", "type": "subsegment",
               "name": format!("host{number}"), "namespace": "remote", "start_time": 1, "end_time": 2})
    });
    let root =
        json!({"id": "0000000000000001", "name": "a", "start_time": 1, "end_time": 2, "user": "u"});
    let large = trace(&std::iter::once(root).chain(calls).collect::<Vec<_>>());
    let started = Instant::now();
    // Never true, so that everything is tried.
    let nested = format!("{}fault{}", "service(){".repeat(60), "}".repeat(60));
    assert!(!matches(&nested, &large));
    let edges = format!(
        "{}fault{}",
        r#"edge("a","host9"){ok "#.repeat(30),
        "}".repeat(30)
    );
    assert!(!matches(&edges, &large));
    assert!(matches(r#"service("host9999") {last}"#, &large));
    assert!(!matches(
        "annotation.a OR rootcause.fault.service {}",
        &large
    ));
    assert!(started.elapsed() < Duration::from_secs(20));
}
