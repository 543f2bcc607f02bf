//! No secret in any output, at any verbosity, of any command, whoever answers.

mod answers;
mod sandbox;
mod settings;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use crate::world::{self, World};

/// Everything that nobody may see, by the place it is put in.
const SECRETS: [(&str, &str); 10] = [
    ("AWS_ACCESS_KEY_ID", "ASIAZ3QK7W5NPH2XVUTD"),
    (
        "AWS_SECRET_ACCESS_KEY",
        "q8Zt3vYw+L1nB6rKjD0sXcM/aFhGeUyIoPW7T2Ek",
    ),
    (
        "AWS_SESSION_TOKEN",
        "IQoJb3JpZ2luX2VjEDMaCXVzLWVhc3QtMSJHMEUCIQDq7Zp0Xw+R8sTn/AbCdEfGh1JkLmNoPqRsTuVwXyZ%3D%3D",
    ),
    ("id in a profile", "AKIAR7YDM4JX6BQLWVNE"),
    (
        "secret in a profile",
        "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",
    ),
    (
        "HONEYCOMB_API_KEY",
        "hcaik_01jqz4k20cjeh63wca8vva5stw70nft6m5n8wr8f5mjx3762s8269j50wc",
    ),
    ("ROLLBAR_ACCESS_TOKEN", "4f1c9a7be2d83065c1f47a9be0d2836a"),
    ("password of a proxy", "korrekt-pferd-batterie"),
    // base64 of `me:korrekt-pferd-batterie`, as it goes to the proxy.
    ("header for a proxy", "bWU6a29ycmVrdC1wZmVyZC1iYXR0ZXJpZQ=="),
    ("argument of a program", "--vault-pin=2718281828459"),
];

fn secret(place: &str) -> &'static str {
    SECRETS
        .iter()
        .find(|(name, _)| *name == place)
        .map(|(_, secret)| *secret)
        .expect("the place is known")
}

/// A world that is full of secrets.
fn world() -> World {
    let variables = [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "HONEYCOMB_API_KEY",
    ];
    variables
        .into_iter()
        .fold(World::new(), |world, name| world.with(name, secret(name)))
        .with("AWS_REGION", "us-east-1")
        .with("HONEYCOMB_API_ENDPOINT", "http://127.0.0.1:9")
        .with("ROLLBAR_ENDPOINT", "http://127.0.0.1:9/api/1/")
        .with_file(
            "project/.env",
            &format!("ROLLBAR_ACCESS_TOKEN={}\n", secret("ROLLBAR_ACCESS_TOKEN")),
        )
        .with_file(
            "home/.aws/credentials",
            &format!(
                "[dev]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
                secret("id in a profile"),
                secret("secret in a profile")
            ),
        )
        .with_file(
            "home/.aws/config",
            &format!(
                "[profile tool]\ncredential_process = sh -c 'echo {} >&2; false' {}\n",
                secret("AWS_SECRET_ACCESS_KEY"),
                secret("argument of a program")
            ),
        )
}

fn proxy(at: &str) -> String {
    at.replace(
        "http://",
        &format!("http://me:{}@", secret("password of a proxy")),
    )
}

/// The parts of a secret that are long enough to be of use. The first 32 characters of a key of
/// Honeycomb's are its id, which is no secret.
fn parts(secret: &str) -> impl Iterator<Item = &[u8]> {
    let public = if secret.starts_with("hcaik_") {
        32 - 11
    } else {
        0
    };
    secret.as_bytes()[public..].windows(12)
}

/// Fails where any part of any secret is in the text.
fn assert_clean(what: &str, text: &[u8], further: &[String]) {
    let all = SECRETS
        .iter()
        .map(|(place, secret)| (*place, *secret))
        .chain(further.iter().map(|secret| ("signature", secret.as_str())));
    let seen: BTreeSet<&[u8]> = text.windows(12).collect();
    for (place, secret) in all {
        if let Some(part) = parts(secret).find(|part| seen.contains(part)) {
            panic!(
                "{what} shows a part of the {place}, {}:\n{}",
                String::from_utf8_lossy(part),
                String::from_utf8_lossy(text)
            );
        }
    }
}

