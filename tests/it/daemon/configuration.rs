//! Flags and files of AWS's daemon.

use super::{Daemon, batches, segment, taken, xray};
use crate::world::{Answer, Stub, World, until};

#[test]
fn the_file_speaks_where_flags_are_silent() {
    let stub = xray();
    let world = World::new()
        .with("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .with(
            "AWS_SECRET_ACCESS_KEY",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        )
        .with_file(
            "project/cfg.yaml",
            &format!(
                "Version: 2\nRegion: eu-north-1\nEndpoint: {}\nTotalBufferSizeMB: 5\nLogging:\n  LogLevel: debug\n",
                stub.url()
            ),
        );
    let daemon = Daemon::start(&world, "");
    let health = daemon.health();
    assert_eq!(health["region"], "eu-north-1");
    assert_eq!(health["endpoint"], stub.url());
    assert_eq!(health["queue"]["capacity"], 5 * 1024 * 1024);
    let daemon = Daemon::start(&world, "-n eu-west-1 -m 4 --spool-size 0");
    let health = daemon.health();
    assert_eq!(health["region"], "eu-west-1");
    assert_eq!(health["queue"]["capacity"], 4 * 1024 * 1024);
}

#[test]
fn a_file_with_an_unknown_key_is_refused() {
    let world = World::new().with_file("project/mine.yaml", "Version: 2\nRegoin: eu-north-1\n");
    let run = world.run("daemon -c mine.yaml").exits(2);
    assert!(run.stderr.contains("did you mean Region?"), "{run}");
}

#[test]
fn a_role_is_assumed_before_anything_is_sent() {
    let stub = Stub::start(|asked| {
        if asked.operation != "/" {
            return taken();
        }
        Answer::page(
            200,
            r#"<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
            <Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>secretsecretsecretsecret</SecretAccessKey>
            <SessionToken>token</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>
            </AssumeRoleResult></AssumeRoleResponse>"#,
        )
    });
    let world = World::new().pointed_at(stub.url());
    let daemon = Daemon::start(&world, "-r arn:aws:iam::123456789012:role/xray");
    daemon.send(&segment(1));
    until("it arrives", || batches(&stub).len() == 1);
    let asked = stub.asked();
    let assume = String::from_utf8_lossy(&asked[0].body).into_owned();
    assert!(assume.contains("RoleSessionName=xray-daemon"), "{assume}");
    let put = asked
        .iter()
        .find(|asked| asked.operation == "/TraceSegments")
        .expect("it was sent");
    assert!(put.header("authorization").contains("ASIAIOSFODNN7EXAMPLE"));
}

#[test]
fn a_sandbox_has_to_run() {
    let run = World::new().run("--sandbox daemon").exits(7);
    assert!(
        run.stderr
            .contains("start it in another terminal: cruddur-obs sandbox"),
        "{run}"
    );
}

#[test]
fn a_spool_that_was_asked_for_must_be_usable() {
    let stub = xray();
    let world = World::new()
        .pointed_at(stub.url())
        .with_file("project/file", "");
    let run = world
        .run("daemon -b 127.0.0.1:0 -t 127.0.0.1:0 --spool file")
        .exits(5);
    assert!(run.stderr.contains("--spool DIR"), "{run}");
}

#[cfg(unix)]
#[test]
fn systemd_is_told() {
    let stub = xray();
    let world = World::new().pointed_at(stub.url());
    let path = world.path("notify");
    let socket = std::os::unix::net::UnixDatagram::bind(&path).expect("a socket can be made");
    let world = world.with("NOTIFY_SOCKET", &path.display().to_string());
    let mut daemon = Daemon::start(&world, "");
    assert!(daemon.stop().0.success());
    let mut told = Vec::new();
    for _ in 0..2 {
        let mut buffer = [0; 64];
        let length = socket.recv(&mut buffer).expect("something was told");
        told.push(String::from_utf8_lossy(&buffer[..length]).into_owned());
    }
    assert_eq!(told, ["READY=1", "STOPPING=1"]);
}
