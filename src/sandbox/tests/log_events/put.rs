//! `PutLogEvents`.

use axum::body::Bytes;

use super::*;

const DAY: i64 = 86_400_000;

async fn refused(caller: &Caller, body: Value) -> (String, String) {
    let answer = caller.logs("PutLogEvents", body).await;
    let (status, code, message) = answer.refusal();
    assert_eq!(status, 400);
    (code.to_owned(), message.to_owned())
}

#[tokio::test]
async fn what_is_put_is_there_to_the_byte() {
    let caller = with_streams(caller(), &["s"]).await;
    let odd = "é\n\t\u{0}\u{1f600}\\\" 日本 \u{7f}";
    let put = caller.write("s", &[(-5, "one"), (-5, odd), (0, " ")]).await;
    assert_eq!(put.as_object().unwrap().len(), 1, "{put}");
    assert_eq!(put["nextSequenceToken"].as_str().unwrap().len(), 56);
    let page = caller.get(json!({})).await;
    assert_eq!(
        page["events"],
        json!([
            {"timestamp": NOW - 5, "message": "one", "ingestionTime": NOW},
            {"timestamp": NOW - 5, "message": odd, "ingestionTime": NOW},
            {"timestamp": NOW, "message": " ", "ingestionTime": NOW},
        ])
    );
    // A token of old times is ignored, whatever it says.
    let again = with(
        request("s", &[(1, "two")]),
        json!({"sequenceToken": "wrong"}),
    );
    caller.done("PutLogEvents", again).await;
    let described = caller
        .done("DescribeLogStreams", json!({"logGroupName": "g"}))
        .await;
    let stream = &described["logStreams"][0];
    assert_eq!(stream["firstEventTimestamp"], json!(NOW - 5));
    assert_eq!(stream["lastEventTimestamp"], json!(NOW + 1));
    assert_eq!(stream["lastIngestionTime"], json!(NOW));
    assert_eq!(stream["uploadSequenceToken"].as_str().unwrap().len(), 56);
    assert_eq!(stream["storedBytes"], json!(0));
    let groups = caller.done("DescribeLogGroups", json!({})).await;
    let bytes = 3 + odd.len() + 1 + 3 + 4 * 26;
    assert_eq!(groups["logGroups"][0]["storedBytes"], json!(bytes));
}

#[tokio::test]
async fn mistakes_are_said_in_awss_words() {
    let caller = with_streams(caller(), &["s"]).await;
    let parameter = |text: &str| (PARAMETER.to_owned(), text.to_owned());
    let missing = |text: &str| ("ResourceNotFoundException".to_owned(), text.to_owned());
    assert_eq!(
        refused(&caller, request("s", &[(1, "a"), (0, "b")])).await,
        parameter("Log events in a single PutLogEvents request must be in chronological order.")
    );
    assert_eq!(
        refused(&caller, request("s", &[(-DAY - 1, "a"), (0, "b")])).await,
        parameter(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
        )
    );
    assert_eq!(
        refused(&caller, request("t", &[(0, "a")])).await,
        missing("The specified log stream does not exist.")
    );
    let elsewhere = with(request("s", &[(0, "a")]), json!({"logGroupName": "h"}));
    assert_eq!(
        refused(&caller, elsewhere).await,
        missing("The specified log group does not exist.")
    );
    assert_eq!(
        refused(&caller, request("s", &[(0, "a"), (0, "")])).await,
        parameter(
            "1 validation error detected: Value '' at 'logEvents.2.member.message' failed to satisfy constraint: \
             Member must have length greater than or equal to 1"
        )
    );
    assert_eq!(
        refused(&caller, request("s", &[])).await,
        parameter(
            "1 validation error detected: Value at 'logEvents' failed to satisfy constraint: \
             Member must have length greater than or equal to 1"
        )
    );
    for (members, part) in [
        (json!({"logEvents": null}), "Value null at 'logEvents'"),
        (
            json!({"logStreamName": null}),
            "Value null at 'logStreamName'",
        ),
        (json!({"logGroupName": "a b"}), "at 'logGroupName'"),
        (json!({"logStreamName": "a:b"}), "at 'logStreamName'"),
        (json!({"sequenceToken": ""}), "at 'sequenceToken'"),
        (
            json!({"logEvents": [{"message": "a"}]}),
            "Value null at 'logEvents.1.member.timestamp'",
        ),
        (
            json!({"logEvents": [{"timestamp": NOW}]}),
            "Value null at 'logEvents.1.member.message'",
        ),
        (
            json!({"logEvents": [{"timestamp": -1, "message": "a"}]}),
            "Value '-1' at 'logEvents.1.member.timestamp'",
        ),
    ] {
        let (code, message) = refused(&caller, with(request("s", &[(0, "a")]), members)).await;
        assert_eq!(code, PARAMETER);
        assert!(message.contains(part), "{message}");
    }
    for body in [
        json!({"logEvents": [["a"]]}),
        json!({"logEvents": [null]}),
        json!({"logEvents": [{"timestamp": "1", "message": "a"}]}),
        json!({"logEvents": {"message": "a"}}),
        json!({"entity": "a"}),
        json!([]),
    ] {
        assert_eq!(refused(&caller, body).await.0, "SerializationException");
    }
    assert!(
        messages(&caller.get(json!({})).await).is_empty(),
        "nothing was kept"
    );
}

