//! X-Ray's settings per account and region on the wire.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::decode::{Object, decode};
use super::{constraints, seconds};
use crate::sandbox::store::{Encryption, Fault, IndexingRule, Store, Tenant};

const DESTINATIONS: [&str; 2] = ["XRay", "CloudWatchLogs"];

#[derive(Debug, Deserialize)]
struct NoMembers {}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEncryptionConfig {
    key_id: Option<String>,
    r#type: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateTraceSegmentDestination {
    destination: Option<String>,
    cloud_watch_logs_configuration: Option<Object<CloudWatchLogsConfiguration>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CloudWatchLogsConfiguration {
    spans_log_group_kms_key_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetIndexingRules {
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateIndexingRule {
    name: Option<String>,
    rule: Option<Object<IndexingRuleUpdate>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct IndexingRuleUpdate {
    probabilistic: Option<Object<Probabilistic>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Probabilistic {
    desired_sampling_percentage: Option<f64>,
}

pub(super) fn get_encryption(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let NoMembers {} = decode::<NoMembers>(body)?;
    Ok(encryption(&store.encryption(tenant)?))
}

pub(super) fn put_encryption(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<PutEncryptionConfig>(body)?;
    let mut constraints = constraints();
    constraints.required("Type", request.r#type.as_ref());
    constraints.one_of("Type", request.r#type.as_deref(), &["NONE", "KMS"]);
    constraints.length("KeyId", request.key_id.as_deref(), &(1..=3000));
    constraints.finish()?;
    let asked = match (request.r#type.as_deref(), request.key_id) {
        (Some("KMS"), Some(key)) => Encryption::Kms(key),
        (Some("KMS"), None) => {
            return Err(Fault::invalid_request("KeyId is required when Type is KMS"));
        }
        (_, Some(_)) => {
            return Err(Fault::invalid_request(
                "KeyId must not be given when Type is NONE",
            ));
        }
        (_, None) => Encryption::Standard,
    };
    store.set_encryption(tenant, &asked)?;
    Ok(encryption(&asked))
}

/// AWS says `UPDATING` for some minutes after a change; the sandbox has nothing to encrypt.
fn encryption(encryption: &Encryption) -> Value {
    match encryption {
        Encryption::Standard => {
            json!({ "EncryptionConfig": { "Status": "ACTIVE", "Type": "NONE" } })
        }
        Encryption::Kms(key) => {
            json!({ "EncryptionConfig": { "KeyId": key, "Status": "ACTIVE", "Type": "KMS" } })
        }
    }
}

pub(super) fn get_destination(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let NoMembers {} = decode::<NoMembers>(body)?;
    let destination = store.trace_segment_destination(tenant)?;
    Ok(
        json!({ "Destination": destination.as_deref().unwrap_or(DESTINATIONS[0]), "Status": "ACTIVE" }),
    )
}

pub(super) fn update_destination(
    store: &Store,
    tenant: &Tenant,
    body: &[u8],
) -> Result<Value, Fault> {
    let request = decode::<UpdateTraceSegmentDestination>(body)?;
    let mut constraints = constraints();
    constraints.one_of("Destination", request.destination.as_deref(), &DESTINATIONS);
    constraints.finish()?;
    let Some(destination) = request.destination else {
        return Err(Fault::invalid_request("Destination is required"));
    };
    let key = request
        .cloud_watch_logs_configuration
        .and_then(|Object(configuration)| configuration.spans_log_group_kms_key_id);
    if key.is_some() {
        return Err(Fault::invalid_request(
            "The sandbox has no aws/spans log group that SpansLogGroupKmsKeyId could encrypt",
        ));
    }
    store.set_trace_segment_destination(tenant, &destination)?;
    Ok(json!({ "Destination": destination, "Status": "ACTIVE" }))
}

pub(super) fn list_indexing_rules(
    store: &Store,
    tenant: &Tenant,
    body: &[u8],
) -> Result<Value, Fault> {
    let request = decode::<GetIndexingRules>(body)?;
    // There is one rule, so no token is ever given out and none is valid.
    if request.next_token.is_some() {
        return Err(Fault::invalid_request("Invalid NextToken"));
    }
    Ok(json!({ "IndexingRules": [indexing_rule(store.indexing_rule(tenant)?)] }))
}

pub(super) fn update_indexing_rule(
    store: &Store,
    tenant: &Tenant,
    body: &[u8],
) -> Result<Value, Fault> {
    let request = decode::<UpdateIndexingRule>(body)?;
    let percentage = request
        .rule
        .as_ref()
        .and_then(|Object(rule)| rule.probabilistic.as_ref())
        .and_then(|Object(probabilistic)| probabilistic.desired_sampling_percentage);
    let mut constraints = constraints();
    constraints.required("Name", request.name.as_ref());
    constraints.length("Name", request.name.as_deref(), &(1..=usize::MAX));
    constraints.required("Rule", request.rule.as_ref());
    constraints.required(
        "Rule.Probabilistic.DesiredSamplingPercentage",
        percentage.as_ref(),
    );
    constraints.range(
        "Rule.Probabilistic.DesiredSamplingPercentage",
        percentage,
        &(0.0..=100.0),
    );
    constraints.finish()?;
    if let Some(name) = request.name.filter(|name| name != "Default") {
        return Err(Fault::not_found(format!("Indexing rule {name} does not exist")).about(name));
    }
    store.set_indexing_percentage(tenant, percentage.unwrap_or_default())?;
    Ok(json!({ "IndexingRule": indexing_rule(store.indexing_rule(tenant)?) }))
}

fn indexing_rule(rule: IndexingRule) -> Value {
    json!({
        "Name": "Default",
        "ModifiedAt": seconds(rule.modified_at),
        "Rule": { "Probabilistic": {
            "DesiredSamplingPercentage": rule.desired_percentage,
            "ActualSamplingPercentage": rule.desired_percentage,
        } },
    })
}
