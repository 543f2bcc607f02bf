//! The authority's file: whose it is, how long it is good, and that its key stays in it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::tunnel::{authority, connect, enter};
use crate::world::{Server, World, get};

const FILE: &str = "data/cruddur-obs/authority.pem";

fn key(world: &World) -> Vec<String> {
    let text = fs::read_to_string(world.path(FILE)).expect("it is there");
    let (_, key) = text
        .split_once("-----BEGIN PRIVATE KEY-----")
        .expect("a key");
    let lines: Vec<_> = key
        .lines()
        .filter(|line| line.len() > 12 && !line.starts_with('-'))
        .map(str::to_owned)
        .collect();
    assert!(!lines.is_empty());
    lines
}

#[test]
fn it_is_made_when_asked_for_and_stays_the_same() {
    let world = World::new();
    let server = Server::start(&world, "");
    let _env = world.run("sandbox env").exits(0);
    assert_eq!(get(server.url(), "/_sandbox/health").status, 200);
    assert!(!world.path(FILE).exists(), "nobody asked");
    let first = authority(server.url());
    assert_eq!(authority(server.url()), first);
    let mode = fs::metadata(world.path(FILE))
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(server.stop().code(), Some(0));
    let again = Server::start(&world, "");
    let kept = enter(connect(again.url()), "api.rollbar.com", &first);
    assert!(
        kept.is_ok(),
        "who trusted the first server trusts the second"
    );
    assert_eq!(authority(again.url()), first);
    assert!(!again.log().contains("authority"), "{}", again.log());
}

#[test]
fn one_that_is_of_no_use_is_made_anew_with_a_word() {
    let world = World::new();
    let (mut server, mut last) = (Server::start(&world, ""), String::new());
    for (damage, said) in [
        (
            (|_| String::new()) as fn(&str) -> String,
            "does not say how long it is valid",
        ),
        (
            |text| text.replace("Valid until: 2", "Valid until: 1"),
            "is not valid after 1",
        ),
        (|text| text.replace("PRIVATE KEY", "SECRET"), "is damaged"),
        (|text| text.replace("MI", "MJ"), "is damaged"),
    ] {
        let made = authority(server.url());
        assert_ne!(made, last);
        server.stop();
        let text = fs::read_to_string(world.path(FILE)).expect("it is there");
        world.write(FILE, &damage(&text));
        server = Server::start(&world, "");
        let remade = authority(server.url());
        assert_ne!(remade, made, "{said}");
        let log = server.log();
        assert!(
            log.contains(&format!("authority.pem {said}")),
            "{said}: {log}"
        );
        assert!(log.contains("run `sandbox env --https` again"), "{log}");
        assert!(enter(connect(server.url()), "api.rollbar.com", &remade).is_ok());
        last = made;
    }
}

#[test]
fn one_that_cannot_be_kept_is_named_with_its_reason() {
    let world = World::new();
    let server = Server::start(&world, "");
    // Nobody can write a file where a directory is.
    fs::create_dir_all(world.path(FILE)).expect("a directory");
    let run = world.run(&format!("--sandbox={} sandbox env --https", server.url()));
    assert_eq!(run.code, Some(5), "{run}");
    let said = run.stderr;
    assert!(said.contains("has no certificate to give"), "{said}");
    assert!(said.contains("authority.pem cannot be "), "{said}");
    assert!(said.contains("written: Is a directory"), "{said}");
    assert!(!said.contains('{'), "{said}");
}

#[test]
fn it_is_nowhere_on_the_disk_when_the_store_is_not() {
    let world = World::new();
    let server = Server::start(&world, "--memory");
    let _certificate = authority(server.url());
    assert!(!world.path(FILE).exists());
}

#[test]
fn its_key_is_in_its_file_and_nowhere_else() {
    let world = World::new();
    let server = Server::start(&world, "-vv");
    let certificate = authority(server.url());
    let env = world.run("sandbox env --https").exits(0);
    let run = world
        .run_with(["sandbox", "run", "--https", "-vv", "--", "env"], "")
        .exits(0);
    let mut said = vec![certificate, env.to_string(), run.to_string(), server.log()];
    for entry in fs::read_dir(world.path("data/cruddur-obs")).expect("it can be read") {
        let path = entry.expect("an entry").path();
        if path != world.path(FILE) {
            let bytes = fs::read(&path).expect("it can be read");
            said.push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    for line in key(&world) {
        assert!(!said.iter().any(|text| text.contains(&line)), "{line}");
    }
    assert!(!said.iter().any(|text| text.contains("PRIVATE")));
}