#[tokio::test]
async fn a_request_is_full_at_10_000_events_and_a_mebibyte() {
    let caller = with_streams(caller(), &["s"]).await;
    let many = vec![(0, "a"); 10_000];
    caller.write("s", &many).await;
    let one_more = vec![(0, "a"); 10_001];
    let (_, message) = refused(&caller, request("s", &one_more)).await;
    assert!(message.contains("at 'logEvents' failed to satisfy constraint: Member must have length less than or equal to 10000"), "{message}");

    // The largest event there can be fills a request alone.
    let largest = "x".repeat(1_048_576 - 26);
    caller.write("s", &[(0, &largest)]).await;
    assert_eq!(
        refused(&caller, request("s", &[(0, &format!("{largest}x"))]))
            .await
            .1,
        "Log event too large: 1048577 bytes exceeds limit of 1048576"
    );
    assert_eq!(
        refused(&caller, request("s", &[(0, &largest), (0, "a")]))
            .await
            .1,
        "Upload too large: 1048603 bytes exceeds limit of 1048576"
    );
    // Bytes are those of UTF-8.
    let half = "é".repeat((1_048_576 - 2 * 26) / 4);
    caller.write("s", &[(0, &half), (0, &half)]).await;
    let (_, message) = refused(
        &caller,
        request("s", &[(0, &half), (0, &format!("{half}é"))]),
    )
    .await;
    assert!(
        message.starts_with("Upload too large: 1048578 bytes"),
        "{message}"
    );
}

#[tokio::test]
async fn a_body_far_beyond_is_413_and_no_more() {
    let caller = caller();
    let request = caller
        .signed("logs")
        .header("x-amz-target", "Logs_20140328.PutLogEvents")
        .body(Bytes::from(vec![b' '; 8 * 1024 * 1024 + 1]))
        .unwrap();
    let answer = caller.send(request).await;
    assert_eq!(answer.status(), 413);
    assert!(answer.body().is_empty());
}

#[tokio::test]
async fn events_out_of_the_window_are_left_out_and_reported() {
    let caller = with_streams(caller(), &["s"]).await;
    let put = caller
        .write(
            "s",
            &[
                (-14 * DAY - 1, "too old"),
                (-1, "a"),
                (0, "b"),
                (7_200_001, "too new"),
                (7_200_002, "too new"),
            ],
        )
        .await;
    assert_eq!(
        put["rejectedLogEventsInfo"],
        json!({"tooNewLogEventStartIndex": 3, "tooOldLogEventEndIndex": 1})
    );
    assert_eq!(messages(&caller.get(json!({})).await), ["a", "b"]);
    caller
        .done(
            "PutRetentionPolicy",
            json!({"logGroupName": "g", "retentionInDays": 1}),
        )
        .await;
    let put = caller
        .write("s", &[(-3 * DAY, "expired"), (-DAY, "c")])
        .await;
    assert_eq!(
        put["rejectedLogEventsInfo"],
        json!({"expiredLogEventEndIndex": 1})
    );
    let nothing = caller.write("s", &[(-20 * DAY, "too old")]).await;
    assert_eq!(nothing["nextSequenceToken"].as_str().unwrap().len(), 56);
    assert_eq!(messages(&caller.get(json!({})).await), ["c", "a", "b"]);
}

#[tokio::test]
async fn a_bad_entity_is_reported_and_the_events_are_kept() {
    let caller = with_streams(caller(), &["s"]).await;
    let put = async |entity: Value| {
        let body = with(request("s", &[(0, "a")]), json!({ "entity": entity }));
        caller.done("PutLogEvents", body).await["rejectedEntityInfo"].clone()
    };
    let good = json!({"keyAttributes": {"Type": "Service", "Name": "a", "Environment": "b"}});
    assert_eq!(put(good).await, Value::Null);
    assert_eq!(put(json!({})).await, json!({"errorType": "InvalidEntity"}));
    assert_eq!(messages(&caller.get(json!({})).await), ["a", "a"]);
}
