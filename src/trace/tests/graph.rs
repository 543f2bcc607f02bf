use serde_json::{Value, json};

use super::{documents, extend, graph_lines, id, segment, subsegment, trace};
use crate::trace::graph::{Accumulator, Contribution, Graph, Names, State, Window};
use crate::trace::{Time, Trace};

fn traces(values: &[Value]) -> Vec<Trace> {
    Trace::all(&documents(values))
}

fn lines(values: &[Value]) -> String {
    graph_lines(&Graph::of(&traces(values))).join("\n")
}

fn in_trace(number: u64, mut value: Value) -> Value {
    extend(&mut value, &json!({"trace_id": format!("{number:032x}")}));
    value
}

fn call(number: u64, name: &str, times: (f64, f64), more: &Value) -> Value {
    let mut call = json!({
        "id": id(number), "name": name, "start_time": times.0, "end_time": times.1,
    });
    extend(&mut call, more);
    call
}

/// The example of the guide, `xray-api-gettingdata`: four requests to a sign-up page on EC2, two
/// of which wrote to a table and sent a message.
fn guide() -> Vec<Value> {
    let table = json!({"namespace": "aws", "aws": {"operation": "PutItem", "table_name": "awseb-e-x-stack-StartupSignupsTable"}});
    let topic = json!({"namespace": "aws", "aws": {"operation": "Publish"}});
    let sign_up = |first: f64| {
        json!({"origin": "AWS::EC2::Instance", "subsegments": [
            call(2, "DynamoDB", (first + 0.001, first + 0.061), &table),
            call(3, "SNS", (first + 0.061, first + 0.1235), &topic),
        ]})
    };
    let plain = json!({"origin": "AWS::EC2::Instance"});
    let failed = json!({"origin": "AWS::EC2::Instance", "error": true});
    vec![
        in_trace(
            1,
            segment(1, "xray-sample", (567.0, 567.13), &sign_up(567.0)),
        ),
        in_trace(
            2,
            segment(1, "xray-sample", (583.0, 583.135), &sign_up(583.0)),
        ),
        in_trace(3, segment(1, "xray-sample", (590.0, 590.005), &plain)),
        in_trace(4, segment(1, "xray-sample", (591.0, 591.003), &failed)),
    ]
}

