//! The forms, as they look.

use serde_json::{Value, json};

use super::traces::{broken, captured, document, made, rich, scenario};
use super::{page, text};
use crate::output::{ColorWhen, Page, Style, View as _};
use crate::view::trace::{TraceForm, TraceView};

#[test]
fn a_request_through_services() {
    insta::assert_snapshot!(text(&rich(), 80), @r#"
    1-5759e988-bd862e3fe1be46a994272793  2016-12-01 18:00:00.000 UTC
    920 ms, 9 spans of 2 services, 4 faults, 1 throttle
    POST https://shop.example/api/checkout → 502, 92 bytes

                                                          0             500 ms
    NAME                     HTTP      STATUS       TIME  ┬─────────────┬───────────
    web                      POST 502  fault      840 ms  ███████████████████████▋
    ├ authenticate                     ok        60.0 ms  █▉
    │ └ dynamodb             429       throttle  54.0 ms  █▊
    ├ shop@db.internal                 ok         120 ms    ███▋
    ├ payments.internal      POST 502  fault      590 ms        ████████████████▉
    │ └ payments                       fault      560 ms        ▐███████████████▎
    │   ├ api.cards.example  PUT       fault      300 ms         ████████▊
    │   └ audit                        ok         320 ms                  ▕█████████
    │     ! ends after its parent
    └ render                           ok         100 µs                         ▏

    web  0000000000000001
      request     POST https://shop.example/api/checkout → 502, 92 bytes
      client      203.0.113.7, Mozilla/5.0
      user        andrew
      runs on     AWS::ECS::Fargate
      annotations cart_items = 3
                  tier = gold
                  retry = false
      metadata    {"default":{"now":"2016-12-01T18:00:00"}}
      fault       PaymentRefused: card 4242 was refused, in payments

    dynamodb  0000000000000003
      request     → 429, 120 bytes
      aws         GetItem, table sessions, us-east-1, request 4P6Q8R, 2 retries

    shop@db.internal  0000000000000004
      database    jdbc:postgresql://db.internal:5432/shop, PostgreSQL 16.2, as shop
      query       SELECT id, price FROM items WHERE id = ANY(?)

    payments.internal  0000000000000005
      request     POST https://payments.internal/v1 → 502

    payments  0000000000000007
      runs on     AWS::Lambda::Function
      fault       PaymentRefused: card 4242 was refused (remote)
                  at charge (payments/charge.py:84)
                  at handle (payments/main.py:12)
      caused by   TimeoutError: no answer in 300 ms
                  … 3 frames left out by the sender

    api.cards.example  0000000000000008
      request     PUT https://api.cards.example/charge
    "#);
}

#[test]
fn what_is_wrong_is_said_in_words() {
    insta::assert_snapshot!(text(&broken(), 100), @"
    1-5759e988-bd862e3fe1be46a994272793  2016-12-01 18:00:00.050 UTC
    850 ms, 10 spans of 9 services, 1 in progress
    front

                                                                 0                     500 ms
    NAME                             STATUS                TIME  ┬─────────────────────┬────────────────
    front                            ok                  500 ms    ███████████████████████▏
    ├ skewed                         ok                  350 ms  ████████████████
    │ ! begins before its parent
    ├ late                           ok                  600 ms             ▐███████████████████████████
    │ ! ends after its parent
    ├ twin                           ok                 50.0 ms                  ██▎
    │ ! id used twice
    │ └ twin-inside                  ok                 10.0 ms                  ▐
    │   ! id used twice
    └ still-running                  in progress  350 ms so far                        ░░░░░░░░░░░░░░░░░
      ! goes on after its parent ended
    missing parent 0000000000000abc  missing                           ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
    ├ orphan                         ok                  150 ms        ▕██████▊
    └ orphan-too                     ok                  200 ms             ▐████████▋
    ring-a                           ok                  100 ms        ▕████▍
    ! ring of parents cut here
    └ ring-b                         ok                 80.0 ms         ▕███▍
    ");
}

#[test]
fn captured_traces() {
    insta::assert_snapshot!(text(&captured("03"), 80), @r#"
    1-6b0015f3-fcf20edc1007311e69661e66  2026-11-20 09:42:11.841 UTC
    1.11 ms, 3 spans of 1 service
    GET http://127.0.0.1:28567/api/activities/@adaquill → 200, 183 bytes

                                                   0             500 µs         1 ms
    NAME                 HTTP     STATUS     TIME  ┬─────────────┬──────────────┬───
    Cruddur              GET 200  ok      1.11 ms  █████████████████████████████████
    └ user_endpoint               ok      94.0 µs               ██▉
      └ subsegment_mock           ok      14.0 µs                 ▍

    Cruddur  f23ced603e4a64a3
      request     GET http://127.0.0.1:28567/api/activities/@adaquill → 200, 183
                  bytes
      client      127.0.0.1, curl/7.88.1

    subsegment_mock  f4491adb49090c07
      metadata    {"namespace": {"key": {"now": "2026-11-20T09:42:11.842454",
                  "results-size": 1}}}
    "#);
    insta::assert_snapshot!(text(&captured("20"), 80), @"
    1-6b00160f-f89c0efe06429ee0bdfb6fa4  2026-11-20 09:42:39.409 UTC
    12.6 ms, 2 spans of 1 service, 2 faults
    GET http://127.0.0.1:28567/debug/raise → 500, 265 bytes

                                                0             5 ms          10 ms
    NAME              HTTP     STATUS     TIME  ┬─────────────┬─────────────┬───────
    Cruddur           GET 500  fault   12.6 ms  ████████████████████████████████████
    └ raise_endpoint           fault    374 µs   █

    Cruddur  0c471e48d47a5889
      request     GET http://127.0.0.1:28567/debug/raise → 500, 265 bytes
      client      127.0.0.1, curl/7.88.1
      fault       DeliberateError: deliberate failure for telemetry, in
                  raise_endpoint

    raise_endpoint  c0dd2bc574435b65
      fault       DeliberateError: deliberate failure for telemetry
                  at run_wsgi (serving.py:374)
                  at execute (serving.py:335)
                  at __call__ (app.py:1536)
                  at _wrapped_app (__init__.py:400)
                  at wsgi_app (app.py:1511)
                  at full_dispatch_request (app.py:917)
                  at dispatch_request (app.py:902)
                  at debug_raise (app.py:486)
    ");
    insta::assert_snapshot!(text(&captured("32"), 80), @"
    1-6b001622-ee256677c326b29d6be14d6c  2026-11-20 09:42:58.873 UTC
    878 µs, 3 spans of 1 service, 1 throttle
    GET http://127.0.0.1:28567/debug/annotate → 200, 12 bytes

                                           0                      500 µs
    NAME       HTTP     STATUS       TIME  ┬──────────────────────┬─────────────────
    Cruddur    GET 200  ok         878 µs  █████████████████████████████████████████
    └ outer             ok        49.0 µs                   ██▎
      └ inner  GET 429  throttle  19.0 µs                    ▉

    Cruddur  694a66be3dd97029
      request     GET http://127.0.0.1:28567/debug/annotate → 200, 12 bytes
      client      127.0.0.1, curl/7.88.1
      annotations shard = blue

    outer  c26b8c351e06cdb8
      annotations attempt = 2
                  cached = false

    inner  c1bf14199cc2667e
      request     GET http://example.test/x → 429
    ");
}

#[test]
fn scenarios() {
    insta::assert_snapshot!(text(&scenario("two_services_and_a_queue"), 80), @"
    1-5759e988-000000000000000000000001  1970-01-01 00:00:01.000 UTC
    1.00 s, 4 spans of 2 services, 1 fault
    front

                                  0                        500 ms
    NAME          STATUS    TIME  ┬────────────────────────┬────────────────────────
    front         ok      1.00 s  ██████████████████████████████████████████████████
    └ back.local  ok      800 ms       ████████████████████████████████████████
      └ back      fault   600 ms            ██████████████████████████████
        └ SQS     ok      100 ms                 █████

    front  0000000000000001
      runs on     AWS::ECS::Fargate

    back.local  0000000000000002
      request     http://back.local/

    SQS  0000000000000004
      aws         SendMessage, queue https://queue
    ");
    insta::assert_snapshot!(text(&scenario("streamed_subsegments"), 80), @"
    1-5759e988-000000000000000000000001  1970-01-01 00:00:01.000 UTC
    500 ms, 3 spans of 1 service, 1 throttle
    api

                              0                    200 ms                400 ms
    NAME    STATUS      TIME  ┬────────────────────┬─────────────────────┬──────────
    api     ok        500 ms  ██████████████████████████████████████████████████████
    └ part  ok        300 ms            ▕████████████████████████████████▏
      └ s3  throttle  100 ms                       ▐██████████▍
    ");
}

#[test]
fn a_narrow_terminal_has_no_bars() {
    insta::assert_snapshot!(text(&scenario("streamed_subsegments"), 36), @"
    1-5759e988-000000000000000000000001
    1970-01-01 00:00:01.000 UTC
    500 ms, 3 spans of 1 service, 1
    throttle
    api

    NAME    STATUS      TIME
    api     ok        500 ms
    └ part  ok        300 ms
      └ s3  throttle  100 ms
    ");
}

#[test]
fn colours_go_with_words() {
    let page = Page {
        style: Style::chosen(ColorWhen::Always, false, |_| None),
        width: Some(80),
    };
    let text = scenario("streamed_subsegments").text(&page);
    insta::assert_snapshot!(text.replace('\u{1b}', "^"), @"
    ^[1m1-5759e988-000000000000000000000001^[0m  1970-01-01 00:00:01.000 UTC
    500 ms, 3 spans of 1 service, 1 throttle
    api

                              ^[2m0                    200 ms                400 ms^[0m
    ^[2mNAME  ^[0m  ^[2mSTATUS  ^[0m  ^[2m  TIME^[0m  ^[2m┬────────────────────┬─────────────────────┬──────────^[0m
    ^[1mapi^[0m     ^[32mok^[0m        500 ms  ^[32m██████████████████████████████████████████████████████^[0m
    ^[2m└ ^[0mpart  ^[32mok^[0m        300 ms  ^[32m          ▕████████████████████████████████▏^[0m
    ^[2m  └ ^[0ms3  ^[35mthrottle^[0m  100 ms  ^[35m                     ▐██████████▍^[0m
    ");
}

#[test]
fn a_trace_that_is_too_large_is_said_to_be() {
    let view = TraceView {
        limit_exceeded: true,
        ..rich()
    };
    for form in [TraceForm::Text, TraceForm::Svg] {
        assert!(view.written(form, &page(None)).contains("caution:"));
    }
    assert!(
        view.written(TraceForm::Json, &page(None))
            .contains("\"limit_exceeded\": true")
    );
}

#[test]
fn long_stacks_lose_their_middle() {
    let stack: Vec<Value> = (1..=25)
        .map(|line| json!({"path": "a.py", "line": line, "label": "f"}))
        .collect();
    let view = made(&[document(
        1,
        "deep",
        (0.0, 1.0),
        &json!({
            "fault": true, "cause": {"exceptions": [{"id": "00000000000000e1", "type": "E", "stack": stack}]},
        }),
    )]);
    let text = text(&view, 80);
    assert!(text.contains("at f (a.py:10)\n"), "{text}");
    assert!(
        text.contains("… 5 frames left out here; -o json has them\n"),
        "{text}"
    );
    assert!(text.contains("at f (a.py:16)\n"), "{text}");
    assert!(!text.contains("(a.py:13)"), "{text}");
}

#[test]
fn frames_of_libraries_stand_back() {
    let stack = json!([
        {"path": "/usr/lib/python3.11/site-packages/flask/app.py", "line": 1, "label": "full"},
        {"path": "/home/me/.cargo/registry/src/index/axum-0.8/src/lib.rs", "line": 2, "label": "call"},
        {"path": "src/server/debug.rs", "line": 3, "label": "error"},
        {"path": "/app/app.py", "line": 4, "label": "home"},
        {"label": "nowhere"},
    ]);
    let view = made(&[document(
        1,
        "deep",
        (0.0, 1.0),
        &json!({
            "fault": true, "cause": {"exceptions": [{"id": "00000000000000e1", "type": "E", "stack": stack}]},
        }),
    )]);
    let page = Page {
        style: Style::chosen(ColorWhen::Always, false, |_| None),
        width: None,
    };
    let text = view.written(TraceForm::Text, &page);
    for (label, stands_back) in [
        ("full", true),
        ("call", true),
        ("error", false),
        ("home", false),
        ("nowhere", false),
    ] {
        let dim = format!("\u{1b}[2mat {label}");
        assert_eq!(text.contains(&dim), stands_back, "{label}: {text}");
    }
}

#[test]
fn json() {
    insta::assert_snapshot!(rich().written(TraceForm::Json, &page(None)));
    let view = captured("03");
    let value = serde_json::to_value(&view).expect("JSON");
    // What was sent is there as it was, with what we do not know.
    let sent: Value = serde_json::from_str(view.documents[0].text()).expect("JSON");
    assert_eq!(value["documents"], json!([sent]));
    assert_eq!(value["documents"][0]["service"]["runtime"], "CPython");
    assert_eq!(value["spans"].as_array().map(Vec::len), Some(3));
}
