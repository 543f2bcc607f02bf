//! Lists of log groups on the wire.

use regex::Regex;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::constraint::Constraints;
use super::super::decode::decode;
use super::{check_group_name, check_identifier, constraints, name_of_identifier};
use crate::sandbox::store::{
    Fault, LogGroup, LogGroupClass, LogGroupFilter, LogGroupName, PageRequest, Store, Tenant,
};

const REGEX_PATTERN: &str = r"(\^?[\.\-_\/#A-Za-z0-9]{3,24})(\|\^?[\.\-_\/#A-Za-z0-9]{3,24}){0,4}";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribeLogGroups {
    account_identifiers: Option<Vec<String>>,
    log_group_name_prefix: Option<String>,
    log_group_name_pattern: Option<String>,
    next_token: Option<String>,
    limit: Option<i64>,
    include_linked_accounts: Option<bool>,
    log_group_class: Option<String>,
    log_group_identifiers: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListLogGroups {
    account_identifiers: Option<Vec<String>>,
    log_group_name_pattern: Option<String>,
    next_token: Option<String>,
    limit: Option<i64>,
    include_linked_accounts: Option<bool>,
    log_group_class: Option<String>,
    data_sources: Option<Value>,
    field_index_names: Option<Value>,
    log_group_tags: Option<Value>,
}

pub(super) fn describe(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<DescribeLogGroups>(body)?;
    let mut constraints = constraints();
    check_accounts(&mut constraints, request.account_identifiers.as_deref());
    let prefix = request.log_group_name_prefix;
    check_group_name(&mut constraints, "logGroupNamePrefix", prefix.as_deref())?;
    let pattern = request.log_group_name_pattern;
    constraints.length("logGroupNamePattern", pattern.as_deref(), &(0..=512));
    constraints.pattern(
        "logGroupNamePattern",
        pattern.as_deref(),
        r"[\.\-_/#A-Za-z0-9]*",
        |letter| letter.is_ascii_alphanumeric() || ".-_/#".contains(letter),
    );
    constraints.range("limit", request.limit, &(1..=50));
    constraints.length(
        "nextToken",
        request.next_token.as_deref(),
        &(1..=usize::MAX),
    );
    let identifiers = request.log_group_identifiers;
    constraints.count(
        "logGroupIdentifiers",
        identifiers.as_ref().map(Vec::len),
        &(1..=50),
    );
    for identifier in identifiers.iter().flatten() {
        check_identifier(
            &mut constraints,
            "logGroupIdentifiers.member",
            Some(identifier),
        );
    }
    let class = class(&mut constraints, request.log_group_class.as_deref());
    constraints.finish()?;
    if prefix.is_some() && pattern.is_some() {
        return Err(Fault::invalid_parameter(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        ));
    }
    if identifiers.is_some() && (prefix.is_some() || pattern.is_some() || class.is_some()) {
        return Err(Fault::invalid_parameter(
            "LogGroup identifiers are mutually exclusive with every other filter of log groups.",
        ));
    }
    let by_pattern = pattern.is_some();
    let name = match (prefix, pattern, identifiers) {
        (Some(prefix), _, _) => LogGroupName::Prefix(prefix),
        (_, Some(pattern), _) => LogGroupName::Containing(pattern),
        (_, _, Some(identifiers)) => LogGroupName::Exactly(
            identifiers
                .iter()
                .filter_map(|identifier| name_of_identifier(tenant, identifier))
                .collect(),
        ),
        (None, None, None) => LogGroupName::Any,
    };
    if !reaches(
        tenant,
        request.include_linked_accounts,
        request.account_identifiers.as_deref(),
    ) {
        return Ok(json!({ "logGroups": [] }));
    }
    let filter = LogGroupFilter { name, class };
    let page = PageRequest {
        token: request.next_token,
        limit: limit(request.limit),
    };
    let page = store.log_groups(tenant, &filter, &page)?;
    let groups: Vec<Value> = page
        .items
        .iter()
        .map(|group| described(group, by_pattern))
        .collect();
    Ok(with_token(json!({ "logGroups": groups }), page.next_token))
}

pub(super) fn list(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<ListLogGroups>(body)?;
    let mut constraints = constraints();
    check_accounts(&mut constraints, request.account_identifiers.as_deref());
    let pattern = request.log_group_name_pattern.as_deref();
    constraints.length("logGroupNamePattern", pattern, &(3..=129));
    if pattern.is_some_and(|pattern| !is_name_regex(pattern)) {
        constraints.breaks_pattern("logGroupNamePattern", REGEX_PATTERN);
    }
    constraints.range("limit", request.limit, &(1..=1000));
    constraints.length(
        "nextToken",
        request.next_token.as_deref(),
        &(1..=usize::MAX),
    );
    let class = class(&mut constraints, request.log_group_class.as_deref());
    constraints.finish()?;
    let filters = [
        ("dataSources", request.data_sources.is_some()),
        ("fieldIndexNames", request.field_index_names.is_some()),
        ("logGroupTags", request.log_group_tags.is_some()),
    ];
    if let Some((filter, _)) = filters.iter().find(|(_, given)| *given) {
        return Err(Fault::invalid_parameter(format!(
            "The sandbox does not emulate the filter {filter}."
        )));
    }
    let name = match pattern {
        None => LogGroupName::Any,
        Some(pattern) => LogGroupName::Matching(
            Regex::new(pattern).map_err(|error| Fault::invalid_parameter(error.to_string()))?,
        ),
    };
    if !reaches(
        tenant,
        request.include_linked_accounts,
        request.account_identifiers.as_deref(),
    ) {
        return Ok(json!({ "logGroups": [] }));
    }
    let page = PageRequest {
        token: request.next_token,
        limit: limit(request.limit),
    };
    let page = store.log_groups(tenant, &LogGroupFilter { name, class }, &page)?;
    let groups: Vec<Value> = page
        .items
        .iter()
        .map(|group| {
            json!({
                "logGroupName": group.name,
                "logGroupArn": group.arn,
                "logGroupClass": group.class.as_str(),
            })
        })
        .collect();
    Ok(with_token(json!({ "logGroups": groups }), page.next_token))
}

/// A log group as AWS describes it; a search by pattern leaves two members out, which has fooled
/// tools into seeing a retention that is not set.
fn described(group: &LogGroup, by_pattern: bool) -> Value {
    let mut members = json!({
        "logGroupName": group.name,
        "creationTime": group.created_at,
        "metricFilterCount": group.metric_filters,
        "arn": format!("{}:*", group.arn),
        "logGroupClass": group.class.as_str(),
        "logGroupArn": group.arn,
        "deletionProtectionEnabled": group.deletion_protection,
    });
    if let Some(key) = &group.kms_key_id {
        members["kmsKeyId"] = json!(key);
    }
    if !by_pattern {
        members["storedBytes"] = json!(group.stored_bytes);
        if let Some(days) = group.retention_in_days {
            members["retentionInDays"] = json!(days);
        }
    }
    members
}

pub(super) fn with_token(mut answer: Value, token: Option<String>) -> Value {
    if let Some(token) = token {
        answer["nextToken"] = json!(token);
    }
    answer
}

pub(super) fn limit(limit: Option<i64>) -> Option<usize> {
    limit.and_then(|limit| usize::try_from(limit).ok())
}

fn class(constraints: &mut Constraints, name: Option<&str>) -> Option<LogGroupClass> {
    constraints.one_of(
        "logGroupClass",
        name,
        &LogGroupClass::ALL.map(LogGroupClass::as_str),
    );
    name.and_then(LogGroupClass::from_name)
}

fn check_accounts(constraints: &mut Constraints, accounts: Option<&[String]>) {
    constraints.count(
        "accountIdentifiers",
        accounts.map(<[String]>::len),
        &(0..=20),
    );
    for account in accounts.into_iter().flatten() {
        constraints.length("accountIdentifiers.member", Some(account), &(12..=12));
        constraints.pattern(
            "accountIdentifiers.member",
            Some(account),
            r"^\d{12}$",
            |digit| digit.is_ascii_digit(),
        );
    }
}

/// Whether the accounts asked for include the caller's, the only one that the sandbox shows it.
fn reaches(tenant: &Tenant, linked: Option<bool>, accounts: Option<&[String]>) -> bool {
    match accounts {
        Some(accounts) if linked == Some(true) && !accounts.is_empty() => {
            accounts.contains(&tenant.account)
        }
        _ => true,
    }
}

fn is_name_regex(pattern: &str) -> bool {
    let is_part = |part: &str| {
        let part = part.strip_prefix('^').unwrap_or(part);
        (3..=24).contains(&part.len())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-_/#".contains(&byte))
    };
    let parts: Vec<&str> = pattern.split('|').collect();
    parts.len() <= 5 && parts.into_iter().all(is_part)
}
