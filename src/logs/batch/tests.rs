use proptest::prelude::*;

use super::*;

const NOW: i64 = 1_795_514_400_000;

fn event(timestamp: i64, message: impl Into<String>) -> EncodedEvent {
    let message = message.into();
    EncodedEvent::of(InputLogEvent { timestamp, message }, 0).0
}

/// The message of an event, as who is called reads it.
fn message_of(event: &EncodedEvent) -> String {
    let read: serde_json::Value = serde_json::from_slice(event.json()).unwrap();
    assert_eq!(read["timestamp"], event.timestamp());
    let message = read["message"].as_str().unwrap();
    assert_eq!(message.len(), event.bytes());
    message.to_owned()
}

fn sizes(plan: &Plan) -> Vec<usize> {
    plan.batches.iter().map(Vec::len).collect()
}

/// Every rule of one call.
fn obeys(batch: &[EncodedEvent], window: Window) {
    assert!((1..=EVENTS).contains(&batch.len()));
    assert!(batch.iter().map(EncodedEvent::cost).sum::<usize>() <= BYTES);
    assert!(batch.is_sorted_by_key(EncodedEvent::timestamp));
    assert!(batch[batch.len() - 1].timestamp() - batch[0].timestamp() <= SPAN);
    for event in batch {
        assert!((1..=LONGEST_MESSAGE).contains(&event.bytes()));
        assert_eq!(window.refuses(event.timestamp()), None);
    }
}

#[test]
fn an_event_at_each_edge_is_taken_and_one_beyond_is_not() {
    let week = Some(7);
    let month = Some(30);
    for (retention, age, refused) in [
        (None, -NEWEST, None),
        (None, -NEWEST - 1, Some(Rejection::TooNew)),
        (None, OLDEST, None),
        (None, OLDEST + 1, Some(Rejection::TooOld)),
        (week, 7 * DAY, None),
        (week, 7 * DAY + 1, Some(Rejection::Expired)),
        (week, OLDEST + 1, Some(Rejection::TooOld)),
        (month, OLDEST, None),
        (month, OLDEST + 1, Some(Rejection::TooOld)),
    ] {
        let window = Window::at(NOW, retention);
        assert_eq!(window.refuses(NOW - age), refused, "{retention:?} {age}");
    }
    assert_eq!(
        Window::at(0, None).refuses(-1),
        Some(Rejection::TooOld),
        "the API takes no time before the epoch"
    );
}

#[test]
fn extreme_clocks_are_no_trouble() {
    for now in [i64::MIN, -1, 0, i64::MAX] {
        let events = [i64::MIN, -1, 0, i64::MAX].map(|timestamp| event(timestamp, "x"));
        let plan = plan(events, Window::at(now, Some(i32::MAX)));
        let kept: usize = sizes(&plan).iter().sum();
        assert_eq!(kept + plan.rejected.len(), 4);
    }
}

#[test]
fn a_call_is_full_at_ten_thousand_events_or_a_mebibyte() {
    let window = Window::at(NOW, None);
    let many = (0..=EVENTS).map(|_| event(NOW, "x"));
    assert_eq!(sizes(&plan(many, window)), [EVENTS, 1]);
    // Four of these fill a call to the byte.
    let quarter = "x".repeat(BYTES / 4 - OVERHEAD);
    let four = (0..4).map(|_| event(NOW, quarter.clone()));
    assert_eq!(sizes(&plan(four, window)), [4]);
    let more = (0..3)
        .map(|_| event(NOW, quarter.clone()))
        .chain([event(NOW, format!("{quarter}x"))]);
    assert_eq!(sizes(&plan(more, window)), [3, 1]);
}

#[test]
fn a_call_spans_a_day_and_not_a_millisecond_more() {
    let window = Window::at(NOW, None);
    let spread = |span| plan([event(NOW - span, "a"), event(NOW, "b")], window);
    assert_eq!(sizes(&spread(SPAN)), [2]);
    assert_eq!(sizes(&spread(SPAN + 1)), [1, 1]);
}

#[test]
fn what_came_first_stays_first_at_the_same_time() {
    let events = [
        event(NOW, "late 1"),
        event(NOW - 1, "early 1"),
        event(NOW, "late 2"),
        event(NOW - 1, "early 2"),
    ];
    let plan = plan(events, Window::at(NOW, None));
    let order: Vec<String> = plan.batches[0].iter().map(message_of).collect();
    assert_eq!(order, ["early 1", "early 2", "late 1", "late 2"]);
}

