//! Metric filters on the wire.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::constraint::Constraints;
use super::super::decode::{Object, decode};
use super::listing::{limit, with_token};
use super::{check_group_name, constraints, group_name};
use crate::logs::filter_pattern::FilterPattern;
use crate::sandbox::store::{
    Fault, MetricFilter, MetricFilterSelection, MetricTransformation, PageRequest, Store, Tenant,
};

/// The most dimensions of a metric.
const MOST_DIMENSIONS: usize = 3;

/// The units, as the service model lists them.
const UNITS: [&str; 27] = [
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "Bytes/Second",
    "Kilobytes/Second",
    "Megabytes/Second",
    "Gigabytes/Second",
    "Terabytes/Second",
    "Bits/Second",
    "Kilobits/Second",
    "Megabits/Second",
    "Gigabits/Second",
    "Terabits/Second",
    "Count/Second",
    "None",
];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PutMetricFilter {
    log_group_name: Option<String>,
    filter_name: Option<String>,
    filter_pattern: Option<String>,
    metric_transformations: Option<Vec<Object<Transformation>>>,
    apply_on_transformed_logs: Option<bool>,
    field_selection_criteria: Option<String>,
    emit_system_field_dimensions: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Transformation {
    metric_name: Option<String>,
    metric_namespace: Option<String>,
    metric_value: Option<String>,
    default_value: Option<f64>,
    dimensions: Option<BTreeMap<String, String>>,
    unit: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribeMetricFilters {
    log_group_name: Option<String>,
    filter_name_prefix: Option<String>,
    next_token: Option<String>,
    limit: Option<i64>,
    metric_name: Option<String>,
    metric_namespace: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeleteMetricFilter {
    log_group_name: Option<String>,
    filter_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TestMetricFilter {
    filter_pattern: Option<String>,
    log_event_messages: Option<Vec<String>>,
}

pub(super) fn put(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<PutMetricFilter>(body)?;
    let mut constraints = constraints();
    let transformations = request.metric_transformations;
    constraints.required("logGroupName", request.log_group_name.as_ref());
    check_group_name(
        &mut constraints,
        "logGroupName",
        request.log_group_name.as_deref(),
    )?;
    constraints.required("filterName", request.filter_name.as_ref());
    check_filter_name(
        &mut constraints,
        "filterName",
        request.filter_name.as_deref(),
    );
    check_pattern(&mut constraints, request.filter_pattern.as_ref());
    constraints.required("metricTransformations", transformations.as_ref());
    constraints.count(
        "metricTransformations",
        transformations.as_ref().map(Vec::len),
        &(1..=1),
    );
    for Object(each) in transformations.iter().flatten() {
        check_transformation(&mut constraints, each);
    }
    constraints.length(
        "fieldSelectionCriteria",
        request.field_selection_criteria.as_deref(),
        &(0..=2000),
    );
    constraints.finish()?;
    let pattern = request.filter_pattern.unwrap_or_default();
    let read = read_pattern(&pattern)?;
    let Some(Object(made)) = transformations.into_iter().flatten().next() else {
        return Err(Fault::internal("a transformation was counted and is gone"));
    };
    let transformation = MetricTransformation {
        name: made.metric_name.unwrap_or_default(),
        namespace: made.metric_namespace.unwrap_or_default(),
        value: made.metric_value.unwrap_or_default(),
        default_value: made.default_value,
        dimensions: made.dimensions.unwrap_or_default(),
        unit: made.unit,
    };
    check_dimensions(&transformation, &read)?;
    store.put_metric_filter(
        tenant,
        &MetricFilter {
            group: request.log_group_name.unwrap_or_default(),
            name: request.filter_name.unwrap_or_default(),
            pattern,
            transformation,
            apply_on_transformed: request.apply_on_transformed_logs.unwrap_or(false),
            field_selection: request.field_selection_criteria,
            system_fields: request.emit_system_field_dimensions.unwrap_or_default(),
            created_at: 0,
        },
    )?;
    Ok(Value::Null)
}

fn check_transformation(constraints: &mut Constraints, made: &Transformation) {
    let at = |member: &str| format!("metricTransformations.1.member.{member}");
    for (member, value, longest) in [
        ("metricName", &made.metric_name, 255),
        ("metricNamespace", &made.metric_namespace, 255),
        ("metricValue", &made.metric_value, 100),
    ] {
        constraints.required(&at(member), value.as_ref());
        constraints.length(&at(member), value.as_deref(), &(0..=longest));
    }
    check_metric_name(constraints, &at("metricName"), made.metric_name.as_deref());
    check_metric_name(
        constraints,
        &at("metricNamespace"),
        made.metric_namespace.as_deref(),
    );
    constraints.one_of(&at("unit"), made.unit.as_deref(), &UNITS);
}

/// What dimensions go with,
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html>.
fn check_dimensions(made: &MetricTransformation, pattern: &FilterPattern) -> Result<(), Fault> {
    if made.dimensions.is_empty() {
        return Ok(());
    }
    if made.dimensions.len() > MOST_DIMENSIONS {
        return Err(Fault::invalid_parameter(format!(
            "A metric has at most {MOST_DIMENSIONS} dimensions."
        )));
    }
    if made.default_value.is_some() {
        return Err(Fault::invalid_parameter(
            "Invalid metric transformation: dimensions and default value are mutually exclusive properties.",
        ));
    }
    if !pattern.names_fields() {
        return Err(Fault::invalid_parameter(
            "The specified filter pattern does not support dimensions",
        ));
    }
    Ok(())
}

pub(super) fn describe(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<DescribeMetricFilters>(body)?;
    let mut constraints = constraints();
    let prefix = request.filter_name_prefix;
    check_group_name(
        &mut constraints,
        "logGroupName",
        request.log_group_name.as_deref(),
    )?;
    check_filter_name(&mut constraints, "filterNamePrefix", prefix.as_deref());
    for (member, value) in [
        ("metricName", &request.metric_name),
        ("metricNamespace", &request.metric_namespace),
    ] {
        constraints.length(member, value.as_deref(), &(0..=255));
        check_metric_name(&mut constraints, member, value.as_deref());
    }
    constraints.range("limit", request.limit, &(1..=50));
    constraints.length(
        "nextToken",
        request.next_token.as_deref(),
        &(1..=usize::MAX),
    );
    constraints.finish()?;
    let metric = match (request.metric_name, request.metric_namespace) {
        (Some(name), Some(namespace)) => Some((name, namespace)),
        (None, None) => None,
        _ => {
            return Err(Fault::invalid_parameter(
                "metricName and metricNamespace must be given together.",
            ));
        }
    };
    let wanted = MetricFilterSelection {
        group: request.log_group_name,
        prefix,
        metric,
    };
    let page = PageRequest {
        token: request.next_token,
        limit: limit(request.limit),
    };
    let page = store.metric_filters(tenant, &wanted, &page)?;
    let filters: Vec<Value> = page.items.iter().map(described).collect();
    Ok(with_token(
        json!({ "metricFilters": filters }),
        page.next_token,
    ))
}

fn described(filter: &MetricFilter) -> Value {
    let made = &filter.transformation;
    let mut transformation = json!({
        "metricName": made.name,
        "metricNamespace": made.namespace,
        "metricValue": made.value,
    });
    if let Some(value) = made.default_value {
        transformation["defaultValue"] = json!(value);
    }
    if !made.dimensions.is_empty() {
        transformation["dimensions"] = json!(made.dimensions);
    }
    if let Some(unit) = &made.unit {
        transformation["unit"] = json!(unit);
    }
    let mut shown = json!({
        "filterName": filter.name,
        "filterPattern": filter.pattern,
        "metricTransformations": [transformation],
        "creationTime": filter.created_at,
        "logGroupName": filter.group,
        "applyOnTransformedLogs": filter.apply_on_transformed,
    });
    if let Some(criteria) = &filter.field_selection {
        shown["fieldSelectionCriteria"] = json!(criteria);
    }
    if !filter.system_fields.is_empty() {
        shown["emitSystemFieldDimensions"] = json!(filter.system_fields);
    }
    shown
}

pub(super) fn delete(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<DeleteMetricFilter>(body)?;
    let mut constraints = constraints();
    constraints.required("filterName", request.filter_name.as_ref());
    check_filter_name(
        &mut constraints,
        "filterName",
        request.filter_name.as_deref(),
    );
    let name = group_name(request.log_group_name)?;
    constraints.finish()?;
    store.delete_metric_filter(tenant, &name, &request.filter_name.unwrap_or_default())?;
    Ok(Value::Null)
}

/// Messages are numbered from 0, as in the examples of
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TestMetricFilter.html>.
pub(super) fn test(_: &Store, _: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<TestMetricFilter>(body)?;
    let mut constraints = constraints();
    check_pattern(&mut constraints, request.filter_pattern.as_ref());
    let messages = request.log_event_messages;
    constraints.required("logEventMessages", messages.as_ref());
    constraints.count(
        "logEventMessages",
        messages.as_ref().map(Vec::len),
        &(1..=50),
    );
    for message in messages.iter().flatten() {
        constraints.length("logEventMessages.member", Some(message), &(1..=usize::MAX));
    }
    constraints.finish()?;
    let pattern = read_pattern(&request.filter_pattern.unwrap_or_default())?;
    let matches: Vec<Value> = messages
        .iter()
        .flatten()
        .enumerate()
        .filter_map(|(number, message)| {
            let values = pattern.extract(message)?;
            Some(json!({
                "eventNumber": number,
                "eventMessage": message,
                "extractedValues": values,
            }))
        })
        .collect();
    Ok(json!({ "matches": matches }))
}

fn read_pattern(text: &str) -> Result<FilterPattern, Fault> {
    FilterPattern::parse(text).map_err(|error| {
        Fault::invalid_parameter(format!("Invalid metric filter pattern: {error}"))
    })
}

fn check_pattern(constraints: &mut Constraints, pattern: Option<&String>) {
    constraints.required("filterPattern", pattern);
    constraints.length("filterPattern", pattern.map(String::as_str), &(0..=1024));
}

fn check_filter_name(constraints: &mut Constraints, field: &str, name: Option<&str>) {
    constraints.length(field, name, &(1..=512));
    constraints.pattern(field, name, "[^:*]*", |letter| !":*".contains(letter));
}

fn check_metric_name(constraints: &mut Constraints, field: &str, name: Option<&str>) {
    constraints.pattern(field, name, "[^:*$]*", |letter| !":*$".contains(letter));
}
