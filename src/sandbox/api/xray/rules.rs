//! Sampling rules of X-Ray on the wire.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::constraint::Constraints;
use super::super::decode::{Object, decode, encode};
use super::{WireTag, constraints, read_tags, seconds};
use crate::sandbox::store::{
    Fault, PageRequest, RateBoost, RuleChange, RuleKey, SamplingRule, SamplingRuleRecord, Store,
    Tenant,
};

/// The members of `SamplingRule` and of `SamplingRuleUpdate`, all optional on the wire.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireRule {
    rule_name: Option<String>,
    #[serde(rename = "RuleARN")]
    rule_arn: Option<String>,
    #[serde(rename = "ResourceARN")]
    resource_arn: Option<String>,
    priority: Option<i64>,
    fixed_rate: Option<f64>,
    reservoir_size: Option<i64>,
    service_name: Option<String>,
    service_type: Option<String>,
    host: Option<String>,
    #[serde(rename = "HTTPMethod")]
    http_method: Option<String>,
    #[serde(rename = "URLPath")]
    url_path: Option<String>,
    version: Option<i64>,
    attributes: Option<BTreeMap<String, String>>,
    sampling_rate_boost: Option<Object<WireBoost>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireBoost {
    max_rate: Option<f64>,
    cooldown_window_minutes: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateSamplingRule {
    sampling_rule: Option<Object<WireRule>>,
    tags: Option<Vec<Object<WireTag>>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateSamplingRule {
    sampling_rule_update: Option<Object<WireRule>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteSamplingRule {
    rule_name: Option<String>,
    #[serde(rename = "RuleARN")]
    rule_arn: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetSamplingRules {
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AnsweredRule<'record> {
    rule_name: &'record str,
    #[serde(rename = "RuleARN")]
    rule_arn: &'record str,
    #[serde(rename = "ResourceARN")]
    resource_arn: &'record str,
    priority: i64,
    fixed_rate: f64,
    reservoir_size: i64,
    service_name: &'record str,
    service_type: &'record str,
    host: &'record str,
    #[serde(rename = "HTTPMethod")]
    http_method: &'record str,
    #[serde(rename = "URLPath")]
    url_path: &'record str,
    version: i64,
    attributes: &'record BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sampling_rate_boost: Option<AnsweredBoost>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AnsweredBoost {
    max_rate: f64,
    cooldown_window_minutes: i64,
}

pub(super) fn create(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<CreateSamplingRule>(body)?;
    let mut constraints = constraints();
    constraints.required("SamplingRule", request.sampling_rule.as_ref());
    let rule = request.sampling_rule.unwrap_or_default().0;
    if rule.rule_arn.is_some() {
        return Err(Fault::invalid_request(
            "A new sampling rule is specified by RuleName; RuleARN is assigned by X-Ray",
        ));
    }
    let field = |name| format!("SamplingRule.{name}");
    constraints.required(&field("RuleName"), rule.rule_name.as_ref());
    constraints.required(&field("ResourceARN"), rule.resource_arn.as_ref());
    constraints.required(&field("Priority"), rule.priority.as_ref());
    constraints.required(&field("FixedRate"), rule.fixed_rate.as_ref());
    constraints.required(&field("ReservoirSize"), rule.reservoir_size.as_ref());
    constraints.required(&field("ServiceName"), rule.service_name.as_ref());
    constraints.required(&field("ServiceType"), rule.service_type.as_ref());
    constraints.required(&field("Host"), rule.host.as_ref());
    constraints.required(&field("HTTPMethod"), rule.http_method.as_ref());
    constraints.required(&field("URLPath"), rule.url_path.as_ref());
    constraints.required(&field("Version"), rule.version.as_ref());
    constraints.range(&field("Version"), rule.version, &(1..=1));
    check(&mut constraints, "SamplingRule", &rule);
    constraints.finish()?;
    let rule = SamplingRule {
        name: rule.rule_name.unwrap_or_default(),
        resource_arn: rule.resource_arn.unwrap_or_default(),
        priority: rule.priority.unwrap_or_default(),
        fixed_rate: rule.fixed_rate.unwrap_or_default(),
        reservoir_size: rule.reservoir_size.unwrap_or_default(),
        service_name: rule.service_name.unwrap_or_default(),
        service_type: rule.service_type.unwrap_or_default(),
        host: rule.host.unwrap_or_default(),
        http_method: rule.http_method.unwrap_or_default(),
        url_path: rule.url_path.unwrap_or_default(),
        attributes: rule.attributes.unwrap_or_default(),
        boost: boost(rule.sampling_rate_boost),
    };
    if rule.name == "Default" {
        return Err(Fault::invalid_request(
            "Default is the name of the built-in sampling rule",
        ));
    }
    one(&store.create_sampling_rule(tenant, &rule, &read_tags(request.tags)?)?)
}

pub(super) fn update(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<UpdateSamplingRule>(body)?;
    let mut constraints = constraints();
    constraints.required("SamplingRuleUpdate", request.sampling_rule_update.as_ref());
    constraints.finish()?;
    let update = request.sampling_rule_update.unwrap_or_default().0;
    let key = key(update.rule_name.clone(), update.rule_arn.clone())?;
    let mut constraints = super::constraints();
    // The default rule's own priority lies outside the range; that request has a sentence of its own.
    let is_default = match &key {
        RuleKey::Name(name) => name == "Default",
        RuleKey::Arn(arn) => arn.ends_with(":sampling-rule/Default"),
    };
    if is_default {
        let rates = WireRule {
            fixed_rate: update.fixed_rate,
            reservoir_size: update.reservoir_size,
            ..WireRule::default()
        };
        check(&mut constraints, "SamplingRuleUpdate", &rates);
    } else {
        check(&mut constraints, "SamplingRuleUpdate", &update);
    }
    constraints.finish()?;
    let change = RuleChange {
        resource_arn: update.resource_arn,
        priority: update.priority,
        fixed_rate: update.fixed_rate,
        reservoir_size: update.reservoir_size,
        service_name: update.service_name,
        service_type: update.service_type,
        host: update.host,
        http_method: update.http_method,
        url_path: update.url_path,
        attributes: update.attributes,
        boost: boost(update.sampling_rate_boost),
    };
    one(&store.update_sampling_rule(tenant, &key, &change)?)
}

pub(super) fn delete(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<DeleteSamplingRule>(body)?;
    one(&store.delete_sampling_rule(tenant, &key(request.rule_name, request.rule_arn)?)?)
}

pub(super) fn list(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<GetSamplingRules>(body)?;
    let request = PageRequest {
        token: request.next_token,
        limit: None,
    };
    let page = store.sampling_rules(tenant, &request)?;
    let records = page
        .items
        .iter()
        .map(record)
        .collect::<Result<Vec<_>, _>>()?;
    let mut answer = json!({ "SamplingRuleRecords": records });
    if let Some(token) = page.next_token {
        answer["NextToken"] = json!(token);
    }
    Ok(answer)
}

fn check(constraints: &mut Constraints, parent: &str, rule: &WireRule) {
    let field = |name| format!("{parent}.{name}");
    constraints.length(&field("RuleName"), rule.rule_name.as_deref(), &(1..=32));
    constraints.pattern(
        &field("RuleName"),
        rule.rule_name.as_deref(),
        r"[^\p{Cntrl}]+",
        |letter| !letter.is_control(),
    );
    constraints.length(
        &field("ResourceARN"),
        rule.resource_arn.as_deref(),
        &(0..=500),
    );
    constraints.range(&field("Priority"), rule.priority, &(1..=9999));
    constraints.range(&field("FixedRate"), rule.fixed_rate, &(0.0..=1.0));
    constraints.range(
        &field("ReservoirSize"),
        rule.reservoir_size,
        &(0..=i64::from(i32::MAX)),
    );
    constraints.length(
        &field("ServiceName"),
        rule.service_name.as_deref(),
        &(0..=64),
    );
    constraints.length(
        &field("ServiceType"),
        rule.service_type.as_deref(),
        &(0..=64),
    );
    constraints.length(&field("Host"), rule.host.as_deref(), &(0..=64));
    constraints.length(&field("HTTPMethod"), rule.http_method.as_deref(), &(0..=10));
    constraints.length(&field("URLPath"), rule.url_path.as_deref(), &(0..=128));
    constraints.count(
        &field("Attributes"),
        rule.attributes.as_ref().map(BTreeMap::len),
        &(0..=5),
    );
    for (key, value) in rule.attributes.iter().flatten() {
        constraints.length(&field("Attributes.key"), Some(key), &(1..=32));
        constraints.length(&field("Attributes.value"), Some(value), &(1..=32));
    }
    if let Some(Object(boost)) = &rule.sampling_rate_boost {
        let field = |name| format!("{parent}.SamplingRateBoost.{name}");
        constraints.required(&field("MaxRate"), boost.max_rate.as_ref());
        constraints.range(&field("MaxRate"), boost.max_rate, &(0.0..=1.0));
        constraints.required(
            &field("CooldownWindowMinutes"),
            boost.cooldown_window_minutes.as_ref(),
        );
        let minutes = boost.cooldown_window_minutes;
        constraints.range(
            &field("CooldownWindowMinutes"),
            minutes,
            &(0..=i64::from(i32::MAX)),
        );
    }
}

fn boost(boost: Option<Object<WireBoost>>) -> Option<RateBoost> {
    let Object(boost) = boost?;
    Some(RateBoost {
        max_rate: boost.max_rate?,
        cooldown_window_minutes: boost.cooldown_window_minutes?,
    })
}

fn key(name: Option<String>, arn: Option<String>) -> Result<RuleKey, Fault> {
    match (name, arn) {
        (Some(name), None) => Ok(RuleKey::Name(name)),
        (None, Some(arn)) => Ok(RuleKey::Arn(arn)),
        (None, None) => Err(Fault::invalid_request(
            "Either RuleName or RuleARN is required",
        )),
        (Some(_), Some(_)) => Err(Fault::invalid_request(
            "Specify a rule by either RuleName or RuleARN, but not both",
        )),
    }
}

fn one(rule: &SamplingRuleRecord) -> Result<Value, Fault> {
    Ok(json!({ "SamplingRuleRecord": record(rule)? }))
}

fn record(record: &SamplingRuleRecord) -> Result<Value, Fault> {
    let rule = &record.rule;
    let answered = AnsweredRule {
        rule_name: &rule.name,
        rule_arn: &record.arn,
        resource_arn: &rule.resource_arn,
        priority: rule.priority,
        fixed_rate: rule.fixed_rate,
        reservoir_size: rule.reservoir_size,
        service_name: &rule.service_name,
        service_type: &rule.service_type,
        host: &rule.host,
        http_method: &rule.http_method,
        url_path: &rule.url_path,
        version: 1,
        attributes: &rule.attributes,
        sampling_rate_boost: rule.boost.map(|boost| AnsweredBoost {
            max_rate: boost.max_rate,
            cooldown_window_minutes: boost.cooldown_window_minutes,
        }),
    };
    Ok(json!({
        "SamplingRule": encode(&answered)?,
        "CreatedAt": seconds(record.created_at),
        "ModifiedAt": seconds(record.modified_at),
    }))
}
