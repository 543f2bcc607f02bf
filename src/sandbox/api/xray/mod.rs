//! X-Ray: restJson1, found by path, every operation a `POST`.
//!
//! The service model's limits are checked here, because clients check only required members,
//! types and minima. What is stored and how it hangs together is the store's.

mod graph_answer;
mod graphs;
mod groups;
mod rules;
mod sampling;
mod segments;
mod settings;
mod summaries;
mod summary_answer;
mod tags;
#[cfg(test)]
mod tests;
mod time_range;
mod traces;

use serde::{Deserialize, Serialize};

use super::constraint::{Constraints, is_tag_character};
use super::decode::Object;
use super::operation::{Handler, Operation, Service};
use crate::sandbox::store::{Fault, Tag};

const fn at(
    path: &'static str,
    name: &'static str,
    writes: bool,
    handler: Handler,
) -> (&'static str, Operation) {
    let service = Service::XRay;
    (
        path,
        Operation {
            service,
            name,
            writes,
            handler,
            stream: None,
        },
    )
}

/// What is emulated, by path.
pub(super) const OPERATIONS: &[(&str, Operation)] = &[
    at("/TraceSegments", "PutTraceSegments", true, segments::put),
    at(
        "/TelemetryRecords",
        "PutTelemetryRecords",
        true,
        segments::put_telemetry,
    ),
    at("/Traces", "BatchGetTraces", false, traces::batch_get),
    at(
        "/TraceSummaries",
        "GetTraceSummaries",
        false,
        summaries::get,
    ),
    at(
        "/ServiceGraph",
        "GetServiceGraph",
        false,
        graphs::service_graph,
    ),
    at("/TraceGraph", "GetTraceGraph", false, graphs::trace_graph),
    at(
        "/TimeSeriesServiceStatistics",
        "GetTimeSeriesServiceStatistics",
        false,
        graphs::time_series,
    ),
    at("/CreateGroup", "CreateGroup", true, groups::create),
    at("/GetGroup", "GetGroup", false, groups::get),
    at("/UpdateGroup", "UpdateGroup", true, groups::update),
    at("/DeleteGroup", "DeleteGroup", true, groups::delete),
    at("/Groups", "GetGroups", false, groups::list),
    at(
        "/CreateSamplingRule",
        "CreateSamplingRule",
        true,
        rules::create,
    ),
    at(
        "/UpdateSamplingRule",
        "UpdateSamplingRule",
        true,
        rules::update,
    ),
    at(
        "/DeleteSamplingRule",
        "DeleteSamplingRule",
        true,
        rules::delete,
    ),
    at("/GetSamplingRules", "GetSamplingRules", false, rules::list),
    at(
        "/SamplingTargets",
        "GetSamplingTargets",
        false,
        sampling::targets,
    ),
    at(
        "/SamplingStatisticSummaries",
        "GetSamplingStatisticSummaries",
        false,
        sampling::summaries,
    ),
    at("/TagResource", "TagResource", true, tags::tag),
    at("/UntagResource", "UntagResource", true, tags::untag),
    at(
        "/ListTagsForResource",
        "ListTagsForResource",
        false,
        tags::list,
    ),
    at(
        "/EncryptionConfig",
        "GetEncryptionConfig",
        false,
        settings::get_encryption,
    ),
    at(
        "/PutEncryptionConfig",
        "PutEncryptionConfig",
        true,
        settings::put_encryption,
    ),
    at(
        "/GetTraceSegmentDestination",
        "GetTraceSegmentDestination",
        false,
        settings::get_destination,
    ),
    at(
        "/UpdateTraceSegmentDestination",
        "UpdateTraceSegmentDestination",
        true,
        settings::update_destination,
    ),
    at(
        "/GetIndexingRules",
        "GetIndexingRules",
        false,
        settings::list_indexing_rules,
    ),
    at(
        "/UpdateIndexingRule",
        "UpdateIndexingRule",
        true,
        settings::update_indexing_rule,
    ),
];

/// Operations whose path is not their name and which are not emulated, so that they can be named.
const ELSEWHERE: &[(&str, &str)] = &[
    ("/Insight", "GetInsight"),
    ("/InsightEvents", "GetInsightEvents"),
    ("/InsightImpactGraph", "GetInsightImpactGraph"),
    ("/InsightSummaries", "GetInsightSummaries"),
];

/// Operations that the SDKs' samplers call through a daemon, without a signature.
pub(super) const UNSIGNED: &[&str] = &["GetSamplingRules", "GetSamplingTargets"];

/// The operation at this path.
pub(super) fn find(path: &str) -> Option<&'static Operation> {
    OPERATIONS
        .iter()
        .find(|(at, _)| *at == path)
        .map(|(_, operation)| operation)
}

/// The name of the operation at this path, emulated or not, as far as it is known.
pub(super) fn name_of(path: &str) -> Option<&'static str> {
    let elsewhere = ELSEWHERE.iter().find(|(at, _)| *at == path);
    find(path)
        .map(|operation| operation.name)
        .or(elsewhere.map(|(_, name)| *name))
}

fn constraints() -> Constraints {
    Constraints::new("InvalidRequestException")
}

/// Seconds since 1970 as X-Ray writes them: a float, whole for what is not a trace.
fn seconds(milliseconds: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "seconds stay far below 2^53")]
    let seconds = (milliseconds / 1000) as f64;
    seconds
}

/// A tag on the wire.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct WireTag {
    key: Option<String>,
    value: Option<String>,
}

/// Checks tags and gives them in the store's form.
fn read_tags(tags: Option<Vec<Object<WireTag>>>) -> Result<Vec<Tag>, Fault> {
    let mut constraints = constraints();
    constraints.count("Tags", tags.as_ref().map(Vec::len), &(0..=200));
    let mut read: Vec<Tag> = Vec::new();
    for Object(tag) in tags.into_iter().flatten() {
        constraints.required("Tags.member.Key", tag.key.as_ref());
        constraints.required("Tags.member.Value", tag.value.as_ref());
        let (Some(key), Some(value)) = (tag.key, tag.value) else {
            continue;
        };
        check_tag_key(&mut constraints, &key);
        constraints.length("Tags.member.Value", Some(&value), &(0..=256));
        constraints.pattern(
            "Tags.member.Value",
            Some(&value),
            r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*",
            is_tag_character,
        );
        if read.iter().any(|tag| tag.key == key) {
            return Err(Fault::invalid_request(format!(
                "Tag key {key} is given more than once"
            )));
        }
        read.push(Tag { key, value });
    }
    constraints.finish()?;
    match read.iter().find(|tag| is_reserved(&tag.key)) {
        Some(tag) => Err(Fault::invalid_request(format!(
            "Tag key {} starts with aws:, which is reserved",
            tag.key
        ))),
        None => Ok(read),
    }
}

fn check_tag_key(constraints: &mut Constraints, key: &str) {
    constraints.length("Tags.member.Key", Some(key), &(1..=128));
    constraints.pattern(
        "Tags.member.Key",
        Some(key),
        r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+",
        is_tag_character,
    );
}

fn is_reserved(key: &str) -> bool {
    key.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
}
