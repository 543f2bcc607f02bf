//! Tags of log groups on the wire, by ARN and, as older clients do it, by name.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::constraint::{Constraints, is_tag_character};
use super::super::decode::decode;
use super::{constraints, group_name};
use crate::sandbox::store::{Fault, Store, Tag, Tenant};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TagResource {
    resource_arn: Option<String>,
    tags: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UntagResource {
    resource_arn: Option<String>,
    tag_keys: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TagLogGroup {
    log_group_name: Option<String>,
    tags: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UntagLogGroup {
    log_group_name: Option<String>,
    tags: Option<Vec<String>>,
}

pub(super) fn tag(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<TagResource>(body)?;
    let arn = checked_arn(request.resource_arn)?;
    store.tag_log_group(tenant, &group_of(tenant, &arn)?, &required(request.tags)?)?;
    Ok(Value::Null)
}

pub(super) fn untag(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<UntagResource>(body)?;
    let arn = checked_arn(request.resource_arn)?;
    let mut constraints = constraints();
    constraints.required("tagKeys", request.tag_keys.as_ref());
    constraints.count(
        "tagKeys",
        request.tag_keys.as_ref().map(Vec::len),
        &(0..=50),
    );
    let keys = checked_keys(constraints, request.tag_keys)?;
    store.untag_log_group(tenant, &group_of(tenant, &arn)?, &keys)?;
    Ok(Value::Null)
}

pub(super) fn list(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<TagResource>(body)?;
    let arn = checked_arn(request.resource_arn)?;
    Ok(answer(
        store.log_group_tags(tenant, &group_of(tenant, &arn)?)?,
    ))
}

pub(super) fn tag_group(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<TagLogGroup>(body)?;
    let name = group_name(request.log_group_name)?;
    // TooManyTagsException is not among the errors of TagLogGroup.
    store
        .tag_log_group(tenant, &name, &required(request.tags)?)
        .map_err(|fault| match fault.code {
            "TooManyTagsException" => Fault::invalid_parameter(fault.message),
            _ => fault,
        })?;
    Ok(Value::Null)
}

pub(super) fn untag_group(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<UntagLogGroup>(body)?;
    let name = group_name(request.log_group_name)?;
    let mut constraints = constraints();
    constraints.required("tags", request.tags.as_ref());
    constraints.count(
        "tags",
        request.tags.as_ref().map(Vec::len),
        &(1..=usize::MAX),
    );
    store.untag_log_group(tenant, &name, &checked_keys(constraints, request.tags)?)?;
    Ok(Value::Null)
}

pub(super) fn list_group(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<TagLogGroup>(body)?;
    Ok(answer(store.log_group_tags(
        tenant,
        &group_name(request.log_group_name)?,
    )?))
}

/// Checks tags and gives them in the store's form.
pub(super) fn read(tags: BTreeMap<String, String>) -> Result<Vec<Tag>, Fault> {
    let mut constraints = constraints();
    constraints.count("tags", Some(tags.len()), &(1..=50));
    for (key, value) in &tags {
        check_key(&mut constraints, key);
        constraints.length("tags.value", Some(value), &(0..=256));
        constraints.pattern(
            "tags.value",
            Some(value),
            r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$",
            is_tag_character,
        );
    }
    constraints.finish()?;
    let is_reserved = |key: &&String| {
        key.get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
    };
    match tags.keys().find(is_reserved) {
        Some(key) => Err(Fault::invalid_parameter(format!(
            "Tag key {key} starts with aws:, which is reserved."
        ))),
        None => Ok(tags
            .into_iter()
            .map(|(key, value)| Tag { key, value })
            .collect()),
    }
}

fn required(tags: Option<BTreeMap<String, String>>) -> Result<Vec<Tag>, Fault> {
    let mut constraints = constraints();
    constraints.required("tags", tags.as_ref());
    constraints.finish()?;
    read(tags.unwrap_or_default())
}

fn check_key(constraints: &mut Constraints, key: &str) {
    constraints.length("tags.key", Some(key), &(1..=128));
    constraints.pattern(
        "tags.key",
        Some(key),
        r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]+)$",
        is_tag_character,
    );
}

fn checked_keys(
    mut constraints: Constraints,
    keys: Option<Vec<String>>,
) -> Result<Vec<String>, Fault> {
    let keys = keys.unwrap_or_default();
    for key in &keys {
        check_key(&mut constraints, key);
    }
    constraints.finish()?;
    Ok(keys)
}

fn checked_arn(arn: Option<String>) -> Result<String, Fault> {
    let mut constraints = constraints();
    constraints.required("resourceArn", arn.as_ref());
    constraints.length("resourceArn", arn.as_deref(), &(1..=1011));
    // The `*` of the other ARN, the one that ends in `:*`, is not among these.
    constraints.pattern("resourceArn", arn.as_deref(), r"[\w+=/:,.@-]*", |letter| {
        letter.is_ascii_alphanumeric() || "_+=/:,.@-".contains(letter)
    });
    constraints.finish()?;
    Ok(arn.unwrap_or_default())
}

fn group_of(tenant: &Tenant, arn: &str) -> Result<String, Fault> {
    tenant
        .resource_of("logs", arn)
        .and_then(|resource| resource.strip_prefix("log-group:"))
        .map(str::to_owned)
        .ok_or_else(|| Fault::not_found("The specified resource does not exist."))
}

fn answer(tags: Vec<Tag>) -> Value {
    let tags: BTreeMap<String, String> = tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    json!({ "tags": tags })
}
