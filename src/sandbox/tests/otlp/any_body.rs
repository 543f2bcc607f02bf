//! Whatever is sent: an answer that says something, and never a panic.

use proptest::prelude::{any, prop_oneof};
use proptest::sample::{Index, select};
use proptest::strategy::{Just, Strategy};
use proptest::{collection, proptest};

use super::{JSON, PROTOBUF, caller, captured, protobuf, request, span};
use crate::sandbox::HONEYCOMB_KEY;

/// Bytes of all sorts, and real requests with a few bytes changed.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let json = request("web", &[span(1, None, 2, "GET", &serde_json::json!({}))]);
    let mut real: Vec<Vec<u8>> = captured().into_iter().map(|(_, body)| body).collect();
    real.push(json.to_string().into_bytes());
    real.push(protobuf(&json));
    let changes = collection::vec((any::<Index>(), any::<u8>()), 0..6);
    let mutated = (select(real), changes).prop_map(|(mut body, changes)| {
        for (place, byte) in changes {
            let place = place.index(body.len());
            body[place] = byte;
        }
        body
    });
    prop_oneof![collection::vec(any::<u8>(), 0..200), mutated]
}

proptest! {
    #[test]
    fn any_body_is_answered(
        body in bodies(),
        path in select(vec!["/v1/traces", "/v1/logs", "/v1/metrics"]),
        content_type in select(vec![JSON, PROTOBUF]),
        encoding in prop_oneof![Just("identity"), select(vec!["gzip", "zstd", "deflate"])],
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let caller = caller();
            let headers = [
                ("content-type", content_type),
                ("content-encoding", encoding),
                ("x-honeycomb-team", HONEYCOMB_KEY),
            ];
            let answer = caller.export(path, &headers, body).await;
            assert!(matches!(answer.status, 200 | 400 | 413), "{answer:?}");
            assert_eq!(answer.content_type, content_type);
            // What was taken can be shown.
            let range = serde_json::json!({ "StartTime": 1_795_160_000, "EndTime": 1_795_170_000 });
            caller.done("/ServiceGraph", range.clone()).await;
            caller.done("/TraceSummaries", range).await;
        });
    }
}
