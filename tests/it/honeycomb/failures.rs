//! Every failure is one clear error with the right exit code.

use super::{CONFIGURATION, unknown_key, world};
use crate::world::{Answer, Stub};

#[test]
fn each_answer_is_explained() {
    let cases = [
        (unknown_key(), 5, "honeycomb-key-refused"),
        (
            Answer::new(401, r#"{"error": "attempted to use disabled API key"}"#),
            5,
            "honeycomb-key-disabled",
        ),
        (
            Answer::new(403, r#"{"error": "no"}"#),
            6,
            "honeycomb-denied",
        ),
        (
            Answer::new(404, r#"{"error": "not found"}"#),
            5,
            "honeycomb-no-such-path",
        ),
        (
            Answer::new(500, "{\"error\": \"oops\"}"),
            7,
            "service-failure",
        ),
        (
            Answer::page(200, "<html>Please sign in</html>"),
            7,
            "not-honeycomb",
        ),
        (
            Answer::page(503, "<html>Bad gateway</html>"),
            7,
            "not-honeycomb",
        ),
        (Answer::new(200, "{}"), 7, "not-honeycomb"),
        (
            Answer::new(302, "").with("Location", "http://portal.example/login?key=1"),
            7,
            "not-honeycomb",
        ),
        (Answer::Cut, 7, "unreachable"),
    ];
    for (answer, code, name) in cases {
        let stub = Stub::always(answer);
        let run = world(stub.url(), CONFIGURATION)
            .run("honeycomb whoami")
            .exits(code);
        assert!(run.stderr.contains(&format!("error[{name}]")), "{run}");
        assert!(run.stderr.contains("fix:"), "{run}");
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn throttling_says_when_to_come_back() {
    let body = r#"{"status": 429, "title": "limit", "detail": "try again later"}"#;
    let date = Answer::new(429, body).with("Retry-After", "Thu, 20 Nov 2200 08:00:00 GMT");
    let limits = Answer::new(429, body).with("RateLimit", "limit=100, remaining=0, reset=42");
    for (answer, said) in [
        (date, "after 2200-11-20T08:00:00Z"),
        (limits, "run the command again in [TIME]"),
    ] {
        let stub = Stub::always(answer);
        let run = world(stub.url(), CONFIGURATION)
            .run("honeycomb whoami")
            .exits(7);
        assert!(run.stderr.contains("error[throttled]"), "{run}");
        assert!(run.stderr.contains(said), "{run}");
    }
}

#[test]
fn nobody_answers() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        listener.local_addr().expect("it has an address").port()
    };
    let run = world(&format!("http://127.0.0.1:{port}"), CONFIGURATION)
        .run("honeycomb whoami")
        .exits(7);
    assert!(run.stderr.contains("refused"), "{run}");
    let stub = Stub::always(Answer::Hang);
    let run = world(stub.url(), CONFIGURATION)
        .run("--timeout 1 honeycomb whoami")
        .exits(7);
    assert!(run.stderr.contains("no answer within 1 s"), "{run}");
}
