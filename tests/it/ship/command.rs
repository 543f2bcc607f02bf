//! `logs ship` to a sandbox: every line, as it came, and what is said about it.

use serde_json::json;

use super::pipe::{Pipe, call, line, stored};
use crate::world::{Server, World};

/// A world whose CloudWatch Logs is this sandbox, with the group `web`.
fn world_of(server: &Server) -> World {
    call(
        server.url(),
        "CreateLogGroup",
        &json!({"logGroupName": "web"}),
    );
    World::new().pointed_at(server.url())
}

fn sandbox() -> (Server, World) {
    let server = Server::start(&World::new(), "--memory");
    let world = world_of(&server);
    (server, world)
}

#[test]
fn every_line_arrives_as_it_came() {
    let (server, world) = sandbox();
    let mut pipe = Pipe::start(&world, "");
    let lines = "first\n\n  indented\r\n\r\n{\"json\": \"grün\"}\ntab\there \u{1b}[31mred\n水 without an end";
    pipe.write(lines);
    let ended = pipe.close();
    assert_eq!(
        ended.truth(0),
        "logs: given 7 · sent 5 · dropped 0 · rejected 2 (empty)"
    );
    assert_eq!(ended.out, b"");
    assert_eq!(
        stored(server.url()),
        [
            "first",
            "  indented",
            "{\"json\": \"grün\"}",
            "tab\there \u{1b}[31mred",
            "水 without an end"
        ]
    );
    insta::assert_snapshot!(world.stable(&ended.err), @"
    shipping to log group web, stream one
    logs: given 7 · sent 5 · dropped 0 · rejected 2 (empty)
    next: cruddur-obs logs tail web
    ");
}

#[test]
fn forty_thousand_lines_arrive_in_order() {
    let (server, world) = sandbox();
    let mut pipe = Pipe::start(&world, "--tee");
    pipe.lines(0..40_000);
    let ended = pipe.close();
    assert_eq!(
        ended.truth(0),
        "logs: given 40,000 · sent 40,000 · dropped 0 · rejected 0"
    );
    let expected: String = (0..40_000).map(line).collect();
    assert!(
        ended.out == expected.as_bytes(),
        "--tee passes everything on"
    );
    let stored: String = stored(server.url())
        .into_iter()
        .map(|line| line + "\n")
        .collect();
    assert!(stored == expected, "{} bytes", stored.len());
}

#[test]
fn bytes_that_are_no_text_and_lines_that_are_too_long() {
    let (server, world) = sandbox();
    let mut pipe = Pipe::start(&world, "--tee -q");
    let long = "x".repeat(1_048_577);
    let input = [b"a\xffb\n", long.as_bytes(), b"\n\xf0\x9f\n"].concat();
    pipe.write(&input);
    let ended = pipe.close();
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    assert!(ended.out == input);
    let stored = stored(server.url());
    assert_eq!(
        (stored.len(), stored[0].as_str(), stored[2].as_str()),
        (3, "a\u{fffd}b", "\u{fffd}")
    );
    let (kept, suffix) = stored[1].split_once('…').expect("it is cut");
    assert!(kept.bytes().all(|byte| byte == b'x') && stored[1].len() <= 1_048_550);
    assert_eq!(suffix, format!(" [{} bytes cut]", long.len() - kept.len()));
}

#[test]
fn the_figures_as_json() {
    let (_server, world) = sandbox();
    let mut pipe = Pipe::start(&world, "-o json");
    pipe.write(b"a\n\nb\xff\n");
    pipe.write("x".repeat(2_000_000));
    let ended = pipe.close();
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    insta::assert_snapshot!(String::from_utf8_lossy(&ended.out), @r#"
    {
      "group": "web",
      "stream": "one",
      "given": 4,
      "sent": 3,
      "cut": 1,
      "invalid_utf8": 1,
      "dropped": {
        "queue_full": 0,
        "not_delivered_in_time": 0,
        "shipping_stopped": 0
      },
      "rejected": {
        "empty": 1,
        "too_old": 0,
        "expired": 0,
        "too_new": 0,
        "refused": 0
      }
    }
    "#);
}

#[test]
fn nothing_in_is_nothing_out() {
    let (server, world) = sandbox();
    let before = server.calls();
    let ended = Pipe::start(&world, "").close();
    assert_eq!(
        ended.truth(0),
        "logs: given 0 · sent 0 · dropped 0 · rejected 0"
    );
    assert_eq!(server.calls(), before);
}

#[test]
fn a_group_that_is_missing_is_told_and_the_writer_goes_on() {
    let server = Server::start(&World::new(), "--memory");
    let world = World::new().pointed_at(server.url());
    let mut pipe = Pipe::start(&world, "--tee");
    pipe.lines(0..3);
    crate::world::until("it is told", || pipe.said().contains("error["));
    // Much more than a pipe holds.
    pipe.lines(3..50_000);
    let ended = pipe.close();
    assert_eq!(
        ended.truth(2),
        "logs: given 50,000 · sent 0 · dropped 50,000 (shipping stopped) · rejected 0"
    );
    assert_eq!(ended.out.len(), 50_000 * line(0).len());
    insta::assert_snapshot!(world.stable(&ended.err), @"
    shipping to log group web, stream one
    error[no-log-group]: the log group web does not exist
      fix:   cruddur-obs logs create web --retention 7
             or let this command do it: --create-group --retention 7
    warning: nothing more is shipped; stdin is read to its end, so that its program can go on
    logs: given 50,000 · sent 0 · dropped 50,000 (shipping stopped) · rejected 0
    ");
    assert_eq!(server.writes(), ["PutLogEvents", "CreateLogStream"]);
}

#[test]
fn or_is_made_where_that_was_asked_for() {
    let server = Server::start(&World::new(), "--memory");
    let world = World::new().pointed_at(server.url());
    let mut pipe = Pipe::start(&world, "--create-group --retention 7");
    pipe.lines(0..3);
    let ended = pipe.close();
    assert_eq!(
        ended.truth(0),
        "logs: given 3 · sent 3 · dropped 0 · rejected 0"
    );
    assert_eq!(stored(server.url()).len(), 3);
    let groups = world.run("logs groups -o json").exits(0).json();
    let group = &groups["log_groups"][0];
    assert_eq!(
        (&group["name"], &group["retention_days"]),
        (&json!("web"), &json!(7))
    );
    // It carries the mark of all that this tool makes: setup has nothing to adopt.
    let again = world.run("logs create web --retention 7").exits(0);
    assert!(again.to_string().contains("unchanged"), "{again}");
}

#[test]
fn the_time_that_a_line_begins_with() {
    let (server, world) = sandbox();
    let now = jiff::Timestamp::now();
    let hour = jiff::SignedDuration::from_hours(1);
    let mut pipe = Pipe::start(&world, "--timestamps line -o json");
    for (hours, name) in [
        (0, "now"),
        (-1, "an hour ago"),
        (3, "too new"),
        (-15 * 24, "too old"),
        (-30, "yesterday"),
        (1, "soon"),
    ] {
        pipe.write(format!("{} {name}\n", now + hour * hours));
    }
    pipe.write("no time\n");
    let ended = pipe.close();
    assert_eq!(ended.code, Some(7), "{}", ended.err);
    let names: Vec<String> = stored(server.url())
        .into_iter()
        .map(|message| {
            message
                .split_once("Z ")
                .map_or(message.clone(), |(_, name)| name.to_owned())
        })
        .collect();
    assert_eq!(
        names,
        ["yesterday", "an hour ago", "now", "no time", "soon"]
    );
    let figures: serde_json::Value = serde_json::from_slice(&ended.out).expect("JSON");
    assert_eq!(
        figures["rejected"],
        json!({"empty": 0, "too_old": 1, "expired": 0, "too_new": 1, "refused": 0})
    );
    assert!(ended.err.contains("\"not-delivered\""), "{}", ended.err);
}

#[test]
fn without_a_name_the_stream_is_that_of_machine_start_and_process() {
    let (_server, world) = sandbox();
    let run = world
        .run_with(["logs", "ship", "web", "-o", "json"], "a line\n")
        .exits(0);
    let stream = run.json()["stream"].as_str().expect("a name").to_owned();
    let parts: Vec<&str> = stream.split('/').collect();
    assert_eq!(parts.len(), 3, "{stream}");
    assert!(
        parts[1].ends_with('Z') && parts[1].len() == "2026-11-24T10-00-00Z".len(),
        "{stream}"
    );
    assert!(parts[2].parse::<u32>().is_ok(), "{stream}");
}

#[test]
fn the_sandbox_of_this_process_takes_lines_too() {
    let world = World::new();
    let run = world.run_with(
        ["--sandbox", "logs", "ship", "web", "--create-group"],
        "a\nb\n",
    );
    assert!(run.exits(0).stderr.contains("logs: given 2 · sent 2"));
}

#[test]
fn mistakes_are_usage_errors() {
    let world = World::new();
    let mut all = String::new();
    for words in [
        "logs ship web --tee -o json",
        "logs ship web --retention 7",
        "logs ship web --create-group --retention 10",
        "logs ship a:b",
        "logs ship web --stream a:b",
        "logs ship web --drain-timeout x",
    ] {
        let run = world.run(&format!("--sandbox {words}")).exits(2);
        all.push_str(&format!("$ {words}\n{}", run.stderr));
    }
    insta::assert_snapshot!(all, @r#"
    $ logs ship web --tee -o json
    {"error":{"message":"--tee and -o json both write to stdout","code":"tee-json","exit_code":2,"tried":[],"cause":null,"fixes":["leave one of them out"]}}
    $ logs ship web --retention 7
    error: the following required arguments were not provided:
      --create-group

    Usage: cruddur-obs logs ship --create-group --retention <DAYS> <GROUP>

    For more information, try '--help'.
    $ logs ship web --create-group --retention 10
    error[retention]: --retention: a retention of 10 days is not allowed; 7 or 14
    $ logs ship a:b
    error[log-group-name]: character 2 of the log group's name is ':'; allowed are the letters a-z and A-Z, digits, and . - _ / #
      fix:   name a log group, such as /cruddur/api
    $ logs ship web --stream a:b
    error[log-stream-name]: character 2 of the log stream's name is ':', which is not allowed
      fix:   leave --stream out, or name it without : and *
    $ logs ship web --drain-timeout x
    error: invalid value 'x' for '--drain-timeout <TIME>': give a time such as 10s, 500ms or 2m, at most a day

    For more information, try '--help'.
    "#);
}
