//! What CloudWatch Logs refuses, and what is done about it.

use std::collections::BTreeMap;

use cruddur_obs::error::Kind;
use cruddur_obs::telemetry::{NewGroup, Settings, Undelivered};
use serde_json::json;

use super::service::{
    Call, Reply, denied, error, event, fine, no_group, no_stream, settings, ship, ship_all,
    throttled,
};

fn lines(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("{number:05}"))
}

fn making() -> Settings {
    Settings {
        create_group: Some(NewGroup {
            retention_days: Some(7),
            tags: BTreeMap::from([("team".to_owned(), "cruddur".to_owned())]),
        }),
        ..settings()
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_not_there_is_made_and_the_batch_sent_at_once() {
    let ended = ship_all(
        settings(),
        |call| match (call.operation.as_str(), call.nth) {
            ("PutLogEvents", 0) => no_stream(),
            _ => fine(),
        },
        lines(3),
    )
    .await;
    assert_eq!(
        ended.truth(),
        "logs: given 3 · sent 3 · dropped 0 · rejected 0"
    );
    let operations = ended.service.operations();
    assert_eq!(
        operations,
        ["PutLogEvents", "CreateLogStream", "PutLogEvents"]
    );
    assert!(ended.took.is_zero(), "{:?}", ended.took);
}

/// A place where neither group nor stream is there until they are made.
fn nothing_there(call: &Call) -> Reply {
    match (call.operation.as_str(), call.nth) {
        ("PutLogEvents" | "CreateLogStream", 0) => no_group(),
        _ => fine(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_group_that_is_not_there_ends_it() {
    let ended = ship(settings(), nothing_there, async |shipper, _| {
        shipper.send(event("one"));
        tokio::time::sleep(std::time::Duration::from_secs(10)).await;
        shipper.send(event("two"));
    })
    .await;
    let why = ended.result.as_ref().expect_err("nothing can be shipped");
    assert_eq!(why.known_as(), Some("no-log-group"));
    assert_eq!(why.message(), "the log group web does not exist");
    assert_eq!(
        ended.truth(),
        "logs: given 2 · sent 0 · dropped 2 (shipping stopped) · rejected 0"
    );
    assert_eq!(
        ended.service.operations(),
        ["PutLogEvents", "CreateLogStream"]
    );
}

#[tokio::test(start_paused = true)]
async fn or_is_made_with_its_retention_where_that_is_allowed() {
    let ended = ship_all(making(), nothing_there, lines(2)).await;
    assert_eq!(
        ended.truth(),
        "logs: given 2 · sent 2 · dropped 0 · rejected 0"
    );
    let calls = ended.service.calls();
    assert_eq!(
        ended.service.operations()[2..],
        [
            "CreateLogGroup",
            "PutRetentionPolicy",
            "CreateLogStream",
            "PutLogEvents"
        ]
    );
    assert_eq!(
        calls[2].body,
        json!({"logGroupName": "web", "tags": {"team": "cruddur"}})
    );
    assert_eq!(
        calls[3].body,
        json!({"logGroupName": "web", "retentionInDays": 7})
    );
    assert_eq!(ended.infos(), "created the log group web");
}

#[tokio::test(start_paused = true)]
async fn a_retention_that_is_throttled_is_not_forgotten() {
    let ended = ship_all(
        making(),
        |call| match (call.operation.as_str(), call.nth) {
            ("PutRetentionPolicy", 0) => throttled(),
            ("PutLogEvents", 1) => no_stream(),
            _ => nothing_there(call),
        },
        lines(2),
    )
    .await;
    assert_eq!(ended.totals.sent, 2);
    assert_eq!(
        ended.service.operations()[3..],
        [
            "PutRetentionPolicy",
            "PutRetentionPolicy",
            "PutLogEvents",
            "CreateLogStream",
            "PutLogEvents"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_retention_that_is_refused_does_not_stop_the_events() {
    let ended = ship_all(
        making(),
        |call| match call.operation.as_str() {
            "PutRetentionPolicy" => denied(),
            _ => nothing_there(call),
        },
        lines(2),
    )
    .await;
    assert_eq!(ended.totals.sent, 2);
    assert!(
        ended.warnings().contains("web keeps events for ever"),
        "{}",
        ended.warnings()
    );
}

#[tokio::test(start_paused = true)]
async fn a_group_that_is_deleted_meanwhile_is_made_again() {
    let ended = ship(
        making(),
        |call| match (call.operation.as_str(), call.nth) {
            ("PutLogEvents", 1) | ("CreateLogStream", 0) => no_group(),
            _ => fine(),
        },
        async |shipper, _| {
            shipper.send(event("one"));
            tokio::time::sleep(std::time::Duration::from_secs(10)).await;
            shipper.send(event("two"));
            shipper.close();
        },
    )
    .await;
    assert_eq!(ended.totals.sent, 2);
    assert!(ended.result.is_ok());
}

/// Refuses every batch that holds one of these, as a whole.
fn without(culprits: &'static [&'static str]) -> impl Fn(&Call) -> Reply + Send + Sync {
    move |call| {
        if call.messages().iter().any(|each| culprits.contains(each)) {
            error(
                400,
                "InvalidParameterException",
                "Log event too large: 5 bytes exceeds limit of 4",
            )
        } else {
            fine()
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_culprits_of_a_batch_are_found_and_the_others_arrive() {
    let culprits: &[&str] = &["00000", "04321", "04322", "09999"];
    let ended = ship_all(settings(), without(culprits), lines(10_000)).await;
    assert_eq!(
        ended.truth(),
        "logs: given 10,000 · sent 9,996 · dropped 0 · rejected 4 (refused)"
    );
    let arrived = ended.arrived(|call| {
        let messages = call.messages();
        !messages.iter().any(|each| culprits.contains(each))
    });
    assert_eq!(arrived.len(), 9_996);
    assert!(arrived.values().all(|times| *times == 1));
    assert_eq!(ended.warnings().lines().count(), 4);
    let puts = ended.service.puts().len();
    assert!(puts < 4 * 2 * 14 + 2, "{puts} calls");
    insta::assert_snapshot!(ended.warnings().lines().next().unwrap_or_default(), @"1 log event of 5 bytes refused: CloudWatch Logs refused logs:PutLogEvents (InvalidParameterException: Log event too large: 5 bytes exceeds limit of 4)");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_refuses_every_event_is_not_asked_for_each() {
    let ended = ship_all(
        settings(),
        |_| error(400, "InvalidParameterException", "no"),
        lines(20_000),
    )
    .await;
    assert_eq!(
        ended.truth(),
        "logs: given 20,000 · sent 0 · dropped 0 · rejected 20,000 (refused)"
    );
    let puts = ended.service.puts().len();
    assert!(puts < 100, "{puts} calls");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_too_large_is_halved() {
    let small = |call: &Call| call.messages().len() <= 300;
    let ended = ship_all(
        settings(),
        move |call| {
            if small(call) {
                fine()
            } else {
                Reply::Text(413, "<html>413 Request Entity Too Large</html>")
            }
        },
        lines(2_000),
    )
    .await;
    assert_eq!(
        ended.truth(),
        "logs: given 2,000 · sent 2,000 · dropped 0 · rejected 0"
    );
    let arrived = ended.arrived(small);
    assert!(arrived.len() == 2_000 && arrived.values().all(|times| *times == 1));
    assert_eq!(ended.warnings(), "");
}

#[tokio::test(start_paused = true)]
async fn what_an_answer_says_it_rejected_is_counted_and_not_sent_again() {
    let ended = ship_all(
        settings(),
        |_| {
            Reply::Json(
                200,
                json!({"rejectedLogEventsInfo": {
                    "tooOldLogEventEndIndex": 2, "expiredLogEventEndIndex": 3, "tooNewLogEventStartIndex": 9,
                }}),
            )
        },
        lines(10),
    )
    .await;
    assert_eq!(
        ended.truth(),
        "logs: given 10 · sent 6 · dropped 0 · rejected 4 (2 too old, 1 expired, 1 too new)"
    );
    assert_eq!(ended.service.puts().len(), 1);
    insta::assert_snapshot!(ended.warnings(), @"
    2 log events rejected by CloudWatch Logs: too old
    1 log event rejected by CloudWatch Logs: expired
    1 log event rejected by CloudWatch Logs: too new
    ");
}

#[tokio::test(start_paused = true)]
async fn credentials_are_renewed_once_and_then_it_ends() {
    let ended = ship_all(settings(), |_| denied(), lines(2)).await;
    let why = ended.result.as_ref().expect_err("nothing can be shipped");
    assert_eq!(why.kind(), Kind::Permission);
    assert_eq!(ended.service.puts().len(), 2);
    assert_eq!(
        ended.truth(),
        "logs: given 2 · sent 0 · dropped 2 (shipping stopped) · rejected 0"
    );

    // A token that expires now and then is renewed each time.
    let ended = ship(
        settings(),
        |call| match call.nth % 2 {
            0 => error(400, "ExpiredTokenException", "expired"),
            _ => fine(),
        },
        async |shipper, _| {
            for round in 0..3 {
                shipper.send(event(round.to_string()));
                tokio::time::sleep(std::time::Duration::from_secs(10)).await;
            }
            shipper.close();
        },
    )
    .await;
    assert!(ended.result.is_ok());
    assert_eq!(ended.totals.sent, 3);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_refused_ends_it_at_once() {
    let ended = ship_all(
        settings(),
        |_| {
            error(
                400,
                "InvalidParameterException",
                "1 validation error detected: Value 'one' at 'logStreamName' failed to satisfy constraint",
            )
        },
        lines(500),
    )
    .await;
    assert!(ended.result.is_err());
    assert_eq!(ended.service.puts().len(), 1);
    assert_eq!(ended.totals.undelivered(Undelivered::Stopped), 500);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_known_already_is_there() {
    let ended = ship_all(
        settings(),
        |_| error(400, "DataAlreadyAcceptedException", "again"),
        lines(2),
    )
    .await;
    assert_eq!(
        ended.truth(),
        "logs: given 2 · sent 2 · dropped 0 · rejected 0"
    );
}
