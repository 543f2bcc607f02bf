//! Lines as people and programs read them.

use std::sync::Arc;

use super::*;
use crate::output::ColorWhen;

fn event(timestamp: i64, stream: &str, message: &str) -> LogEvent {
    LogEvent {
        timestamp,
        ingested_at: Some(timestamp + 250),
        group: Arc::from("/cruddur/api"),
        stream: Arc::from(stream),
        message: message.to_owned(),
    }
}

fn written(page: Page, form: LineForm, columns: Vec<LineColumn>, events: &[LogEvent]) -> String {
    let mut writer = LineWriter::new(&page, form, columns, TimeZone::UTC).marking(Marks {
        texts: vec!["not found".to_owned()],
        ..Marks::default()
    });
    let mut text = String::new();
    for event in events {
        let is_context = false;
        writer.write(Line { event, is_context }, &mut text);
    }
    text
}

fn events() -> Vec<LogEvent> {
    let at = 1_795_514_400_123;
    vec![
        event(at, "web-1", "INFO started"),
        event(
            at + 10,
            "a-very-long-stream-name/with/an/identifier/0123456789abcdef",
            "[ERROR] user not found in 1-5759e988-bd862e3fe1be46a994272793\n",
        ),
        event(
            at + 20,
            "web-1",
            "{\"level\":\"warning\",\"trace_id\":\"5759e988bd862e3fe1be46a994272793\"}",
        ),
        event(
            at + 86_400_000,
            "web-1",
            "Traceback:\n\tFile \"x.py\"\r\nValueError: \u{1b}[31mred\u{7}",
        ),
    ]
}

const ALL: [LineColumn; 4] = [
    LineColumn::Time,
    LineColumn::Group,
    LineColumn::Stream,
    LineColumn::Message,
];

fn page(width: Option<u16>, color: ColorWhen) -> Page {
    Page {
        style: Style::chosen(color, true, |_| None),
        width,
    }
}

