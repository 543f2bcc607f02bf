//! What is told of a key that is known.

use super::{CLASSIC, CONFIGURATION, INGEST, auth, world};
use crate::world::{Answer, Server, Stub, World};

#[test]
fn everything_is_told_at_80_columns_without_colour() {
    let stub = Stub::always(auth());
    let world = world(stub.url(), CONFIGURATION).with("COLUMNS", "80");
    let run = world.run("honeycomb whoami").exits(0);
    for said in [
        "team         Acme (acme)",
        "environment  Bootcamp (bootcamp)",
        "kind         configuration key",
        "key          abcD…iJKL from HONEYCOMB_API_KEY",
        "key id       FL_xMM5LapLC",
        "yes  send spans, logs and events",
        "NO   make a dataset for a new service",
        "what it cannot do",
        "make a dataset for a new service: the first span of a service",
    ] {
        assert!(run.stdout.contains(said), "{said}\n{run}");
    }
    for line in run.raw.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let asked = stub.asked();
    assert_eq!(asked[0].line, "GET /1/auth HTTP/1.1");
    assert_eq!(asked[0].header("x-honeycomb-team"), CONFIGURATION);
}

#[test]
fn json_has_stable_fields() {
    let stub = Stub::always(auth());
    let json = world(stub.url(), CONFIGURATION)
        .run("honeycomb whoami -o json")
        .exits(0)
        .json();
    assert_eq!(json["kind"], "configuration");
    assert_eq!(json["classic"], false);
    assert_eq!(json["team"]["slug"], "acme");
    assert_eq!(json["environment"]["slug"], "bootcamp");
    assert_eq!(json["key"]["from"], "HONEYCOMB_API_KEY");
    assert_eq!(json["key"]["masked"], "abcD…iJKL");
    assert_eq!(json["permissions"][0]["permission"], "events");
    assert_eq!(json["permissions"][0]["allowed"], true);
    assert!(json["region"].is_null());
}

#[test]
fn classic_and_a_bare_answer_are_read() {
    let stub = Stub::always(Answer::new(
        200,
        r#"{"team": {"slug": "acme"}, "environment": {"name": "", "slug": ""}, "new": [1]}"#,
    ));
    let run = world(stub.url(), CLASSIC).run("honeycomb whoami").exits(0);
    assert!(
        run.stdout.contains("Classic: this key has no environment"),
        "{run}"
    );
}

#[test]
fn a_management_key_is_asked_as_one() {
    let stub = Stub::always(Answer::new(
        200,
        r#"{"data": {"id": "hcamk_01hqk4k20cjeh63wca8vva5stw", "attributes": {"name": "ci", "scopes": ["environments:read"]}},
            "included": [{"type": "teams", "attributes": {"name": "Acme", "slug": "acme"}}]}"#,
    ));
    let key = "hcamk_01hqk4k20cjeh63wca8vva5stw:70nft6m5n8wr8f5mjx3762s8269j50wc";
    let run = world(stub.url(), key).run("honeycomb whoami").exits(0);
    assert!(
        run.stdout
            .contains("none: a management key is of the whole team"),
        "{run}"
    );
    assert!(
        run.stdout.contains("yes  list the team's environments"),
        "{run}"
    );
    let asked = &stub.asked()[0];
    assert_eq!(asked.line, "GET /2/auth HTTP/1.1");
    assert_eq!(asked.header("authorization"), format!("Bearer {key}"));
}

#[test]
fn the_sandbox_answers_in_process_and_as_a_server() {
    let world = World::new();
    let run = world.run("--sandbox honeycomb whoami").exits(0);
    assert!(run.stdout.contains("the sandbox on this machine"), "{run}");
    assert!(run.stdout.contains("from sandbox"), "{run}");
    let world = World::new().with("HONEYCOMB_API_KEY", INGEST);
    let server = Server::start(&world, "");
    let run = world
        .run(&format!("--sandbox={} honeycomb whoami", server.url()))
        .exits(0);
    assert!(run.stdout.contains("ingest key"), "{run}");
}

#[test]
fn the_key_comes_from_stdin() {
    let stub = Stub::always(auth());
    let world = World::new().with("HONEYCOMB_API_ENDPOINT", stub.url());
    let words = ["honeycomb", "whoami", "--key-stdin"];
    let run = world
        .run_with(words, &format!("{CONFIGURATION}\n"))
        .exits(0);
    assert!(run.stdout.contains("from stdin"), "{run}");
    assert_eq!(run.stderr.matches("warning").count(), 0, "{run}");
}
