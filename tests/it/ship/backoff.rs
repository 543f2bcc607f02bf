//! When something is sent, and how long is waited after a failure. Time is made to fly.

use std::time::Duration;

use cruddur_obs::telemetry::{GiveUp, Undelivered};

use super::service::{Call, Reply, event, fine, settings, ship, ship_all, throttled};

const fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

/// The times between the calls.
fn pauses(calls: &[Call]) -> Vec<Duration> {
    calls
        .windows(2)
        .map(|pair| pair[1].at - pair[0].at)
        .collect()
}

#[tokio::test(start_paused = true)]
async fn the_first_line_goes_within_two_seconds_and_later_ones_within_five() {
    let ended = ship(
        settings(),
        |_| fine(),
        async |shipper, cancel| {
            for round in 0..3 {
                shipper.send(event(format!("{round} a")));
                tokio::time::sleep(Duration::from_millis(100)).await;
                shipper.send(event(format!("{round} b")));
                tokio::time::sleep(seconds(20)).await;
            }
            cancel.cancel();
        },
    )
    .await;
    assert_eq!(
        ended.truth(),
        "logs: given 6 · sent 6 · dropped 0 · rejected 0"
    );
    let puts = ended.service.puts();
    let messages: Vec<_> = puts.iter().map(Call::messages).collect();
    assert_eq!(messages, [["0 a", "0 b"], ["1 a", "1 b"], ["2 a", "2 b"]]);
    // Given at 0 s and 20.1 s; tokio's clock has milliseconds.
    let between = puts[1].at - puts[0].at;
    let expected = Duration::from_millis(20_100 + 5_000 - 2_000);
    assert!(
        between.abs_diff(expected) < Duration::from_millis(5),
        "{between:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_full_batch_does_not_wait() {
    let ended = ship(
        settings(),
        |_| fine(),
        async |shipper, cancel| {
            for number in 0..10_000 {
                shipper.send(event(number.to_string()));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
            assert_eq!(shipper.totals().sent, 10_000);
            for _ in 0..3 {
                shipper.send(event("x".repeat(400_000)));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
            assert_eq!(
                shipper.totals().sent,
                10_002,
                "what does not fill one waits"
            );
            cancel.cancel();
        },
    )
    .await;
    assert_eq!(ended.totals.sent, 10_003);
    assert_eq!(ended.service.puts().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn pauses_double_up_to_a_minute_and_nothing_is_lost() {
    let bad = 12;
    let ended = ship(
        settings(),
        move |call| if call.nth < bad { throttled() } else { fine() },
        async |shipper, cancel| {
            // The application goes on all the while.
            for number in 0..600 {
                shipper.send(event(number.to_string()));
                tokio::time::sleep(seconds(1)).await;
            }
            cancel.cancel();
        },
    )
    .await;
    assert_eq!(
        ended.truth(),
        "logs: given 600 · sent 600 · dropped 0 · rejected 0"
    );
    let puts = ended.service.puts();
    let pauses = pauses(&puts[..=bad]);
    for (pause, most) in pauses
        .iter()
        .zip([2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60, 60])
    {
        let most = seconds(most) + Duration::from_millis(2);
        assert!(*pause <= most && *pause >= most.mul_f64(0.74), "{pauses:?}");
    }
    let arrived = ended.arrived(|call| call.nth >= bad);
    assert_eq!(arrived.len(), 600);
    assert!(arrived.values().all(|times| *times == 1));
    // Once, and once again when it is over.
    insta::assert_snapshot!(ended.warnings(), @"3 log events could not be sent: CloudWatch Logs is rate limiting (other programs, or many of this one, use up the account's calls); they wait and are sent again");
    insta::assert_snapshot!(ended.infos(), @"CloudWatch Logs answers again after 12 failed attempts");
}

#[tokio::test(start_paused = true)]
async fn every_failure_that_may_pass_is_waited_out() {
    for bad in [
        throttled(),
        Reply::Json(500, serde_json::json!({"__type": "InternalFailure"})),
        Reply::Json(
            503,
            serde_json::json!({"__type": "ServiceUnavailableException"}),
        ),
        Reply::Text(502, "<html>Bad Gateway</html>"),
        Reply::Text(200, "<html>Please sign in</html>"),
        Reply::Text(429, ""),
        Reply::Hang,
    ] {
        let reply = bad.clone();
        let ended = ship(
            settings(),
            move |call| if call.nth < 3 { reply.clone() } else { fine() },
            async |shipper, cancel| {
                shipper.send(event("a line"));
                tokio::time::sleep(seconds(600)).await;
                cancel.cancel();
            },
        )
        .await;
        assert_eq!(
            ended.truth(),
            "logs: given 1 · sent 1 · dropped 0 · rejected 0",
            "{bad:?}"
        );
        assert_eq!(
            ended.service.puts().len(),
            4,
            "{bad:?}: no retries but ours"
        );
        assert_eq!(ended.warnings().lines().count(), 1, "{bad:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_tries_at_once_and_ends_at_the_deadline() {
    let ended = ship(
        settings(),
        |_| throttled(),
        async |shipper, cancel| {
            shipper.send(event("a line"));
            tokio::time::sleep(seconds(300)).await;
            shipper.send(event("another"));
            cancel.cancel();
            let tried = shipper.totals();
            assert_eq!(tried.waiting, 2);
        },
    )
    .await;
    assert_eq!(
        ended.truth(),
        "logs: given 2 · sent 0 · dropped 2 (not delivered in time) · rejected 0"
    );
    assert_eq!(ended.took, seconds(310));
    let puts = ended.service.puts();
    let at_the_stop = puts.iter().filter(|put| {
        let before_the_end = puts[0].at + seconds(308) - put.at;
        before_the_end <= seconds(10)
    });
    let at_the_stop: Vec<Call> = at_the_stop.cloned().collect();
    assert!(
        at_the_stop.len() >= 3,
        "pauses begin anew: {:?}",
        pauses(&puts)
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_hangs_does_not_hold_the_end_up() {
    let ended = ship(
        settings(),
        |_| Reply::Hang,
        async |shipper, cancel| {
            shipper.send(event("a line"));
            tokio::time::sleep(seconds(3)).await;
            cancel.cancel();
        },
    )
    .await;
    assert_eq!(
        ended.truth(),
        "logs: given 1 · sent 0 · dropped 1 (not delivered in time) · rejected 0"
    );
    assert_eq!(ended.took, seconds(13));
}

#[tokio::test(start_paused = true)]
async fn what_comes_while_it_drains_is_sent_too() {
    let ended = ship(
        settings(),
        |call| if call.nth == 0 { throttled() } else { fine() },
        async |shipper, cancel| {
            shipper.send(event("first"));
            cancel.cancel();
            tokio::time::sleep(seconds(1)).await;
            shipper.send(event("last words"));
        },
    )
    .await;
    assert_eq!(
        ended.truth(),
        "logs: given 2 · sent 2 · dropped 0 · rejected 0"
    );
}

#[tokio::test(start_paused = true)]
async fn after_the_end_it_gives_up_when_nothing_is_taken_for_a_minute() {
    let all = || (0..3).map(|number| number.to_string());
    let ended = ship_all(settings(), |_| throttled(), all()).await;
    assert_eq!(
        ended.truth(),
        "logs: given 3 · sent 0 · dropped 3 (not delivered in time) · rejected 0"
    );
    assert_eq!(ended.took, seconds(60));

    let mut few = settings();
    few.give_up = GiveUp {
        attempts: 2,
        after: seconds(60),
    };
    let ended = ship_all(few, |_| throttled(), all()).await;
    assert_eq!(ended.totals.undelivered(Undelivered::NotInTime), 3);
    assert_eq!(ended.service.puts().len(), 2);

    // As long as something is taken now and then, it goes on.
    let ended = ship_all(
        settings(),
        |call| {
            if call.nth % 5 == 4 {
                fine()
            } else {
                throttled()
            }
        },
        (0..30_000).map(|number| number.to_string()),
    )
    .await;
    assert_eq!(ended.totals.sent, 30_000);
    assert!(ended.took > seconds(60), "{:?}", ended.took);
}
