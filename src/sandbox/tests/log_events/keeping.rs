//! What goes: with its stream or group, with time, with size; and what survives.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::*;
use crate::sandbox::store::{Clock, Retention};
use crate::sandbox::{Location, Store};

const DAY: i64 = 86_400_000;

/// A store whose clock can be turned.
fn with_time() -> (Store, Arc<AtomicI64>) {
    let time = Arc::new(AtomicI64::new(NOW));
    let clock = Arc::clone(&time);
    let store = memory().with_clock(Clock::from_fn(move || clock.load(Ordering::Relaxed)));
    (store, time)
}

#[tokio::test]
async fn a_stream_that_is_made_again_starts_empty() {
    let store = memory();
    let caller = with_streams(on(store.clone()), &["s", "t"]).await;
    caller.write("t", &[(0, "stays")]).await;
    caller.write("s", &[(0, "old")]).await;
    let stream = json!({"logGroupName": "g", "logStreamName": "s"});
    caller.done("DeleteLogStream", stream.clone()).await;
    caller.done("CreateLogStream", stream).await;
    assert!(messages(&caller.get(json!({})).await).is_empty());
    assert_eq!(messages(&caller.filter(json!({})).await), ["stays"]);
    assert_eq!(store.stored_log_events().unwrap().events, 1);

    caller
        .done("DeleteLogGroup", json!({"logGroupName": "g"}))
        .await;
    let caller = with_streams(caller, &["s", "t"]).await;
    assert!(messages(&caller.filter(json!({})).await).is_empty());
    assert_eq!(
        store.stored_log_events().unwrap(),
        crate::sandbox::store::StoredEvents::default()
    );
}

#[tokio::test]
async fn a_groups_retention_hides_at_once_and_removes_in_time() {
    let (store, time) = with_time();
    let caller = with_streams(on(store.clone()), &["s"]).await;
    caller
        .write("s", &[(-2 * DAY, "older"), (-2 * DAY + 5, "old")])
        .await;
    caller.write("s", &[(0, "new")]).await;
    let days = |days: i64| json!({"logGroupName": "g", "retentionInDays": days});
    caller.done("PutRetentionPolicy", days(1)).await;
    assert_eq!(messages(&caller.get(json!({})).await), ["new"]);
    assert_eq!(messages(&caller.filter(json!({})).await), ["new"]);
    // Nothing is gone yet: a longer retention shows it again.
    caller.done("PutRetentionPolicy", days(3)).await;
    assert_eq!(messages(&caller.filter(json!({})).await).len(), 3);
    caller.done("PutRetentionPolicy", days(1)).await;
    store.tidy_log_events().unwrap();
    caller
        .done("DeleteRetentionPolicy", json!({"logGroupName": "g"}))
        .await;
    assert_eq!(messages(&caller.filter(json!({})).await), ["new"]);
    caller.done("PutRetentionPolicy", days(1)).await;
    time.fetch_add(DAY + 1, Ordering::Relaxed);
    assert!(messages(&caller.filter(json!({})).await).is_empty());
    store.tidy_log_events().unwrap();
    assert_eq!(store.stored_log_events().unwrap().events, 0);
}

#[tokio::test]
async fn too_much_takes_the_oldest_and_leaves_traces_alone() {
    let bound = Retention {
        bytes: 100_000,
        age: Duration::from_hours(24),
    };
    let (store, time) = with_time();
    let store = store.with_retention(bound);
    let caller = with_streams(on(store.clone()), &["s", "t"]).await;
    let large = "x".repeat(9_900);
    for number in 0..30 {
        let stream = if number % 3 == 0 { "t" } else { "s" };
        caller
            .write(stream, &[(number, &format!("{number} {large}"))])
            .await;
        assert!(store.stored_log_events().unwrap().bytes <= bound.bytes);
    }
    let left = messages(&caller.filter(json!({})).await);
    assert!((8..=10).contains(&left.len()), "{}", left.len());
    assert!(
        left[0].starts_with(&format!("{} ", 30 - left.len())),
        "{}",
        left[0].len()
    );
    // Age counts from when it came.
    time.fetch_add(DAY + 1, Ordering::Relaxed);
    store.tidy_log_events().unwrap();
    assert_eq!(store.stored_log_events().unwrap().events, 0);
}

#[tokio::test]
async fn two_processes_on_one_store_see_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let open = || {
        let store = Store::open(&Location::Directory(directory.path().to_owned())).unwrap();
        store.with_clock(Clock::frozen(NOW))
    };
    let one = with_streams(on(open()), &["s"]).await;
    let other = on(open());
    for round in 0..3 {
        one.write("s", &[(round, "one")]).await;
        other.write("s", &[(round, "other")]).await;
        let count = messages(&one.filter(json!({})).await).len();
        assert_eq!(count, messages(&other.filter(json!({})).await).len());
        assert_eq!(count, 2 * (usize::try_from(round).unwrap() + 1));
    }
    let third = open();
    assert_eq!(third.stored_log_events().unwrap().events, 6);
    other
        .done("DeleteLogGroup", json!({"logGroupName": "g"}))
        .await;
    let one = with_streams(one, &["s"]).await;
    assert!(messages(&one.filter(json!({})).await).is_empty());
    third.tidy_log_events().unwrap();
    assert_eq!(third.stored_log_events().unwrap().events, 0);
}

#[tokio::test]
async fn a_reset_empties_and_ids_go_on() {
    let store = memory();
    let caller = with_streams(on(store.clone()), &["s"]).await;
    caller.write("s", &[(0, "a")]).await;
    let before = caller.filter(json!({})).await["events"][0]["eventId"].clone();
    store.reset().unwrap();
    let caller = with_streams(caller, &["s"]).await;
    assert!(messages(&caller.filter(json!({})).await).is_empty());
    caller.write("s", &[(0, "a")]).await;
    let after = caller.filter(json!({})).await["events"][0]["eventId"].clone();
    assert!(before.as_str() < after.as_str());
}
