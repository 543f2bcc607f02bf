//! A test span, and what the server says.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;

use super::{CLASSIC, CONFIGURATION, auth, world};
use crate::world::{Answer, Stub, World};

fn taken() -> Answer {
    Answer::new(200, "{}")
}

#[test]
fn the_span_goes_where_the_variables_say() {
    let stub = Stub::always(taken());
    let world = World::new()
        .with(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            &format!("{}/base/", stub.url()),
        )
        .with(
            "OTEL_EXPORTER_OTLP_HEADERS",
            &format!("x-honeycomb-team={CONFIGURATION},x-more=1"),
        )
        .with("OTEL_SERVICE_NAME", "backend-flask");
    let run = world
        .run("honeycomb send --attribute n=3 --attribute ok=true -o json")
        .exits(0);
    let json = run.json();
    assert_eq!(json["accepted"], true);
    assert_eq!(json["dataset"], "backend-flask");
    let asked = &stub.asked()[0];
    assert_eq!(asked.operation, "/base/v1/traces");
    assert_eq!(asked.header("x-honeycomb-team"), CONFIGURATION);
    assert_eq!(asked.header("x-more"), "1");
    assert_eq!(asked.header("content-type"), "application/x-protobuf");
    let request = ExportTraceServiceRequest::decode(asked.body.as_slice()).expect("it is OTLP");
    let span = &request.resource_spans[0].scope_spans[0].spans[0];
    assert!(
        span.attributes
            .iter()
            .any(|one| one.key == "cruddur_obs.nonce"),
        "{span:?}"
    );
    assert_eq!(span.attributes.len(), 3);
    assert_eq!(
        stub.asked().len(),
        1,
        "a collector is asked nothing about the key"
    );
}

#[test]
fn an_endpoint_of_the_signal_is_used_as_it_stands() {
    let stub = Stub::always(Answer::new(
        400,
        r#"{"message": "did you mean /v1/traces?"}"#,
    ));
    let world = world("http://127.0.0.1:9", CONFIGURATION)
        .with("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", stub.url());
    let run = world.run("honeycomb send").exits(1);
    assert!(
        run.stderr
            .contains("is used exactly as it stands, and has no /v1/traces"),
        "{run}"
    );
    assert!(run.stderr.contains("did you mean /v1/traces?"), "{run}");
}

#[test]
fn a_partial_success_is_shown_and_is_none() {
    let stub = Stub::start(|asked| {
        if asked.operation == "/1/auth" {
            return auth();
        }
        Answer::new(
            200,
            r#"{"partialSuccess": {"rejectedSpans": "1", "errorMessage": "too old"}}"#,
        )
    });
    let run = world(stub.url(), CONFIGURATION)
        .run("honeycomb send")
        .exits(4);
    assert!(run.stdout.contains("NOT ACCEPTED"), "{run}");
    assert!(run.stderr.contains("too old"), "{run}");
}

#[test]
fn classic_needs_a_dataset() {
    let stub = Stub::start(|asked| {
        if asked.operation == "/1/auth" {
            auth()
        } else {
            taken()
        }
    });
    let run = world(stub.url(), CLASSIC).run("honeycomb send").exits(5);
    assert!(run.stderr.contains("error[honeycomb-dataset]"), "{run}");
    assert!(stub.asked().is_empty());
    world(stub.url(), CLASSIC)
        .with("HONEYCOMB_DATASET", "cruddur")
        .run("honeycomb send")
        .exits(0)
        .stdout
        .contains("dataset   cruddur")
        .then_some(())
        .expect("the dataset is the variable's");
    let sent = stub
        .asked()
        .into_iter()
        .find(|asked| asked.operation == "/v1/traces");
    assert_eq!(
        sent.expect("a span was sent").header("x-honeycomb-dataset"),
        "cruddur"
    );
}

#[test]
fn the_sandbox_takes_it_in_process() {
    let world = World::new();
    let run = world
        .run("--sandbox honeycomb send --service backend-flask")
        .exits(0);
    assert!(run.stdout.contains("accepted  HTTP 200"), "{run}");
    assert!(run.stdout.contains("dataset   backend-flask"), "{run}");
    // Nothing listens at an address in this process: the next command is what leads there.
    assert!(!run.raw.contains("http://"), "{run}");
    let (_, next) = run
        .stderr
        .split_once("next: cruddur-obs ")
        .expect("what to do next");
    let seen = world.run(next.trim()).exits(0);
    assert!(seen.stdout.contains("cruddur-obs test span"), "{seen}");
}
