//! From segments that were sent to what the commands show, with the sandbox between.

use serde_json::{Value, json};

use crate::daemon::Daemon;
use crate::world::{Server, World, post, until};

/// Account and region of a request that is signed by nobody in particular.
const SIGNED: [(&str, &str); 1] = [(
    "Authorization",
    "AWS4-HMAC-SHA256 Credential=sandbox/20261124/us-east-1/xray/aws4_request, SignedHeaders=host, Signature=0",
)];

/// The segments of one request: a service that calls a database, and fails where told to.
fn segment(number: u32, fault: bool) -> String {
    let now = jiff::Timestamp::now().as_second() - 30;
    json!({
        "trace_id": format!("1-{now:08x}-{number:024x}"),
        "id": format!("{number:016x}"),
        "name": "backend-flask",
        "start_time": now,
        "end_time": f64::from(u32::try_from(now).expect("this century")) + 0.25,
        "fault": fault,
        "http": {
            "request": {"method": "GET", "url": format!("http://localhost:4567/api/activities/{number}")},
            "response": {"status": if fault { 500 } else { 200 }},
        },
        "subsegments": [{
            "id": format!("{:016x}", number + 0x1000),
            "name": "cruddur@postgres",
            "namespace": "remote",
            "sql": {"database_type": "PostgreSQL"},
            "start_time": now,
            "end_time": f64::from(u32::try_from(now).expect("this century")) + 0.125,
        }],
    })
    .to_string()
}

fn send(server: &Server, documents: &[String]) {
    let body = json!({"TraceSegmentDocuments": documents}).to_string();
    let reply = post(server.url(), "/TraceSegments", &SIGNED, &body);
    assert_eq!(reply.status, 200, "{}", reply.body);
    let answer: Value = serde_json::from_str(&reply.body).expect("JSON");
    assert_eq!(answer["UnprocessedTraceSegments"], json!([]), "{answer}");
}

#[test]
fn what_was_sent_is_read() {
    let world = World::new().with("AWS_REGION", "us-east-1");
    let server = Server::start(&world, "--page-limit 2");
    send(
        &server,
        &[segment(1, false), segment(2, true), segment(3, false)],
    );

    let graph = world.run("--sandbox xray graph -o json").exits(0).json();
    let names: Vec<&str> = graph["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .map(|node| node["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(
        names,
        ["backend-flask", "backend-flask", "cruddur@postgres"]
    );
    for form in ["table", "tree", "dot", "mermaid", "svg", "csv"] {
        let run = world
            .run(&format!("--sandbox xray graph -o {form}"))
            .exits(0);
        assert!(run.stdout.contains("postgres"), "{run}");
    }

    let traces = world.run("--sandbox xray traces -o json").exits(0).json();
    assert_eq!(traces["traces"].as_array().map(Vec::len), Some(3));
    let found = world
        .run_with(
            [
                "--sandbox",
                "xray",
                "traces",
                "--filter",
                "fault",
                "-o",
                "json",
            ],
            "",
        )
        .exits(0)
        .json();
    assert_eq!(found["traces"].as_array().map(Vec::len), Some(1));
    let id = found["traces"][0]["trace_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(found["traces"][0]["status"], "fault");

    let trace = world
        .run(&format!("--sandbox xray trace {id} -o json"))
        .exits(0)
        .json();
    let documents = trace["traces"][0]["documents"]
        .as_array()
        .expect("documents")
        .clone();
    assert!(
        documents
            .iter()
            .any(|document| document["inferred"] == true),
        "{documents:?}"
    );
}

/// What nobody notices on AWS: a group and a rule for a name that no segment carries.
#[test]
fn a_group_that_misses_the_traffic_says_so() {
    let world = World::new().with("AWS_REGION", "us-east-1");
    let server = Server::start(&world, "");
    drop(world.run("--sandbox setup").exits(0));
    send(&server, &[segment(1, false)]);
    let run = world.run("--sandbox xray graph --group Cruddur").exits(0);
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr.contains(
            "seen   there are traces in this window, and service(\"Cruddur\"), the filter of group \"Cruddur\", matches none of them"
        ),
        "{run}"
    );
    let run = world.run("--sandbox xray graph --group Crudur").exits(2);
    assert!(run.stderr.contains("did you mean \"Cruddur\"?"), "{run}");
}

#[test]
fn what_a_sampler_reports_is_counted() {
    let world = World::new().with("AWS_REGION", "us-east-1");
    let server = Server::start(&world, "");
    let now = jiff::Timestamp::now().as_second();
    let report = json!({"SamplingStatisticsDocuments": [{
        "RuleName": "Default", "ClientID": "0123456789abcdef01234567", "Timestamp": now,
        "RequestCount": 40, "SampledCount": 0, "BorrowCount": 0,
    }]});
    let reply = post(
        server.url(),
        "/SamplingTargets",
        &SIGNED,
        report.to_string(),
    );
    assert_eq!(reply.status, 200, "{}", reply.body);
    let stats = world.run("--sandbox xray stats -o json").exits(0).json();
    assert_eq!(
        (&stats["rules"][0]["name"], &stats["rules"][0]["matched"]),
        (&json!("Default"), &json!(40))
    );
    let run = world.run("--sandbox xray graph").exits(0);
    assert!(
        run.stderr.contains("seen   sampled out: rule \"Default\" matched 40 requests in the last 30 minutes and recorded none of them"),
        "{run}"
    );
}

/// The whole way: a datagram, the daemon, the sandbox, and back onto the screen.
#[test]
fn what_an_sdk_sends_to_the_daemon_is_read() {
    let world = World::new().with("AWS_REGION", "us-east-1");
    let _server = Server::start(&world, "");
    let mut daemon = Daemon::start(&world, "--sandbox");
    daemon.send(&segment(1, true));
    let mut found = Value::Null;
    until("the trace has arrived", || {
        found = world.run("--sandbox xray traces -o json").exits(0).json()["traces"][0].clone();
        !found.is_null()
    });
    assert_eq!(
        (&found["status"], &found["http_status"]),
        (&json!("fault"), &json!(500))
    );
    let id = found["trace_id"].as_str().expect("an id");
    let run = world.run(&format!("--sandbox xray trace {id}")).exits(0);
    assert!(
        run.stdout.contains("cruddur@postgres") && run.stdout.contains("fault"),
        "{run}"
    );
    assert!(daemon.stop().0.success());
}
