//! How much, how long, how many, and what is refused.

use super::super::caller;
use super::*;

#[tokio::test]
async fn more_than_500_in_a_second_are_sampled() {
    let live = live().await;
    let mut session = live.start(json!({"logGroupIdentifiers": [ARN]})).await;
    session.opening().await;
    let texts: Vec<String> = (0..2000).map(|number| format!("{number:04}")).collect();
    let lines: Vec<(i64, &str)> = texts.iter().map(|text| (0, text.as_str())).collect();
    live.caller.write("s", &lines[..500]).await;
    let whole = session.results().await;
    assert_eq!(whole["sessionMetadata"]["sampled"], json!(false));
    assert_eq!(whole["sessionResults"].as_array().unwrap().len(), 500);
    live.caller.write("s", &lines).await;
    let sampled = session.results().await;
    assert_eq!(sampled["sessionMetadata"]["sampled"], json!(true));
    let results = sampled["sessionResults"].as_array().unwrap();
    let messages: Vec<&str> = results
        .iter()
        .map(|one| one["message"].as_str().unwrap())
        .collect();
    assert_eq!(messages.len(), 500);
    assert!(messages.is_sorted(), "in the order of arrival");
    assert!(messages[400] > "1000", "from all of them");
}

#[tokio::test]
async fn large_events_do_not_make_a_frame_that_clients_refuse() {
    let live = live().await;
    let mut session = live.start(json!({"logGroupIdentifiers": [ARN]})).await;
    session.opening().await;
    let large = "\u{1}".repeat(1_000_000);
    for _ in 0..5 {
        live.caller.write("s", &[(0, &large)]).await;
    }
    let mut bytes = 0;
    while bytes == 0 {
        bytes = session.results().await.to_string().len();
    }
    assert!(bytes < 24 * 1024 * 1024, "{bytes}");
}

#[tokio::test]
async fn a_session_has_its_time_and_an_account_its_number_of_sessions() {
    let live = with_faults(&["live-tail-timeout=50ms"]).await;
    let mut session = live.start(json!({"logGroupIdentifiers": [ARN]})).await;
    session.opening().await;
    let last = loop {
        let frame = session.next().await.expect("an exception comes first");
        if frame.kind != "event" {
            break frame;
        }
    };
    assert_eq!(
        (last.kind.as_str(), last.name.as_str()),
        ("exception", "SessionTimeoutException")
    );
    assert!(last.payload["message"].is_string());
    assert!(session.next().await.is_none());

    let live = self::live().await;
    let mut sessions = Vec::new();
    for _ in 0..15 {
        sessions.push(live.start(json!({"logGroupIdentifiers": [ARN]})).await);
    }
    let refused = live.refused(json!({"logGroupIdentifiers": [ARN]})).await;
    assert_eq!(
        refused.refusal(),
        (400, "LimitExceededException", "Rate exceeded")
    );
    drop(sessions.pop());
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    while live
        .ask(&json!({"logGroupIdentifiers": [ARN]}))
        .await
        .status()
        != 200
    {
        assert!(
            std::time::Instant::now() < deadline,
            "a place is given back"
        );
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn mistakes_are_refused_before_anything_is_streamed() {
    let live = live().await;
    let class = json!({"logGroupName": "cheap", "logGroupClass": "INFREQUENT_ACCESS"});
    live.caller.done("CreateLogGroup", class).await;
    let other = |name: &str| ARN.replace(":g", &format!(":{name}"));
    let parameter = "InvalidParameterException";
    let missing = "ResourceNotFoundException";
    for (body, code, part) in [
        (json!({}), parameter, "'logGroupIdentifiers'"),
        (
            json!({"logGroupIdentifiers": []}),
            parameter,
            "greater than or equal to 1",
        ),
        (
            json!({"logGroupIdentifiers": vec![ARN; 11]}),
            parameter,
            "less than or equal to 10",
        ),
        (
            json!({"logGroupIdentifiers": [format!("{ARN}:*")]}),
            parameter,
            "regular expression pattern",
        ),
        (
            json!({"logGroupIdentifiers": ["g"]}),
            parameter,
            "takes ARNs",
        ),
        (
            json!({"logGroupIdentifiers": [other("nope")]}),
            missing,
            "The specified log group does not exist.",
        ),
        (
            json!({"logGroupIdentifiers": [ARN.replace("ca-central-1", "eu-west-1")]}),
            missing,
            "does not exist",
        ),
        (
            json!({"logGroupIdentifiers": [other("cheap")]}),
            "InvalidOperationException",
            "INFREQUENT_ACCESS",
        ),
        (
            json!({"logGroupIdentifiers": [ARN], "logStreamNames": []}),
            parameter,
            "'logStreamNames'",
        ),
        (
            json!({"logGroupIdentifiers": [ARN], "logStreamNames": ["a:b"]}),
            parameter,
            "'logStreamNames.member'",
        ),
        (
            json!({"logGroupIdentifiers": [ARN], "logStreamNames": ["s"], "logStreamNamePrefixes": ["s"]}),
            parameter,
            "mutually exclusive",
        ),
        (
            json!({"logGroupIdentifiers": [ARN, other("cheap")], "logStreamNames": ["s"]}),
            parameter,
            "exactly one log group",
        ),
        (
            json!({"logGroupIdentifiers": [ARN], "logEventFilterPattern": "{ $.a"}),
            parameter,
            "Invalid filter pattern: column",
        ),
        (
            json!({"logGroupIdentifiers": [ARN], "logEventFilterPattern": "x".repeat(1025)}),
            parameter,
            "'logEventFilterPattern'",
        ),
    ] {
        live.refused(body).await.is_refused(400, code, part);
    }
    // Nobody to keep a connection open.
    let caller = with_streams(caller(), &["s"]).await;
    let answer = caller
        .logs("StartLiveTail", json!({"logGroupIdentifiers": [ARN]}))
        .await;
    answer.is_refused(400, "InvalidOperationException", "`cruddur-obs sandbox`");
}
