use super::*;
use crate::logs::event::LogEvent;
use crate::output::{ColorWhen, Style};

fn page(width: Option<u16>) -> Page {
    Page {
        style: Style::chosen(ColorWhen::Never, false, |_| None),
        width,
    }
}

fn event(timestamp: i64, message: &str) -> LogEvent {
    LogEvent {
        timestamp,
        ingested_at: None,
        group: "cruddur".into(),
        stream: "vm/serve/app/1".into(),
        message: message.to_owned(),
    }
}

fn view() -> RequestView {
    let id: TraceId = "1-6b0015f0-eae546bd219778f64b5b1520".parse().unwrap();
    let lines = [
        event(
            1_795_167_728_616,
            r#"{"level":"INFO","message":"Hello Cloudwatch! from  /api/activities/home"}"#,
        ),
        event(
            1_795_167_728_640,
            r#"{"level":"ERROR","message":"[2026-Nov-20 09:42] 127.0.0.1 GET http /api/activities/home? 200 OK"}"#,
        ),
        event(
            1_795_167_730_000,
            "a bare line with an escape \u{1b}[31m in it",
        ),
    ];
    RequestView::new(
        id,
        Part::Failed(
            Reason::new("X-Ray did not answer: the connection was refused")
                .next("cruddur-obs sandbox"),
        ),
        Part::Found {
            found: Lines::new(vec!["cruddur".to_owned()], &lines, 1_795_167_728_614, false),
        },
        Part::Found {
            found: Events::new(
                vec![
                    EventRow {
                        timestamp: None,
                        service: Some("backend-flask".to_owned()),
                        name: "GET /api/activities/home".to_owned(),
                        kind: Some("server".to_owned()),
                        duration_ms: Some(5.47),
                        error: true,
                        span_id: None,
                        parent_id: None,
                    },
                    EventRow {
                        timestamp: None,
                        service: Some("backend-flask".to_owned()),
                        name: "home-activities-mock-data".to_owned(),
                        kind: Some("internal".to_owned()),
                        duration_ms: Some(0.064),
                        error: false,
                        span_id: None,
                        parent_id: None,
                    },
                ],
                Some(
                    "https://ui.honeycomb.io/cruddur/environments/test/trace?trace_id=6b0015f0"
                        .to_owned(),
                ),
            ),
        },
        Part::Nothing(Reason::new("no error was reported with this trace")),
    )
}

#[test]
fn four_parts_below_each_other() {
    insta::assert_snapshot!(view().text(&page(Some(80))), @r"
    trace 1-6b0015f0-eae546bd219778f64b5b1520
    W3C   6b0015f0eae546bd219778f64b5b1520

    X-Ray  failed
      X-Ray did not answer: the connection was refused
      cruddur-obs sandbox

    CloudWatch Logs  3 lines in cruddur
      +0.002 s  INFO   Hello Cloudwatch! from  /api/activities/home
      +0.026 s  ERROR  [2026-Nov-20 09:42] 127.0.0.1 GET http /api/activities/home?
                       200 OK
      +1.386 s         a bare line with an escape \u{1b}[31m in it

    Honeycomb  2 events in backend-flask
      server     5.47 ms  GET /api/activities/home  error
      internal   64.0 µs  home-activities-mock-data
      https://ui.honeycomb.io/cruddur/environments/test/trace?trace_id=6b0015f0

    Rollbar  nothing
      no error was reported with this trace
    ");
}

#[test]
fn json_says_the_state_of_each_part() {
    let json = serde_json::to_value(view()).unwrap();
    assert_eq!(json["xray"]["state"], "failed");
    assert_eq!(json["xray"]["next"], "cruddur-obs sandbox");
    assert_eq!(json["cloudwatch_logs"]["found"]["lines"][0]["offset_ms"], 2);
    assert_eq!(
        json["honeycomb"]["found"]["events"][1]["name"],
        "home-activities-mock-data"
    );
    assert_eq!(json["rollbar"]["state"], "nothing");
    assert_eq!(json["w3c_trace_id"], "6b0015f0eae546bd219778f64b5b1520");
}
