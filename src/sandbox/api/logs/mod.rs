//! CloudWatch Logs: awsJson1.1, found by `X-Amz-Target`, every operation a `POST` to `/`.
//!
//! The service model's limits are checked here, in AWS's words where they are known. What is
//! stored and how it hangs together is the store's.

mod entity;
mod groups;
mod listing;
mod live_tail;
mod metric_filters;
mod put_events;
mod queries;
mod read_events;
mod streams;
mod tags;

pub(in crate::sandbox) use self::live_tail::LiveTail;
use super::constraint::Constraints;
use super::operation::{Handler, Operation, Service};
use crate::sandbox::store::{Fault, Tenant};

/// What stands before an operation's name in `X-Amz-Target`.
pub(super) const TARGET_PREFIX: &str = "Logs_20140328.";

const NAME_PATTERN: &str = r"[\.\-_/#A-Za-z0-9]+";
const IDENTIFIER_PATTERN: &str = r"[\w#+=/:,.@-]*";

const fn op(name: &'static str, writes: bool, handler: Handler) -> Operation {
    let service = Service::Logs;
    Operation {
        service,
        name,
        writes,
        handler,
        stream: None,
    }
}

const START_LIVE_TAIL: Operation = Operation {
    stream: Some(live_tail::start),
    ..op("StartLiveTail", false, live_tail::check)
};

/// What is emulated.
pub(super) const OPERATIONS: &[Operation] = &[
    op("CreateLogGroup", true, groups::create),
    op("DeleteLogGroup", true, groups::delete),
    op("DescribeLogGroups", false, listing::describe),
    op("ListLogGroups", false, listing::list),
    op("PutRetentionPolicy", true, groups::put_retention),
    op("DeleteRetentionPolicy", true, groups::delete_retention),
    op(
        "PutLogGroupDeletionProtection",
        true,
        groups::put_deletion_protection,
    ),
    op("AssociateKmsKey", true, groups::associate_key),
    op("DisassociateKmsKey", true, groups::disassociate_key),
    op("TagResource", true, tags::tag),
    op("UntagResource", true, tags::untag),
    op("ListTagsForResource", false, tags::list),
    op("TagLogGroup", true, tags::tag_group),
    op("UntagLogGroup", true, tags::untag_group),
    op("ListTagsLogGroup", false, tags::list_group),
    op("CreateLogStream", true, streams::create),
    op("DescribeLogStreams", false, streams::describe),
    op("DeleteLogStream", true, streams::delete),
    op("PutLogEvents", true, put_events::put),
    op("GetLogEvents", false, read_events::get),
    op("FilterLogEvents", false, read_events::filter),
    START_LIVE_TAIL,
    op("StartQuery", true, queries::start),
    op("GetQueryResults", false, queries::results),
    op("StopQuery", true, queries::stop),
    op("DescribeQueries", false, queries::describe),
    op("PutMetricFilter", true, metric_filters::put),
    op("DescribeMetricFilters", false, metric_filters::describe),
    op("DeleteMetricFilter", true, metric_filters::delete),
    op("TestMetricFilter", false, metric_filters::test),
];

/// The operation of this name.
pub(super) fn find(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.name == name)
}

fn constraints() -> Constraints {
    Constraints::new("InvalidParameterException")
}

/// Checks a required name of a log group.
fn group_name(name: Option<String>) -> Result<String, Fault> {
    let mut constraints = constraints();
    constraints.required("logGroupName", name.as_ref());
    check_group_name(&mut constraints, "logGroupName", name.as_deref())?;
    constraints.finish()?;
    Ok(name.unwrap_or_default())
}

fn check_group_name(
    constraints: &mut Constraints,
    field: &str,
    name: Option<&str>,
) -> Result<(), Fault> {
    refuse_long_name(name)?;
    constraints.length(field, name, &(1..=512));
    constraints.pattern(field, name, NAME_PATTERN, |letter| {
        letter.is_ascii_alphanumeric() || ".-_/#".contains(letter)
    });
    Ok(())
}

/// Checks a required name of a log stream.
fn stream_name(name: Option<String>) -> Result<String, Fault> {
    let mut constraints = constraints();
    constraints.required("logStreamName", name.as_ref());
    check_stream_name(&mut constraints, "logStreamName", name.as_deref())?;
    constraints.finish()?;
    Ok(name.unwrap_or_default())
}

fn check_stream_name(
    constraints: &mut Constraints,
    field: &str,
    name: Option<&str>,
) -> Result<(), Fault> {
    refuse_long_name(name)?;
    constraints.length(field, name, &(1..=512));
    constraints.pattern(field, name, "[^:*]*", |letter| {
        letter != ':' && letter != '*'
    });
    Ok(())
}

/// AWS says this one in a sentence of its own.
fn refuse_long_name(name: Option<&str>) -> Result<(), Fault> {
    if name.is_some_and(|name| name.chars().count() > 512) {
        return Err(Fault::invalid_parameter(
            "Invalid LogGroup or LogStream, both must have length less than or equal to 512.",
        ));
    }
    Ok(())
}

/// The name that a name or ARN stands for; `None` for an ARN of something else or of elsewhere.
fn name_of_identifier(tenant: &Tenant, identifier: &str) -> Option<String> {
    if !identifier.starts_with("arn:") {
        return Some(identifier.to_owned());
    }
    tenant
        .resource_of("logs", identifier)?
        .strip_prefix("log-group:")
        .map(str::to_owned)
}

fn check_identifier(constraints: &mut Constraints, field: &str, identifier: Option<&str>) {
    constraints.length(field, identifier, &(1..=2048));
    // The `*` of the other ARN, the one that ends in `:*`, is not among these.
    constraints.pattern(field, identifier, IDENTIFIER_PATTERN, |letter| {
        letter.is_ascii_alphanumeric() || "_#+=/:,.@-".contains(letter)
    });
}

/// The log group that is given by name or by name-or-ARN, but not by both.
fn named_group(
    tenant: &Tenant,
    name: Option<String>,
    identifier: Option<String>,
) -> Result<String, Fault> {
    match (name, identifier) {
        (Some(_), Some(_)) => Err(Fault::new(
            "ValidationException",
            "LogGroup name and LogGroup ARN are mutually exclusive parameters.",
        )),
        (None, Some(identifier)) => {
            let mut constraints = constraints();
            check_identifier(&mut constraints, "logGroupIdentifier", Some(&identifier));
            constraints.finish()?;
            name_of_identifier(tenant, &identifier).ok_or_else(no_group)
        }
        (name, None) => group_name(name),
    }
}

fn no_group() -> Fault {
    Fault::not_found("The specified log group does not exist.")
}
