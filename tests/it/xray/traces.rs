//! `xray traces`: columns, filters, pages, limits.

use serde_json::{Value, json};

use super::{answering, bodies, body, fixture, without_times, world};
use crate::world::{Answer, Stub, World};

const WINDOW: &str = "--since 2026-11-20T09:40:00Z --until 2026-11-20T09:50:00Z";

fn summaries() -> Stub {
    answering([("/TraceSummaries", fixture("trace-summaries.json"))])
}

#[test]
fn the_newest_first() {
    let stub = summaries();
    let run = world(&stub).run(&format!("xray traces {WINDOW}")).exits(0);
    insta::assert_snapshot!(run, @"
    TIME                     TRACE ID                             STATUS       REQUEST                                                 RESPONSE  DURATION  ENTRY POINT
    2026-11-20 09:40:45 UTC  1-6afffe05-000000000000000000000005  in progress  —                                                              —      0 ms  backend-flask
    2026-11-20 09:40:44 UTC  1-6afffe04-000000000000000000000004  throttle     POST http://4567-cruddur.example/api/activities/search    400 µs    400 µs  backend-flask
    2026-11-20 09:40:43 UTC  1-6afffe03-000000000000000000000003  error        GET http://4567-cruddur.example/api/activities/nobody    3.00 ms   3.00 ms  backend-flask
    2026-11-20 09:40:42 UTC  1-6afffe02-000000000000000000000002  fault        GET http://4567-cruddur.example/api/activities/boom       1.25 s    1.50 s  backend-flask
    2026-11-20 09:40:41 UTC  1-6afffe01-000000000000000000000001  ok           GET http://4567-cruddur.example/api/activities/home      42.5 ms   42.5 ms  backend-flask
    --- stderr ---
    5 traces
    next: cruddur-obs xray trace 1-6afffe05-000000000000000000000005
    ");
    assert_eq!(
        bodies(&stub, "/TraceSummaries"),
        [json!({"StartTime": 1_795_167_600, "EndTime": 1_795_168_200})]
    );
}

#[test]
fn eighty_columns_hold_a_whole_trace_id() {
    let stub = summaries();
    let narrow = world(&stub)
        .with("COLUMNS", "80")
        .run(&format!("xray traces {WINDOW} --utc"))
        .exits(0);
    insta::assert_snapshot!(narrow.stdout, @"
    2026-11-20 09:40:00 to 09:50:00 UTC

    TIME      TRACE ID                             STATUS       REQUEST     RESPONSE
    09:40:45  1-6afffe05-000000000000000000000005  in progress  —                  —
    09:40:44  1-6afffe04-000000000000000000000004  throttle     POST /a…ch    400 µs
    09:40:43  1-6afffe03-000000000000000000000003  error        GET /ap…dy   3.00 ms
    09:40:42  1-6afffe02-000000000000000000000002  fault        GET /ap…om    1.25 s
    09:40:41  1-6afffe01-000000000000000000000001  ok           GET /ap…me   42.5 ms
    ");
    for columns in ["80", "100", "119", "120", "140", "200"] {
        let run = world(&stub)
            .with("COLUMNS", columns)
            .run(&format!("xray traces {WINDOW}"))
            .exits(0);
        let most: usize = columns.parse().expect("a number");
        for line in run.stdout.lines() {
            assert!(line.chars().count() <= most, "{columns}\n{run}");
        }
        assert!(
            run.stdout.contains("1-6afffe01-000000000000000000000001"),
            "{run}"
        );
    }
}

#[test]
fn json_has_all_that_x_ray_says() {
    let stub = summaries();
    let run = world(&stub)
        .run(&format!("xray traces {WINDOW} -o json"))
        .exits(0);
    let found = run.json();
    assert_eq!(found["scanned"], 3400);
    assert_eq!(found["complete"], true);
    let traces = found["traces"].as_array().expect("traces");
    insta::assert_snapshot!(format!("{:#}", traces[4]), @r#"
    {
      "trace_id": "1-6afffe01-000000000000000000000001",
      "start": "2026-11-20T09:40:41Z",
      "status": "ok",
      "method": "GET",
      "url": "http://4567-cruddur.example/api/activities/home",
      "http_status": 200,
      "response_time_seconds": 0.0425,
      "duration_seconds": 0.0425,
      "entry_point": {
        "name": "backend-flask",
        "type": "AWS::EC2::Instance",
        "account_id": null
      },
      "has_fault": false,
      "has_error": false,
      "has_throttle": false,
      "in_progress": false,
      "user_agent": "curl/8",
      "client_ip": "203.0.113.5",
      "annotations": {
        "team": [
          {
            "value": "cruddur",
            "services": [
              {
                "name": "backend-flask",
                "type": null,
                "account_id": null
              }
            ]
          }
        ],
        "tries": [
          {
            "value": 2.0,
            "services": []
          }
        ]
      },
      "users": [
        {
          "value": "andrew",
          "services": [
            {
              "name": "backend-flask",
              "type": null,
              "account_id": null
            }
          ]
        }
      ],
      "services": [
        {
          "name": "backend-flask",
          "type": "AWS::EC2::Instance",
          "account_id": null
        }
      ],
      "resource_arns": [],
      "instance_ids": [],
      "availability_zones": [],
      "fault_root_causes": [],
      "error_root_causes": [],
      "response_time_root_causes": []
    }
    "#);
    assert_eq!(
        traces
            .iter()
            .map(|trace| trace["status"].as_str().expect("a word"))
            .collect::<Vec<_>>(),
        ["in_progress", "throttle", "error", "fault", "ok"]
    );
    assert_eq!(
        traces[3]["fault_root_causes"][0]["services"][0]["path"][0]["exceptions"][0],
        json!({"name": "ValueError", "message": "no"})
    );
}

#[test]
fn the_local_zone_is_shown_with_its_offset() {
    let stub = summaries();
    let world = world(&stub).with("TZ", "Asia/Kolkata");
    let run = world.run(&format!("xray traces {WINDOW}")).exits(0);
    assert!(run.stdout.contains("2026-11-20 15:10:45 +05:30"), "{run}");
    let run = world.run(&format!("xray traces {WINDOW} --utc")).exits(0);
    assert!(run.stdout.contains("2026-11-20 09:40:45 UTC"), "{run}");
    // What is typed is local time in either case.
    let typed = [
        "xray",
        "traces",
        "--since",
        "2026-11-20 15:10",
        "--until",
        "15:20",
        "--utc",
    ];
    let run = world.run_with(typed.into_iter().take(4), "").exits(0);
    assert_eq!(
        bodies(&stub, "/TraceSummaries").last().expect("a call")["StartTime"]
            .as_i64()
            .map(|second| second % 86_400),
        Some(34_800),
        "{run}"
    );
}

#[test]
fn a_filter_is_checked_before_anybody_is_asked() {
    let refused = Stub::always(Answer::Cut);
    let world = world(&refused);
    insta::assert_snapshot!(world.run_with(["xray", "traces", "--filter", "service(\"x\") AND fualt"], "").exits(2), @r#"
    --- stderr ---
    error[filter]: --filter: unknown keyword "fualt"
      cause: service("x") AND fualt
                              ^^^^^
      fix:   did you mean "fault"?
    [exit code 2]
    "#);
    insta::assert_snapshot!(world.run_with(["xray", "traces", "--filter", ""], "").exits(2), @r#"
    --- stderr ---
    error[filter]: --filter is empty: was a variable unset?
      fix:   name what to look for, as in --filter 'service("backend-flask")'
    [exit code 2]
    "#);
    assert_eq!(refused.asked().len(), 0);
    let stub = summaries();
    let doubtful = ["xray", "traces", "--filter", "service(\"$SERVICE\")"];
    let run = super::world(&stub).run_with(doubtful, "").exits(0);
    assert!(
        run.stderr
            .starts_with("warning: --filter: the service name \"$SERVICE\" holds a variable"),
        "{run}"
    );
}

#[test]
fn filter_and_group_go_to_x_ray() {
    let stub = summaries();
    let world = world(&stub);
    let sent = |words: &[&str]| {
        let words = ["xray", "traces"].iter().chain(words).copied();
        let run = world.run_with(words, "").exits(0);
        assert!(
            run.stderr.starts_with("5 of 3,400 scanned traces match\n"),
            "{run}"
        );
        let sent = bodies(&stub, "/TraceSummaries").pop().expect("a call");
        sent["FilterExpression"]
            .as_str()
            .expect("a filter")
            .to_owned()
    };
    assert_eq!(sent(&["--filter", "fault OR error"]), "fault OR error");
    assert_eq!(sent(&["--group", "Cruddur"]), r#"group.name = "Cruddur""#);
    assert_eq!(
        sent(&["--group", "a\"b\\", "--filter", "fault OR error"]),
        r#"group.name = "a\"b\\" AND (fault OR error)"#
    );
}

/// Summaries with numbers, one second apart, the newest first.
fn numbered(numbers: impl Iterator<Item = u64>) -> Vec<Value> {
    let summary = |number| json!({"Id": format!("1-6afffe00-{number:024x}"), "StartTime": 1_795_167_600 + number, "Duration": 0.1, "ResponseTime": 0.1});
    numbers.map(summary).collect()
}

fn counted(run: &crate::world::Run) -> usize {
    run.json()["traces"].as_array().expect("traces").len()
}

#[test]
fn empty_pages_are_followed_and_counts_are_summed() {
    let stub = Stub::start(|asked| {
        let token = body(asked)["NextToken"]
            .as_str()
            .map_or(0, |token| token.parse().expect("ours"));
        let mut page =
            json!({"TraceSummaries": [], "TracesProcessedCount": 2000, "ApproximateTime": 1});
        if token < 3 {
            page["NextToken"] = json!((token + 1).to_string());
        } else {
            page["TraceSummaries"] = json!(numbered(0..2));
        }
        Answer::new(200, &page.to_string())
    });
    let run = world(&stub)
        .run(&format!("xray traces {WINDOW} --filter fault"))
        .exits(0);
    assert!(
        run.stderr.starts_with("2 of 8,000 scanned traces match\n"),
        "{run}"
    );
    assert_eq!(stub.asked().len(), 4);
}

#[test]
fn it_stops_when_there_are_enough() {
    let stub = Stub::start(|asked| {
        let token: u64 = body(asked)["NextToken"]
            .as_str()
            .map_or(0, |token| token.parse().expect("ours"));
        let page = json!({
            "TraceSummaries": numbered(500 - 10 * token - 10..500 - 10 * token),
            "TracesProcessedCount": 10,
            "NextToken": (token + 1).to_string(),
        });
        Answer::new(200, &page.to_string())
    });
    let world = world(&stub);
    let run = world.run(&format!("xray traces {WINDOW}")).exits(0);
    assert!(
        run.stderr
            .starts_with("the newest 20 traces; there are more: --limit 200\n"),
        "{run}"
    );
    assert_eq!(stub.asked().len(), 2);
    let run = world
        .run(&format!("xray traces {WINDOW} --limit 25 -o json"))
        .exits(0);
    assert_eq!(counted(&run), 25);
    assert_eq!(run.json()["complete"], false);
    let ids: Vec<String> = run.json()["traces"]
        .as_array()
        .expect("traces")
        .iter()
        .map(|trace| trace["trace_id"].to_string())
        .collect();
    assert!(ids.is_sorted_by(|newer, older| newer > older), "{ids:?}");
    assert_eq!(stub.asked().len(), 2 + 3);
}

#[test]
fn a_day_is_searched_at_a_time_from_the_newest_on() {
    let stub = answering([]);
    let run = world(&stub)
        .run("xray traces --since 2026-11-18T08:00:00Z --until 2026-11-20T09:00:00Z")
        .exits(0);
    assert_ne!(run.stderr, "");
    let searched: Vec<(i64, i64)> = bodies(&stub, "/TraceSummaries")
        .iter()
        .map(|part| {
            let time = |name: &str| part[name].as_i64().expect("a time");
            (time("StartTime"), time("EndTime"))
        })
        .collect();
    let newest = 1_795_165_200;
    assert_eq!(
        searched,
        [
            (newest - 86_400, newest),
            (newest - 172_800, newest - 86_400),
            (newest - 172_800 - 3600, newest - 172_800)
        ]
    );
    // With enough in the newest day the others are left alone.
    let stub = summaries();
    let run = world(&stub)
        .run("xray traces --since 2026-11-18T08:00:00Z --until 2026-11-20T09:00:00Z --limit 3 -o json")
        .exits(0);
    assert_eq!(counted(&run), 3);
    assert_eq!(stub.asked().len(), 1);
}

#[test]
fn a_summary_that_comes_twice_is_shown_once_and_one_without_an_id_is_counted() {
    let mut summaries = numbered(0..3);
    summaries.extend(numbered(0..2));
    summaries.push(json!({"Id": "nonsense", "Duration": 1}));
    let stub = answering([(
        "/TraceSummaries",
        json!({"TraceSummaries": summaries, "TracesProcessedCount": 6}),
    )]);
    let run = world(&stub)
        .run(&format!("xray traces {WINDOW} -o json"))
        .exits(0);
    assert_eq!(counted(&run), 3);
    assert!(
        run.stderr
            .contains("warning: left out 1 summaries without a trace id"),
        "{run}"
    );
}

#[test]
fn a_url_cannot_drive_the_terminal() {
    let mut answer = fixture("trace-summaries.json");
    answer["TraceSummaries"][0]["Http"]["HttpURL"] = json!("http://x/\u{1b}[2J\u{202e}evil");
    answer["TraceSummaries"][0]["EntryPoint"]["Name"] = json!("\u{1b}[31m");
    let stub = answering([("/TraceSummaries", answer)]);
    for columns in ["80", "200"] {
        let run = world(&stub)
            .with("COLUMNS", columns)
            .run(&format!("xray traces {WINDOW}"))
            .exits(0);
        assert!(!run.stdout.contains(['\u{1b}', '\u{202e}']), "{run}");
    }
}

#[test]
fn throttled_to_the_end() {
    let stub = Stub::always(Answer::error(429, "ThrottledException", "Rate exceeded"));
    let run = world(&stub).run("--max-attempts 2 xray traces").exits(7);
    assert!(
        run.stderr
            .starts_with("error[throttled]: X-Ray is rate limiting\n"),
        "{run}"
    );
    assert!(run.stderr.contains("xray:GetTraceSummaries"), "{run}");
}

#[test]
fn an_empty_list_says_why() {
    let stub = answering([]);
    let run = world(&stub).run("xray traces").exits(0);
    assert_eq!(run.stdout, "");
    insta::assert_snapshot!(without_times(&run.stderr), @"
    no trace from [DATE] [TIME] to [TIME] UTC, region us-east-1
      seen   no sampler has reported a request in the last 30 minutes: nothing that is traced has run, its daemon does not run or sends elsewhere, or its SDK samples by rules of its own
             cruddur-obs daemon --healthcheck
      maybe  they are in another region: this looked in us-east-1, from AWS_REGION
             cruddur-obs config
      maybe  they are older, or only seconds old: X-Ray shows a trace some seconds after it was sent
             cruddur-obs xray traces --since 1d
    ");
    assert_eq!(
        counted(
            &World::new()
                .pointed_at(stub.url())
                .run("xray traces -o json")
                .exits(0)
        ),
        0
    );
}
