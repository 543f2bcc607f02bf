//! The TCP port: samplers, probes, and whoever else comes by.

use super::{Daemon, xray};
use crate::world::{Answer, Stub, World, get, post};

/// Answers as X-Ray does, with members that no model knows.
fn samplers() -> Stub {
    Stub::start(|asked| match asked.operation.as_str() {
        "/GetSamplingRules" => {
            Answer::new(200, r#"{"SamplingRuleRecords":[],"Later":{"a":[1.50]}}"#)
        }
        "/SamplingTargets" => Answer::error(400, "InvalidRequestException", "no"),
        _ => Answer::new(200, "{}"),
    })
}

#[test]
fn the_samplers_requests_are_signed_and_passed_on_byte_for_byte() {
    let stub = samplers();
    let world = World::new().pointed_at(stub.url());
    let daemon = Daemon::start(&world, "");
    let rules = post(
        &daemon.url,
        "/GetSamplingRules",
        &[],
        r#"{"NextToken": null}"#,
    );
    assert_eq!(rules.status, 200);
    assert_eq!(
        rules.body,
        r#"{"SamplingRuleRecords":[],"Later":{"a":[1.50]}}"#
    );
    let body = r#"{ "SamplingStatisticsDocuments": [], "Later": 1.0 }"#;
    let headers = [("Content-Type", "application/json")];
    let targets = post(&daemon.url, "/SamplingTargets", &headers, body);
    assert_eq!(targets.status, 400);
    assert!(
        targets.body.contains("InvalidRequestException"),
        "{}",
        targets.body
    );
    let asked = stub.asked();
    assert_eq!(asked.len(), 2, "one attempt each");
    assert_eq!(asked[0].line, "POST /GetSamplingRules HTTP/1.1");
    assert_eq!(asked[0].body, br#"{"NextToken": null}"#);
    assert_eq!(asked[1].line, "POST /SamplingTargets HTTP/1.1");
    assert_eq!(asked[1].body, body.as_bytes());
    for asked in asked {
        let signature = asked.header("authorization");
        assert!(
            signature.contains("/us-east-1/xray/aws4_request"),
            "{signature}"
        );
    }
}

#[test]
fn nothing_else_is_signed_unless_that_was_asked_for() {
    let stub = samplers();
    let world = World::new().pointed_at(stub.url());
    let daemon = Daemon::start(&world, "");
    let closed = [
        post(&daemon.url, "/Groups", &[], "{}"),
        post(&daemon.url, "/GetSamplingRules?x=1", &[], "{}"),
        get(&daemon.url, "/GetSamplingRules"),
        post(
            &daemon.url,
            "/GetSamplingRules",
            &[("Origin", "https://example.com")],
            "{}",
        ),
    ];
    for reply in closed {
        assert_eq!(reply.status, 403, "{}", reply.body);
    }
    assert!(stub.asked().is_empty());
    assert_eq!(
        daemon.metric("proxy_requests_total{outcome=\"refused\"}"),
        4
    );
    let open = Daemon::start(&world, "--proxy-all --spool-size 0");
    let reply = post(&open.url, "/Groups?x=1", &[], r#"{"a": 1}"#);
    assert_eq!((reply.status, reply.body.as_str()), (200, "{}"));
    assert_eq!(stub.asked()[0].line, "POST /Groups?x=1 HTTP/1.1");
    assert_eq!(stub.asked()[0].body, br#"{"a": 1}"#);
}

#[test]
fn an_unreachable_xray_is_told_to_samplers_in_words() {
    let stub = Stub::always(Answer::Cut);
    let world = World::new().pointed_at(stub.url());
    let daemon = Daemon::start(&world, "");
    let reply = post(&daemon.url, "/GetSamplingRules", &[], "{}");
    assert_eq!(reply.status, 504, "{}", reply.body);
    assert!(reply.body.contains("cut the connection"), "{}", reply.body);
}

#[test]
fn probes_are_answered() {
    let stub = xray();
    let world = World::new().pointed_at(stub.url());
    let daemon = Daemon::start(&world, "-n eu-west-3");
    let health = daemon.health();
    assert_eq!(health["status"], "ok");
    assert_eq!(health["region"], "eu-west-3");
    assert_eq!(health["endpoint"], stub.url());
    assert_eq!(health["queue"]["documents"], 0);
    let metrics = get(&daemon.url, "/metrics").body;
    for line in metrics.lines() {
        assert!(
            line.starts_with("# HELP cruddur_obs_daemon_")
                || line.starts_with("# TYPE cruddur_obs_daemon_")
                || line.starts_with("cruddur_obs_daemon_"),
            "{line}"
        );
    }
    if cfg!(target_os = "linux") {
        assert_eq!(daemon.metric("datagrams_lost_in_kernel_total"), 0);
    }
}

#[test]
fn the_health_check_says_it_with_its_exit_code() {
    let stub = xray();
    let world = World::new().pointed_at(stub.url());
    let mut daemon = Daemon::start(&world, "");
    let address = daemon.url.trim_start_matches("http://").to_owned();
    // No credentials and no region: it asks the daemon only.
    let bare = World::new();
    let run = bare
        .run(&format!("daemon --healthcheck -t {address}"))
        .exits(0);
    assert!(run.stderr.contains("ok, region us-east-1"), "{run}");
    daemon.kill();
    let run = bare
        .run(&format!("daemon --healthcheck -t {address}"))
        .exits(7);
    assert!(run.stderr.contains("no daemon answers at"), "{run}");
    let other = Stub::always(Answer::new(503, "{}"));
    let address = other.url().trim_start_matches("http://").to_owned();
    let run = bare
        .run(&format!("daemon --healthcheck -t {address}"))
        .exits(7);
    assert!(run.stderr.contains("is not well"), "{run}");
}
