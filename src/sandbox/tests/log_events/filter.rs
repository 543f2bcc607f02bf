//! `FilterLogEvents`.

use std::time::Duration;

use super::*;

/// Follows tokens to the end; gives what the events say, and how many pages there were.
async fn all(caller: &Caller, mut request: Value) -> (Vec<String>, usize) {
    let mut seen = Vec::new();
    for pages in 1.. {
        let page = caller.filter(request.clone()).await;
        assert_eq!(page["searchedLogStreams"], json!([]));
        seen.extend(messages(&page));
        if page["nextToken"].is_null() {
            return (seen, pages);
        }
        assert_ne!(
            page["nextToken"], request["nextToken"],
            "paginators stop at a repeated token"
        );
        request["nextToken"] = page["nextToken"].clone();
    }
    unreachable!()
}

async fn three_streams() -> Caller {
    let caller = with_streams(caller(), &["a1", "a2", "b"]).await;
    caller
        .write("a1", &[(0, "1 GET /"), (4, "5 ERROR boom")])
        .await;
    caller
        .write("b", &[(1, "2 GET /x"), (2, "3 ERROR x")])
        .await;
    caller.write("a2", &[(1, "2b GET"), (3, "4 GET")]).await;
    caller
}

#[tokio::test]
async fn streams_are_put_together_by_time_then_ingestion() {
    let caller = three_streams().await;
    let everything = [
        "1 GET /",
        "2 GET /x",
        "2b GET",
        "3 ERROR x",
        "4 GET",
        "5 ERROR boom",
    ];
    assert_eq!(all(&caller, json!({})).await.0, everything);
    for limit in 1..=7 {
        let (seen, _) = all(&caller, json!({"limit": limit})).await;
        assert_eq!(seen, everything, "{limit}");
    }
    let page = caller.filter(json!({"limit": 2})).await;
    let event = &page["events"][1];
    assert_eq!(event["logStreamName"], "b");
    assert_eq!(
        (&event["timestamp"], &event["ingestionTime"]),
        (&json!(NOW + 1), &json!(NOW))
    );
    let ids: Vec<&str> = page["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["eventId"].as_str().unwrap())
        .collect();
    assert!(
        ids[0] < ids[1] && ids.iter().all(|id| id.len() == 56),
        "{ids:?}"
    );
}

#[tokio::test]
async fn both_ends_are_included() {
    let caller = three_streams().await;
    let within = json!({"startTime": NOW + 1, "endTime": NOW + 2});
    assert_eq!(
        all(&caller, within).await.0,
        ["2 GET /x", "2b GET", "3 ERROR x"]
    );
    let backwards = json!({"startTime": NOW + 2, "endTime": NOW + 1});
    assert!(all(&caller, backwards).await.0.is_empty());
}

#[tokio::test]
async fn streams_and_words_narrow_it_down() {
    let caller = three_streams().await;
    for (request, expected) in [
        (
            json!({"filterPattern": "ERROR"}),
            vec!["3 ERROR x", "5 ERROR boom"],
        ),
        (json!({"filterPattern": "ERROR boom"}), vec!["5 ERROR boom"]),
        (json!({"filterPattern": "error"}), vec![]),
        (
            json!({"filterPattern": ""}),
            vec![
                "1 GET /",
                "2 GET /x",
                "2b GET",
                "3 ERROR x",
                "4 GET",
                "5 ERROR boom",
            ],
        ),
        (
            json!({"logStreamNames": ["b"]}),
            vec!["2 GET /x", "3 ERROR x"],
        ),
        (
            json!({"logStreamNames": ["b", "a1", "b"]}),
            vec!["1 GET /", "2 GET /x", "3 ERROR x", "5 ERROR boom"],
        ),
        (
            json!({"logStreamNamePrefix": "a"}),
            vec!["1 GET /", "2b GET", "4 GET", "5 ERROR boom"],
        ),
        (json!({"logStreamNamePrefix": "c"}), vec![]),
        (
            json!({"logStreamNamePrefix": "a", "filterPattern": "GET", "interleaved": false}),
            vec!["1 GET /", "2b GET", "4 GET"],
        ),
    ] {
        assert_eq!(all(&caller, request.clone()).await.0, expected, "{request}");
        let paged = with(request, json!({"limit": 1}));
        assert_eq!(all(&caller, paged.clone()).await.0, expected, "{paged}");
    }
    let arn = "arn:aws:logs:ca-central-1:123456789012:log-group:g";
    let by_arn = caller
        .done("FilterLogEvents", json!({"logGroupIdentifier": arn}))
        .await;
    assert_eq!(messages(&by_arn).len(), 6);
}

#[tokio::test]
async fn a_search_goes_backwards_from_2024_on() {
    let caller = three_streams().await;
    for start in [json!(null), json!(NOW), json!(1_704_067_199_999_i64)] {
        let body = json!({"logGroupName": "g", "startFromHead": false, "startTime": start});
        let answer = caller.logs("FilterLogEvents", body).await;
        answer.is_refused(400, PARAMETER, "2024-01-01");
    }
    let now = 1_764_000_000_000;
    let clock = crate::sandbox::store::Clock::frozen(now);
    let caller = with_streams(on(memory().with_clock(clock)), &["s", "t"]).await;
    for (stream, offset) in [("s", 0), ("t", 1), ("s", 2), ("t", 2), ("s", 3)] {
        let text = format!("{stream}{offset}");
        caller.write(stream, &[(now - NOW + offset, &text)]).await;
    }
    let newest_first = json!({"startTime": now, "startFromHead": false});
    let expected = ["s3", "t2", "s2", "t1", "s0"];
    assert_eq!(all(&caller, newest_first.clone()).await.0, expected);
    for limit in 1..=6 {
        let paged = with(newest_first.clone(), json!({"limit": limit}));
        assert_eq!(all(&caller, paged).await.0, expected, "{limit}");
    }
    let page = caller.filter(with(newest_first, json!({"limit": 1}))).await;
    let turned = json!({"logGroupName": "g", "startTime": now, "nextToken": page["nextToken"]});
    let answer = caller.logs("FilterLogEvents", turned).await;
    answer.is_refused(400, PARAMETER, "The specified nextToken is invalid.");
}

#[tokio::test]
async fn a_token_is_good_for_its_own_search_only() {
    let caller = three_streams().await;
    let token = caller
        .filter(json!({"limit": 1, "filterPattern": "GET"}))
        .await["nextToken"]
        .clone();
    let same = json!({"limit": 5, "filterPattern": "GET", "nextToken": token});
    assert_eq!(
        messages(&caller.filter(same).await),
        ["2 GET /x", "2b GET", "4 GET"]
    );
    for other in [
        json!({"nextToken": token}),
        json!({"nextToken": token, "filterPattern": "ERROR"}),
        json!({"nextToken": token, "filterPattern": "GET", "startTime": 5}),
        json!({"nextToken": token, "filterPattern": "GET", "logStreamNames": ["b"]}),
        json!({"nextToken": "made-up", "filterPattern": "GET"}),
        json!({"nextToken": format!("{}0", token.as_str().unwrap()), "filterPattern": "GET"}),
    ] {
        let body = with(json!({"logGroupName": "g"}), other);
        let answer = caller.logs("FilterLogEvents", body).await;
        assert_eq!(
            answer.refusal(),
            (400, PARAMETER, "The specified nextToken is invalid.")
        );
    }
}

#[tokio::test]
async fn one_call_does_not_search_for_ever() {
    let store = memory().with_search_patience(Duration::ZERO);
    let caller = with_streams(on(store), &["s", "t"]).await;
    for number in 0..9 {
        let stream = if number % 2 == 0 { "s" } else { "t" };
        // Each overlaps the one before it.
        let needle = format!("needle {number}");
        caller
            .write(stream, &[(number * 5, "hay"), (number * 5 + 7, &needle)])
            .await;
    }
    let expected: Vec<String> = (0..9).map(|number| format!("needle {number}")).collect();
    let (seen, pages) = all(&caller, json!({"filterPattern": "needle"})).await;
    assert_eq!(seen, expected);
    assert!(pages > 4, "{pages} pages");
    let (seen, _) = all(&caller, json!({"filterPattern": "nowhere"})).await;
    assert!(seen.is_empty());
}

#[tokio::test]
async fn overlapping_rows_come_in_order_in_pages_of_any_size() {
    let caller = with_streams(caller(), &["s", "t", "u"]).await;
    let mut random = fastrand::Rng::with_seed(7);
    let mut expected: Vec<(i64, usize, String)> = Vec::new();
    for row in 0..40 {
        let mut times: Vec<i64> = (0..random.usize(1..6)).map(|_| random.i64(0..30)).collect();
        times.sort_unstable();
        let texts: Vec<String> = (0..times.len())
            .map(|place| format!("{row}.{place}"))
            .collect();
        let put: Vec<(i64, &str)> = times
            .iter()
            .copied()
            .zip(texts.iter().map(String::as_str))
            .collect();
        caller.write(["s", "t", "u"][row % 3], &put).await;
        expected.extend(
            times
                .into_iter()
                .zip(texts)
                .map(|(time, text)| (time, row, text)),
        );
    }
    expected.sort_by_key(|(time, row, _)| (*time, *row));
    let expected: Vec<String> = expected.into_iter().map(|(.., text)| text).collect();
    for limit in [1, 2, 3, 7, 50, 1000] {
        assert_eq!(
            all(&caller, json!({"limit": limit})).await.0,
            expected,
            "{limit}"
        );
    }
}

#[tokio::test]
async fn mistakes_are_refused() {
    let caller = three_streams().await;
    for (members, code, part) in [
        (json!({"logStreamNames": []}), PARAMETER, "'logStreamNames'"),
        (
            json!({"logStreamNames": vec!["a"; 101]}),
            PARAMETER,
            "'logStreamNames'",
        ),
        (
            json!({"logStreamNames": ["a1"], "logStreamNamePrefix": "a"}),
            PARAMETER,
            "mutually exclusive",
        ),
        (
            json!({"logStreamNames": ["a1", "nope"]}),
            "ResourceNotFoundException",
            "The specified log stream does not exist.",
        ),
        (
            json!({"logGroupName": "nope"}),
            "ResourceNotFoundException",
            "The specified log group does not exist.",
        ),
        (json!({"logGroupName": null}), PARAMETER, "'logGroupName'"),
        (json!({"limit": 10_001}), PARAMETER, "'limit'"),
        (json!({"endTime": -1}), PARAMETER, "'endTime'"),
        (
            json!({"filterPattern": "x".repeat(1025)}),
            PARAMETER,
            "'filterPattern'",
        ),
        (
            json!({"logGroupIdentifier": "g"}),
            "ValidationException",
            "mutually exclusive",
        ),
    ] {
        let answer = caller
            .logs(
                "FilterLogEvents",
                with(json!({"logGroupName": "g"}), members),
            )
            .await;
        answer.is_refused(400, code, part);
    }
    let broken = json!({"logGroupName": "g", "filterPattern": "{ $.a = }"});
    let answer = caller.logs("FilterLogEvents", broken).await;
    answer.is_refused(400, PARAMETER, "Invalid filter pattern: column 9: ");
    for class in ["INFREQUENT_ACCESS", "DELIVERY"] {
        let name = format!("of-{class}");
        caller
            .done(
                "CreateLogGroup",
                json!({"logGroupName": name, "logGroupClass": class}),
            )
            .await;
        let answer = caller
            .logs("FilterLogEvents", json!({"logGroupName": name}))
            .await;
        answer.is_refused(400, "InvalidOperationException", class);
    }
}
