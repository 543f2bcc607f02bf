//! The daemon before a sandbox that is killed and comes back: what the one received, the other has.

use serde_json::{Value, json};

use super::{Daemon, segment};
use crate::world::{Server, World, get, post, until};

const SIGNED: [(&str, &str); 1] = [(
    "Authorization",
    "AWS4-HMAC-SHA256 Credential=sandbox/20261124/us-east-1/xray/aws4_request, SignedHeaders=host, Signature=0",
)];

/// Of these segments, how many the sandbox has.
fn there(server: &Server, numbers: &[usize]) -> usize {
    let ids = |five: &[usize]| -> Vec<String> {
        five.iter()
            .map(|number| format!("1-5759e988-{number:024x}"))
            .collect()
    };
    numbers
        .chunks(5)
        .map(|five| {
            let body = json!({ "TraceIds": ids(five) }).to_string();
            let reply = post(server.url(), "/Traces", &SIGNED, &body);
            let answer: Value = serde_json::from_str(&reply.body).expect("JSON");
            answer["Traces"].as_array().map_or(0, Vec::len)
        })
        .sum()
}

fn documents(server: &Server) -> u64 {
    let health = get(server.url(), "/_sandbox/health").body;
    let health: Value = serde_json::from_str(&health).expect("JSON");
    health["segments"]["documents"].as_u64().expect("a count")
}

#[test]
fn a_sandbox_that_is_killed_under_load_has_everything_after_it() {
    let world = World::new().with("AWS_REGION", "us-east-1");
    let data = world.path("store").display().to_string();
    let words = format!("--dir {data}");
    let mut server = Server::start(&world, &words);
    let url = server.url().to_owned();
    let port = url.rsplit(':').next().expect("a port").to_owned();
    let world = world.pointed_at(&url);
    let daemon = Daemon::start(&world, "");
    let mut numbers = Vec::new();
    let send = |numbers: &mut Vec<usize>, count: usize| {
        for _ in 0..count {
            numbers.push(numbers.len() + 1);
            daemon.send(&segment(numbers.len()));
        }
    };
    send(&mut numbers, 200);
    until("some have arrived", || documents(&server) > 0);
    send(&mut numbers, 200);
    server.kill();
    send(&mut numbers, 200);
    let server = Server::start_at(&world, &port, &words);
    send(&mut numbers, 100);
    until("all have arrived", || {
        there(&server, &numbers) == numbers.len()
    });
}
