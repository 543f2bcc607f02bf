//! `--minutes`, `--since` and `--until`: the same words for every command.

use super::{answering, bodies, world};
use crate::world::{Answer, Stub, World};

#[test]
fn mistakes_are_usage_errors_before_any_call() {
    let way_out = Stub::always(Answer::Cut);
    let world = World::new().pointed_at(way_out.url());
    insta::assert_snapshot!(world.run("xray graph --since teatime").exits(2).stderr, @r#"
    error: invalid value 'teatime' for '--since <TIME>': "teatime" is no time; write a length such as 90s, 10m, 2h or 1d, a time such as "2026-11-20 10:00", 10:00, yesterday or 2026-11-20T10:00:00Z, or seconds since 1970

    For more information, try '--help'.
    "#);
    insta::assert_snapshot!(world.run("xray traces --since 10").exits(2).stderr, @r#"
    error: invalid value '10' for '--since <TIME>': "10" has no unit; 10m is so many minutes, 10h hours, 10d days

    For more information, try '--help'.
    "#);
    insta::assert_snapshot!(world.run("xray traces --since 2026-11-20T10:00:00Z --until 2026-11-20T09:00:00Z").exits(2).stderr, @"
    error[time-window]: the window is empty: it begins at 2026-11-20 10:00:00 UTC and ends at 2026-11-20 09:00:00 UTC
      fix:   name a stretch of the past: --minutes 10, or --since 2h --until 1h
    ");
    insta::assert_snapshot!(world.run("xray graph --since 2126-11-20").exits(2).stderr, @"
    error[time-window]: the window begins at 2126-11-20 00:00:00 UTC, which is in the future
      fix:   name a stretch of the past: --minutes 10, or --since 2h --until 1h
    ");
    insta::assert_snapshot!(world.run("xray graph --since 1999-01-01 --until 1999-01-02").exits(2).stderr, @"
    error[time-window]: the window ends more than 30 days ago, and X-Ray keeps traces for 30 days
      fix:   name a stretch of the past: --minutes 10, or --since 2h --until 1h
    ");
    for words in [
        "xray graph --minutes 0",
        "xray graph --minutes 10 --since 1h",
        "xray graph --minutes 99999",
        "xray graph --minutes ten",
        "xray traces --limit 0",
        "xray graph --watch 0",
    ] {
        drop(world.run(words).exits(2));
    }
    assert_eq!(way_out.asked().len(), 0);
}

#[test]
fn the_last_ten_minutes_unless_told_otherwise() {
    let stub = answering([]);
    let world = world(&stub);
    let length = |operation: &str, words: &str| {
        drop(world.run(words).exits(0));
        let last = bodies(&stub, operation).pop().expect("a call");
        last["EndTime"].as_i64().expect("a time") - last["StartTime"].as_i64().expect("a time")
    };
    // The start goes down to a whole second and the end up to one.
    let around = |seconds: i64| seconds..=seconds + 1;
    assert!(around(600).contains(&length("/ServiceGraph", "xray graph")));
    assert!(around(600).contains(&length("/TraceSummaries", "xray traces")));
    assert!(around(60).contains(&length("/ServiceGraph", "xray graph --minutes 1")));
    assert!(around(7200).contains(&length("/ServiceGraph", "xray graph --since -2h")));
    assert!(around(5400).contains(&length("/ServiceGraph", "xray graph --since 1h30m")));
    assert!(around(600).contains(&length("/ServiceGraph", "xray graph --until 1h")));
}

#[test]
fn what_x_ray_no_longer_keeps_is_not_asked_for() {
    let stub = answering([]);
    let run = world(&stub).run("xray graph --since 60d").exits(0);
    assert!(
        run.stderr
            .contains("note  X-Ray keeps traces for 30 days: the window begins there"),
        "{run}"
    );
    let parts = bodies(&stub, "/ServiceGraph").len();
    assert!((120..=121).contains(&parts), "{parts}");
}
