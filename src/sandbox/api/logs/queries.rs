//! CloudWatch Logs Insights on the wire.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::constraint::Constraints;
use super::super::decode::decode;
use super::listing::{limit, with_token};
use super::{check_group_name, check_identifier, constraints, name_of_identifier, no_group};
use crate::logs::insights::{MAX_LIMIT, Query};
use crate::sandbox::store::{Fault, LogQuery, NewLogQuery, PageRequest, Store, Tenant};

/// The most log groups of a query.
const MOST_GROUPS: usize = 50;

const STATUSES: [&str; 7] = [
    "Scheduled",
    "Running",
    "Complete",
    "Failed",
    "Cancelled",
    "Timeout",
    "Unknown",
];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StartQuery {
    query_language: Option<String>,
    log_group_name: Option<String>,
    log_group_names: Option<Vec<String>>,
    log_group_identifiers: Option<Vec<String>>,
    start_time: Option<i64>,
    end_time: Option<i64>,
    query_string: Option<String>,
    limit: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct GetQueryResults {
    query_id: Option<String>,
    next_token: Option<String>,
    max_items: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StopQuery {
    query_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribeQueries {
    log_group_name: Option<String>,
    status: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
    query_language: Option<String>,
}

/// Runs the query before it answers: clients that ask at once find it complete.
pub(super) fn start(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<StartQuery>(body)?;
    let mut constraints = constraints();
    let text = request.query_string;
    constraints.required("queryString", text.as_ref());
    constraints.length("queryString", text.as_deref(), &(0..=10_000));
    constraints.required("startTime", request.start_time.as_ref());
    constraints.required("endTime", request.end_time.as_ref());
    constraints.range("startTime", request.start_time, &(0..=i64::MAX));
    constraints.range("endTime", request.end_time, &(0..=i64::MAX));
    constraints.range(
        "limit",
        request.limit,
        &(1..=i64::try_from(MAX_LIMIT).unwrap_or(i64::MAX)),
    );
    check_language(&mut constraints, request.query_language.as_deref());
    let name = request.log_group_name;
    check_group_name(&mut constraints, "logGroupName", name.as_deref())?;
    for name in request.log_group_names.iter().flatten() {
        check_group_name(&mut constraints, "logGroupNames.member", Some(name))?;
    }
    for identifier in request.log_group_identifiers.iter().flatten() {
        check_identifier(
            &mut constraints,
            "logGroupIdentifiers.member",
            Some(identifier),
        );
    }
    constraints.finish()?;
    refuse_language(request.query_language.as_deref())?;
    let (start, end) = (
        request.start_time.unwrap_or(0),
        request.end_time.unwrap_or(0),
    );
    if start > end {
        return Err(Fault::invalid_parameter(
            "The startTime of a query must not be after its endTime; both are in seconds.",
        ));
    }
    let groups = groups(
        tenant,
        name,
        request.log_group_names,
        request.log_group_identifiers,
    )?;
    let text = text.unwrap_or_default();
    let query = Query::parse(&text).map_err(|error| {
        let characters = |bytes: usize| text.get(..bytes).map_or(0, |part| part.chars().count());
        let wrong = characters(error.position.start)..characters(error.position.end);
        Fault::malformed_query(error.to_string(), wrong)
    })?;
    let id = store.start_log_query(
        tenant,
        &NewLogQuery {
            query: &query,
            groups,
            start,
            end,
            limit: limit(request.limit),
        },
    )?;
    Ok(json!({ "queryId": id }))
}

/// The names of the log groups, which are given in one of three ways.
fn groups(
    tenant: &Tenant,
    name: Option<String>,
    names: Option<Vec<String>>,
    identifiers: Option<Vec<String>>,
) -> Result<Vec<String>, Fault> {
    let mut groups = match (name, names, identifiers) {
        (Some(name), None, None) => vec![name],
        (None, Some(names), None) => names,
        (None, None, Some(identifiers)) => identifiers
            .iter()
            .map(|each| name_of_identifier(tenant, each).ok_or_else(no_group))
            .collect::<Result<_, _>>()?,
        (None, None, None) => {
            return Err(Fault::invalid_parameter(
                "One of logGroupName, logGroupNames and logGroupIdentifiers is required; the SOURCE command is not emulated.",
            ));
        }
        _ => {
            return Err(Fault::invalid_parameter(
                "logGroupName, logGroupNames and logGroupIdentifiers are mutually exclusive parameters.",
            ));
        }
    };
    if groups.is_empty() || groups.len() > MOST_GROUPS {
        return Err(Fault::invalid_parameter(format!(
            "A query is about 1 to {MOST_GROUPS} log groups."
        )));
    }
    let mut seen = std::collections::HashSet::new();
    groups.retain(|group| seen.insert(group.clone()));
    Ok(groups)
}

pub(super) fn results(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<GetQueryResults>(body)?;
    let mut constraints = constraints();
    check_id(&mut constraints, request.query_id.as_ref());
    constraints.length("nextToken", request.next_token.as_deref(), &(0..=1024));
    constraints.range("maxItems", request.max_items, &(0..=10_000));
    constraints.finish()?;
    let page = PageRequest {
        token: request.next_token,
        // Nothing at a time would never end.
        limit: limit(request.max_items).filter(|limit| *limit > 0),
    };
    let found = store.log_query_rows(tenant, &request.query_id.unwrap_or_default(), &page)?;
    let rows: Vec<Value> = found
        .rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|(field, value)| json!({ "field": field, "value": value }))
                .collect()
        })
        .collect();
    Ok(with_token(
        json!({
            "queryLanguage": "CWLI",
            "results": rows,
            "statistics": {
                "recordsMatched": figure(found.matched),
                "recordsScanned": figure(found.scanned),
                "estimatedRecordsSkipped": figure(found.skipped),
                "bytesScanned": figure(found.bytes),
                "estimatedBytesSkipped": 0.0,
                "logGroupsScanned": figure(found.groups as u64),
                "resultCount": figure(found.count as u64),
            },
            "status": "Complete",
        }),
        found.next_token,
    ))
}

