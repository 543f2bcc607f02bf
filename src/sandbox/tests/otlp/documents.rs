//! Spans as X-Ray shows them: documents, summaries, the service graph.

use serde_json::{Value, json};

use super::{Caller, TRACE, XRAY_TRACE, attributes, caller, captured, protobuf, request, span};
use crate::sandbox::store::{OtlpMessage, Signal};
use crate::trace::{Document, otlp};

/// One request of a shop: a server, work of its own, a database, AWS, another service, a queue.
async fn shop() -> Caller {
    let caller = caller();
    let with = |object: Value| json!({ "attributes": attributes(&object) });
    let spans = [
        span(
            1,
            None,
            2,
            "GET /cart",
            &with(json!({
                "http.request.method": "GET", "url.scheme": "https", "server.address": "shop.example",
                "server.port": 8443, "url.path": "/cart", "url.query": "n=1", "http.response.status_code": 502,
                "user_agent.original": "curl/8", "client.address": "10.1.2.3", "enduser.id": "andrew",
                "cart.size": 3, "cart.kind": "gift", "aws.xray.annotations": ["cart.size"],
            })),
        ),
        span(2, Some(1), 1, "price (all)", &with(json!({ "items": 2 }))),
        span(
            3,
            Some(2),
            3,
            "SELECT carts",
            &with(json!({
                "db.system": "postgresql", "db.name": "carts", "server.address": "db.example", "server.port": 5432,
                "db.statement": "SELECT * FROM carts WHERE id = $1", "db.user": "shop",
            })),
        ),
        span(
            4,
            Some(1),
            3,
            "DynamoDB.GetItem",
            &with(json!({
                "rpc.system": "aws-api", "rpc.service": "DynamoDB", "rpc.method": "GetItem",
                "aws.dynamodb.table_names": ["offers"], "aws.region": "eu-west-1",
            })),
        ),
        span(
            5,
            Some(1),
            3,
            "POST",
            &with(json!({
                "http.method": "POST", "http.url": "http://pay.example:9000/charge?x=1", "http.status_code": 429,
            })),
        ),
        span(
            6,
            Some(1),
            4,
            "orders publish",
            &with(json!({ "messaging.system": "kafka" })),
        ),
    ];
    let answer = caller
        .export_json("/v1/traces", &request("shop", &spans))
        .await;
    assert_eq!((answer.status, answer.text()), (200, "{}".to_owned()));
    let other = [span(
        7,
        Some(6),
        5,
        "orders process",
        &json!({
            "status": { "code": 2, "message": "no stock" },
        }),
    )];
    caller
        .export_json("/v1/traces", &request("stock", &other))
        .await;
    caller
}

#[tokio::test]
async fn a_request_is_shown_as_segments() {
    let caller = shop().await;
    let documents = caller.documents_of(TRACE).await;
    insta::assert_snapshot!(serde_json::to_string_pretty(&documents).unwrap());
}

