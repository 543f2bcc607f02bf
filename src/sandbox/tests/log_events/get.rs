//! `GetLogEvents`.

use super::*;

/// A caller with a stream of these events, 1 ms apart, and a stream `t` that is nobody's business.
async fn counted(count: i64) -> Caller {
    let caller = with_streams(caller(), &["s", "t"]).await;
    for number in 0..count {
        caller.write("s", &[(number, &number.to_string())]).await;
    }
    caller.write("t", &[(0, "other")]).await;
    caller
}

#[tokio::test]
async fn pages_go_forward_from_the_head_and_stay_at_the_end() {
    let caller = counted(7).await;
    let mut seen = Vec::new();
    let mut request = json!({"limit": 3, "startFromHead": true});
    let end = loop {
        let page = caller.get(request.clone()).await;
        seen.extend(messages(&page));
        if page["nextForwardToken"] == request["nextToken"] {
            break page;
        }
        request["nextToken"] = page["nextForwardToken"].clone();
    };
    assert_eq!(seen, ["0", "1", "2", "3", "4", "5", "6"]);
    assert!(messages(&end).is_empty());
    // From an empty page at the end the way back shows the last event too.
    let back = caller
        .get(json!({"limit": 2, "nextToken": end["nextBackwardToken"]}))
        .await;
    assert_eq!(messages(&back), ["5", "6"]);
    // What comes later is found with the token that stayed.
    caller.write("s", &[(8, "later")]).await;
    let later = caller
        .get(json!({"nextToken": end["nextForwardToken"]}))
        .await;
    assert_eq!(messages(&later), ["later"]);
}

#[tokio::test]
async fn without_a_word_it_is_the_newest_page_and_back_from_there() {
    let caller = counted(7).await;
    let newest = caller.get(json!({"limit": 3})).await;
    assert_eq!(messages(&newest), ["4", "5", "6"]);
    let older = caller
        .get(json!({"limit": 3, "nextToken": newest["nextBackwardToken"]}))
        .await;
    assert_eq!(messages(&older), ["1", "2", "3"]);
    let oldest = caller
        .get(json!({"limit": 3, "nextToken": older["nextBackwardToken"]}))
        .await;
    assert_eq!(messages(&oldest), ["0"]);
    let beyond = caller
        .get(json!({"limit": 3, "nextToken": oldest["nextBackwardToken"]}))
        .await;
    assert!(messages(&beyond).is_empty());
    assert_eq!(beyond["nextBackwardToken"], oldest["nextBackwardToken"]);
    // And forward again, from the edge on.
    let again = caller
        .get(json!({"limit": 2, "nextToken": beyond["nextForwardToken"]}))
        .await;
    assert_eq!(messages(&again), ["0", "1"]);
    let next = caller
        .get(json!({"limit": 2, "nextToken": again["nextForwardToken"]}))
        .await;
    assert_eq!(messages(&next), ["2", "3"]);
}

#[tokio::test]
async fn the_start_is_included_and_the_end_is_not() {
    let caller = counted(5).await;
    let page = caller
        .get(json!({"startTime": NOW + 1, "endTime": NOW + 3, "startFromHead": true}))
        .await;
    assert_eq!(messages(&page), ["1", "2"]);
    let onwards = caller
        .get(json!({"startTime": NOW + 1, "endTime": NOW + 3, "nextToken": page["nextForwardToken"]}))
        .await;
    assert!(messages(&onwards).is_empty());
    assert_eq!(onwards["nextForwardToken"], page["nextForwardToken"]);
    let nothing = caller
        .get(json!({"startTime": NOW + 3, "endTime": NOW + 1}))
        .await;
    assert!(messages(&nothing).is_empty());
}

#[tokio::test]
async fn tokens_have_awss_shape_and_others_are_refused() {
    let caller = counted(0).await;
    let empty = caller.get(json!({"startTime": NOW})).await;
    for (name, start) in [("nextForwardToken", "f/"), ("nextBackwardToken", "b/")] {
        let token = empty[name].as_str().unwrap();
        let digits = token
            .strip_prefix(start)
            .unwrap()
            .strip_suffix("/s")
            .unwrap();
        assert_eq!(digits.len(), 56);
        assert!(digits.bytes().all(|byte| byte.is_ascii_digit()));
    }
    let first = caller.write("s", &[(0, "first")]).await;
    drop(first);
    let polled = caller
        .get(json!({"nextToken": empty["nextForwardToken"]}))
        .await;
    assert_eq!(messages(&polled), ["first"]);
    let good = empty["nextForwardToken"].as_str().unwrap();
    for wrong in [
        "x",
        "f/1/s",
        &good[..good.len() - 2],
        &good.replace("f/", "c/"),
        &good.replace("f/3", "f/9"),
        &format!("{good}/s"),
        &format!("f/{}/s", "9".repeat(56)),
    ] {
        let body = json!({"logGroupName": "g", "logStreamName": "s", "nextToken": wrong});
        let answer = caller.logs("GetLogEvents", body).await;
        assert_eq!(
            answer.refusal(),
            (400, PARAMETER, "The specified nextToken is invalid."),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_page_has_at_most_a_mebibyte() {
    let caller = with_streams(caller(), &["s"]).await;
    let large = "x".repeat(400_000);
    for number in 0..5 {
        caller
            .write("s", &[(number, &format!("{number}{large}"))])
            .await;
    }
    let numbers =
        |page: &Value| -> String { messages(page).iter().map(|message| &message[..1]).collect() };
    let newest = caller.get(json!({})).await;
    assert_eq!(numbers(&newest), "34");
    let older = caller
        .get(json!({"nextToken": newest["nextBackwardToken"]}))
        .await;
    assert_eq!(numbers(&older), "12");
    let first = caller.get(json!({"startFromHead": true})).await;
    assert_eq!(numbers(&first), "01");
}

#[tokio::test]
async fn mistakes_are_refused() {
    let caller = counted(1).await;
    for (members, code, part) in [
        (json!({"logStreamName": null}), PARAMETER, "'logStreamName'"),
        (json!({"limit": 0}), PARAMETER, "'limit'"),
        (
            json!({"limit": 10_001}),
            PARAMETER,
            "Member must have value less than or equal to 10000",
        ),
        (json!({"startTime": -1}), PARAMETER, "'startTime'"),
        (
            json!({"logStreamName": "nope"}),
            "ResourceNotFoundException",
            "The specified log stream does not exist.",
        ),
        (
            json!({"logGroupName": "nope"}),
            "ResourceNotFoundException",
            "The specified log group does not exist.",
        ),
        (
            json!({"logGroupIdentifier": "g"}),
            "ValidationException",
            "mutually exclusive",
        ),
    ] {
        let body = with(json!({"logGroupName": "g", "logStreamName": "s"}), members);
        let answer = caller.logs("GetLogEvents", body).await;
        answer.is_refused(400, code, part);
    }
    let by_arn = json!({
        "logGroupIdentifier": "arn:aws:logs:ca-central-1:123456789012:log-group:g", "logStreamName": "s",
    });
    assert_eq!(messages(&caller.done("GetLogEvents", by_arn).await), ["0"]);
}
