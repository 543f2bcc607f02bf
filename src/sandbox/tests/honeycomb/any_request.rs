//! Whatever is sent, there is an answer.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const PATHS: [(&str, &str); 14] = [
    ("POST", "/1/events/a"),
    ("POST", "/1/batch/a"),
    ("POST", "/1/markers/__all__"),
    ("PUT", "/1/markers/__all__/x"),
    ("POST", "/1/datasets"),
    ("PUT", "/1/datasets/a"),
    ("POST", "/1/columns/a"),
    ("POST", "/1/queries/__all__"),
    ("POST", "/1/query_results/__all__"),
    ("GET", "/1/columns/a?key_name=%"),
    ("GET", "/1/datasets/%ff"),
    ("GET", "/1/datasets/%20"),
    ("GET", "/1/auth"),
    ("GET", "/2/auth"),
];

fn ask(at: usize, headers: &[(&str, &str)], body: Vec<u8>) -> Result<(), TestCaseError> {
    let (method, path) = PATHS[at];
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let status = runtime.block_on(async {
        let honeycomb = usual();
        honeycomb.post("/1/events/a", json!({ "a": 1 })).await;
        honeycomb.send(method, path, headers, body).await.status()
    });
    prop_assert!(status.as_u16() != 500, "{} {} {}", method, path, status);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_answered(
        at in 0..PATHS.len(),
        encoding in proptest::sample::select(vec!["identity", "gzip", "deflate", "zstd"]),
        kind in proptest::sample::select(vec!["application/json", "application/msgpack"]),
        body in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        ask(at, &[("content-encoding", encoding), ("content-type", kind)], body)?;
    }

    #[test]
    fn any_text_is_answered(
        at in 0..PATHS.len(),
        time in "[0-9a-zA-Z:.+-]{0,30}",
        body in r#"[\[{]{0,3}("(data|time|name|calculations|op)": ?[0-9\[{"a-zA-Z]{0,9}[,}\]]?){0,3}[}\]]{0,3}"#,
    ) {
        let headers = [("x-honeycomb-event-time", time.as_str()), ("x-honeycomb-samplerate", time.as_str())];
        ask(at, &headers, body.into_bytes())?;
    }
}
