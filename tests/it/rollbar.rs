//! `rollbar test`: what is sent, what is shown, and the sentence for every refusal.

use serde_json::Value;

use crate::world::{Answer, Stub, World};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn world(stub: &Stub) -> World {
    World::new()
        .with("ROLLBAR_ACCESS_TOKEN", TOKEN)
        .with("ROLLBAR_ENDPOINT", &format!("{}/api/1/", stub.url()))
}

#[test]
fn one_item_is_sent_and_its_link_shown() {
    let stub = Stub::always(Answer::new(
        200,
        r#"{"err":0,"result":{"id":null,"uuid":"u"}}"#,
    ));
    let run = world(&stub)
        .with("ROLLBAR_CODE_VERSION", "1.2.3")
        .run("rollbar test --level error --message hello --environment test -o json")
        .exits(0);
    let shown = run.json();
    let asked = stub.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].line, "POST /api/1/item/ HTTP/1.1");
    assert_eq!(asked[0].header("x-rollbar-access-token"), TOKEN);
    let body: Value = serde_json::from_slice(&asked[0].body).expect("JSON");
    let data = &body["data"];
    assert_eq!(data["body"]["message"]["body"], "hello");
    assert_eq!(data["level"], "error");
    assert_eq!(data["environment"], "test");
    assert_eq!(data["code_version"], "1.2.3");
    assert_eq!(data["uuid"], shown["uuid"]);
    assert!(body.get("access_token").is_none());
    let uuid = shown["uuid"].as_str().expect("a text");
    let link = format!("https://rollbar.com/occurrence/uuid/?uuid={uuid}");
    assert_eq!(shown["link"], link);
    assert_eq!(shown["token"], "0123…cdef");
    assert_eq!(shown["token_origin"], "ROLLBAR_ACCESS_TOKEN");
    assert!(!run.stdout.contains(TOKEN) && !run.stderr.contains(TOKEN));
}

#[test]
fn every_refusal_is_explained() {
    for (status, code, said) in [
        (401, 6, "does not accept the token 0123…cdef"),
        (403, 6, "lacks the scope"),
        (404, 2, "end in /api/1/"),
        (413, 2, "takes no item of this size"),
        (422, 2, "could not accept the item"),
        (429, 7, "wait 7 s, then try again"),
        (500, 7, "Rollbar failed"),
    ] {
        let answer = Answer::new(status, r#"{"err":1,"message":"so"}"#)
            .with("X-Rate-Limit-Remaining-Seconds", "7");
        let stub = Stub::always(answer);
        let run = world(&stub).run("rollbar test").exits(code);
        let told = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(said), "{status}: {told}");
        assert!(!told.contains(TOKEN));
        assert_eq!((run.stdout.as_str(), stub.asked().len()), ("", 1));
    }
    let run = world(&Stub::always(Answer::Cut)).run("rollbar test");
    let _run = run.exits(7);
}

#[test]
fn without_a_token_nothing_is_sent() {
    let run = World::new().run("rollbar test").exits(5);
    assert!(run.stderr.contains("no Rollbar token"));
}

#[test]
fn an_odd_token_is_tried_all_the_same() {
    let stub = Stub::always(Answer::new(200, r#"{"err":0,"result":{}}"#));
    let run = world(&stub)
        .with("ROLLBAR_ACCESS_TOKEN", "rbac_0123456789abcdef")
        .run("rollbar test")
        .exits(0);
    assert!(run.stderr.contains("does not look like"), "{}", run.stderr);
}

#[test]
fn the_sandbox_takes_it_and_gives_it_back() {
    let world = World::new();
    for _ in 0..2 {
        let shown = world.run("--sandbox rollbar test -o json").exits(0).json();
        assert_eq!(shown["read_back"], "Hello World!");
        assert_eq!(
            shown["sent_to"],
            "/api/1/item/ of the sandbox in this process"
        );
    }
    // The words of tokens are the sandbox's.
    for (token, code) in [
        ("4ead56789abcdef0123456789abcdef0", 6),
        ("c11e56789abcdef0123456789abcdef0", 6),
        ("d15a56789abcdef0123456789abcdef0", 6),
        ("429056789abcdef0123456789abcdef0", 7),
        ("not-a-token", 6),
    ] {
        let world = World::new().with("ROLLBAR_ACCESS_TOKEN", token);
        let _run = world.run("--sandbox rollbar test").exits(code);
    }
}
