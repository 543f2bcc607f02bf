use std::time::Instant;

use serde_json::{Value, json};

use super::super::graph_answer::{services, time_series};
use super::{shown, traces};
use crate::trace::Time;
use crate::trace::graph::{
    Bin, Contribution, Edge, Graph, Histogram, Names, Node, Selector, State, Statistics, Target,
    TimeSeriesAccumulator, Window,
};

/// The guide's example, with a queue that another trace goes on from.
fn documents() -> [Value; 2] {
    [
        json!({
            "id": "0000000000000001", "trace_id": "1-00000001-000000000000000000000001", "name": "xray-sample",
            "origin": "AWS::EC2::Instance", "start_time": 567.625, "end_time": 567.76, "error": true, "throttle": true,
            "aws": {"account_id": "123456789012"},
            "subsegments": [
                {"id": "0000000000000002", "name": "SNS", "namespace": "aws", "start_time": 567.63, "end_time": 567.65},
                {"id": "0000000000000003", "name": "SNS", "namespace": "aws", "start_time": 567.65, "end_time": 567.69,
                 "fault": true},
            ],
        }),
        json!({
            "id": "0000000000000001", "trace_id": "1-00000002-000000000000000000000001", "name": "reader",
            "start_time": 570.69, "end_time": 571.69,
            "links": [{"trace_id": "1-00000001-000000000000000000000001", "id": "0000000000000003"}],
        }),
    ]
}

