//! Segments of a small shop: two services, a table, a database, work of their own.

use cruddur_obs::trace::TraceId;

/// The spans of one trace.
pub(crate) const SPANS: u64 = 10;

/// The two segments of a trace that began so many seconds after the epoch.
pub(crate) fn trace(number: u64, start: u64) -> [String; 2] {
    let trace = TraceId::new((u128::from(start) << 96) | u128::from(number));
    let end = format!("{start}.{:03}", number % 997);
    let times = format!(r#""start_time":{start}.0,"end_time":{end}"#);
    let service = number % 20;
    let aws = r#""namespace":"aws","aws":{"operation":"PutItem","region":"us-east-1","table_name":"users"},"http":{"response":{"status":200}}"#;
    let front = format!(
        r#"{{"id":"0000000000000001","trace_id":"{trace}","name":"front-{service}","origin":"AWS::ECS::Fargate",{times},"http":{{"request":{{"method":"GET","url":"http://front/api/{number}"}},"response":{{"status":200}}}},"subsegments":[{{"id":"0000000000000002","name":"handler",{times},"subsegments":[{{"id":"0000000000000003","name":"back","namespace":"remote",{times}}},{{"id":"0000000000000004","name":"dynamodb",{times},{aws}}}]}},{{"id":"0000000000000005","name":"render",{times}}}]}}"#
    );
    let back = format!(
        r#"{{"id":"0000000000000006","parent_id":"0000000000000003","trace_id":"{trace}","name":"back-{service}",{times},"fault":true,"subsegments":[{{"id":"0000000000000007","name":"work",{times}}},{{"id":"0000000000000008","name":"db@host","namespace":"remote","sql":{{"url":"x"}},{times}}},{{"id":"0000000000000009","name":"dynamodb",{times},{aws}}},{{"id":"000000000000000a","name":"s3","namespace":"aws",{times}}}]}}"#
    );
    [front, back]
}

/// The body of one `PutTraceSegments`.
pub(crate) fn batch(documents: &[String]) -> Vec<u8> {
    serde_json::json!({ "TraceSegmentDocuments": documents })
        .to_string()
        .into_bytes()
}
