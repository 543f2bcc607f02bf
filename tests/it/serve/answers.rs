//! Every answer that was captured from the seeds' app, against ours: status, headers, body.

use std::collections::BTreeSet;
use std::fs;

use super::backend::{Answered, Backend};
use super::sinks::Sinks;
use crate::world::{Answer, Stub, World, repository};

/// What differs on purpose: the capture, what of it, and why.
const DIFFERENCES: [(&str, &str, &str); 4] = [
    (
        "20-error-raise",
        "request",
        "the captured app's own route; /debug/error takes its place",
    ),
    (
        "21-error-chain",
        "request",
        "the captured app's own route; /debug/error?kind=chain takes its place",
    ),
    (
        "22-error-span",
        "request",
        "the captured app's own route; /debug/error?kind=span takes its place",
    ),
    (
        "37-xray-header-unsampled",
        "x-amzn-trace-id",
        "the SDK hides the id of what it does not record; here it is the id in the other three tools",
    ),
];

/// Captures that have no counterpart, and why.
const WITHOUT_COUNTERPART: [(&str, &str); 1] = [(
    "32-annotate",
    "a route that shows what the SDK can do; nothing of the bootcamp's",
)];

/// Headers that are of the captured server or of the connection, and not of the app.
const NOT_OF_THE_APP: [&str; 3] = ["server", "date", "connection"];

/// A capture: the request that was sent, and what came back.
struct Capture {
    name: String,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
    answered: Answered,
}

fn captures() -> Vec<Capture> {
    let directory = repository().join("tests/fixtures/serve/responses");
    let mut paths: Vec<_> = fs::read_dir(directory)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    paths.sort();
    let all = paths.iter().map(|path| {
        let name = path.file_stem().expect("it has a name").to_string_lossy();
        let text = fs::read_to_string(path).expect("it can be read");
        let text = text.replace("\r\n", "\n");
        capture(&name, &text)
    });
    all.collect()
}

fn capture(name: &str, text: &str) -> Capture {
    let (command, rest) = text.split_once('\n').expect("it has a command");
    let command = command.trim_start_matches("# curl -i ");
    let mut parts = command.split(" -");
    let path = parts.next().unwrap_or_default().trim().to_owned();
    let (mut method, mut body, mut headers) = ("GET".to_owned(), String::new(), Vec::new());
    let mut words: Vec<String> = Vec::new();
    for part in parts {
        // A dash inside a value follows a blank nowhere in these commands.
        words.push(part.to_owned());
    }
    for word in words {
        let (flag, value) = word.split_at(1);
        let value = value.trim();
        match flag {
            "X" => value.clone_into(&mut method),
            "I" => "HEAD".clone_into(&mut method),
            "H" => {
                let (name, value) = value.split_once(':').expect("a header has a name");
                headers.push((name.to_owned(), value.trim().to_owned()));
            }
            "d" => value.clone_into(&mut body),
            other => panic!("{name} has the unknown flag {other}"),
        }
    }
    if !body.is_empty() && !headers.iter().any(|(name, _)| name == "Content-Type") {
        let form = "application/x-www-form-urlencoded".to_owned();
        headers.push(("Content-Type".to_owned(), form));
    }
    let (head, body_back) = rest.split_once("\n\n").unwrap_or((rest, ""));
    let mut lines = head.lines();
    let first = lines.next().expect("it has a status");
    let mut first = first.splitn(3, ' ').skip(1);
    let answered = Answered {
        status: first
            .next()
            .and_then(|one| one.parse().ok())
            .expect("a status"),
        reason: first.next().unwrap_or_default().to_owned(),
        headers: lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect(),
        body: body_back.to_owned(),
    };
    Capture {
        name: name.to_owned(),
        method,
        path,
        headers,
        body,
        answered,
    }
}

