//! `demo`, and `trace` over what it leaves: one request from all four tools.

use crate::world::World;

#[test]
fn everything_is_shown_and_nothing_of_the_environment_is_used() {
    // Whatever leads elsewhere would fail: nobody listens there.
    let world = World::new()
        .pointed_at("http://127.0.0.1:9")
        .with("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
        .with("ROLLBAR_ENDPOINT", "http://127.0.0.1:9/api/1/");
    let run = world.run("demo --exit --requests 40 -o json").exits(0);
    let shown = run.json();
    assert_eq!(shown["requests"], 40);
    let graph = shown["graph"].to_string();
    for name in ["Cruddur", "messages", "client"] {
        assert!(graph.contains(&format!("\"{name}\"")), "{name}: {graph}");
    }
    let request = &shown["request"];
    assert_eq!(request["trace_id"], shown["trace_id"]);
    for tool in ["xray", "cloudwatch_logs", "honeycomb", "rollbar"] {
        assert_eq!(request[tool]["state"], "found", "{tool}: {request}");
    }
    let title = &request["rollbar"]["found"]["items"][0]["title"];
    assert_eq!(*title, "DeliberateError: deliberate failure for telemetry");
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
}

#[test]
fn a_trace_that_nobody_could_be_asked_for_is_not_called_unknown() {
    let id = "1-5759e988-bd862e3fe1be46a994272793";
    let run = World::new().run(&format!("trace {id}")).exits(5);
    assert!(!run.stderr.contains("none of the four knows"), "{run}");
    assert!(
        run.stderr
            .ends_with("add `--sandbox` to try it without an account\n"),
        "{run}"
    );
}

#[test]
fn a_trace_that_nobody_knows_is_said_four_times() {
    let world = World::new();
    let _setup = world.run("--sandbox setup").exits(0);
    let now = jiff::Timestamp::now().as_second();
    let id = format!("1-{now:08x}-000000000000000000000001");
    let run = world.run(&format!("--sandbox trace {id} -o json")).exits(2);
    let shown = run.json();
    assert_eq!(shown["trace_id"], id.as_str());
    for tool in ["xray", "cloudwatch_logs", "honeycomb", "rollbar"] {
        assert_eq!(shown[tool]["state"], "nothing", "{tool}: {shown}");
    }
    assert!(
        run.stderr.contains("none of the four knows"),
        "{}",
        run.stderr
    );
    let text = world.run(&format!("--sandbox trace {id}")).exits(2).stdout;
    for name in ["X-Ray", "CloudWatch Logs", "Honeycomb", "Rollbar"] {
        assert!(text.contains(&format!("\n{name}  nothing\n")), "{text}");
    }
}
