//! Groups of X-Ray on the wire.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::decode::{Object, decode, encode};
use super::{WireTag, constraints, read_tags};
use crate::sandbox::store::{
    Fault, Group, GroupChange, GroupKey, Insights, NewGroup, PageRequest, Store, Tenant,
};
use crate::xray::filter_expression::{self, Kind};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateGroup {
    group_name: Option<String>,
    filter_expression: Option<String>,
    insights_configuration: Option<Object<InsightsConfiguration>>,
    tags: Option<Vec<Object<WireTag>>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateGroup {
    group_name: Option<String>,
    #[serde(rename = "GroupARN")]
    group_arn: Option<String>,
    filter_expression: Option<String>,
    insights_configuration: Option<Object<InsightsConfiguration>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NamedGroup {
    group_name: Option<String>,
    #[serde(rename = "GroupARN")]
    group_arn: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetGroups {
    next_token: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InsightsConfiguration {
    insights_enabled: Option<bool>,
    notifications_enabled: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct WireGroup {
    group_name: String,
    #[serde(rename = "GroupARN")]
    group_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter_expression: Option<String>,
    insights_configuration: WireInsights,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct WireInsights {
    insights_enabled: bool,
    notifications_enabled: bool,
}

pub(super) fn create(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<CreateGroup>(body)?;
    let mut constraints = constraints();
    constraints.required("GroupName", request.group_name.as_ref());
    constraints.length("GroupName", request.group_name.as_deref(), &(1..=32));
    // The model has no pattern; these are the letters that the console takes and a few more.
    constraints.pattern(
        "GroupName",
        request.group_name.as_deref(),
        "[A-Za-z0-9_ -]+",
        |letter| letter.is_ascii_alphanumeric() || "_- ".contains(letter),
    );
    constraints.finish()?;
    let name = request.group_name.unwrap_or_default();
    if name == "Default" {
        return Err(Fault::invalid_request("Default is a reserved group name"));
    }
    let asked = request.insights_configuration.unwrap_or_default().0;
    let insights = Insights {
        enabled: asked.insights_enabled.unwrap_or(false),
        notifications: asked.notifications_enabled.unwrap_or(false),
    };
    if insights.notifications && !insights.enabled {
        return Err(Fault::invalid_request(
            "Notifications can only be enabled on a group with insights enabled",
        ));
    }
    refuse_malformed_filter(request.filter_expression.as_deref())?;
    let group = store.create_group(
        tenant,
        &NewGroup {
            name,
            filter_expression: request.filter_expression,
            insights,
            tags: read_tags(request.tags)?,
        },
    )?;
    one(group)
}

pub(super) fn get(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<NamedGroup>(body)?;
    one(store.group(tenant, &key(request.group_name, request.group_arn)?)?)
}

pub(super) fn update(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<UpdateGroup>(body)?;
    let key = key(request.group_name, request.group_arn)?;
    refuse_malformed_filter(request.filter_expression.as_deref())?;
    let asked = request.insights_configuration.unwrap_or_default().0;
    let change = GroupChange {
        filter_expression: request.filter_expression,
        insights_enabled: asked.insights_enabled,
        notifications_enabled: asked.notifications_enabled,
    };
    one(store.update_group(tenant, &key, &change)?)
}

pub(super) fn delete(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<NamedGroup>(body)?;
    store.delete_group(tenant, &key(request.group_name, request.group_arn)?)?;
    Ok(json!({}))
}

pub(super) fn list(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<GetGroups>(body)?;
    let mut constraints = constraints();
    constraints.length("NextToken", request.next_token.as_deref(), &(1..=100));
    constraints.finish()?;
    let request = PageRequest {
        token: request.next_token,
        limit: None,
    };
    let page = store.groups(tenant, &request)?;
    let groups: Vec<WireGroup> = page.items.into_iter().map(WireGroup::from).collect();
    let mut answer = json!({ "Groups": encode(&groups)? });
    if let Some(token) = page.next_token {
        answer["NextToken"] = json!(token);
    }
    Ok(answer)
}

fn one(group: Group) -> Result<Value, Fault> {
    Ok(json!({ "Group": encode(&WireGroup::from(group))? }))
}

fn key(name: Option<String>, arn: Option<String>) -> Result<GroupKey, Fault> {
    let mut constraints = constraints();
    constraints.length("GroupName", name.as_deref(), &(1..=32));
    constraints.length("GroupARN", arn.as_deref(), &(1..=400));
    constraints.finish()?;
    match (name, arn) {
        (Some(name), None) => Ok(GroupKey::Name(name)),
        (None, Some(arn)) => Ok(GroupKey::Arn(arn)),
        (None, None) => Err(Fault::invalid_request(
            "Either GroupName or GroupARN is required",
        )),
        (Some(_), Some(_)) => Err(Fault::invalid_request(
            "Specify a group by either GroupName or GroupARN, but not both",
        )),
    }
}

/// Refuses a filter that cannot be read; a blank one is no filter, and AWS takes it.
fn refuse_malformed_filter(filter: Option<&str>) -> Result<(), Fault> {
    match filter.map(filter_expression::parse) {
        Some(Err(error)) if error.kind != Kind::Empty => Err(Fault::invalid_request(format!(
            "Invalid filter expression: {error}"
        ))),
        _ => Ok(()),
    }
}

impl From<Group> for WireGroup {
    fn from(group: Group) -> Self {
        Self {
            group_name: group.name,
            group_arn: group.arn,
            filter_expression: group.filter_expression,
            insights_configuration: WireInsights {
                insights_enabled: group.insights.enabled,
                notifications_enabled: group.insights.notifications,
            },
        }
    }
}
