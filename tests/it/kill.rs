//! `kill -9` at any instant: nothing acknowledged is lost, and the next `setup` converges.

use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::world::{Server, World};

/// Points in time spread over a run's whole length, in an order that a failure can repeat.
fn instants(count: u32, longest: Duration) -> impl Iterator<Item = Duration> {
    // A Weyl sequence: even, and the same each time.
    (0..count).map(move |index| longest.mul_f64(f64::from(index) * 0.618_033_988_75 % 1.0))
}

/// How long an undisturbed `setup` takes here.
fn length_of_a_run(words: &str) -> Duration {
    let world = World::new();
    let started = Instant::now();
    let _run = world.run(words).exits(0);
    started.elapsed()
}

#[test]
fn setup_killed_at_a_hundred_instants_converges_next_time() {
    let longest = length_of_a_run("--sandbox setup").mul_f64(1.1);
    let mut cut_short = 0;
    for instant in instants(100, longest) {
        let world = World::new();
        let mut child = world
            .command(["--sandbox", "setup"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("setup starts");
        thread::sleep(instant);
        drop(child.kill());
        if child.wait().expect("it ends").code().is_none() {
            cut_short += 1;
        }
        // No `--yes`: finishing what was begun needs no consent.
        let next = world.run("--sandbox setup -o json");
        assert_eq!(next.code, Some(0), "killed after {instant:?}:\n{next}");
        let last = world.run("--sandbox setup -o json").exits(0);
        assert_eq!(last.json()["calls"]["write"], 0, "killed after {instant:?}");
    }
    assert!(
        cut_short > 20,
        "only {cut_short} of 100 runs were cut short: the instants miss the run"
    );
}

#[test]
fn what_a_killed_server_acknowledged_is_there_after_it() {
    let world = World::new();
    let data = world.path("store").display().to_string();
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..10 {
        let mut server = Server::start(&world, &format!("--dir {data}"));
        let url = server.url().to_owned();
        let written = thread::scope(|scope| {
            let writer = scope.spawn(|| write_until_it_dies(&url, round));
            thread::sleep(Duration::from_millis(20 + 13 * round));
            server.kill();
            writer.join().expect("the writer ends")
        });
        acknowledged.extend(written);
    }
    assert!(
        acknowledged.len() > 20,
        "only {} writes were acknowledged",
        acknowledged.len()
    );
    let server = Server::start(&world, &format!("--dir {data}"));
    let there = world
        .run(&format!("--sandbox={} logs groups -o json", server.url()))
        .exits(0)
        .json();
    let there: std::collections::BTreeSet<&str> = there["log_groups"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|group| group["name"].as_str())
        .collect();
    for name in &acknowledged {
        assert!(
            there.contains(name.as_str()),
            "{name} was acknowledged and is lost"
        );
    }
}

/// Creates log groups one after another; returns those that were answered with success.
fn write_until_it_dies(url: &str, round: u64) -> Vec<String> {
    use std::io::{Read as _, Write as _};
    let address = url.trim_start_matches("http://");
    let mut written = Vec::new();
    for number in 0.. {
        let name = format!("round-{round}-{number}");
        let body = format!(r#"{{"logGroupName": "{name}"}}"#);
        let Ok(mut stream) = std::net::TcpStream::connect(address) else {
            break;
        };
        let request = format!(
            "POST / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\nX-Amz-Target: Logs_20140328.CreateLogGroup\r\n\
             Content-Type: application/x-amz-json-1.1\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=test/20261120/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n{body}",
            body.len()
        );
        let mut answer = String::new();
        if stream.write_all(request.as_bytes()).is_err()
            || stream.read_to_string(&mut answer).is_err()
        {
            break;
        }
        if answer.starts_with("HTTP/1.1 200") {
            written.push(name);
        }
    }
    written
}
