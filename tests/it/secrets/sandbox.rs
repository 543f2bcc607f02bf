//! The sandbox's log, answers and files.

use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;

use super::{assert_clean, secret, world};
use crate::world::{get, post};

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
