//! `sandbox …`: serve, env, run, reset.

use crate::world::{Server, World, get, until};

#[test]
fn env_turns_a_shell_into_a_client() {
    let world = World::new()
        .with("AWS_PROFILE", "work")
        .with("AWS_REGION", "eu-west-1");
    insta::assert_snapshot!(world.run("sandbox env"), @"
    export AWS_ENDPOINT_URL=http://127.0.0.1:[PORT]
    export AWS_ACCESS_KEY_ID=sandbox
    export AWS_SECRET_ACCESS_KEY=sandbox
    export AWS_REGION=eu-west-1
    export AWS_DEFAULT_REGION=eu-west-1
    export AWS_DISABLE_HOST_PREFIX_INJECTION=true
    export AWS_EC2_METADATA_DISABLED=true
    export HONEYCOMB_API_ENDPOINT=http://127.0.0.1:[PORT]
    export HONEYCOMB_API_KEY=CruddurSandboxConfKey0
    export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:[PORT]
    export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
    export OTEL_EXPORTER_OTLP_HEADERS='x-honeycomb-team=CruddurSandboxConfKey0'
    export ROLLBAR_ACCESS_TOKEN=5a4db0c5a4db0c5a4db0c5a4db0c5a4d
    export ROLLBAR_ENDPOINT=http://127.0.0.1:[PORT]/api/1/
    export AWS_XRAY_DAEMON_ADDRESS=127.0.0.1:[PORT]
    unset AWS_PROFILE
    --- stderr ---
    no sandbox is running; these will be right once it is
    next: cruddur-obs sandbox
    ");
    let server = Server::start(&world, "");
    let run = world.run("sandbox env -o json").exits(0);
    assert_eq!(run.json()["AWS_ENDPOINT_URL"], server.url());
    assert_eq!(run.stderr, "");
}

#[test]
fn run_starts_a_command_as_a_client_and_exits_as_it_does() {
    let world = World::new().with("AWS_SESSION_TOKEN", "a-real-token");
    let run = world.run_with(
        [
            "sandbox",
            "run",
            "--memory",
            "--",
            "sh",
            "-c",
            "echo $AWS_ACCESS_KEY_ID:$AWS_SESSION_TOKEN; exit 7",
        ],
        "",
    );
    insta::assert_snapshot!(run, @"
    sandbox:
    [exit code 7]
    ");
    insta::assert_snapshot!(world.run("sandbox run --memory -- no-such-command"), @"
    --- stderr ---
    error[command]: cannot start no-such-command
      cause: No such file or directory (os error 2)
      fix:   check the command after --
    [exit code 2]
    ");
    // The command is itself a client that works.
    let binary = crate::world::BINARY;
    let run = world
        .run_with(
            ["sandbox", "run", "--", binary, "setup", "-q", "-o", "json"],
            "",
        )
        .exits(0);
    assert_eq!(run.json()["pending"], false);
    assert_eq!(
        world.run("--sandbox xray groups -o json").json()["groups"][0]["name"],
        "Cruddur"
    );
}

#[test]
fn reset_empties_it_running_or_not() {
    let world = World::new();
    let groups = |world: &World| {
        world.run("--sandbox xray groups -o json").exits(0).json()["groups"].clone()
    };
    let _setup = world.run("--sandbox setup").exits(0);
    insta::assert_snapshot!(world.run("sandbox reset"), @"
    --- stderr ---
    the sandbox in [ROOT]/data/cruddur-obs is empty
    ");
    assert_eq!(groups(&world), serde_json::json!([]));
    let server = Server::start(&world, "");
    let _setup = world.run("--sandbox setup").exits(0);
    assert!(
        server.calls() > 0,
        "the commands use the server that holds the store"
    );
    let _reset = world.run("sandbox reset").exits(0);
    assert_eq!(groups(&world), serde_json::json!([]));
    let _elsewhere = world
        .run(&format!("--sandbox={} sandbox reset", server.url()))
        .exits(0);
}

#[test]
fn a_second_server_on_the_same_store_is_refused() {
    let world = World::new();
    let _server = Server::start(&world, "");
    insta::assert_snapshot!(world.run("sandbox --port 0"), @"
    --- stderr ---
    error[sandbox-running]: a sandbox already serves [ROOT]/data/cruddur-obs at http://127.0.0.1:[PORT]
      fix:   use that one: `cruddur-obs --sandbox=http://127.0.0.1:[PORT] …`, or give this one its own `--dir`
    [exit code 5]
    ");
}

#[test]
fn a_port_that_was_asked_for_and_is_taken_is_an_error() {
    let world = World::new();
    let server = Server::start(&world, "--memory");
    let port = server.url().rsplit(':').next().expect("a port").to_owned();
    let run = world
        .run(&format!("sandbox --memory --port {port}"))
        .exits(5);
    insta::assert_snapshot!(run.to_string().replace(&port, "[PORT]"), @"
    --- stderr ---
    error[port-taken]: port [PORT] of 127.0.0.1 is taken
      cause: Address already in use (os error 98)
      fix:   pick a free one with `--port 0`, or end the program that has it
    [exit code 5]
    ");
}

#[test]
fn a_signal_stops_it_and_the_ready_file_goes() {
    let world = World::new();
    let ready = world.path("ready.json");
    let mut child = world
        .command([
            "sandbox",
            "--memory",
            "--port",
            "0",
            "--ready-file",
            &ready.display().to_string(),
        ])
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("it starts");
    until("it is ready", || ready.exists());
    let killed = std::process::Command::new("kill")
        .arg("-TERM")
        .arg(child.id().to_string())
        .status();
    assert!(killed.expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert!(!ready.exists());
}

#[test]
fn unknown_operations_are_not_answered_with_success() {
    let world = World::new();
    let server = Server::start(&world, "--memory").tolerant();
    assert_eq!(
        crate::world::post(server.url(), "/InsightSummaries", &[], "{}").status,
        404
    );
    assert_eq!(get(server.url(), "/").status, 404);
}

#[test]
fn a_foreign_host_is_refused() {
    let world = World::new();
    let server = Server::start(&world, "--memory").tolerant();
    let reply = crate::world::post(
        server.url(),
        "/GetSamplingRules",
        &[("Host", "evil.example")],
        "{}",
    );
    assert_eq!(reply.status, 403, "{}", reply.body);
    let reply = crate::world::post(
        server.url(),
        "/GetSamplingRules",
        &[("Origin", "https://evil.example")],
        "{}",
    );
    assert_eq!(reply.status, 403, "{}", reply.body);
}

#[test]
fn a_damaged_store_is_named_with_the_way_out() {
    let world = World::new().with_file(
        "data/cruddur-obs/sandbox.db",
        "this is no database, whatever its name says",
    );
    insta::assert_snapshot!(world.run("--sandbox setup").exits(5).stderr, @"
    error[store-unusable]: the sandbox's store [ROOT]/data/cruddur-obs/sandbox.db is not a database, or is damaged
      cause: file is not a database
      fix:   move it aside and start empty: `mv [ROOT]/data/cruddur-obs/sandbox.db [ROOT]/data/cruddur-obs/sandbox.db.damaged`
    ");
}

#[test]
fn a_directory_that_cannot_be_made_is_named_with_the_way_out() {
    let world = World::new().with_file("project/in-the-way", "");
    let world = world.with("CRUDDUR_OBS_DATA_DIR", "in-the-way/store");
    insta::assert_snapshot!(world.run("--sandbox setup").exits(5).stderr, @"
    error: the sandbox's directory [ROOT]/project/in-the-way/store cannot be created
      cause: Not a directory (os error 20)
      fix:   make its parent writable, or use another directory: CRUDDUR_OBS_DATA_DIR=…, or `sandbox --dir …`
    ");
}