#[test]
fn every_captured_answer() {
    let other = Stub::always(Answer::page(200, "hello"));
    let sinks = Sinks::start();
    let world = sinks
        .world()
        .with("FRONTEND_URL", "http://localhost:3000")
        .with("BACKEND_URL", "http://127.0.0.1:28567");
    let backend = Backend::start(&world, "--user adaquill -q");
    let (mut found, mut used) = (Vec::new(), BTreeSet::new());
    for capture in captures() {
        if WITHOUT_COUNTERPART
            .iter()
            .any(|(name, _)| *name == capture.name)
        {
            used.insert(capture.name.clone());
            continue;
        }
        let path = match capture.name.as_str() {
            "20-error-raise" => "/debug/error?q=1&password=sesame",
            "21-error-chain" => "/debug/error?kind=chain",
            "22-error-span" => "/debug/error?kind=span",
            _ => &capture.path,
        };
        let path = path.replace("http://127.0.0.1:28980", other.url());
        let headers: Vec<(&str, &str)> = capture
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let ours = backend.ask(&capture.method, &path, &headers, &capture.body);
        let mut differences = differences(&capture, &ours);
        if path != capture.path && !capture.path.starts_with("/debug/outbound") {
            differences.push(("request".to_owned(), path));
        }
        for (what, detail) in differences {
            let expected = DIFFERENCES
                .iter()
                .find(|(name, of, _)| *name == capture.name && *of == what);
            match expected {
                Some((name, of, _)) => drop(used.insert(format!("{name} {of}"))),
                None => found.push(format!("{}: {what}: {detail}", capture.name)),
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    let unused: Vec<_> = DIFFERENCES
        .iter()
        .map(|(name, of, _)| format!("{name} {of}"))
        .chain(
            WITHOUT_COUNTERPART
                .iter()
                .map(|(name, _)| (*name).to_owned()),
        )
        .filter(|entry| !used.contains(entry))
        .collect();
    assert!(unused.is_empty(), "these differ no more: {unused:#?}");
}

fn differences(capture: &Capture, ours: &Answered) -> Vec<(String, String)> {
    let theirs = &capture.answered;
    let mut found = Vec::new();
    let mut compare = |what: &str, theirs: String, ours: String| {
        if theirs != ours {
            found.push((what.to_owned(), format!("{theirs:?} became {ours:?}")));
        }
    };
    compare("status", theirs.status.to_string(), ours.status.to_string());
    // HTTP gives the words of a status no meaning; only their case differs.
    compare(
        "reason",
        theirs.reason.to_lowercase(),
        ours.reason.to_lowercase(),
    );
    compare("body", stable(&theirs.body), stable(&ours.body));
    let names: BTreeSet<&String> = theirs
        .headers
        .iter()
        .chain(&ours.headers)
        .map(|(name, _)| name)
        .filter(|name| !NOT_OF_THE_APP.contains(&name.as_str()))
        // The other spelling of the trace's id is ours alone, in every answer.
        .filter(|name| *name != "traceparent")
        .collect();
    let has_own_trace = capture
        .headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("x-amzn-trace-id"));
    for name in names {
        let value = |answer: &Answered| {
            let value = answer.header(name).unwrap_or("(none)").to_owned();
            match name.as_str() {
                "x-amzn-trace-id" if !has_own_trace => shape(&value),
                // Which comes first is the order of a Python set.
                "allow" => sorted(&value),
                _ => value,
            }
        };
        compare(name, value(theirs), value(ours));
    }
    assert_eq!(ours.trace_id().len(), 32);
    found
}

/// A text whose digits are all the same.
fn shape(text: &str) -> String {
    let digit = |each: char| if each.is_ascii_hexdigit() { '0' } else { each };
    text.chars().map(digit).collect()
}

fn sorted(list: &str) -> String {
    let mut items: Vec<&str> = list.split(',').map(str::trim).collect();
    items.sort_unstable();
    items.join(", ")
}

/// A body without times and new ids; how a time is written stays.
fn stable(body: &str) -> String {
    let parts = body.split('"').map(|part| {
        let is_time = part.len() >= 26 && part.as_bytes()[10] == b'T' && part.starts_with("20");
        let is_new =
            part.len() == 36 && part.matches('-').count() == 4 && !part.starts_with("0a1b2c3d");
        if is_time || is_new {
            shape(part)
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("\"")
}

#[test]
fn what_was_not_captured() {
    let world = World::new()
        .with("FRONTEND_URL", "http://localhost:3000")
        .with("BACKEND_URL", "http://127.0.0.1:28567");
    let backend = Backend::start(&world, "--xray off -q");
    let json = ("Content-Type", "application/json");
    let long = format!(r#"{{"message": "{}", "ttl": "1-day"}}"#, "é".repeat(281));
    for (method, path, headers, body, status, expected) in [
        ("GET", "/api/activities/home/", vec![], "", 404, ""),
        ("GET", "/api/activities/@", vec![], "", 200, ""),
        ("OPTIONS", "/nope", vec![], "", 404, ""),
        ("DELETE", "/api/messages", vec![], "", 405, ""),
        ("HEAD", "/api/messages", vec![], "", 405, ""),
        ("POST", "/api/activities", vec![json], "", 400, ""),
        ("POST", "/api/activities", vec![json], "[]", 500, ""),
        (
            "POST",
            "/api/activities",
            vec![json],
            r#"{"message": 5, "ttl": "1-day"}"#,
            500,
            "",
        ),
        ("POST", "/api/activities", vec![], "", 415, ""),
        (
            "POST",
            "/api/activities",
            vec![json],
            long.as_str(),
            422,
            "[\"message_exceed_max_chars\"]\n",
        ),
        (
            "GET",
            "/debug/slow?ms=x",
            vec![],
            "",
            422,
            "[\"ms_invalid\"]\n",
        ),
        ("GET", "/debug/slow?ms=1", vec![], "", 200, "{\"ms\":1}\n"),
        (
            "GET",
            "/debug/outbound?url=file:///etc/passwd",
            vec![],
            "",
            422,
            "[\"url_invalid\"]\n",
        ),
        (
            "GET",
            "/debug/outbound",
            vec![],
            "",
            422,
            "[\"url_blank\"]\n",
        ),
        (
            "GET",
            "/debug/outbound?url=http://127.0.0.1:9/",
            vec![],
            "",
            502,
            "",
        ),
        ("GET", "/debug/error?kind=panic", vec![], "", 500, ""),
        ("GET", "/api/activities/search?term=+", vec![], "", 200, ""),
        ("GET", "/health", vec![], "", 200, ""),
    ] {
        let answered = backend.ask(method, path, &headers, body);
        assert_eq!(answered.status, status, "{method} {path}");
        assert!(
            expected.is_empty() || answered.body == expected,
            "{method} {path}: {answered:?}"
        );
    }
}

#[test]
fn doubled_slashes_and_other_origins() {
    let world = World::new()
        .with("FRONTEND_URL", "http://localhost:3000")
        .with("BACKEND_URL", "http://127.0.0.1:28567");
    let backend = Backend::start(&world, "--xray off -q");
    let json = ("Content-Type", "application/json");
    let merged = backend.ask(
        "GET",
        "//api//activities/home?x=1",
        &[("Host", "h.test")],
        "",
    );
    assert_eq!(merged.status, 308);
    assert_eq!(
        merged.header("location"),
        Some("http://h.test/api/activities/home?x=1")
    );
    let preflight = [
        ("Origin", "http://localhost:3000"),
        ("Access-Control-Request-Method", "POST"),
    ];
    let allowed = backend.ask("OPTIONS", "/api/messages", &preflight, "");
    assert_eq!(
        allowed.header("access-control-allow-origin"),
        Some("http://localhost:3000")
    );
    // A failure of a POST route is answered under the common rule.
    let stranger = [json, ("Origin", "http://stranger.test")];
    let failed = backend.ask("POST", "/api/messages", &stranger, "{");
    assert_eq!(
        (failed.status, failed.header("access-control-allow-origin")),
        (400, None)
    );
}
