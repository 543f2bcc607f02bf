//! Segments of X-Ray on the wire: what applications and daemons send.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::decode::{Object, decode};
use super::constraints;
use crate::sandbox::store::{Fault, Store, Tenant};
use crate::trace::{Document, Refusal};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutTraceSegments {
    trace_segment_documents: Option<Vec<Option<String>>>,
}

#[derive(Debug, Deserialize)]
struct PutTelemetryRecords {
    #[serde(rename = "TelemetryRecords")]
    records: Option<Vec<Object<TelemetryRecord>>>,
    #[serde(rename = "EC2InstanceId")]
    instance_id: Option<String>,
    #[serde(rename = "Hostname")]
    hostname: Option<String>,
    #[serde(rename = "ResourceARN")]
    resource_arn: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TelemetryRecord {
    timestamp: Option<f64>,
    segments_received_count: Option<i64>,
    segments_sent_count: Option<i64>,
    segments_spillover_count: Option<i64>,
    segments_rejected_count: Option<i64>,
    /// Counts by what went wrong.
    backend_connection_errors: Option<BTreeMap<String, Option<i64>>>,
}

/// Takes documents; one that is refused keeps no other out.
pub(super) fn put(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<PutTraceSegments>(body)?;
    let mut constraints = constraints();
    let given = request.trace_segment_documents;
    constraints.required("TraceSegmentDocuments", given.as_ref());
    constraints.finish()?;
    let mut documents = Vec::new();
    let mut unprocessed = Vec::new();
    for text in given.unwrap_or_default() {
        for read in Document::parse_all(text.as_deref().unwrap_or_default()) {
            match read.and_then(checked) {
                Ok(document) => documents.push(document),
                Err(refusal) => unprocessed.push(unprocessed_segment(&refusal)),
            }
        }
    }
    store.put_segments(tenant, &documents)?;
    Ok(json!({ "UnprocessedTraceSegments": unprocessed }))
}

fn checked(document: Document) -> Result<Document, Refusal> {
    document.check_inside().map(|()| document)
}

/// A refusal as AWS words it, and what to change, which AWS does not say.
fn unprocessed_segment(refusal: &Refusal) -> Value {
    let Refusal { code, id, message } = refusal;
    let mut answer = json!({
        "ErrorCode": code.as_str(),
        "Message": format!("Invalid segment. ErrorCode: {code}, Cause: {message}"),
    });
    if let Some(id) = id {
        answer["Id"] = json!(id);
    }
    answer
}

/// Checks what a daemon tells of itself. No operation of X-Ray gives it back, so it is not kept.
pub(super) fn put_telemetry(_: &Store, _: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<PutTelemetryRecords>(body)?;
    let mut constraints = constraints();
    constraints.required("TelemetryRecords", request.records.as_ref());
    constraints.length("EC2InstanceId", request.instance_id.as_deref(), &(0..=20));
    constraints.length("Hostname", request.hostname.as_deref(), &(0..=255));
    constraints.length("ResourceARN", request.resource_arn.as_deref(), &(0..=500));
    let counts = 0..=i64::from(i32::MAX);
    for Object(record) in request.records.into_iter().flatten() {
        let field = |name: &str| format!("TelemetryRecords.member.{name}");
        constraints.required(&field("Timestamp"), record.timestamp.as_ref());
        for (name, count) in [
            ("SegmentsReceivedCount", record.segments_received_count),
            ("SegmentsSentCount", record.segments_sent_count),
            ("SegmentsSpilloverCount", record.segments_spillover_count),
            ("SegmentsRejectedCount", record.segments_rejected_count),
        ] {
            constraints.range(&field(name), count, &counts);
        }
        for (name, count) in record.backend_connection_errors.into_iter().flatten() {
            let name = format!("BackendConnectionErrors.{name}");
            constraints.range(&field(&name), count, &counts);
        }
    }
    constraints.finish()?;
    Ok(json!({}))
}
