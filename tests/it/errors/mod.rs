//! Every failure that a run of `setup` can meet, as its user reads it: the whole text, the exit
//! code, the same as JSON, and nothing half-done.

mod clock;
mod keys;
mod network;
mod permission;
mod service;
mod settings;
mod sign_in;

use crate::world::{Answer, Run, Stub, World};

/// What `setup` says on stderr; stdout must be empty, and `-o json` must say the same.
fn told(world: &World, words: &str, code: i32) -> String {
    let run = world.run(words).exits(code);
    assert_eq!(run.stdout, "", "a failure is no data:\n{run}");
    same_as_json(&run, &world.run(&format!("{words} -o json")).exits(code));
    run.stderr
}

/// Checks that one JSON object on stderr says what the text says.
fn same_as_json(text: &Run, json: &Run) {
    let object: serde_json::Value = serde_json::from_str(&json.stderr)
        .unwrap_or_else(|error| panic!("{error}: stderr is not one JSON object:\n{json}"));
    let error = &object["error"];
    let mut told = match error["code"].as_str() {
        Some(code) => format!("error[{code}]: "),
        None => "error: ".to_owned(),
    };
    told.push_str(error["message"].as_str().expect("a message"));
    told.push('\n');
    let mut add = |label: &str, text: &str| {
        for (index, line) in text.split('\n').enumerate() {
            let label = if index == 0 { label } else { "" };
            told.push_str(&format!("  {label:<7}{line}\n"));
        }
    };
    let list = |name: &str| -> String {
        let lines = error[name].as_array().expect("a list").iter();
        let lines: Vec<_> = lines.map(|line| line.as_str().expect("a line")).collect();
        lines.join("\n")
    };
    for (label, lines) in [
        ("tried:", list("tried")),
        (
            "cause:",
            error["cause"].as_str().unwrap_or_default().to_owned(),
        ),
        ("fix:", list("fixes")),
    ] {
        if !lines.is_empty() {
            add(label, &lines);
        }
    }
    assert_eq!(told, text.stderr, "text and JSON differ");
    assert_eq!(error["exit_code"].as_i64(), text.code.map(i64::from));
}

/// What `setup` says where it must not call anybody: every way out leads to a stub.
fn told_before_any_call(world: World) -> String {
    let way_out = Stub::always(Answer::Cut);
    let world = world
        .with("HTTPS_PROXY", way_out.url())
        .with("HTTP_PROXY", way_out.url());
    let text = told(&world, "setup", 5);
    let asked = way_out.asked();
    assert!(asked.is_empty(), "a call was made: {asked:?}\n{text}");
    text
}

/// What `setup` says to a service that answers every call in one way; nothing may be written.
fn told_of(answer: Answer, code: i32) -> String {
    let stub = Stub::always(answer);
    let world = World::new().pointed_at(stub.url());
    let text = told(&world, "setup --max-attempts 2", code);
    assert!(!stub.asked().is_empty(), "nobody was asked");
    assert_eq!(stub.writes(), [""; 0], "something was written");
    text
}