#[test]
fn a_long_message_is_cut_and_says_by_how_much() {
    let longest = "x".repeat(LONGEST_MESSAGE);
    let untouched = fitted(longest.clone(), 0);
    assert_eq!(
        (untouched.cut, untouched.message.len()),
        (0, LONGEST_MESSAGE)
    );

    let cut = fitted(format!("{longest}y"), 0);
    assert!(cut.message.ends_with("x… [24 bytes cut]"), "{}", cut.cut);
    assert_eq!(cut.cut, 24);

    // Never in the middle of a character, and what was not kept counts too.
    let cut = fitted("ß".repeat(LONGEST_MESSAGE), 7);
    assert!(cut.message.len() <= LONGEST_MESSAGE);
    let (kept, suffix) = cut.message.split_once('…').unwrap();
    assert!(kept.chars().all(|character| character == 'ß'));
    assert_eq!(suffix, format!(" [{} bytes cut]", cut.cut));
    assert_eq!(kept.len() as u64 + cut.cut, 2 * LONGEST_MESSAGE as u64 + 7);

    let short = fitted("begin".to_owned(), u64::MAX);
    assert!(short.message.starts_with("begin… ["));
}

/// Messages: none, short ones, and sizes around what fills a call or is too long.
fn message() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just(String::new()),
        20 => "[a-zß水\"\\\\\n\u{1}]{1,12}",
        1 => (BYTES / 3 - 40..BYTES / 3).prop_map(|length| "m".repeat(length)),
        1 => (LONGEST_MESSAGE - 3..LONGEST_MESSAGE + 40).prop_map(|length| "l".repeat(length)),
        1 => (LONGEST_MESSAGE / 3 - 1..LONGEST_MESSAGE / 3 + 9).prop_map(|length| "水".repeat(length)),
    ]
}

/// Times: close together, days apart, and on both sides of what is taken.
fn timestamp() -> impl Strategy<Value = i64> {
    prop_oneof![
        5 => NOW - 3..NOW + 3,
        3 => (-20 * DAY..3 * NEWEST).prop_map(|away| NOW + away),
        1 => any::<i64>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_event_is_in_one_batch_or_rejected_and_every_batch_obeys(
        events in prop::collection::vec((timestamp(), message()), 0..40),
        retention in prop::option::of(1..20_i32),
    ) {
        let window = Window::at(NOW, retention);
        // The place it came at, in front, tells one from the other.
        let events: Vec<InputLogEvent> = events
            .into_iter()
            .enumerate()
            .map(|(place, (timestamp, message))| InputLogEvent {
                timestamp,
                message: if message.is_empty() { message } else { format!("{place:03}{message}") },
            })
            .collect();
        let encoded = events.iter().cloned().map(|event| EncodedEvent::of(event, 0));
        let (encoded, cut): (Vec<_>, Vec<bool>) = encoded.unzip();
        let plan = plan(encoded.clone(), window);

        for batch in &plan.batches {
            obeys(batch, window);
        }
        let batched: Vec<(i64, String)> = plan
            .batches
            .iter()
            .flatten()
            .map(|event| (event.timestamp(), message_of(event)))
            .collect();
        prop_assert!(batched.is_sorted_by_key(|(timestamp, message)| (*timestamp, &message[..3])));

        // Nothing is lost, doubled or changed, but what is too long.
        let mut expected = Vec::new();
        for (event, encoded) in events.iter().zip(&encoded) {
            let refused = if event.message.is_empty() {
                Some(Rejection::Empty)
            } else {
                window.refuses(event.timestamp)
            };
            if refused.is_none() {
                let is_long = event.message.len() > LONGEST_MESSAGE;
                let found: Vec<_> = batched
                    .iter()
                    .filter(|(_, message)| message[..3] == event.message[..3])
                    .collect();
                prop_assert_eq!(found.len(), 1);
                let (timestamp, message) = found[0];
                prop_assert_eq!(*timestamp, event.timestamp);
                prop_assert_eq!(message.contains(" bytes cut]"), is_long);
                if !is_long {
                    prop_assert_eq!(message, &event.message);
                }
            }
            expected.extend(refused.map(|reason| (encoded.clone(), reason)));
        }
        for (event, cut) in events.iter().zip(cut) {
            prop_assert_eq!(cut, event.message.len() > LONGEST_MESSAGE);
        }
        prop_assert_eq!(&plan.rejected, &expected);
        prop_assert_eq!(batched.len() + plan.rejected.len(), events.len());
    }

    #[test]
    fn a_batch_is_never_smaller_than_it_has_to_be(
        timestamps in prop::collection::vec(NOW - 3 * DAY..NOW, 1..60),
    ) {
        let events = timestamps.into_iter().map(|timestamp| event(timestamp, "x"));
        let plan = plan(events, Window::at(NOW, None));
        for pair in plan.batches.windows(2) {
            prop_assert!(pair[1][0].timestamp() - pair[0][0].timestamp() > SPAN);
        }
    }
}
