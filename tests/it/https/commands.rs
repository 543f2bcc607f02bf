//! `sandbox env --https` and `sandbox run --https`.

use std::fs;

use crate::world::{Answer, Server, Stub, World};

/// The files of certificates that there are.
fn bundles(world: &World) -> Vec<String> {
    let directory = world.path("data/cruddur-obs");
    let mut names: Vec<_> = fs::read_dir(directory)
        .into_iter()
        .flatten()
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name.starts_with("trusted-"))
        .collect();
    names.sort();
    names
}

#[test]
fn env_leads_https_to_the_sandbox_too() {
    let world = World::new().with("NO_PROXY", "git.corp.example,*.rollbar.com");
    let server = Server::start(&world, "");
    let run = world.run("sandbox env --https").exits(0);
    let port = server.url().rsplit(':').next().expect("a port");
    let shown = run.to_string().replace(port, "[PORT]");
    let (_, https) = shown
        .split_once("AWS_XRAY_DAEMON_ADDRESS")
        .expect("after all others");
    let (_, https) = https.split_once('\n').expect("a line");
    insta::assert_snapshot!(https, @"
    export HTTPS_PROXY=http://127.0.0.1:[PORT]
    export https_proxy=http://127.0.0.1:[PORT]
    export NO_PROXY='localhost,.localhost,127.0.0.1,::1,[::1],git.corp.example'
    export no_proxy='localhost,.localhost,127.0.0.1,::1,[::1],git.corp.example'
    export CURL_CA_BUNDLE=[ROOT]/data/cruddur-obs/trusted-127.0.0.1-[PORT].pem
    export NODE_EXTRA_CA_CERTS=[ROOT]/data/cruddur-obs/trusted-127.0.0.1-[PORT].pem
    export NODE_USE_ENV_PROXY=1
    export REQUESTS_CA_BUNDLE=[ROOT]/data/cruddur-obs/trusted-127.0.0.1-[PORT].pem
    export SSL_CERT_FILE=[ROOT]/data/cruddur-obs/trusted-127.0.0.1-[PORT].pem
    --- stderr ---
    HTTPS leads to the sandbox, as api.rollbar.com, api.honeycomb.io, api.eu1.honeycomb.io; to anywhere else it is refused in this shell
    next: cruddur-obs sandbox run --https -- COMMAND    # for one command only
    ");
    let bundle = world.path(&format!("data/cruddur-obs/{}", bundles(&world)[0]));
    let text = fs::read_to_string(&bundle).expect("it is there");
    assert!(
        text.starts_with(&super::authority(server.url())),
        "ours is the first"
    );
    // A shell that is a client already does not gather the authorities of the past.
    let bundle = bundle.display().to_string();
    let world = world.with("SSL_CERT_FILE", &bundle);
    let _again = world.run("sandbox env --https").exits(0);
    assert_eq!(fs::read_to_string(&bundle).expect("it is there"), text);
    assert_eq!(bundles(&world).len(), 1);
}

#[test]
fn env_needs_a_sandbox_that_runs() {
    let world = World::new();
    insta::assert_snapshot!(world.run("sandbox env --https"), @"
    --- stderr ---
    error[unreachable]: no sandbox is running, and --https needs the certificate of one
      fix:   cruddur-obs sandbox
    [exit code 7]
    ");
}

#[test]
fn a_sandbox_of_an_older_version_is_named() {
    let world = World::new();
    let old = Stub::start(|asked| match asked.operation.as_str() {
        "/_sandbox/health" => Answer::new(200, r#"{"status": "ok", "xray_daemon": null}"#),
        _ => Answer::error(
            404,
            "UnknownOperationException",
            "The sandbox does not emulate it",
        ),
    });
    let run = world.run(&format!("--sandbox={} sandbox env --https", old.url()));
    insta::assert_snapshot!(run, @"
    --- stderr ---
    error[too-old]: the sandbox at http://127.0.0.1:[PORT] is of a version that knows no --https
      fix:   end it, and start this version: cruddur-obs sandbox
    [exit code 5]
    ");
}

#[test]
fn run_leads_one_command_and_leaves_nothing() {
    let world = World::new();
    let script = r#"
        test "$HTTPS_PROXY" = "$AWS_ENDPOINT_URL" && echo "$HTTPS_PROXY"
        head -n 1 "$SSL_CERT_FILE"
        exit 7"#;
    let words = [
        "sandbox", "run", "--https", "--memory", "--", "sh", "-c", script,
    ];
    insta::assert_snapshot!(world.run_with(words, ""), @"
    http://127.0.0.1:[PORT]
    -----BEGIN CERTIFICATE-----
    [exit code 7]
    ");
    assert_eq!(bundles(&world), [""; 0]);
    // What others use is left to them.
    let server = Server::start(&world, "");
    let _env = world.run("sandbox env --https").exits(0);
    let words = [
        "sandbox",
        "run",
        "--https",
        "--",
        "sh",
        "-c",
        "echo $https_proxy",
    ];
    let run = world.run_with(words, "").exits(0);
    assert_eq!(run.raw.trim_end(), server.url());
    assert_eq!(bundles(&world).len(), 1);
}
