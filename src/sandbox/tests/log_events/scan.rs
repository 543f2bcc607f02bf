//! Looking at everything, as those who compute with events do.

use std::ops::ControlFlow;

use super::*;
use crate::sandbox::Store;
use crate::sandbox::store::Tenant;

fn tenant() -> Tenant {
    Tenant::new("123456789012", "ca-central-1")
}

/// Group, stream, distance from now and message of all that is shown, at most so many.
fn scanned(store: &Store, groups: &[&str], start: i64, end: i64, most: usize) -> Vec<String> {
    let groups: Vec<String> = groups.iter().map(ToString::to_string).collect();
    let mut seen = Vec::new();
    store
        .scan_log_events(&tenant(), &groups, NOW + start, NOW + end, |event| {
            let offset = event.timestamp - NOW;
            assert_eq!(event.key.digits().len(), 56);
            assert_eq!(event.ingested_at, NOW);
            seen.push(format!(
                "{} {} {offset} {}",
                event.group, event.stream, event.message
            ));
            if seen.len() < most {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })
        .unwrap();
    seen.sort();
    seen
}

#[tokio::test]
async fn every_event_of_the_groups_is_shown_once() {
    let store = memory();
    let caller = with_streams(on(store.clone()), &["s", "t"]).await;
    caller
        .done("CreateLogGroup", json!({"logGroupName": "h"}))
        .await;
    let stream = json!({"logGroupName": "h", "logStreamName": "u"});
    caller.done("CreateLogStream", stream.clone()).await;
    let put = json!({"logEvents": [{"timestamp": NOW, "message": "d"}]});
    caller.done("PutLogEvents", with(stream, put)).await;
    caller.write("s", &[(-2, "a"), (0, "b"), (5, "c")]).await;
    caller.write("t", &[(1, "e")]).await;
    let all = ["g s -2 a", "g s 0 b", "g s 5 c", "g t 1 e", "h u 0 d"];
    assert_eq!(scanned(&store, &["g", "h"], -10, 10, 100), all);
    assert_eq!(scanned(&store, &["h"], -10, 10, 100), all[4..]);
    assert_eq!(
        scanned(&store, &["g"], 0, 1, 100),
        [all[1], all[3]],
        "both ends are included"
    );
    assert_eq!(
        scanned(&store, &["g", "h"], -10, 10, 2).len(),
        2,
        "until told to stop"
    );
    assert!(scanned(&store, &["g"], 6, 10, 100).is_empty());
    let missing = store.scan_log_events(&tenant(), &["nope".to_owned()], 0, 1, |_| {
        ControlFlow::Continue(())
    });
    assert_eq!(missing.unwrap_err().code, "ResourceNotFoundException");
    let retention = json!({"logGroupName": "g", "retentionInDays": 1});
    caller.write("t", &[(-2 * 86_400_000, "old")]).await;
    caller.done("PutRetentionPolicy", retention).await;
    assert_eq!(scanned(&store, &["g"], -10 * 86_400_000, 10, 100), all[..4]);
}