#[tokio::test]
async fn calls_make_the_service_graph() {
    let caller = shop().await;
    let range = json!({ "StartTime": 1_465_510_000, "EndTime": 1_465_511_000 });
    let graph = caller.done("/ServiceGraph", range.clone()).await;
    let services = graph["Services"].as_array().unwrap();
    let named = |reference: &Value| {
        let service = services
            .iter()
            .find(|service| service["ReferenceId"] == *reference)
            .unwrap();
        format!(
            "{} ({})",
            service["Name"].as_str().unwrap(),
            service["Type"]
        )
    };
    let mut edges: Vec<String> = services
        .iter()
        .flat_map(|service| {
            let from = named(&service["ReferenceId"]);
            let edges = service["Edges"].as_array().unwrap();
            edges.iter().map(move |edge| (from.clone(), edge))
        })
        .map(|(from, edge)| {
            let statistics = &edge["SummaryStatistics"];
            let count = |kind: &str| &statistics[kind]["TotalCount"];
            format!(
                "{from} -> {}: {} error, {} fault",
                named(&edge["ReferenceId"]),
                count("ErrorStatistics"),
                count("FaultStatistics")
            )
        })
        .collect();
    edges.sort();
    insta::assert_snapshot!(edges.join("\n"), @r#"
    shop ("client") -> shop (null): 0 error, 1 fault
    shop (null) -> carts@db.example ("Database::SQL"): 0 error, 0 fault
    shop (null) -> offers ("AWS::DynamoDB::Table"): 0 error, 0 fault
    shop (null) -> pay.example ("remote"): 1 error, 0 fault
    shop (null) -> stock (null): 0 error, 1 fault
    "#);
    let summaries = caller.done("/TraceSummaries", range.clone()).await;
    let summary = &summaries["TraceSummaries"][0];
    assert_eq!(summary["Id"], json!(XRAY_TRACE));
    assert_eq!(summary["HasFault"], json!(true));
    assert_eq!(summary["Http"]["HttpStatus"], json!(502));
    assert_eq!(summary["Users"][0]["UserName"], json!("andrew"));
    assert!(summary["Annotations"]["cart_size"].is_array(), "{summary}");
    let mut filtered = range;
    filtered["FilterExpression"] =
        json!(r#"service("shop") { fault } AND annotation.cart_size = 3"#);
    let summaries = caller.done("/TraceSummaries", filtered).await;
    assert_eq!(
        summaries["TraceSummaries"].as_array().map(Vec::len),
        Some(1)
    );
    let graph = caller
        .done("/TraceGraph", json!({ "TraceIds": [XRAY_TRACE] }))
        .await;
    assert!(graph["Services"].as_array().unwrap().len() > 5, "{graph}");
}

#[tokio::test]
async fn a_client_that_begins_a_trace_is_inside_its_service() {
    let caller = caller();
    let call = span(
        1,
        None,
        3,
        "GET",
        &json!({
            "attributes": attributes(&json!({ "http.method": "GET", "http.url": "https://api.example/x" })),
        }),
    );
    caller
        .export_json("/v1/traces", &request("batch", &[call]))
        .await;
    let documents = caller.documents_of(TRACE).await;
    assert_eq!(documents.len(), 2, "{documents:#?}");
    let (service, host) = (&documents[0], &documents[1]);
    assert_eq!(service["name"], json!("batch"));
    assert_eq!(service["subsegments"][0]["name"], json!("api.example"));
    assert_eq!(service["subsegments"][0]["id"], json!("0000000000000001"));
    assert_eq!(
        (&host["name"], &host["inferred"]),
        (&json!("api.example"), &json!(true))
    );
}

#[tokio::test]
async fn a_parent_in_another_process_makes_a_segment() {
    let caller = caller();
    let spans = [
        span(1, None, 2, "GET /", &json!({})),
        span(2, Some(1), 1, "job", &json!({ "flags": 0x301 })),
    ];
    caller
        .export_json("/v1/traces", &request("web", &spans[..1]))
        .await;
    caller
        .export_json("/v1/traces", &request("worker", &spans[1..]))
        .await;
    let documents = caller.documents_of(TRACE).await;
    let names: Vec<&Value> = documents.iter().map(|document| &document["name"]).collect();
    assert_eq!(names, ["web", "worker"]);
}

#[tokio::test]
async fn exceptions_are_the_cause() {
    let caller = caller();
    for (_, body) in captured()
        .into_iter()
        .filter(|(name, _)| name.starts_with("20-error-raise"))
    {
        caller.exported("/v1/traces", body).await;
    }
    let range = json!({ "StartTime": 1_795_160_000, "EndTime": 1_795_170_000, "FilterExpression": "fault" });
    let summaries = caller.done("/TraceSummaries", range).await;
    let id = summaries["TraceSummaries"][0]["Id"].as_str().unwrap();
    let documents = caller.documents_of(id).await;
    let document = &documents[0];
    assert_eq!(
        (&document["name"], &document["fault"]),
        (&json!("backend-flask"), &json!(true))
    );
    let url = "http://127.0.0.1:28567/debug/raise?q=1&password=sesame";
    assert_eq!(document["http"]["request"]["url"], json!(url));
    let exception = &document["cause"]["exceptions"][0];
    insta::assert_snapshot!(serde_json::to_string_pretty(exception).unwrap());
}

#[tokio::test]
async fn all_that_the_seeds_app_sent_is_shown() {
    let caller = caller();
    let bodies = captured();
    for (_, body) in &bodies {
        caller.exported("/v1/traces", body.clone()).await;
        caller.exported("/v1/traces", body.clone()).await;
    }
    let range = json!({ "StartTime": 1_795_160_000, "EndTime": 1_795_170_000 });
    let graph = caller.done("/ServiceGraph", range.clone()).await;
    let services = graph["Services"].as_array().unwrap();
    let flask = services
        .iter()
        .find(|one| one["Name"] == json!("backend-flask") && one["Root"] == json!(true))
        .unwrap();
    let mut seen = std::collections::HashSet::new();
    let servers: u64 = bodies
        .iter()
        .map(|(_, body)| {
            let message = crate::sandbox::store::OtlpMessage::decode(
                crate::sandbox::store::Signal::Traces,
                body,
            );
            let message = message.unwrap();
            let servers = message
                .spans()
                // What reports errors to Rollbar does so outside of any request.
                .filter(|span| span.kind == 2 || span.parent_span_id.is_empty());
            servers
                .filter(|span| seen.insert(span.span_id.clone()))
                .count() as u64
        })
        .sum();
    assert_eq!(flask["SummaryStatistics"]["TotalCount"], json!(servers));
}

/// They are not read when they are made, so that this has to hold.
#[test]
fn documents_say_what_their_texts_say() {
    let odd = [
        span(1, None, 2, "", &json!({})),
        span(2, Some(1), 3, "a \"b\"\n\u{0}\u{e9}*", &json!({})),
        span(3, None, 3, &"long ".repeat(100), &json!({})),
        span(4, Some(9), 1, "*", &json!({ "endTimeUnixNano": "5" })),
    ];
    let mut bodies: Vec<Vec<u8>> = captured().into_iter().map(|(_, body)| body).collect();
    bodies.push(protobuf(&request("a\tb*", &odd)));
    bodies.push(protobuf(&request("", &odd)));
    let mut count = 0;
    for body in bodies {
        let message = OtlpMessage::decode(Signal::Traces, &body).unwrap();
        let OtlpMessage::Traces(request) = message else {
            continue;
        };
        otlp::documents(&request, |_, documents| {
            for document in documents() {
                assert_eq!(Document::read_back(document.text()), Ok(document));
                count += 1;
            }
        });
    }
    assert!(count > 20, "{count}");
}