/// Every command that can be run, as the help has it: none can be forgotten.
fn commands() -> Vec<&'static str> {
    let all = world::commands().iter().filter(|command| command.runs);
    all.map(|command| command.words.as_str()).collect()
}

/// What a command needs on its line to get as far as it can.
fn completed(command: &str) -> String {
    let rest = match command {
        "setup" | "teardown" => "--yes",
        "logs create" => "some-group --retention 7",
        "logs" => "--trace 1-5759e988-bd862e3fe1be46a994272793 -g cruddur",
        "logs query" => "stats(count(*))",
        "logs tail" => "--idle-exit 1s",
        "logs search" => "ERROR",
        "logs ship" => "some-group --create-group --retention 7",
        "sandbox" => "--port 0 --xray-port 0 --otlp-port 0 --memory",
        // Nobody is asked whom the key does not belong to.
        "honeycomb whoami" | "honeycomb send" => "--api-url http://127.0.0.1:9",
        "serve" => "--port 0",
        "demo" => "--exit --requests 20",
        "daemon" => "--bind 127.0.0.1:0 --bind-tcp 127.0.0.1:0",
        "sandbox run" => "--memory --https -- true",
        "sandbox wait" => "--until fault --timeout 0",
        "trace" | "xray trace" => "1-5759e988-bd862e3fe1be46a994272793",
        _ => "",
    };
    format!("{command} {rest}")
}

const WAYS: [&str; 6] = ["", "-v", "-vv", "-q", "-o json", "-vv -o json"];

/// A process that ends with the test, however the test ends.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Runs a command and returns both its streams; one that does not end by itself is ended.
fn output(world: &World, words: &str) -> Vec<u8> {
    let path = world.path("output");
    let file = File::create(&path).expect("a file can be made");
    // For who reads it: a line to ship.
    world.write("input", "a line\n");
    let input = File::open(world.path("input")).expect("the file is there");
    let mut child = Ended(
        world
            .command(words.split_whitespace())
            .stdin(input)
            .stdout(file.try_clone().expect("a file can be shared"))
            .stderr(file)
            .spawn()
            .expect("the command starts"),
    );
    let serves = ["sandbox --port 0", "serve --port 0", "daemon --bind"]
        .iter()
        .any(|server| words.contains(server));
    let deadline = Instant::now() + Duration::from_millis(if serves { 250 } else { 30_000 });
    while child.0.try_wait().expect("it can be asked").is_none() {
        if Instant::now() > deadline {
            assert!(serves, "{words} does not end");
            break;
        }
        thread::sleep(Duration::from_millis(3));
    }
    drop(child);
    fs::read(path).expect("the output can be read")
}

/// Runs every command in every way; returns all that they said.
fn run_all(what: &str, world: &World, further: &dyn Fn() -> Vec<String>) -> Vec<u8> {
    let mut all = Vec::new();
    for command in commands() {
        for way in WAYS {
            // A server has to be waited for; two ways are enough.
            if matches!(command, "sandbox" | "daemon" | "serve" | "demo")
                && !matches!(way, "" | "-vv -o json")
            {
                continue;
            }
            let words = format!("--max-attempts 1 --timeout 5 {way} {}", completed(command));
            let said = output(world, &words);
            assert_clean(&format!("`{words}` ({what})"), &said, &further());
            let text = String::from_utf8_lossy(&said);
            assert!(
                !text.contains("required arguments"),
                "complete `{words}` in this test:\n{text}"
            );
            assert!(!text.contains("panicked"), "{words}:\n{text}");
            all.extend(said);
        }
    }
    all
}

#[test]
fn the_list_of_commands_is_whole() {
    let commands = commands();
    for known in [
        "setup",
        "xray rules",
        "logs create",
        "logs ship",
        "honeycomb whoami",
        "rollbar test",
        "serve",
        "sandbox",
        "sandbox run",
        "daemon",
        "config",
    ] {
        assert!(commands.contains(&known), "{commands:?}");
    }
    assert!(!commands.contains(&"xray"), "{commands:?}");
}
