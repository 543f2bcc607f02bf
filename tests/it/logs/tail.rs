//! `logs tail`: what is there, what comes, and whatever happens meanwhile.

use super::service::{Line, Service, no_group, now, slow_down};
use crate::world::{Answer, Stub, World};

fn world(stub: &Stub) -> World {
    World::new().pointed_at(stub.url())
}

fn line(at: i64, text: &str) -> Line {
    Line(at, "web-1", text.to_owned())
}

/// Runs a tail that ends when nothing came for a while; gives the lines and what was said.
fn tail(stub: &Stub, words: &str) -> (Vec<String>, String) {
    let run = world(stub).run(&format!("logs tail {words} --idle-exit 2500ms -o raw"));
    let run = run.exits(0);
    (run.raw.lines().map(str::to_owned).collect(), run.stderr)
}

#[test]
fn lines_that_come_are_shown_once_each() {
    let start = now() - 60_000;
    let stub = Stub::start(move |asked| {
        let mut lines = vec![line(start, "first"), line(start, "first")];
        if asked.nth > 0 {
            lines.push(line(start + 10, "second"));
            // Late, and alike to the millisecond.
            lines.push(line(start - 5, "late"));
            lines.push(line(start, "first"));
        }
        if asked.nth > 1 {
            lines.push(Line(start + 20, "new-stream", "third".to_owned()));
        }
        Service::of("/app", lines).answer(asked)
    });
    let (lines, said) = tail(&stub, "/app");
    assert_eq!(
        lines,
        ["first", "first", "late", "first", "second", "third"]
    );
    insta::assert_snapshot!(said, @"
    following /app; stop with Ctrl-C
    no line for 2s 500ms: stopped after 6 lines
    ");
}

#[test]
fn throttling_failures_and_cuts_are_waited_out_and_said_once() {
    let start = now() - 60_000;
    let stub = Stub::start(move |asked| {
        if asked.operation == "FilterLogEvents" {
            match asked.nth {
                1..=4 => return slow_down(),
                6..=9 => return Answer::Cut,
                11..=14 => return Answer::error(500, "InternalFailure", ""),
                _ => {}
            }
        }
        let lines = (0..=asked.nth).map(|nth| {
            let at = start + i64::try_from(nth).expect("small");
            line(at, &format!("line {nth}"))
        });
        Service::of("/app", lines.filter(|line| line.0 < start + 16).collect()).answer(asked)
    });
    let (lines, said) = tail(&stub, "/app");
    let expected: Vec<String> = (0..16).map(|nth| format!("line {nth}")).collect();
    assert_eq!(lines, expected);
    let said = said.replace(stub.url(), "[URL]");
    let said: Vec<&str> = said
        .lines()
        .map(|line| line.split(" after ").next().unwrap_or_default())
        .collect();
    insta::assert_snapshot!(said.join("\n"), @"
    following /app; stop with Ctrl-C
    warning: CloudWatch Logs asks to slow down: waiting, no line is lost
    reading again
    warning: http://127.0.0.1:[PORT] cut the connection before it answered; trying again, no line is lost
    reading again
    warning: CloudWatch Logs failed on its side; trying again, no line is lost
    reading again
    no line for 2s 500ms: stopped
    ");
}

#[test]
fn a_group_may_go_and_come_back() {
    let start = now() - 60_000;
    let stub = Stub::start(move |asked| {
        let service = |text| Service::of("/app", vec![line(start, text)]);
        match (asked.operation.as_str(), asked.nth) {
            ("FilterLogEvents", 1) => no_group(),
            ("FilterLogEvents", 2..) => service("after").answer(asked),
            _ => service("before").answer(asked),
        }
    });
    let world = world(&stub);
    // It is looked for every ten seconds.
    let run = world.run("logs tail /app --idle-exit 12s -o raw").exits(0);
    insta::assert_snapshot!(run, @"
    before
    after
    --- stderr ---
    following /app; stop with Ctrl-C
    warning: log group /app is gone: waiting for it to come back
    log group /app is back
    no line for 12s: stopped after 2 lines
    ");
}

#[test]
fn new_groups_are_taken_up_and_others_are_not() {
    let start = now() - 60_000;
    let stub = Stub::start(move |asked| {
        let mut service = Service::of("/app/one", vec![line(start, "one")]);
        service = service.with("/app/other", vec![line(start, "other")]);
        if asked.nth > 0 {
            service = service.with("/app/zone", vec![line(start, "zone")]);
        }
        service.answer(asked)
    });
    let world = world(&stub);
    let run = world
        .run("logs tail /app/*one --idle-exit 12s -o raw")
        .exits(0);
    insta::assert_snapshot!(run, @"
    one
    zone
    --- stderr ---
    following /app/one; stop with Ctrl-C
    log group /app/zone is new: reading it too
    no line for 12s: stopped after 2 lines
    ");
}

#[test]
fn many_pages_are_read_to_the_end() {
    let start = now() - 300_000;
    let lines: Vec<Line> = (0..100_000)
        .map(|nth| line(start + nth / 500, &format!("line {nth}")))
        .collect();
    let service = Service::of("/app", lines);
    let stub = Stub::start(move |asked| service.answer(asked));
    let run = world(&stub)
        .run("logs tail /app --no-follow -o raw")
        .exits(0);
    let last = run
        .raw
        .lines()
        .enumerate()
        .all(|(nth, line)| line == format!("line {nth}"));
    assert!(last, "in their order");
    assert_eq!(run.raw.lines().count(), 100_000);
}

#[test]
fn the_service_s_clock_counts() {
    // Ours is two hours ahead of it: lines are from two hours ago.
    let there = now() - 7_200_000;
    let date = jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&jiff::Timestamp::from_millisecond(there).expect("a time"))
        .expect("a date");
    let stub = Stub::start(move |asked| {
        let mut lines = vec![line(there - 60_000, "before")];
        if asked.nth > 1 {
            lines.push(line(there + 1000, "after"));
        }
        Service::of("/app", lines).answer(asked).with("Date", &date)
    });
    let (lines, said) = tail(&stub, "/app");
    assert_eq!(lines, ["before", "after"]);
    insta::assert_snapshot!(said, @"
      note  this clock is 2h ahead of that of CloudWatch Logs, whose time is meant here
    following /app; stop with Ctrl-C
    no line for 2s 500ms: stopped after 2 lines
    ");
}

#[test]
fn a_writer_s_clock_that_is_ahead_hides_nobody_s_lines() {
    let start = now();
    let stub = Stub::start(move |asked| {
        let mut lines = vec![line(start + 3_600_000, "from the future")];
        if asked.nth > 0 {
            lines.push(line(start + 1000, "from now"));
        }
        Service::of("/app", lines).answer(asked)
    });
    let (lines, _) = tail(&stub, "/app");
    assert_eq!(lines, ["from the future", "from now"]);
}

#[test]
fn several_groups_are_one_in_the_order_of_time() {
    let start = now() - 60_000;
    let stub = Stub::start(move |asked| {
        let lines = |from: i64| {
            (0..5).map(move |nth| line(start + nth * 10 + from, &format!("{from}-{nth}")))
        };
        let mut service = Service::of("/a", lines(0).collect()).with("/b", lines(3).collect());
        service.page = 2;
        service.answer(asked)
    });
    let run = world(&stub)
        .run("logs tail /a /b --no-follow --columns group,message")
        .exits(0);
    insta::assert_snapshot!(run, @"
    /a 0-0
    /b 3-0
    /a 0-1
    /b 3-1
    /a 0-2
    /b 3-2
    /a 0-3
    /b 3-3
    /a 0-4
    /b 3-4
    ");
}

#[test]
fn streams_and_lines_are_chosen() {
    let start = now() - 60_000;
    let stub = Stub::start(move |asked| {
        let lines = vec![
            Line(start, "web-1", "ERROR one".to_owned()),
            Line(start + 1, "web-2", "ERROR two".to_owned()),
            Line(start + 2, "job-1", "ERROR three".to_owned()),
            Line(start + 3, "web-1", "all well".to_owned()),
        ];
        Service::of("/app", lines).answer(asked)
    });
    let world = world(&stub);
    let shown = |words: &str| {
        let run = world.run(&format!("logs tail /app --no-follow -o raw {words}"));
        run.exits(0).raw.replace('\n', "|")
    };
    assert_eq!(shown("--stream web-*"), "ERROR one|ERROR two|all well|");
    assert_eq!(shown("--stream *-1 --grep ERROR"), "ERROR one|ERROR three|");
    assert_eq!(shown("--stream web-2"), "ERROR two|");
    assert_eq!(
        shown("--grep ERROR --not two --regex (?i)error.t"),
        "ERROR three|"
    );
    let asked = stub.asked();
    let bodies: Vec<String> = asked
        .iter()
        .filter(|asked| asked.operation == "FilterLogEvents")
        .map(|asked| {
            let mut body: serde_json::Value =
                serde_json::from_slice(&asked.body).expect("a body is JSON");
            let body = body.as_object_mut().expect("a body is an object");
            body.retain(|name, _| !name.ends_with("Time"));
            format!("{body:?}")
        })
        .collect();
    insta::assert_snapshot!(bodies.join("\n"), @r#"
    {"logGroupName": String("/app"), "logStreamNamePrefix": String("web-")}
    {"logGroupName": String("/app"), "filterPattern": String("\"ERROR\"")}
    {"logGroupName": String("/app"), "logStreamNames": Array [String("web-2")]}
    {"logGroupName": String("/app"), "filterPattern": String("\"ERROR\" -\"two\"")}
    "#);
}

#[test]
fn what_cannot_be_is_said_before_anything_is_read() {
    let stub = Stub::start(|asked| Service::of("/app", vec![]).answer(asked));
    let world = world(&stub);
    insta::assert_snapshot!(world.run("logs tail /other"), @"
    --- stderr ---
    error[no-log-group]: log group /other does not exist
      tried: region us-east-1 from AWS_REGION
      fix:   see which there are: cruddur-obs logs groups
             or create it: cruddur-obs logs create /other
    [exit code 2]
    ");
    insta::assert_snapshot!(world.run("logs tail /o*"), @"
    --- stderr ---
    error[no-log-group]: no log group has a name like /o*
      tried: region us-east-1 from AWS_REGION
      fix:   see which there are: cruddur-obs logs groups
    [exit code 2]
    ");
    insta::assert_snapshot!(world.run("logs tail /app --pattern connection-error"), @r#"
    --- stderr ---
    error[filter-pattern]: the filter pattern cannot be read: column 11: '-' cannot stand in a term without quotes; write "connection-error"
      cause: connection-error
                       ^
      fix:   to look for the text as it stands: --grep connection-error
    [exit code 2]
    "#);
    insta::assert_snapshot!(world.run("logs tail /app --regex ("), @r#"
    --- stderr ---
    error[regex]: --regex "(" is no regular expression
      cause: regex parse error:
                 (
                 ^
             error: unclosed group
      fix:   to look for a text as it stands, write --grep in place of --regex
    [exit code 2]
    "#);
    insta::assert_snapshot!(world.run("logs tail /app --json a>b"), @r#"
    --- stderr ---
    error: invalid value 'a>b' for '--json <FIELD=VALUE>': "a>b" is no condition: write a field, or field=value; with =, !=, <, <=, > or >=

    For more information, try '--help'.
    [exit code 2]
    "#);
    insta::assert_snapshot!(world.run("logs tail /app --since tomorrow"), @r#"
    --- stderr ---
    error: invalid value 'tomorrow' for '--since <TIME>': "tomorrow" is no time; write a length such as 90s, 10m, 2h or 1d, a time such as "2026-11-20 10:00", 10:00, yesterday or 2026-11-20T10:00:00Z, or seconds since 1970

    For more information, try '--help'.
    [exit code 2]
    "#);
    insta::assert_snapshot!(world.run("logs tail"), @"
    --- stderr ---
    error[no-log-group]: log group cruddur does not exist
      tried: region us-east-1 from AWS_REGION
      fix:   see which there are: cruddur-obs logs groups
             or create it: cruddur-obs logs create cruddur
             or create all that the files name: cruddur-obs setup
    [exit code 2]
    ");
}
