//! The sandbox as hosts that apps cannot be led away from: tunnels, their certificates, `--https`.

mod commands;
mod kept;
mod tunnel;

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use self::tunnel::{answer, ask, authority, connect, enter, post};
use crate::world::{Server, World, get, until};

const ITEM: &str = r#"{"data": {"environment": "test", "body": {"message": {"body": "hello"}}}}"#;
const TO_ROLLBAR: &str =
    "Host: api.rollbar.com\r\nX-Rollbar-Access-Token: 5a4db0c5a4db0c5a4db0c5a4db0c5a4d\r\n";

#[test]
fn what_is_sent_to_rollbar_and_honeycomb_arrives() {
    let world = World::new();
    let server = Server::start(&world, "--memory");
    let certificate = authority(server.url());
    let mut rollbar =
        enter(connect(server.url()), "api.rollbar.com", &certificate).expect("it is Rollbar");
    for _ in 0..2 {
        let said = post(&mut rollbar, "/api/1/item/", TO_ROLLBAR, ITEM);
        assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
    }
    for host in ["api.honeycomb.io", "api.eu1.honeycomb.io"] {
        let mut honeycomb = enter(connect(server.url()), host, &certificate).expect(host);
        let headers = format!("Host: {host}:443\r\nX-Honeycomb-Team: CruddurSandboxConfKey0\r\n");
        let said = post(&mut honeycomb, "/1/events/shop", &headers, "{\"a\": 1}");
        assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
    }
    let health = get(server.url(), "/_sandbox/health").body;
    let health: serde_json::Value = serde_json::from_str(&health).expect("JSON");
    assert_eq!(health["rollbar"]["occurrences"], 2);
    assert_eq!(server.calls(), 4);
}

#[test]
fn nothing_is_passed_on() {
    let world = World::new();
    let server = Server::start(&world, "--memory");
    let ask = |target: &str| ask(&mut connect(server.url()), target);
    insta::assert_snapshot!(without_date(&ask("example.com:443")), @"
    HTTP/1.1 403 Refused by the sandbox of cruddur-obs
    content-length: 145

    refused to connect to example.com:443: the sandbox is api.rollbar.com, api.honeycomb.io, api.eu1.honeycomb.io on port 443, and passes nothing on
    ");
    for other in [
        "api.rollbar.com:80",
        "rollbar.com:443",
        "x.api.rollbar.com:443",
        "api.rollbar.com.evil.example:443",
        "127.0.0.1:443",
        "[::1]:443",
        "localhost:443",
    ] {
        assert!(ask(other).starts_with("HTTP/1.1 403 "), "{other}");
    }
    for unclear in [
        "api.rollbar.com",
        "api.rollbar.com:",
        "api.rollbar.com:99999",
        "me@api.rollbar.com:443",
        "/",
        "http://api.rollbar.com:443/",
        "https://api.rollbar.com:443",
    ] {
        assert!(ask(unclear).starts_with("HTTP/1.1 400 "), "{unclear}");
    }
    let log = server.log();
    assert!(
        log.contains("sandbox: refused to connect to example.com:443: "),
        "{log}"
    );
    // A collector is no proxy.
    let health = get(server.url(), "/_sandbox/health").body;
    let health: serde_json::Value = serde_json::from_str(&health).expect("JSON");
    let collector = health["otlp"].as_str().expect("an address");
    let refused = tunnel::ask(&mut connect(collector), "api.honeycomb.io:443");
    assert!(refused.starts_with("HTTP/1.1 4"), "{refused}");
}

fn without_date(answer: &str) -> String {
    let lines = answer.lines().filter(|line| !line.starts_with("date: "));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_tunnel_leads_to_its_host_and_nowhere_else() {
    let world = World::new();
    let server = Server::start(&world, "--memory");
    let certificate = authority(server.url());
    for headers in [
        "Host: api.honeycomb.io\r\n",
        "Host: localhost\r\n",
        "Host: api.rollbar.com\r\nHost: localhost\r\n",
        "Host: api.rollbar.com\r\nOrigin: https://evil.example\r\n",
        "Host: api.rollbar.com\r\nOrigin: http://api.rollbar.com\r\n",
    ] {
        let mut rollbar =
            enter(connect(server.url()), "api.rollbar.com", &certificate).expect("TLS");
        let said = post(&mut rollbar, "/api/1/item/", headers, ITEM);
        assert!(said.starts_with("HTTP/1.1 403 "), "{headers}{said}");
    }
    let mut rollbar = enter(connect(server.url()), "api.rollbar.com", &certificate).expect("TLS");
    let said = ask(&mut rollbar, "api.rollbar.com:443");
    assert!(said.starts_with("HTTP/1.1 403 "), "{said}");
    assert_eq!(server.calls(), 0);
}

#[test]
fn a_client_that_talks_no_tls_or_does_not_trust_us_is_let_go_with_a_reason() {
    let world = World::new();
    let server = Server::start(&world, "--memory");
    let other = Server::start(&World::new(), "--memory");
    let mut garbage = connect(server.url());
    assert!(ask(&mut garbage, "api.rollbar.com:443").starts_with("HTTP/1.1 200 "));
    garbage.write_all(&[b'x'; 4096]).expect("it is sent");
    drop(garbage.read_to_end(&mut Vec::new()));
    let stranger = enter(
        connect(server.url()),
        "api.rollbar.com",
        &authority(other.url()),
    );
    assert!(stranger.is_err(), "it trusts another authority");
    let mut silent = connect(server.url());
    assert!(ask(&mut silent, "api.rollbar.com:443").starts_with("HTTP/1.1 200 "));
    drop(silent);
    until("all three have been told of", || {
        server
            .log()
            .matches("no TLS with a client of api.rollbar.com: ")
            .count()
            == 3
    });
    assert!(server.log().contains("`sandbox env --https`"));
    assert_eq!(get(server.url(), "/_sandbox/health").status, 200);
}

#[test]
fn a_stop_does_not_wait_for_tunnels() {
    let world = World::new();
    let server = Server::start(&world, "--memory");
    let certificate = authority(server.url());
    let mut idle = enter(connect(server.url()), "api.rollbar.com", &certificate).expect("TLS");
    let said = post(&mut idle, "/api/1/item/", TO_ROLLBAR, ITEM);
    assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
    let mut stalled = connect(server.url());
    assert!(ask(&mut stalled, "api.rollbar.com:443").starts_with("HTTP/1.1 200 "));
    let begun = Instant::now();
    assert_eq!(server.stop().code(), Some(0));
    // The deadline of what is in flight is five seconds.
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(answer(&mut idle), "", "it is closed, politely");
}