#[test]
fn columns_in_a_pipe_are_whole() {
    let page = page(None, ColorWhen::Never);
    insta::assert_snapshot!(written(page, LineForm::Text, ALL.to_vec(), &events()), @r#"
    2026-11-24T10:00:00.123Z /cruddur/api web-1 INFO started
    2026-11-24T10:00:00.133Z /cruddur/api a-very-long-stream-name/with/an/identifier/0123456789abcdef [ERROR] user not found in 1-5759e988-bd862e3fe1be46a994272793
    2026-11-24T10:00:00.143Z /cruddur/api web-1 {"level":"warning","trace_id":"5759e988bd862e3fe1be46a994272793"}
    2026-11-25T10:00:00.123Z /cruddur/api web-1 Traceback:
          File "x.py"
      ValueError: \u{1b}[31mred\u{7}
    "#);
}

#[test]
fn columns_on_a_terminal_have_days_above() {
    let page = page(Some(80), ColorWhen::Never);
    insta::assert_snapshot!(written(page, LineForm::Text, ALL.to_vec(), &events()), @r#"
    2026-11-24 UTC
    10:00:00.123 /cruddur/api web-1 INFO started
    10:00:00.133 /cruddur/api a-very-long-st…3456789abcdef [ERROR] user not found in 1-5759e988-bd862e3fe1be46a994272793
    10:00:00.143 /cruddur/api web-1                        {"level":"warning","trace_id":"5759e988bd862e3fe1be46a994272793"}
    2026-11-25 UTC
    10:00:00.123 /cruddur/api web-1                        Traceback:
          File "x.py"
      ValueError: \u{1b}[31mred\u{7}
    "#);
}

#[test]
fn what_stands_out_is_painted() {
    let page = page(None, ColorWhen::Always);
    let columns = vec![LineColumn::Message];
    let text = written(page, LineForm::Text, columns, &events());
    insta::assert_snapshot!(text.replace('\u{1b}', "^"), @r#"
    ^[32mINFO^[0m started
    [^[1;31mERROR^[0m] user ^[1mnot found^[0m in ^[36m1-5759e988-bd862e3fe1be46a994272793^[0m
    {"level":"^[33mwarning^[0m","trace_id":"^[36m5759e988bd862e3fe1be46a994272793^[0m"}
    Traceback:
          File "x.py"
      ValueError: \u{1b}[31mred\u{7}
    "#);
}

#[test]
fn json_is_an_object_a_line() {
    let page = page(None, ColorWhen::Never);
    insta::assert_snapshot!(written(page, LineForm::Json, vec![], &events()), @r#"
    {"timestamp":"2026-11-24T10:00:00.123Z","ingested_at":"2026-11-24T10:00:00.373Z","log_group":"/cruddur/api","log_stream":"web-1","message":"INFO started","level":"info","trace_id":null}
    {"timestamp":"2026-11-24T10:00:00.133Z","ingested_at":"2026-11-24T10:00:00.383Z","log_group":"/cruddur/api","log_stream":"a-very-long-stream-name/with/an/identifier/0123456789abcdef","message":"[ERROR] user not found in 1-5759e988-bd862e3fe1be46a994272793\n","level":"error","trace_id":"1-5759e988-bd862e3fe1be46a994272793"}
    {"timestamp":"2026-11-24T10:00:00.143Z","ingested_at":"2026-11-24T10:00:00.393Z","log_group":"/cruddur/api","log_stream":"web-1","message":"{\"level\":\"warning\",\"trace_id\":\"5759e988bd862e3fe1be46a994272793\"}","level":"warning","trace_id":"1-5759e988-bd862e3fe1be46a994272793"}
    {"timestamp":"2026-11-25T10:00:00.123Z","ingested_at":"2026-11-25T10:00:00.373Z","log_group":"/cruddur/api","log_stream":"web-1","message":"Traceback:\n\tFile \"x.py\"\r\nValueError: \u001b[31mred\u0007","level":null,"trace_id":null}
    "#);
    insta::assert_snapshot!(written(page, LineForm::Raw, vec![], &events()[..2]), @"
    INFO started
    [ERROR] user not found in 1-5759e988-bd862e3fe1be46a994272793
    ");
}

#[test]
fn offsets_and_surroundings() {
    let page = page(None, ColorWhen::Never);
    let columns = vec![LineColumn::Offset, LineColumn::Message];
    let mut writer = LineWriter::new(&page, LineForm::Text, columns, TimeZone::UTC)
        .counting_from(1_795_514_400_200);
    let mut text = String::new();
    for (at, event) in events().iter().enumerate() {
        writer.write(
            Line {
                event,
                is_context: at == 0,
            },
            &mut text,
        );
        if at == 1 {
            writer.gap(&mut text);
        }
    }
    insta::assert_snapshot!(text, @r#"
      -0.077 s INFO started
      -0.067 s [ERROR] user not found in 1-5759e988-bd862e3fe1be46a994272793
    --
      -0.057 s {"level":"warning","trace_id":"5759e988bd862e3fe1be46a994272793"}
    +86399.923 s Traceback:
          File "x.py"
      ValueError: \u{1b}[31mred\u{7}
    "#);
}

#[test]
fn levels_are_words_of_their_own() {
    let levels = [
        ("ERROR x", Some("error")),
        ("2026-11-24 10:00:00 WARNING root: x", Some("warning")),
        ("[info] x", Some("info")),
        ("{\"severity\": \"CRITICAL\"}", Some("fatal")),
        ("level=debug msg=x", Some("debug")),
        ("no terror here", None),
        ("an error occurred", None),
        ("INFORMATION", None),
    ];
    for (message, expected) in levels {
        let found = marks::level(message).map(|(_, level)| level.name());
        assert_eq!(found, expected, "{message}");
    }
}

#[test]
fn marks_do_not_overlap() {
    let marks = Marks {
        texts: vec!["ERR".to_owned(), "ROR x".to_owned(), String::new()],
        expressions: vec![regex::Regex::new("x*").unwrap()],
    };
    let found = marks.find("ERROR xx é");
    let ranges: Vec<_> = found.iter().map(|(range, _)| range.clone()).collect();
    assert_eq!(ranges, [0..3, 6..8]);
}