#[test]
fn the_example_of_the_guide() {
    insta::assert_snapshot!(lines(&guide()), @r"
    SNS (AWS::SNS) unknown: 2 ok, 0 error, 0 throttle, 0 fault, 0.125 s
    awseb-e-x-stack-StartupSignupsTable (AWS::DynamoDB::Table) unknown: 2 ok, 0 error, 0 throttle, 0 fault, 0.120 s
    xray-sample (AWS::EC2::Instance) active, root: 3 ok, 1 error, 0 throttle, 0 fault, 0.273 s
      -> SNS (AWS::SNS): 2 ok, 0 error, 0 throttle, 0 fault, 0.125 s
      -> awseb-e-x-stack-StartupSignupsTable (AWS::DynamoDB::Table): 2 ok, 0 error, 0 throttle, 0 fault, 0.120 s
    xray-sample (client) unknown
      -> xray-sample (AWS::EC2::Instance): 3 ok, 1 error, 0 throttle, 0 fault, 0.273 s
    ");
    let graph = Graph::of(&traces(&guide()));
    let table = graph
        .node(
            "awseb-e-x-stack-StartupSignupsTable",
            Some("AWS::DynamoDB::Table"),
        )
        .expect("the table");
    assert_eq!(table.state, State::Unknown);
    let service = graph
        .node("xray-sample", Some("AWS::EC2::Instance"))
        .expect("the service");
    // The edge has the caller's time, the node that of its own requests.
    let edge = service
        .edges
        .iter()
        .find(|edge| edge.to == table.reference_id)
        .expect("an edge");
    assert_eq!(
        (edge.start.whole_seconds(), table.start.micros()),
        (567, 567_001_000)
    );
    assert_eq!(edge.start.micros(), 567_000_000);
}

/// The example of inferred segments of the same page: an app on Beanstalk writes to a table,
/// publishes, and invokes a function, which Lambda itself tells about in two segments.
fn scorekeep() -> Vec<Value> {
    let more = json!({"origin": "AWS::ElasticBeanstalk::Environment", "subsegments": [
        call(0x11, "## UserModel.saveUser", (0.1, 0.3), &json!({"subsegments": [
            call(0x12, "DynamoDB", (0.15, 0.25), &json!({
                "namespace": "aws",
                "aws": {"operation": "UpdateItem", "region": "us-west-2", "table_name": "scorekeep-user"},
                "http": {"response": {"status": 200, "content_length": 60}},
            })),
        ]})),
        call(0x13, "SNS", (0.3, 0.4), &json!({"namespace": "aws", "aws": {"operation": "Publish"}})),
        call(0x14, "Lambda", (0.4, 0.8), &json!({
            "namespace": "aws", "aws": {"operation": "Invoke", "function_name": "random-name"},
        })),
    ]});
    vec![
        segment(0x10, "scorekeep", (0.0, 1.0), &more),
        segment(
            0x20,
            "random-name",
            (0.45, 0.75),
            &json!({"parent_id": id(0x14), "origin": "AWS::Lambda"}),
        ),
        segment(
            0x30,
            "random-name",
            (0.5, 0.7),
            &json!({"parent_id": id(0x20), "origin": "AWS::Lambda::Function"}),
        ),
    ]
}

#[test]
fn scorekeep_with_a_table_a_topic_and_a_function() {
    insta::assert_snapshot!(lines(&scorekeep()), @r"
    SNS (AWS::SNS) unknown: 1 ok, 0 error, 0 throttle, 0 fault, 0.100 s
    random-name (AWS::Lambda) active: 1 ok, 0 error, 0 throttle, 0 fault, 0.300 s
      -> random-name (AWS::Lambda::Function): 1 ok, 0 error, 0 throttle, 0 fault, 0.200 s
    random-name (AWS::Lambda::Function) active: 1 ok, 0 error, 0 throttle, 0 fault, 0.200 s
    scorekeep (AWS::ElasticBeanstalk::Environment) active, root: 1 ok, 0 error, 0 throttle, 0 fault, 1.000 s
      -> SNS (AWS::SNS): 1 ok, 0 error, 0 throttle, 0 fault, 0.100 s
      -> random-name (AWS::Lambda): 1 ok, 0 error, 0 throttle, 0 fault, 0.400 s
      -> scorekeep-user (AWS::DynamoDB::Table): 1 ok, 0 error, 0 throttle, 0 fault, 0.100 s
    scorekeep (client) unknown
      -> scorekeep (AWS::ElasticBeanstalk::Environment): 1 ok, 0 error, 0 throttle, 0 fault, 1.000 s
    scorekeep-user (AWS::DynamoDB::Table) unknown: 1 ok, 0 error, 0 throttle, 0 fault, 0.100 s
    ");
}

#[test]
fn what_a_call_says_names_the_node() {
    let calls = [
        json!({"name": "api.example.com", "namespace": "remote", "http": {"request": {"url": "x"}}}),
        json!({"name": "ebdb@db.example.com", "namespace": "remote", "sql": {"url": "x"}}),
        json!({"name": "PGSQL Query", "namespace": "remote"}),
        json!({"name": "dynamodb", "namespace": "aws"}),
        json!({"name": "sqs", "namespace": "aws", "aws": {"queue_url": "https://queue"}}),
        json!({"name": "s3", "namespace": "aws"}),
        json!({"name": "STS", "namespace": "aws"}),
        json!({"name": "Braket", "namespace": "aws"}),
        json!({"name": "work of its own", "namespace": "local"}),
        json!({"name": "work without a word"}),
    ];
    let calls: Vec<Value> = (2..)
        .zip(calls)
        .map(|(number, more)| {
            let mut call = call(number, "", (1.0, 2.0), &json!({}));
            extend(&mut call, &more);
            call
        })
        .collect();
    let graph = Graph::of(&traces(&[segment(
        1,
        "a",
        (1.0, 2.0),
        &json!({"subsegments": calls}),
    )]));
    let titles: Vec<String> = graph.nodes.iter().map(super::title).collect();
    assert_eq!(
        titles,
        [
            "Braket (AWS::Unknown)",
            "PGSQL Query (remote)",
            "STS (AWS::STS)",
            "a (-)",
            "a (client)",
            "api.example.com (remote)",
            "dynamodb (AWS::DynamoDB)",
            "ebdb@db.example.com (Database::SQL)",
            "https://queue (AWS::SQS::Queue)",
            "s3 (AWS::S3)",
        ]
    );
}

#[test]
fn a_traced_callee_is_no_inferred_node() {
    let call = json!({"subsegments": [call(2, "b.example.com", (1.0, 3.0), &json!({"namespace": "remote", "error": true}))]});
    insta::assert_snapshot!(lines(&[
        segment(1, "a", (0.0, 4.0), &call),
        segment(3, "b", (1.5, 2.5), &json!({"parent_id": id(2), "fault": true})),
    ]), @r"
    a (-) active, root: 1 ok, 0 error, 0 throttle, 0 fault, 4.000 s
      -> b (-): 0 ok, 1 error, 0 throttle, 0 fault, 2.000 s
    a (client) unknown
      -> a (-): 1 ok, 0 error, 0 throttle, 0 fault, 4.000 s
    b (-) active: 0 ok, 0 error, 0 throttle, 1 fault, 1.000 s
    ");
}

#[test]
fn a_node_has_the_times_of_its_own_requests() {
    let call = json!({"subsegments": [call(2, "b", (1.0, 3.0), &json!({"namespace": "remote"}))]});
    let traces = traces(&[
        segment(1, "a", (0.0, 9.0), &call),
        segment(3, "b", (4.0, 5.0), &json!({"parent_id": id(2)})),
    ]);
    let start = |graph: &Graph| graph.node("b", None).map(|node| node.start.whole_seconds());
    assert_eq!(start(&Graph::of(&traces)), Some(4));
    // Where they are not in the window, those of the calls.
    let window = Window {
        start: Time::from_micros(6_000_000),
        end: Time::from_micros(7_000_000),
    };
    let graph = Graph::within(window, &traces);
    assert_eq!(start(&graph), Some(1));
    assert_eq!(
        graph.node("b", None).map(|node| node.state),
        Some(State::Unknown)
    );
}

#[test]
fn a_service_may_call_itself_and_one_callee_has_many_callers() {
    let to = |number, name| json!({"subsegments": [call(number, name, (1.0, 2.0), &json!({"namespace": "remote"}))]});
    insta::assert_snapshot!(lines(&[
        in_trace(1, segment(1, "a", (0.0, 3.0), &to(2, "a.example.com"))),
        in_trace(1, segment(3, "a", (1.0, 2.0), &json!({"parent_id": id(2)}))),
        in_trace(2, segment(1, "b", (0.0, 3.0), &to(2, "db"))),
        in_trace(3, segment(1, "c", (0.0, 3.0), &to(2, "db"))),
    ]), @r"
    a (-) active, root: 2 ok, 0 error, 0 throttle, 0 fault, 4.000 s
      -> a (-): 1 ok, 0 error, 0 throttle, 0 fault, 1.000 s
    a (client) unknown
      -> a (-): 1 ok, 0 error, 0 throttle, 0 fault, 3.000 s
    b (-) active, root: 1 ok, 0 error, 0 throttle, 0 fault, 3.000 s
      -> db (remote): 1 ok, 0 error, 0 throttle, 0 fault, 1.000 s
    b (client) unknown
      -> b (-): 1 ok, 0 error, 0 throttle, 0 fault, 3.000 s
    c (-) active, root: 1 ok, 0 error, 0 throttle, 0 fault, 3.000 s
      -> db (remote): 1 ok, 0 error, 0 throttle, 0 fault, 1.000 s
    c (client) unknown
      -> c (-): 1 ok, 0 error, 0 throttle, 0 fault, 3.000 s
    db (remote) unknown: 2 ok, 0 error, 0 throttle, 0 fault, 2.000 s
    ");
}

#[test]
fn what_is_in_progress_is_there_and_not_counted() {
    let begun = json!({
        "id": id(1), "trace_id": super::TRACE, "name": "a", "start_time": 1, "in_progress": true,
        "subsegments": [{"id": id(2), "name": "db", "namespace": "remote", "start_time": 1, "in_progress": true}],
    });
    insta::assert_snapshot!(lines(&[begun]), @r"
    a (-) active, root: 0 ok, 0 error, 0 throttle, 0 fault, 0.000 s
      -> db (remote): 0 ok, 0 error, 0 throttle, 0 fault, 0.000 s
    a (client) unknown
      -> a (-): 0 ok, 0 error, 0 throttle, 0 fault, 0.000 s
    db (remote) unknown: 0 ok, 0 error, 0 throttle, 0 fault, 0.000 s
    ");
}

#[test]
fn a_subsegment_without_its_segment_is_a_node_of_its_own() {
    insta::assert_snapshot!(lines(&[
        subsegment(2, 1, "dynamodb", (1.0, 2.0), &json!({"namespace": "aws", "aws": {"table_name": "t"}})),
    ]), @r"
    dynamodb (-) unknown: 1 ok, 0 error, 0 throttle, 0 fault, 1.000 s
      -> t (AWS::DynamoDB::Table): 1 ok, 0 error, 0 throttle, 0 fault, 1.000 s
    t (AWS::DynamoDB::Table) unknown: 1 ok, 0 error, 0 throttle, 0 fault, 1.000 s
    ");
}

#[test]
fn messages_make_links_between_traces() {
    let send = json!({"subsegments": [call(2, "SQS", (1.0, 2.0), &json!({"namespace": "aws", "aws": {"queue_url": "https://q"}}))]});
    let sender = in_trace(1, segment(1, "sender", (0.0, 3.0), &send));
    let links = json!({"links": [{"trace_id": format!("{:032x}", 1), "id": id(2)}]});
    let receiver = in_trace(2, segment(1, "receiver", (7.0, 8.0), &links));
    insta::assert_snapshot!(lines(&[sender.clone(), receiver.clone()]), @r"
    https://q (AWS::SQS::Queue) unknown: 1 ok, 0 error, 0 throttle, 0 fault, 1.000 s
      -> link receiver (-): 0 ok, 0 error, 0 throttle, 0 fault, 0.000 s
    receiver (-) active, root: 1 ok, 0 error, 0 throttle, 0 fault, 1.000 s
    receiver (client) unknown
      -> receiver (-): 1 ok, 0 error, 0 throttle, 0 fault, 1.000 s
    sender (-) active, root: 1 ok, 0 error, 0 throttle, 0 fault, 3.000 s
      -> https://q (AWS::SQS::Queue): 1 ok, 0 error, 0 throttle, 0 fault, 1.000 s
    sender (client) unknown
      -> sender (-): 1 ok, 0 error, 0 throttle, 0 fault, 3.000 s
    ");
    let graph = Graph::of(&traces(&[sender, receiver.clone()]));
    let queue = graph
        .node("https://q", Some("AWS::SQS::Queue"))
        .expect("the queue");
    let ages = queue.edges[0].received_event_age_histogram.bins();
    assert_eq!((ages.len(), ages[0].value), (1, 5.0));
    // Without the other trace there is nothing to link to.
    assert_eq!(Graph::of(&traces(&[receiver])).edges().count(), 1);
}

#[test]
fn the_duration_has_what_was_left_running() {
    let graph = Graph::of(&[trace(&[
        segment(1, "a", (0.0, 1.0), &json!({})),
        subsegment(2, 1, "later", (0.5, 4.0), &json!({})),
    ])]);
    let node = graph.node("a", None).expect("the node");
    assert_eq!(node.response_time_histogram.percentile(50.0), Some(1.0));
    assert_eq!(node.duration_histogram.percentile(50.0), Some(4.0));
}

#[test]
fn a_window_takes_what_overlaps_it() {
    let window = |start, end| Window {
        start: Time::from_micros(start),
        end: Time::from_micros(end),
    };
    let at = |start, end| (Time::from_micros(start), Time::from_micros(end));
    for ((start, end), expected) in [
        (at(0, 10), false),
        (at(0, 11), true),
        (at(10, 10), true),
        (at(19, 30), true),
        (at(20, 30), false),
        (at(0, 90), true),
    ] {
        assert_eq!(
            window(10, 20).overlaps(start, end),
            expected,
            "{start:?} {end:?}"
        );
    }
    let traces = traces(&guide());
    let graph = Graph::within(window(583_000_000, 584_000_000), &traces);
    let service = graph
        .node("xray-sample", Some("AWS::EC2::Instance"))
        .expect("the service");
    assert_eq!(service.statistics.expect("statistics").total(), 1);
}

#[test]
fn slices_merge_to_the_whole() {
    let traces = traces(&guide());
    let whole = Graph::of(&traces);
    let (one, other) = traces.split_at(1);
    assert_eq!(Graph::merge([Graph::of(other), Graph::of(one)]), whole);

    let mut names = Names::default();
    let mut total = Accumulator::new(Window::ALWAYS);
    for part in traces.chunks(1) {
        let mut accumulator = Accumulator::new(Window::ALWAYS);
        accumulator.add(&Contribution::of(&part[0], &mut names));
        total.merge(&accumulator);
    }
    assert_eq!(total.finish(&names), whole);
}
