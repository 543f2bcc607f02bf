//! What stands between people and AWS: nobody, a silent one, a proxy, a web page.

use std::io::Write as _;
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use super::{told, told_of};
use crate::world::{Answer, Stub, World, empty_account};

/// A world whose calls go to AWS itself, through whatever stands in the way.
fn outward() -> World {
    World::new().pointed_at("").with("AWS_ENDPOINT_URL", "")
}

/// A port where nobody listens.
fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    format!("http://{address}")
}

#[test]
fn nobody_listens() {
    let world = World::new().pointed_at(&closed_port());
    insta::assert_snapshot!(told(&world, "setup", 7), @"
    error[unreachable]: nothing answers at http://127.0.0.1:[PORT]
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: connection refused
      fix:   correct the endpoint: cruddur-obs config shows where it is set
             if it is to be the sandbox, start it: cruddur-obs sandbox
    ");
}

#[test]
fn a_name_that_does_not_exist() {
    let world = World::new().pointed_at("http://aws.invalid");
    insta::assert_snapshot!(told(&world, "setup", 7), @"
    error[unreachable]: the name in http://aws.invalid does not resolve
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: there is no network, or no such region or endpoint
      fix:   check the network, then region, endpoint and proxy: cruddur-obs config
    ");
}

#[test]
fn nobody_answers() {
    let world = World::new().pointed_at(Stub::always(Answer::Hang).url());
    insta::assert_snapshot!(told(&world, "setup --timeout 1", 7), @"
    error[timeout]: no answer from http://127.0.0.1:[PORT] within 1 s
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      fix:   check the network, the endpoint and the proxy: cruddur-obs config
             if it is only slow, add: --timeout 2
    ");
}

#[test]
fn the_connection_is_cut() {
    insta::assert_snapshot!(told_of(Answer::Cut, 7), @"
    error[unreachable]: http://127.0.0.1:[PORT] cut the connection before it answered
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: connection closed before message completed
      fix:   run the command again; if it stays so, check the network and the proxy: cruddur-obs config
    ");
}

/// A port that says the same to everybody, whatever they ask.
fn port_that_says(words: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            drop(stream.write_all(words.as_bytes()));
            thread::sleep(Duration::from_millis(200));
        }
    });
    format!("http://{address}")
}

#[test]
fn a_port_that_does_not_speak_tls() {
    let url = port_that_says("HTTP/1.1 400 Bad Request\r\n\r\n").replace("http://", "https://");
    let world = World::new().pointed_at(&url);
    insta::assert_snapshot!(told(&world, "setup --max-attempts 1", 7), @"
    error[tls]: https://127.0.0.1:[PORT] does not speak TLS
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: the answer to https:// was not encrypted
      fix:   write http:// in place of https://, if the port is yours: cruddur-obs config
    ");
}

#[test]
fn a_port_that_does_not_speak_http() {
    let world = World::new().pointed_at(&port_that_says("SSH-2.0-OpenSSH_9.6\r\n"));
    insta::assert_snapshot!(told(&world, "setup --max-attempts 1", 7), @"
    error[unreachable]: http://127.0.0.1:[PORT] does not speak HTTP
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: the port belongs to something else, or wants https://
      fix:   check the endpoint: cruddur-obs config
    ");
}

const PORTAL: &str = "<!DOCTYPE html>\n<html>\n<head><title>Welcome to Hotel WiFi</title></head>\n<body>Please sign in.</body>\n</html>";

#[test]
fn a_web_page_that_fails() {
    insta::assert_snapshot!(told_of(Answer::page(502, PORTAL), 7), @"
    error[not-aws]: got a web page instead of AWS from http://127.0.0.1:[PORT]
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: a VPN, a proxy or a captive portal? HTTP 502, beginning:
             <!DOCTYPE html> <html> <head><title>Welcome to Hotel WiFi</title></head> <body>Please sign in.</body> </html>
      fix:   sign in to the network; then check endpoint and proxy: cruddur-obs config
    ");
}

#[test]
fn a_web_page_that_is_glad() {
    insta::assert_snapshot!(told_of(Answer::page(200, PORTAL), 7), @"
    error[not-aws]: got a web page instead of AWS from http://127.0.0.1:[PORT]
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: a VPN, a proxy or a captive portal? HTTP 200, beginning:
             <!DOCTYPE html> <html> <head><title>Welcome to Hotel WiFi</title></head> <body>Please sign in.</body> </html>
      fix:   sign in to the network; then check endpoint and proxy: cruddur-obs config
    ");
}

#[test]
fn a_redirection() {
    insta::assert_snapshot!(told_of(Answer::page(302, "").with("Location", "https://login.example"), 7), @"
    error[not-aws]: http://127.0.0.1:[PORT] leads somewhere else
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: HTTP 302 to https://login.example: a VPN, a proxy or a captive portal?
      fix:   sign in to the network; then check endpoint and proxy: cruddur-obs config
    ");
}

#[test]
fn json_of_somebody_else() {
    insta::assert_snapshot!(told_of(Answer::new(404, r#"{"error": "no such route"}"#), 7), @r#"
    error[not-aws]: http://127.0.0.1:[PORT] does not answer as AWS does
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: HTTP 404, beginning:
             {"error": "no such route"}
      fix:   check endpoint and proxy: cruddur-obs config
    "#);
    insta::assert_snapshot!(told_of(Answer::new(200, r#"{"status": "ok"}"#), 7), @"
    error[not-aws]: http://127.0.0.1:[PORT] does not answer as AWS does
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: its answer is JSON without `Groups`
      fix:   check endpoint and proxy: cruddur-obs config
    ");
    insta::assert_snapshot!(told_of(Answer::new(200, r#"["ok"]"#), 7), @r#"
    error[not-aws]: http://127.0.0.1:[PORT] does not answer as AWS does
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: HTTP 200, beginning:
             ["ok"]
      fix:   check endpoint and proxy: cruddur-obs config
    "#);
}

#[test]
fn a_refusal_without_a_code() {
    insta::assert_snapshot!(told_of(Answer::new(403, "Forbidden"), 7), @"
    error[not-aws]: http://127.0.0.1:[PORT] does not answer as AWS does
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: HTTP 403, beginning:
             Forbidden
      fix:   check endpoint and proxy: cruddur-obs config
    ");
}

#[test]
fn an_answer_that_ends_too_soon() {
    insta::assert_snapshot!(told_of(Answer::new(200, r#"{"Groups": ["#).lacking(1000), 7), @"
    error[cut-off]: the answer of http://127.0.0.1:[PORT] was cut off
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      fix:   run the command again; if it stays so, check endpoint and proxy: cruddur-obs config
    ");
    insta::assert_snapshot!(told_of(Answer::new(200, r#"{"Groups": ["#), 7), @r#"
    error[not-aws]: http://127.0.0.1:[PORT] does not answer as AWS does
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: HTTP 200, beginning:
             {"Groups": [
      fix:   check endpoint and proxy: cruddur-obs config
    "#);
}

#[test]
fn a_proxy_that_is_not_there() {
    let world = outward().with(
        "HTTPS_PROXY",
        &closed_port().replace("http://", "http://me:hunter2hunter2@"),
    );
    insta::assert_snapshot!(told(&world, "setup --max-attempts 1", 7), @"
    error[unreachable]: could not reach https://xray.us-east-1.amazonaws.com through the proxy
      tried: xray:GetGroups, region us-east-1 from AWS_REGION
             HTTPS_PROXY is set: http://…@127.0.0.1:[PORT]
      cause: connection refused
      fix:   correct or unset the proxy: cruddur-obs config shows it
    ");
}

#[test]
fn a_proxy_that_wants_a_password() {
    let proxy = Stub::always(Answer::page(407, "").with("Proxy-Authenticate", "Basic realm=x"));
    let world = outward().with("HTTPS_PROXY", proxy.url());
    insta::assert_snapshot!(told(&world, "setup --max-attempts 1", 7), @"
    error[proxy]: the proxy wants a name and a password
      tried: xray:GetGroups, region us-east-1 from AWS_REGION
             HTTPS_PROXY is set: http://127.0.0.1:[PORT]
      fix:   export HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT
    ");
}

#[test]
fn a_proxy_that_does_not_let_through() {
    let proxy = Stub::always(Answer::page(403, "<html>blocked by policy</html>"));
    let world = outward().with("HTTPS_PROXY", proxy.url());
    insta::assert_snapshot!(told(&world, "setup --max-attempts 1", 7), @"
    error[proxy]: the proxy does not let through to https://xray.us-east-1.amazonaws.com
      tried: xray:GetGroups, region us-east-1 from AWS_REGION
             HTTPS_PROXY is set: http://127.0.0.1:[PORT]
      cause: tunnel error: unsuccessful
      fix:   correct HTTPS_PROXY, or export NO_PROXY=.amazonaws.com
    ");
}

/// Plain HTTP goes through `HTTP_PROXY`, with its name and password, unless it stays here.
#[test]
fn a_proxy_is_used_for_what_leaves_this_machine() {
    let proxy = Stub::start(|asked| {
        let path = asked.operation.trim_start_matches("http://aws.invalid");
        empty_account(path)
    });
    let with_password = proxy.url().replace("http://", "http://me:hunter2@");
    let world = World::new()
        .pointed_at("http://aws.invalid")
        .with("HTTP_PROXY", &with_password);
    let _run = world.run("xray groups").exits(0);
    let asked = proxy.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].line, "POST http://aws.invalid/Groups HTTP/1.1");
    assert_eq!(
        asked[0].header("proxy-authorization"),
        "Basic bWU6aHVudGVyMg=="
    );

    let here = Stub::start(|asked| empty_account(&asked.operation));
    for url in [
        here.url().to_owned(),
        here.url().replace("127.0.0.1", "localhost"),
    ] {
        let world = World::new()
            .pointed_at(&url)
            .with("HTTP_PROXY", proxy.url());
        let _run = world.run("xray groups").exits(0);
    }
    assert_eq!(here.asked().len(), 2);
    assert_eq!(
        proxy.asked().len(),
        1,
        "loopback never goes through a proxy"
    );

    let world = World::new()
        .pointed_at("http://aws.invalid")
        .with("HTTP_PROXY", proxy.url())
        .with("NO_PROXY", ".invalid");
    let _run = world.run("xray groups").exits(7);
    assert_eq!(proxy.asked().len(), 1, "NO_PROXY excepts it");
}