#[expect(clippy::cast_precision_loss, reason = "AWS gives figures as floats")]
fn figure(count: u64) -> f64 {
    count as f64
}

/// A query that was started is over, and AWS refuses to stop what is over.
pub(super) fn stop(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<StopQuery>(body)?;
    let mut constraints = constraints();
    check_id(&mut constraints, request.query_id.as_ref());
    constraints.finish()?;
    let query = store.log_query(tenant, &request.query_id.unwrap_or_default())?;
    Err(Fault::invalid_parameter(format!(
        "The query {} is not running: its status is Complete.",
        query.id
    )))
}

pub(super) fn describe(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<DescribeQueries>(body)?;
    let mut constraints = constraints();
    let group = request.log_group_name;
    check_group_name(&mut constraints, "logGroupName", group.as_deref())?;
    constraints.one_of("status", request.status.as_deref(), &STATUSES);
    constraints.range("maxResults", request.max_results, &(1..=1000));
    constraints.length(
        "nextToken",
        request.next_token.as_deref(),
        &(1..=usize::MAX),
    );
    check_language(&mut constraints, request.query_language.as_deref());
    constraints.finish()?;
    let page = PageRequest {
        token: request.next_token,
        limit: limit(request.max_results),
    };
    let page = store.log_queries(tenant, group.as_deref(), &page)?;
    // Every query is complete, and in the one language that there is.
    let is_any = request.status.is_none_or(|status| status == "Complete")
        && request
            .query_language
            .is_none_or(|language| language == "CWLI");
    let queries: Vec<Value> = page
        .items
        .iter()
        .filter(|_| is_any)
        .map(described)
        .collect();
    let token = page.next_token.filter(|_| is_any);
    Ok(with_token(json!({ "queries": queries }), token))
}

/// A query as AWS describes it: with what it was run on before its text.
fn described(query: &LogQuery) -> Value {
    let quoted: Vec<String> = query
        .groups
        .iter()
        .map(|group| format!("\"{group}\""))
        .collect();
    let mut shown = json!({
        "queryLanguage": "CWLI",
        "queryId": query.id,
        "queryString": format!(
            "SOURCE {} START={}000 END={}999 | {}",
            quoted.join(", "),
            query.start,
            query.end,
            query.text
        ),
        "status": "Complete",
        // In seconds, unlike other times.
        "createTime": query.created_at.div_euclid(1000),
    });
    if let [group] = &query.groups[..] {
        shown["logGroupName"] = json!(group);
    }
    shown
}

fn check_id(constraints: &mut Constraints, id: Option<&String>) {
    constraints.required("queryId", id);
    constraints.length("queryId", id.map(String::as_str), &(1..=256));
}

fn check_language(constraints: &mut Constraints, language: Option<&str>) {
    constraints.one_of("queryLanguage", language, &["CWLI", "SQL", "PPL"]);
}

fn refuse_language(language: Option<&str>) -> Result<(), Fault> {
    match language {
        None | Some("CWLI") => Ok(()),
        Some(other) => Err(Fault::invalid_parameter(format!(
            "The query language {other} is not emulated; CWLI is."
        ))),
    }
}
