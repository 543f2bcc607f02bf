//! `logs ship` on a bad day: nothing is lost that can wait, and what is lost is counted.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use super::pipe::{Pipe, call, line, stored, taken};
use crate::world::{Answer, Server, Stub, World, until};

fn fine() -> Answer {
    Answer::new(200, r#"{"nextSequenceToken": "1"}"#)
}

/// CloudWatch Logs that is so bad to the first requests, and then fine.
fn bad_at_first(bad: Answer, times: usize) -> (Stub, World) {
    let stub = Stub::start(move |asked| {
        if asked.nth < times {
            bad.clone()
        } else {
            fine()
        }
    });
    let world = World::new().pointed_at(stub.url());
    (stub, world)
}

/// Ships lines through a failure at the end of the input, where somebody waits.
fn recovers_from(bad: Answer) {
    let (stub, world) = bad_at_first(bad, 1);
    let mut pipe = Pipe::start(&world, "");
    pipe.lines(0..1000);
    let ended = pipe.close();
    assert_eq!(
        ended.truth(0),
        "logs: given 1,000 · sent 1,000 · dropped 0 · rejected 0"
    );
    let expected: Vec<String> = (0..1000)
        .map(|number| line(number).trim_end().to_owned())
        .collect();
    assert_eq!(taken(&stub, |nth| nth > 0), expected);
    assert!(
        ended
            .err
            .contains("CloudWatch Logs answers again after 1 failed attempt"),
        "{}",
        ended.err
    );
}

#[test]
fn throttling_loses_nothing() {
    recovers_from(Answer::error(400, "ThrottlingException", "Rate exceeded"));
}

#[test]
fn a_broken_service_loses_nothing() {
    recovers_from(Answer::error(500, "InternalFailure", "oops"));
}

#[test]
fn a_cut_connection_loses_nothing() {
    recovers_from(Answer::Cut);
}

#[test]
fn an_answer_that_is_cut_off_loses_nothing() {
    recovers_from(fine().lacking(10));
}

#[test]
fn a_service_that_hangs_for_a_while_gets_everything() {
    let (stub, world) = bad_at_first(Answer::Hang, 1);
    let mut pipe = Pipe::start(&world, "--timeout 1");
    pipe.lines(0..10);
    // With the input open, it tries for as long as it takes.
    until("it has failed and tried again", || stub.asked().len() == 2);
    pipe.lines(10..20);
    assert_eq!(
        pipe.close().truth(0),
        "logs: given 20 · sent 20 · dropped 0 · rejected 0"
    );
    assert_eq!(taken(&stub, |nth| nth > 0).len(), 20);
}

#[test]
fn nobody_there_is_told_after_the_time_that_was_given() {
    let world = World::new().pointed_at("http://127.0.0.1:1");
    let mut pipe = Pipe::start(&world, "--timeout 1");
    pipe.lines(0..3);
    let ended = pipe.close();
    assert_eq!(
        ended.truth(7),
        "logs: given 3 · sent 0 · dropped 3 (not delivered in time) · rejected 0"
    );
    insta::assert_snapshot!(world.stable(&ended.err), @"
    shipping to log group web, stream one
    warning: 3 log events could not be sent: nothing answers at http://127.0.0.1:[PORT] (connection refused); they wait and are sent again
    logs: given 3 · sent 0 · dropped 3 (not delivered in time) · rejected 0
    error[not-delivered]: 3 of 3 lines were not delivered
      cause: 3 not delivered in time
      fix:   give it more time: --timeout 600 at the end of the input, --drain-timeout 60s on a stop
    ");
}

#[test]
fn a_permission_that_is_missing_is_told_at_once_and_the_writer_goes_on() {
    let stub = Stub::always(Answer::error(
        400,
        "AccessDeniedException",
        "User: arn:aws:iam::111122223333:user/dev is not authorized to perform: logs:PutLogEvents on resource: arn:aws:logs:us-east-1:111122223333:log-group:web:log-stream:one because no identity-based policy allows the logs:PutLogEvents action",
    ));
    let world = World::new().pointed_at(stub.url());
    let mut pipe = Pipe::start(&world, "");
    pipe.lines(0..3);
    until("it is told", || pipe.said().contains("error[denied]"));
    pipe.lines(3..50_000);
    let ended = pipe.close();
    assert_eq!(
        ended.truth(6),
        "logs: given 50,000 · sent 0 · dropped 50,000 (shipping stopped) · rejected 0"
    );
    assert_eq!(stub.asked().len(), 2, "once more with fresh credentials");
}

#[test]
fn credentials_that_have_expired_are_asked_for_anew() {
    let stub = Stub::start(|asked| {
        if asked.header("authorization").contains("AKIAFIRST") {
            Answer::error(
                400,
                "ExpiredTokenException",
                "The security token included in the request is expired",
            )
        } else {
            fine()
        }
    });
    let world = World::new().pointed_at(stub.url());
    let (program, seen) = (world.path("keys"), world.path("seen"));
    let key = |id: &str| {
        format!("echo '{{\"Version\": 1, \"AccessKeyId\": \"{id}\", \"SecretAccessKey\": \"s\"}}'")
    };
    world.write(
        "keys",
        &format!(
            "if [ -e {seen} ]; then {}; else : > {seen}; {}; fi\n",
            key("AKIASECOND"),
            key("AKIAFIRST"),
            seen = seen.display()
        ),
    );
    world.write(
        "home/.aws/config",
        &format!(
            "[profile tool]\ncredential_process = sh {}\n",
            program.display()
        ),
    );
    let mut pipe = Pipe::start(&world, "--profile tool");
    pipe.lines(0..3);
    assert_eq!(
        pipe.close().truth(0),
        "logs: given 3 · sent 3 · dropped 0 · rejected 0"
    );
    assert_eq!(stub.asked().len(), 2);
}

#[test]
fn a_full_memory_lets_the_pipe_wait_and_loses_nothing() {
    let (stub, world) = bad_at_first(Answer::error(500, "InternalFailure", "oops"), 1);
    let mut pipe = Pipe::start(&world, "");
    // More than may wait, before the first attempt has been made.
    pipe.lines(0..250_000);
    assert_eq!(
        pipe.close().truth(0),
        "logs: given 250,000 · sent 250,000 · dropped 0 · rejected 0"
    );
    let all = taken(&stub, |nth| nth > 0);
    assert_eq!(all.len(), 250_000);
    assert!(all.is_sorted() && all[249_999] == line(249_999).trim_end());
}

#[test]
fn or_drops_the_oldest_where_it_must_not_wait() {
    let stub = Stub::always(Answer::Hang);
    let world = World::new().pointed_at(stub.url());
    let mut pipe = Pipe::start(
        &world,
        "--drop-when-full --timeout 1 --max-attempts 1 -o json",
    );
    pipe.lines(0..250_000);
    let ended = pipe.close();
    assert_eq!(ended.code, Some(7), "{}", ended.err);
    let figures: serde_json::Value = serde_json::from_slice(&ended.out).expect("JSON");
    let count = |value: &serde_json::Value| value.as_u64().expect("a number");
    let dropped = &figures["dropped"];
    let (full, late) = (
        count(&dropped["queue_full"]),
        count(&dropped["not_delivered_in_time"]),
    );
    assert_eq!(full + late, 250_000, "{figures}");
    // What was under way, and what waited.
    assert!((100_000..=110_000).contains(&late), "{figures}");
    assert_eq!(
        (count(&figures["given"]), count(&figures["sent"])),
        (250_000, 0)
    );
}

#[test]
fn a_stop_sends_what_was_read_and_ends() {
    let (stub, world) = bad_at_first(fine(), 0);
    let mut pipe = Pipe::start(&world, "");
    pipe.lines(0..5000);
    pipe.write("a last line without an end");
    until("it runs", || pipe.said().contains("shipping to"));
    pipe.terminate();
    let ended = pipe.wait();
    assert_eq!(
        ended.truth(0),
        "logs: given 5,001 · sent 5,001 · dropped 0 · rejected 0"
    );
    assert!(ended.took < Duration::from_secs(5), "{:?}", ended.took);
    assert_eq!(taken(&stub, |_| true).len(), 5001);
}

#[test]
fn last_words_after_a_stop_are_shipped_too() {
    let (stub, world) = bad_at_first(fine(), 0);
    let mut pipe = Pipe::start(&world, "");
    pipe.lines(0..1);
    until("the first line has arrived", || {
        !taken(&stub, |_| true).is_empty()
    });
    pipe.terminate();
    pipe.lines(1..2);
    until("the second has arrived", || {
        taken(&stub, |_| true).len() == 2
    });
    pipe.lines(2..3);
    assert_eq!(
        pipe.close().truth(0),
        "logs: given 3 · sent 3 · dropped 0 · rejected 0"
    );
}

#[test]
fn a_stop_that_cannot_deliver_ends_in_time_and_says_what_is_lost() {
    let stub = Stub::always(Answer::Hang);
    let world = World::new().pointed_at(stub.url());
    let mut pipe = Pipe::start(&world, "--drain-timeout 500ms");
    pipe.lines(0..100);
    until("a request is under way", || !stub.asked().is_empty());
    pipe.terminate();
    let ended = pipe.wait();
    assert_eq!(
        ended.truth(7),
        "logs: given 100 · sent 0 · dropped 100 (not delivered in time) · rejected 0"
    );
    assert!(ended.took < Duration::from_secs(3), "{:?}", ended.took);
}

/// Makes group and stream, so that they can be looked at.
fn make(url: &str) {
    call(url, "CreateLogGroup", &json!({"logGroupName": "web"}));
    let stream = json!({"logGroupName": "web", "logStreamName": "one"});
    call(url, "CreateLogStream", &stream);
}

#[test]
fn a_sandbox_that_is_killed_under_it_has_every_line_in_the_end() {
    let place = World::new();
    let data = place.path("store").display().to_string();
    let words = format!("--dir {data}");
    let mut server = Server::start(&place, &words);
    let url = server.url().to_owned();
    let port = url.rsplit(':').next().expect("a port").to_owned();
    make(&url);
    let world = World::new().pointed_at(&url);
    let mut pipe = Pipe::start(&world, "");
    pipe.lines(0..15_000);
    until("some have arrived", || !stored(&url).is_empty());
    let acknowledged = stored(&url);
    server.kill();
    pipe.lines(15_000..30_000);
    drop(server);
    let server = Server::start_at(&place, &port, &words);
    let ended = pipe.close();
    assert_eq!(
        ended.truth(0),
        "logs: given 30,000 · sent 30,000 · dropped 0 · rejected 0"
    );
    let stored: Vec<String> = stored(server.url());
    assert!(stored.starts_with(&acknowledged), "what was there is there");
    // A batch whose answer was lost may be there twice, and none is missing.
    let different: BTreeSet<&str> = stored.iter().map(String::as_str).collect();
    assert_eq!(different.len(), 30_000);
}

#[test]
fn killed_it_has_claimed_nothing_that_is_not_there() {
    let server = Server::start(&World::new(), "--memory");
    make(server.url());
    let world = World::new().pointed_at(server.url());
    let mut pipe = Pipe::start(&world, "-v");
    pipe.lines(0..10_000);
    until("they have arrived", || {
        server.writes().contains(&"PutLogEvents".to_owned()) && stored(server.url()).len() == 10_000
    });
    pipe.lines(10_000..10_005);
    pipe.kill();
    assert!(!pipe.said().contains("sent"), "{}", pipe.said());
    let stored = stored(server.url());
    assert!(stored.is_sorted() && stored.len() <= 10_005);
}
