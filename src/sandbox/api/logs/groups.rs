//! Log groups on the wire: making, changing, removing.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::super::decode::decode;
use super::{
    check_group_name, check_identifier, constraints, group_name, name_of_identifier, no_group, tags,
};
use crate::sandbox::store::{Fault, LogGroupClass, NewLogGroup, Store, Tenant};

/// The days that a log group may keep events, as the service model lists them.
const RETENTIONS: [i64; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateLogGroup {
    log_group_name: Option<String>,
    kms_key_id: Option<String>,
    tags: Option<BTreeMap<String, String>>,
    log_group_class: Option<String>,
    deletion_protection_enabled: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NamedLogGroup {
    log_group_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PutRetentionPolicy {
    log_group_name: Option<String>,
    retention_in_days: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PutLogGroupDeletionProtection {
    log_group_identifier: Option<String>,
    deletion_protection_enabled: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyOfLogGroup {
    log_group_name: Option<String>,
    kms_key_id: Option<String>,
    resource_identifier: Option<String>,
}

pub(super) fn create(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<CreateLogGroup>(body)?;
    let classes = LogGroupClass::ALL.map(LogGroupClass::as_str);
    let mut constraints = constraints();
    constraints.required("logGroupName", request.log_group_name.as_ref());
    check_group_name(
        &mut constraints,
        "logGroupName",
        request.log_group_name.as_deref(),
    )?;
    constraints.length("kmsKeyId", request.kms_key_id.as_deref(), &(0..=256));
    constraints.one_of(
        "logGroupClass",
        request.log_group_class.as_deref(),
        &classes,
    );
    constraints.finish()?;
    let name = request.log_group_name.unwrap_or_default();
    if name
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("aws/"))
    {
        return Err(Fault::invalid_parameter(
            "Log groups starting with AWS/ are reserved for AWS.",
        ));
    }
    let new = NewLogGroup {
        name,
        class: request
            .log_group_class
            .as_deref()
            .and_then(LogGroupClass::from_name)
            .unwrap_or_default(),
        kms_key_id: request.kms_key_id,
        deletion_protection: request.deletion_protection_enabled.unwrap_or(false),
        tags: request
            .tags
            .map(tags::read)
            .transpose()?
            .unwrap_or_default(),
    };
    store.create_log_group(tenant, &new)?;
    Ok(Value::Null)
}

pub(super) fn delete(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<NamedLogGroup>(body)?;
    store.delete_log_group(tenant, &group_name(request.log_group_name)?)?;
    Ok(Value::Null)
}

/// Groups of the class DELIVERY are said to have a fixed retention; how AWS answers an attempt to
/// change it is not known, and the sandbox accepts it.
pub(super) fn put_retention(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<PutRetentionPolicy>(body)?;
    let mut constraints = constraints();
    constraints.required("logGroupName", request.log_group_name.as_ref());
    constraints.required("retentionInDays", request.retention_in_days.as_ref());
    constraints.finish()?;
    let name = group_name(request.log_group_name)?;
    let days = request.retention_in_days;
    if !days.is_some_and(|days| RETENTIONS.contains(&days)) {
        return Err(Fault::invalid_parameter(format!(
            "Invalid retention value. Valid values are: {RETENTIONS:?}"
        )));
    }
    store.set_retention(tenant, &name, days)?;
    Ok(Value::Null)
}

pub(super) fn delete_retention(
    store: &Store,
    tenant: &Tenant,
    body: &[u8],
) -> Result<Value, Fault> {
    let request = decode::<NamedLogGroup>(body)?;
    store.set_retention(tenant, &group_name(request.log_group_name)?, None)?;
    Ok(Value::Null)
}

pub(super) fn put_deletion_protection(
    store: &Store,
    tenant: &Tenant,
    body: &[u8],
) -> Result<Value, Fault> {
    let request = decode::<PutLogGroupDeletionProtection>(body)?;
    let identifier = request.log_group_identifier;
    let mut constraints = constraints();
    constraints.required("logGroupIdentifier", identifier.as_ref());
    check_identifier(
        &mut constraints,
        "logGroupIdentifier",
        identifier.as_deref(),
    );
    constraints.required(
        "deletionProtectionEnabled",
        request.deletion_protection_enabled.as_ref(),
    );
    constraints.finish()?;
    let name = name_of_identifier(tenant, &identifier.unwrap_or_default()).ok_or_else(no_group)?;
    store.set_deletion_protection(
        tenant,
        &name,
        request.deletion_protection_enabled.unwrap_or(false),
    )?;
    Ok(Value::Null)
}

pub(super) fn associate_key(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<KeyOfLogGroup>(body)?;
    let mut constraints = constraints();
    constraints.required("kmsKeyId", request.kms_key_id.as_ref());
    constraints.length("kmsKeyId", request.kms_key_id.as_deref(), &(0..=256));
    constraints.finish()?;
    let name = keyed_group(tenant, request.log_group_name, request.resource_identifier)?;
    store.set_kms_key(tenant, &name, request.kms_key_id.as_deref())?;
    Ok(Value::Null)
}

pub(super) fn disassociate_key(
    store: &Store,
    tenant: &Tenant,
    body: &[u8],
) -> Result<Value, Fault> {
    let request = decode::<KeyOfLogGroup>(body)?;
    let name = keyed_group(tenant, request.log_group_name, request.resource_identifier)?;
    store.set_kms_key(tenant, &name, None)?;
    Ok(Value::Null)
}

/// The group that a key is for; keys for the results of queries are not emulated.
fn keyed_group(
    tenant: &Tenant,
    name: Option<String>,
    identifier: Option<String>,
) -> Result<String, Fault> {
    match (name, identifier) {
        (Some(_), Some(_)) => Err(Fault::invalid_parameter(
            "logGroupName and resourceIdentifier are mutually exclusive parameters.",
        )),
        (None, Some(identifier)) => {
            let resource = tenant.resource_of("logs", &identifier);
            if resource.is_some_and(|resource| resource.starts_with("query-result:")) {
                return Err(Fault::invalid_parameter(
                    "The sandbox keeps no query results that a key could encrypt.",
                ));
            }
            resource
                .and_then(|resource| resource.strip_prefix("log-group:"))
                .map(|name| name.strip_suffix(":*").unwrap_or(name).to_owned())
                .ok_or_else(no_group)
        }
        (name, None) => group_name(name),
    }
}
