//! The queue at the front door: never in the way, bounded, and counted.

use cruddur_obs::logs::batch::{InputLogEvent, NEWEST, OLDEST};

use super::service::{Reply, adds_up, event, fine, now, settings, ship, ship_all, throttled};

#[tokio::test(start_paused = true)]
async fn a_full_queue_drops_the_oldest_and_says_so() {
    let mut small = settings();
    small.queue_events = 100;
    let ended = ship(
        small,
        |call| if call.nth == 0 { throttled() } else { fine() },
        async |shipper, cancel| {
            // The first hundred are under way, and come back throttled.
            for number in 0..100 {
                shipper.send(event(format!("{number:04}")));
            }
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            for number in 100..1000 {
                shipper.send(event(format!("{number:04}")));
                adds_up(&shipper.totals());
            }
            cancel.cancel();
        },
    )
    .await;
    assert_eq!(
        ended.truth(),
        "logs: given 1,000 · sent 200 · dropped 800 (queue full) · rejected 0"
    );
    let arrived = ended.arrived(|call| call.nth > 0);
    let arrived: Vec<&String> = arrived.keys().collect();
    assert_eq!(arrived.len(), 200);
    assert_eq!(
        (arrived[99].as_str(), arrived[100].as_str()),
        ("0099", "0900")
    );
    insta::assert_snapshot!(ended.warnings(), @"
    100 log events could not be sent: CloudWatch Logs is rate limiting (other programs, or many of this one, use up the account's calls); they wait and are sent again
    the queue is full: 800 dropped so far, the oldest first
    ");
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_room_loses_nothing() {
    let mut small = settings();
    small.queue_events = 10;
    let ended = ship(
        small,
        |call| {
            if call.nth % 3 == 0 {
                throttled()
            } else {
                fine()
            }
        },
        async |shipper, _| {
            for number in 0..1000 {
                shipper
                    .send_when_there_is_room(event(format!("{number:04}")), 0)
                    .await;
                assert!(
                    shipper.totals().waiting <= 20,
                    "ten wait, ten are under way"
                );
                adds_up(&shipper.totals());
            }
            shipper.close();
        },
    )
    .await;
    assert_eq!(
        ended.truth(),
        "logs: given 1,000 · sent 1,000 · dropped 0 · rejected 0"
    );
    let arrived = ended.arrived(|call| call.nth % 3 != 0);
    assert!(arrived.len() == 1000 && arrived.values().all(|times| *times == 1));
    // In the order in which they were given.
    let puts = ended.service.puts();
    let taken = puts.iter().filter(|put| put.nth % 3 != 0);
    let order: Vec<&str> = taken.flat_map(super::service::Call::messages).collect();
    assert!(order.is_sorted());
}

#[tokio::test(start_paused = true)]
async fn whatever_time_an_event_bears_every_call_obeys_the_rules() {
    let now = now();
    let hour = 60 * 60 * 1000;
    let times = [
        now,
        now - OLDEST - hour,
        now + NEWEST + hour,
        now - 30 * hour,
        now + hour,
        now - 3 * 24 * hour,
        now - 1,
        i64::MIN,
        i64::MAX,
    ];
    let mut short = settings();
    short.retention_days = Some(2);
    let ended = ship(
        short,
        |_| fine(),
        async |shipper, _| {
            for (number, timestamp) in times.into_iter().enumerate() {
                shipper.send(InputLogEvent {
                    timestamp,
                    message: number.to_string(),
                });
            }
            shipper.send(event(""));
            shipper.close();
        },
    )
    .await;
    insta::assert_snapshot!(ended.truth(), @"logs: given 10 · sent 4 · dropped 0 · rejected 6 (1 empty, 2 too old, 1 expired, 2 too new)");
    insta::assert_snapshot!(ended.warnings(), @"
    2 log events not sent: too old
    1 log event not sent: expired
    2 log events not sent: too new
    ");
    let puts = ended.service.puts();
    let messages: Vec<_> = puts.iter().map(super::service::Call::messages).collect();
    assert_eq!(messages, [vec!["3"], vec!["6", "0", "4"]]);
    for put in &puts {
        let events = put.body["logEvents"].as_array().expect("there are events");
        assert!(events.is_sorted_by_key(|event| event["timestamp"].as_i64()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_that_is_too_long_is_cut_and_sent() {
    let messages = ["x".repeat(1_048_551), "y".to_owned()];
    let ended = ship_all(settings(), |_| fine(), messages).await;
    assert_eq!(
        ended.truth(),
        "logs: given 2 · sent 2 · dropped 0 · rejected 0 · cut 1"
    );
    let puts = ended.service.puts();
    assert_eq!(puts.len(), 2);
    let long = puts[0].messages()[0];
    assert!(long.ends_with("x… [24 bytes cut]") && long.len() <= 1_048_550);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_never_answers_never_slows_the_application() {
    let mut small = settings();
    small.queue_events = 1000;
    let ended = ship(
        small,
        |_| Reply::Hang,
        async |shipper, cancel| {
            // No await: nothing else runs meanwhile.
            for number in 0..200_000 {
                shipper.send(event(number.to_string()));
            }
            assert_eq!(shipper.totals().waiting, 1000);
            cancel.cancel();
        },
    )
    .await;
    assert_eq!(
        ended.truth(),
        "logs: given 200,000 · sent 0 · dropped 200,000 (199,000 queue full, 1,000 not delivered in time) · rejected 0"
    );
}
