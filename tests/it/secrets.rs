//! No secret in any output, at any verbosity, of any command, whoever answers.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use crate::world::{Answer, Asked, Server, Stub, World, get, post};

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

/// The parts of a secret that are long enough to be of use.
fn parts(secret: &str) -> impl Iterator<Item = &[u8]> {
    secret.as_bytes().windows(12)
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

/// The names under `Commands:` in a help text.
fn subcommands(help: &str) -> Vec<String> {
    let Some((_, rest)) = help.split_once("\nCommands:\n") else {
        return Vec::new();
    };
    rest.lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

/// Every command that can be run, as the help has it: none can be forgotten.
fn commands() -> &'static [String] {
    static ALL: OnceLock<Vec<String>> = OnceLock::new();
    ALL.get_or_init(all_commands)
}

fn all_commands() -> Vec<String> {
    fn collect(world: &World, path: &str, all: &mut Vec<String>) {
        let help = world.run(&format!("{path} -h")).exits(0).stdout;
        let below = subcommands(&help);
        let (_, usage) = help.split_once("Usage: ").expect("a usage line");
        let runs_itself = usage
            .lines()
            .take_while(|line| !line.is_empty())
            .any(|line| !line.contains("<COMMAND>") || line.contains("-- <COMMAND>"));
        if runs_itself && !path.is_empty() {
            all.push(path.trim().to_owned());
        }
        for name in below {
            collect(world, &format!("{path} {name}"), all);
        }
    }
    let mut all = Vec::new();
    collect(&World::new(), "", &mut all);
    all
}

/// What a command needs on its line to get as far as it can.
fn completed(command: &str) -> String {
    let rest = match command {
        "setup" | "teardown" => "--yes",
        "logs create" => "some-group --retention 7",
        "sandbox" => "--port 0 --memory",
        "sandbox run" => "--memory -- true",
        _ => "",
    };
    format!("{command} {rest}")
}

const WAYS: [&str; 6] = ["", "-v", "-vv", "-q", "-o json", "-vv -o json"];

/// Runs a command and returns both its streams; one that does not end by itself is ended.
fn output(world: &World, words: &str) -> Vec<u8> {
    let path = world.path("output");
    let file = File::create(&path).expect("a file can be made");
    let mut child = world
        .command(words.split_whitespace())
        .stdin(Stdio::null())
        .stdout(file.try_clone().expect("a file can be shared"))
        .stderr(file)
        .spawn()
        .expect("the command starts");
    let serves = words.contains("sandbox --port 0");
    let deadline = Instant::now() + Duration::from_millis(if serves { 250 } else { 30_000 });
    while child.try_wait().expect("it can be asked").is_none() {
        if Instant::now() > deadline {
            assert!(serves, "{words} does not end");
            drop(child.kill());
            drop(child.wait());
            break;
        }
        thread::sleep(Duration::from_millis(3));
    }
    fs::read(path).expect("the output can be read")
}

/// Runs every command in every way; returns all that they said.
fn run_all(what: &str, world: &World, further: &dyn Fn() -> Vec<String>) -> Vec<u8> {
    let mut all = Vec::new();
    for command in commands() {
        for way in WAYS {
            // A server has to be waited for; two ways are enough.
            if command == "sandbox" && !matches!(way, "" | "-vv -o json") {
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
        "sandbox",
        "sandbox run",
        "config",
    ] {
        assert!(commands.iter().any(|each| each == known), "{commands:?}");
    }
    assert!(!commands.iter().any(|each| each == "xray"), "{commands:?}");
}

#[test]
fn where_all_is_well() {
    let proxy = proxy("http://127.0.0.1:9");
    let in_process = world()
        .with("CRUDDUR_OBS_SANDBOX", "1")
        .with("HTTPS_PROXY", &proxy);
    run_all("sandbox in process", &in_process, &Vec::new);
    let elsewhere = World::new();
    let server = Server::start(&elsewhere, "--memory");
    let world = world()
        .with("AWS_ENDPOINT_URL", server.url())
        .with("HTTP_PROXY", &proxy);
    run_all("sandbox as AWS", &world, &Vec::new);
}

#[test]
fn where_settings_are_wrong() {
    let wrong: [(&str, World); 4] = [
        (
            "keys in the wrong variables",
            world()
                .with("AWS_REGION", secret("AWS_SECRET_ACCESS_KEY"))
                .with("AWS_PROFILE", "nope")
                .with("AWS_MAX_ATTEMPTS", secret("HONEYCOMB_API_KEY"))
                .with("CRUDDUR_OBS_TIMEOUT", secret("ROLLBAR_ACCESS_TOKEN")),
        ),
        (
            "a token as endpoint",
            world().with("AWS_ENDPOINT_URL", &proxy("http://localhost:1")),
        ),
        (
            "a token in place of a sandbox",
            world().with("CRUDDUR_OBS_SANDBOX", secret("ROLLBAR_ACCESS_TOKEN")),
        ),
        (
            "a program with a password",
            world()
                .with("AWS_PROFILE", "tool")
                .with("AWS_ACCESS_KEY_ID", "")
                .with("AWS_SECRET_ACCESS_KEY", "")
                .with("AWS_SESSION_TOKEN", "")
                .with("HTTPS_PROXY", "http://127.0.0.1:9"),
        ),
    ];
    for (what, world) in wrong {
        run_all(what, &world, &Vec::new);
    }
}

/// What a request says of itself, in the dress of a web page, of a plain text or of JSON.
fn echoed(asked: &Asked, dress: &str) -> String {
    let pairs = asked.headers.iter();
    match dress {
        "table" => {
            let rows: String = pairs
                .map(|(name, value)| format!("<tr><td>{name}</td><td>{value}</td></tr>"))
                .collect();
            format!("<html><table>{rows}</table></html>")
        }
        "json" => serde_json::to_string(
            &asked
                .headers
                .iter()
                .cloned()
                .collect::<std::collections::BTreeMap<_, _>>(),
        )
        .expect("headers are JSON"),
        _ => pairs
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect(),
    }
}

/// The signatures that a stub has seen.
fn signatures(stub: &Stub) -> Vec<String> {
    stub.asked()
        .iter()
        .filter_map(|asked| {
            Some(
                asked
                    .header("authorization")
                    .split_once("Signature=")?
                    .1
                    .to_owned(),
            )
        })
        .collect()
}

#[test]
fn where_the_answer_repeats_the_request() {
    // First what matters: an answer is shown up to a length.
    fn sorted(asked: &Asked) -> Asked {
        let mut asked = asked.clone();
        asked.headers.sort_by_key(|(name, _)| {
            !matches!(name.as_str(), "authorization" | "x-amz-security-token")
        });
        asked
    }
    let dresses: [(&str, fn(&Asked) -> Answer); 6] = [
        ("a page with 403", |asked| {
            Answer::page(403, &format!("<pre>{}</pre>", echoed(asked, "plain")))
        }),
        ("a page with 200", |asked| {
            Answer::page(200, &echoed(asked, "table"))
        }),
        ("JSON with 404", |asked| {
            Answer::new(404, &echoed(asked, "json"))
        }),
        ("text with 502", |asked| {
            Answer::new(502, &echoed(asked, "plain"))
        }),
        ("AWS's error", |asked| {
            Answer::error(400, "ValidationException", &echoed(asked, "plain"))
        }),
        ("AWS's own canonical request", |asked| {
            Answer::error(
                403,
                "InvalidSignatureException",
                &format!(
                    "The request signature we calculated does not match. The Canonical String should have been\n'{}'",
                    echoed(asked, "plain")
                ),
            )
        }),
    ];
    for (what, answer) in dresses {
        let stub = Stub::start(move |asked| answer(&sorted(asked)));
        let world = world().with("AWS_ENDPOINT_URL", stub.url());
        let said = run_all(what, &world, &|| signatures(&stub));
        assert!(!stub.asked().is_empty());
        // It was shown, and its secrets were not.
        let said = String::from_utf8_lossy(&said);
        let shows = said.to_lowercase();
        assert!(
            what.contains("canonical") || shows.contains("authorization"),
            "{what}: nothing of the answer was shown, the test proves nothing:\n{said}"
        );
    }
}

#[test]
fn where_keys_come_from_a_profile() {
    let stub = Stub::start(|asked| {
        Answer::page(
            403,
            &format!(
                "<pre>{}</pre>{}",
                asked.header("authorization"),
                echoed(asked, "plain")
            ),
        )
    });
    let world = world()
        .with("AWS_ENDPOINT_URL", stub.url())
        .with("AWS_PROFILE", "dev")
        .with("AWS_ACCESS_KEY_ID", "")
        .with("AWS_SECRET_ACCESS_KEY", "")
        .with("AWS_SESSION_TOKEN", "");
    run_all("a profile", &world, &|| signatures(&stub));
    assert!(
        stub.asked()[0]
            .header("authorization")
            .contains(secret("id in a profile"))
    );
}

#[test]
fn where_a_proxy_repeats_the_request() {
    let stub = Stub::start(|asked| {
        let password = asked.header("proxy-authorization");
        Answer::page(
            403,
            &format!("<p>{password}</p><pre>{}</pre>", echoed(asked, "plain")),
        )
    });
    let world = world()
        .with("AWS_ENDPOINT_URL", "http://aws.invalid")
        .with("HTTP_PROXY", &proxy(stub.url()));
    run_all("a proxy", &world, &|| signatures(&stub));
    let header = stub.asked()[0].header("proxy-authorization").to_owned();
    assert!(header.contains(secret("header for a proxy")), "{header}");
}

/// The sandbox is told secrets by mistake; neither its log nor its files keep them.
#[test]
fn where_the_sandbox_is_told() {
    let world = world();
    let ready = world.path("ready.json");
    let said = world.path("said");
    let file = File::create(&said).expect("a file can be made");
    let words = [
        "sandbox",
        "--port",
        "0",
        "-vv",
        "--ready-file",
        ready.to_str().expect("a path"),
    ];
    let mut child = world
        .command(words)
        .stdin(Stdio::null())
        .stdout(file.try_clone().expect("a file can be shared"))
        .stderr(file)
        .spawn()
        .expect("the sandbox starts");
    let mut url = String::new();
    crate::world::until("the sandbox is ready", || {
        let text = fs::read_to_string(&ready).unwrap_or_default();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        url = value["url"].as_str().unwrap_or_default().to_owned();
        !url.is_empty()
    });
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/20261120/us-east-1/xray/aws4_request, SignedHeaders=host, Signature=0",
        secret("AWS_ACCESS_KEY_ID")
    );
    let headers = [
        ("Authorization", authorization.as_str()),
        ("X-Amz-Security-Token", secret("AWS_SESSION_TOKEN")),
        ("X-Honeycomb-Team", secret("HONEYCOMB_API_KEY")),
        ("X-Rollbar-Access-Token", secret("ROLLBAR_ACCESS_TOKEN")),
        ("Content-Type", "application/json"),
    ];
    let mut answers = Vec::new();
    for (path, body) in [
        ("/Groups", "{}"),
        ("/CreateGroup", r#"{"GroupName": "one"}"#),
        ("/CreateGroup", "{"),
        ("/NoSuchOperation", "{}"),
        ("/1/events/test", "{}"),
        ("/api/1/item/", "{}"),
    ] {
        answers.extend(post(&url, path, &headers, body).body.into_bytes());
    }
    let world = world.with("AWS_ENDPOINT_URL", &url);
    for command in ["setup", "xray rules", "logs groups", "teardown --yes"] {
        let _run = world.run(command).exits(0);
    }
    answers.extend(get(&url, "/_sandbox/calls").body.into_bytes());
    drop(child.kill());
    drop(child.wait());
    assert_clean("an answer of the sandbox", &answers, &[]);
    assert_clean(
        "the log of the sandbox",
        &fs::read(said).expect("it said something"),
        &[],
    );
    assert_clean(
        "the ready file",
        &fs::read(ready).expect("it was written"),
        &[],
    );
    let files = files(&world.path("data"));
    assert!(
        files.iter().any(|file| file.ends_with("sandbox.db")),
        "{files:?}"
    );
    for file in files {
        let bytes = fs::read(&file).expect("the file can be read");
        assert_clean(&file.display().to_string(), &bytes, &[]);
    }
}

fn files(directory: &Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(directory).expect("the directory can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all
}
