//! One id in all four, secrets in none, and the sandbox in place of them.

use serde_json::Value;

use super::backend::Backend;
use super::sinks::Sinks;
use crate::world::{Server, World, until};

#[test]
fn one_id_everywhere_and_secrets_nowhere() {
    let sinks = Sinks::start();
    let world = sinks.world();
    let backend = Backend::start(&world, "-o json");
    let path = "/debug/error?q=1&password=sesame&x=%0A";
    let id = backend
        .ask("GET", path, &[("Authorization", "Bearer sesame")], "")
        .trace_id();
    let xray = format!("1-{}-{}", &id[..8], &id[8..]);
    let ended = backend.end();
    assert_eq!(ended.code, Some(0));
    until("the segment is here", || !sinks.segments().is_empty());
    let segment = sinks.segments().remove(0);
    assert_eq!(segment["trace_id"], xray.as_str());
    let spans = super::flat::spans(&sinks.spans());
    let span = &spans["SERVER"];
    assert_eq!(span["traceId"], id.as_str());
    assert_eq!(span["spanId"], segment["id"]);
    let lines = sinks.events();
    let line = lines[1]["message"].as_str().expect("it is text");
    assert!(!line.contains('\n'), "{line}");
    let line: Value = serde_json::from_str(line).expect("it is JSON");
    assert_eq!(line["level"], "ERROR");
    assert_eq!(line["trace_id"], id.as_str());
    assert_eq!(line["xray_trace_id"], xray.as_str());
    assert_eq!(line["span_id"], segment["id"]);
    assert_eq!(line["fields"]["status"], 500);
    let item = sinks.items().remove(0);
    assert_eq!(item["data"]["custom"]["trace_id"], id.as_str());
    assert_eq!(item["data"]["custom"]["xray_trace_id"], xray.as_str());
    let address = item["data"]["custom"]["trace_url"].to_string();
    assert!(address.contains(&xray), "{address}");
    for text in [
        segment.to_string(),
        spans.to_string(),
        format!("{lines:?}"),
        item.to_string(),
        ended.err,
    ] {
        assert!(!text.contains("sesame"), "{text}");
    }
}

#[test]
fn a_panic_is_told_as_a_failure() {
    let sinks = Sinks::start();
    let world = sinks.world();
    let backend = Backend::start(&world, "-o json");
    assert_eq!(backend.get("/debug/error?kind=panic").status, 500);
    assert_eq!(backend.get("/api/activities/home").status, 200);
    assert_eq!(backend.get("/nope").status, 404);
    let ended = backend.end();
    assert!(!ended.err.contains("panicked at"), "{}", ended.err);
    let items = sinks.items();
    assert_eq!(items.len(), 1, "only what fails inside is reported");
    let trace = &items[0]["data"]["body"]["trace"];
    assert_eq!(trace["exception"]["class"], "panic");
    assert_eq!(
        trace["exception"]["message"],
        "deliberate panic for telemetry"
    );
    let frames = trace["frames"].as_array().expect("there are frames");
    let last = frames.last().expect("there is a frame");
    let file = last["filename"].as_str().unwrap_or_default();
    assert!(file.ends_with("server/debug.rs"), "{trace}");
}

#[test]
fn what_is_told_nobody() {
    let sinks = Sinks::start();
    let world = sinks.world();
    let backend = Backend::start(&world, "-o json");
    let health = backend.health();
    assert_eq!(health["status"], "ok");
    assert_eq!(health["pipelines"]["x_ray"]["on"], true);
    assert_eq!(health["pipelines"]["cloudwatch_logs"]["given"], 1);
    let ended = backend.end();
    for (pipeline, given) in [
        ("X-Ray", 0),
        ("traces (OTLP)", 0),
        ("CloudWatch Logs", 1),
        ("Rollbar", 0),
    ] {
        assert_eq!(ended.counts(pipeline)[0], given, "{pipeline}");
    }
}

#[test]
fn the_sandbox_takes_everything() {
    let world = World::new();
    let server = Server::start(&world, "");
    let backend = Backend::start(&world, "--sandbox -o json");
    let id = backend.get("/api/activities/home").trace_id();
    backend.get("/rollbar/test");
    let ended = backend.end();
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let waterfall = world.run(&format!("--sandbox xray trace {id}")).exits(0);
    assert!(waterfall.stdout.contains("home_endpoint"), "{waterfall}");
    let lines = world
        .run(&format!("--sandbox logs --trace {id} --group cruddur"))
        .exits(0);
    assert!(lines.stdout.contains("Hello Cloudwatch!"), "{lines}");
    drop(server);
}

#[test]
fn without_a_sandbox_one_runs_beside() {
    let world = World::new();
    let backend = Backend::start(&world, "--sandbox -o json");
    let id = backend.get("/api/activities/home").trace_id();
    let ended = backend.end();
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert_eq!(ended.counts("X-Ray"), [1, 1, 0, 0], "{}", ended.err);
    assert_eq!(
        ended.counts("CloudWatch Logs"),
        [3, 3, 0, 0],
        "{}",
        ended.err
    );
    // What it kept is there for other commands.
    let waterfall = world.run(&format!("--sandbox xray trace {id}")).exits(0);
    assert!(waterfall.stdout.contains("home_endpoint"), "{waterfall}");
}