#[test]
fn a_graph_is_written_as_aws_writes_it() {
    let graph = Graph::of(&traces(&documents()));
    let answer = services(&graph.nodes).unwrap();
    let by_name = |name: &str, kind: Option<&str>| {
        let place = graph.node(name, kind).unwrap().reference_id;
        let service = answer[place].clone();
        assert_eq!(service["ReferenceId"], place);
        service
    };
    insta::assert_snapshot!(shown(&by_name("xray-sample", Some("AWS::EC2::Instance"))), @r#"
    ReferenceId 3
    Name "xray-sample"
    Names ["xray-sample"]
    Root true
    AccountId "123456789012"
    Type "AWS::EC2::Instance"
    State "active"
    StartTime 567.0
    EndTime 567.0
    Edges [{"ReferenceId":0,"StartTime":567.0,"EndTime":567.0,"SummaryStatistics":{"OkCount":1,"ErrorStatistics":{"ThrottleCount":0,"OtherCount":0,"TotalCount":0},"FaultStatistics":{"OtherCount":1,"TotalCount":1},"TotalCount":2,"TotalResponseTime":0.06},"ResponseTimeHistogram":[{"Value":0.02,"Count":1},{"Value":0.04,"Count":1}],"Aliases":[]}]
    SummaryStatistics {"OkCount":0,"ErrorStatistics":{"ThrottleCount":1,"OtherCount":0,"TotalCount":1},"FaultStatistics":{"OtherCount":0,"TotalCount":0},"TotalCount":1,"TotalResponseTime":0.135}
    DurationHistogram [{"Value":0.135,"Count":1}]
    ResponseTimeHistogram [{"Value":0.135,"Count":1}]
    "#);
    insta::assert_snapshot!(shown(&by_name("SNS", Some("AWS::SNS"))), @r#"
    ReferenceId 0
    Name "SNS"
    Names ["SNS"]
    Type "AWS::SNS"
    State "unknown"
    StartTime 567.0
    EndTime 567.0
    Edges [{"ReferenceId":1,"StartTime":570.0,"EndTime":571.0,"SummaryStatistics":{},"ResponseTimeHistogram":[],"Aliases":[],"EdgeType":"link","ReceivedEventAgeHistogram":[{"Value":3.0,"Count":1}]}]
    SummaryStatistics {"OkCount":1,"ErrorStatistics":{"ThrottleCount":0,"OtherCount":0,"TotalCount":0},"FaultStatistics":{"OtherCount":1,"TotalCount":1},"TotalCount":2,"TotalResponseTime":0.06}
    DurationHistogram [{"Value":0.02,"Count":1},{"Value":0.04,"Count":1}]
    ResponseTimeHistogram [{"Value":0.02,"Count":1},{"Value":0.04,"Count":1}]
    "#);
    insta::assert_snapshot!(shown(&by_name("xray-sample", Some("client"))), @r#"
    ReferenceId 4
    Name "xray-sample"
    Names ["xray-sample"]
    Type "client"
    State "unknown"
    StartTime 567.0
    EndTime 567.0
    Edges [{"ReferenceId":3,"StartTime":567.0,"EndTime":567.0,"SummaryStatistics":{"OkCount":0,"ErrorStatistics":{"ThrottleCount":1,"OtherCount":0,"TotalCount":1},"FaultStatistics":{"OtherCount":0,"TotalCount":0},"TotalCount":1,"TotalResponseTime":0.135},"ResponseTimeHistogram":[{"Value":0.135,"Count":1}],"Aliases":[]}]
    SummaryStatistics {}
    DurationHistogram []
    ResponseTimeHistogram []
    "#);
    let reader = by_name("reader", None);
    assert_eq!(reader.get("Type"), None);
    assert_eq!(reader.get("AccountId"), None);
}

#[test]
fn rows_of_a_series_are_of_services_or_of_edges() {
    let traces = traces(&documents());
    let rows = |selector| {
        let mut names = Names::default();
        let mut series = TimeSeriesAccumulator::new(Window::ALWAYS, 60_000_000, selector);
        for trace in &traces {
            series.add(&Contribution::of(trace, &mut names), &names);
        }
        let series = series.finish();
        time_series(series.subject, &series.buckets).unwrap()
    };
    let topic = Target {
        name: Some("SNS".to_owned()),
        ..Target::default()
    };
    let services = rows(Selector::Service(topic));
    assert_eq!(services.as_array().map(Vec::len), Some(1));
    insta::assert_snapshot!(shown(&services[0]), @r#"
    Timestamp 540.0
    ServiceSummaryStatistics {"OkCount":1,"ErrorStatistics":{"ThrottleCount":0,"OtherCount":0,"TotalCount":0},"FaultStatistics":{"OtherCount":1,"TotalCount":1},"TotalCount":2,"TotalResponseTime":0.06}
    ResponseTimeHistogram [{"Value":0.02,"Count":1},{"Value":0.04,"Count":1}]
    "#);
    let edges = rows(Selector::Everything);
    assert_eq!(edges[0]["EdgeSummaryStatistics"]["TotalCount"], 4);
    assert_eq!(edges[0].get("ServiceSummaryStatistics"), None);
}

#[test]
fn a_link_that_is_also_a_call_keeps_its_statistics() {
    let mut graph = Graph::of(&traces(&documents()));
    let edges = graph.nodes.iter_mut().flat_map(|node| &mut node.edges);
    for edge in edges.filter(|edge| edge.link) {
        edge.statistics.ok = 1;
    }
    let answer = services(&graph.nodes).unwrap();
    let of = |kind: &Value| {
        let services = answer.as_array().unwrap().iter();
        let mut edges = services.flat_map(|service| service["Edges"].as_array().unwrap());
        edges
            .find(|edge| edge["EdgeType"] == *kind)
            .cloned()
            .unwrap()
    };
    assert_eq!(of(&json!("link"))["SummaryStatistics"]["TotalCount"], 1);
    assert_eq!(of(&Value::Null).get("ReceivedEventAgeHistogram"), None);
}

/// A graph as large as it may get.
fn large(nodes: usize) -> Graph {
    let bins = (0..10_u32).map(|place| Bin {
        value: f64::from(place) / 1e3,
        count: u64::MAX,
    });
    let histogram = Histogram::new(bins);
    let edge = |to| Edge {
        to,
        start: Time::default(),
        end: Time::default(),
        statistics: Statistics::default(),
        response_time_histogram: histogram.clone(),
        link: false,
        received_event_age_histogram: Histogram::default(),
    };
    let node = |place: usize| Node {
        reference_id: place,
        name: format!("service-{place}"),
        names: vec![format!("service-{place}")],
        kind: Some("AWS::EC2::Instance".to_owned()),
        account_id: None,
        root: false,
        state: State::Active,
        start: Time::default(),
        end: Time::default(),
        edges: (1..4).map(|step| edge((place + step) % nodes)).collect(),
        statistics: Some(Statistics::default()),
        duration_histogram: histogram.clone(),
        response_time_histogram: histogram.clone(),
    };
    Graph {
        nodes: (0..nodes).map(node).collect(),
    }
}

#[test]
fn ten_thousand_nodes_are_written_quickly_and_counts_fit_the_model() {
    let graph = large(10_000);
    let begun = Instant::now();
    let answer = services(&graph.nodes).unwrap();
    let took = begun.elapsed();
    assert_eq!(answer.as_array().map(Vec::len), Some(10_000));
    // A debug build on a busy machine; a release build takes a tenth.
    assert!(took.as_secs() < 30, "{took:?}");
    let entry = &answer[9_999]["ResponseTimeHistogram"][0];
    assert_eq!(entry, &json!({"Value": 0.0, "Count": i32::MAX}));
}
