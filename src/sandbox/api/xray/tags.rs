//! Tags of X-Ray's groups and rules on the wire.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::decode::{Object, decode};
use super::{WireTag, check_tag_key, constraints, read_tags};
use crate::sandbox::store::{Fault, Store, Tenant};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagResource {
    #[serde(rename = "ResourceARN")]
    resource_arn: Option<String>,
    tags: Option<Vec<Object<WireTag>>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UntagResource {
    #[serde(rename = "ResourceARN")]
    resource_arn: Option<String>,
    tag_keys: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListTagsForResource {
    #[serde(rename = "ResourceARN")]
    resource_arn: Option<String>,
    next_token: Option<String>,
}

pub(super) fn tag(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<TagResource>(body)?;
    let mut constraints = constraints();
    constraints.required("ResourceARN", request.resource_arn.as_ref());
    constraints.length("ResourceARN", request.resource_arn.as_deref(), &(1..=1011));
    constraints.required("Tags", request.tags.as_ref());
    constraints.finish()?;
    let arn = request.resource_arn.unwrap_or_default();
    store.tag_xray_resource(tenant, &arn, &read_tags(request.tags)?)?;
    Ok(json!({}))
}

pub(super) fn untag(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<UntagResource>(body)?;
    let mut constraints = constraints();
    constraints.required("ResourceARN", request.resource_arn.as_ref());
    constraints.length("ResourceARN", request.resource_arn.as_deref(), &(1..=1011));
    constraints.required("TagKeys", request.tag_keys.as_ref());
    let keys = request.tag_keys.unwrap_or_default();
    constraints.count("TagKeys", Some(keys.len()), &(0..=200));
    for key in &keys {
        check_tag_key(&mut constraints, key);
    }
    constraints.finish()?;
    store.untag_xray_resource(tenant, &request.resource_arn.unwrap_or_default(), &keys)?;
    Ok(json!({}))
}

/// All tags fit on one page, so no token is ever given out and none is valid.
pub(super) fn list(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<ListTagsForResource>(body)?;
    let mut constraints = constraints();
    constraints.required("ResourceARN", request.resource_arn.as_ref());
    constraints.length("ResourceARN", request.resource_arn.as_deref(), &(1..=1011));
    constraints.finish()?;
    if request.next_token.is_some() {
        return Err(Fault::invalid_request("Invalid NextToken"));
    }
    let tags: Vec<Value> = store
        .xray_tags(tenant, &request.resource_arn.unwrap_or_default())?
        .into_iter()
        .map(|tag| json!({ "Key": tag.key, "Value": tag.value }))
        .collect();
    Ok(json!({ "Tags": tags }))
}
