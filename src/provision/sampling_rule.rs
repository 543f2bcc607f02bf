//! X-Ray sampling rules.

use std::collections::BTreeMap;

use futures::future::try_join_all;
use serde_json::{Value, json};

use super::change::{Changes, FieldChange, is_ours, with_marker};
use super::group::{only_the_marker_is_denied, readable};
use super::resource::{Comparison, Resource, ResourceKind};
use crate::error::Result;
use crate::remote::{Clients, Tags};
use crate::xray::names::is_default;
use crate::xray::sampling_rule::{SamplingRateBoost, SamplingRule as Rule};

/// The sampling rule as a resource.
#[derive(Debug)]
pub(super) struct SamplingRule;

/// What the files say of a rule; `None` leaves the live value alone.
#[derive(Debug, Clone, PartialEq)]
pub struct DesiredRule {
    /// The name; `Default` is the rule that every account has.
    pub name: String,
    /// The resource ARN pattern.
    pub resource_arn: Option<String>,
    /// 1 to 9999, the smallest is tried first.
    pub priority: Option<i32>,
    /// 0 to 1.
    pub fixed_rate: f64,
    /// Requests per second.
    pub reservoir_size: i32,
    /// Pattern of the segment's name.
    pub service_name: Option<String>,
    /// Pattern of the segment's origin.
    pub service_type: Option<String>,
    /// Pattern of the Host header.
    pub host: Option<String>,
    /// Pattern of the HTTP method.
    pub http_method: Option<String>,
    /// Pattern of the path.
    pub url_path: Option<String>,
    /// Attributes that must match; given, they replace the live ones.
    pub attributes: Option<BTreeMap<String, String>>,
    /// Adaptive sampling.
    pub boost: Option<SamplingRateBoost>,
    /// Tags that must be there.
    pub tags: Tags,
}

/// A live rule with its tags.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LiveRule {
    rule: Rule,
    tags: Tags,
}

impl DesiredRule {
    /// Whether it is the rule that cannot be created or deleted.
    pub fn is_default(&self) -> bool {
        is_default(&self.name)
    }

    /// The rule to send: desired where given, else live, else AWS's wildcard.
    pub(super) fn over(&self, live: Option<&Rule>) -> Rule {
        let text = |wanted: &Option<String>, live: Option<&String>| {
            wanted
                .as_ref()
                .or(live)
                .cloned()
                .unwrap_or_else(|| "*".to_owned())
        };
        Rule {
            name: self.name.clone(),
            arn: live.map(|live| live.arn.clone()).unwrap_or_default(),
            resource_arn: text(&self.resource_arn, live.map(|live| &live.resource_arn)),
            priority: self
                .priority
                .or(live.map(|live| live.priority))
                .unwrap_or(9000),
            fixed_rate: self.fixed_rate,
            reservoir_size: self.reservoir_size,
            service_name: text(&self.service_name, live.map(|live| &live.service_name)),
            service_type: text(&self.service_type, live.map(|live| &live.service_type)),
            host: text(&self.host, live.map(|live| &live.host)),
            http_method: text(&self.http_method, live.map(|live| &live.http_method)),
            url_path: text(&self.url_path, live.map(|live| &live.url_path)),
            version: 1,
            attributes: self
                .attributes
                .as_ref()
                .or(live.map(|live| &live.attributes))
                .cloned()
                .unwrap_or_default(),
            boost: self.boost.or(live.and_then(|live| live.boost)),
        }
    }
}

impl Resource for SamplingRule {
    const KIND: ResourceKind = ResourceKind::SamplingRule;
    type Desired = DesiredRule;
    type Live = LiveRule;

    fn name(desired: &DesiredRule) -> &str {
        &desired.name
    }

    fn live_name(live: &LiveRule) -> &str {
        &live.rule.name
    }

    fn describe(desired: &DesiredRule) -> String {
        let rule = desired.over(None);
        format!(
            "priority {}, {} traces/s then {} %, service {}",
            rule.priority,
            rule.reservoir_size,
            percent(rule.fixed_rate),
            rule.service_name
        )
    }

    fn compare(desired: &DesiredRule, live: &LiveRule) -> Comparison {
        let mut changes = Changes::default();
        let rule = &live.rule;
        changes.field(
            "ResourceARN",
            &rule.resource_arn,
            desired.resource_arn.as_ref(),
        );
        changes.field("Priority", &rule.priority, desired.priority.as_ref());
        // The service hands back the very number it was given; only noise far below any
        // meaningful rate is forgiven.
        if (rule.fixed_rate - desired.fixed_rate).abs() > 1e-9 {
            changes.push(
                "FixedRate",
                rule.fixed_rate.into(),
                desired.fixed_rate.into(),
            );
        }
        changes.field(
            "ReservoirSize",
            &rule.reservoir_size,
            Some(&desired.reservoir_size),
        );
        changes.field(
            "ServiceName",
            &rule.service_name,
            desired.service_name.as_ref(),
        );
        changes.field(
            "ServiceType",
            &rule.service_type,
            desired.service_type.as_ref(),
        );
        changes.field("Host", &rule.host, desired.host.as_ref());
        changes.field(
            "HTTPMethod",
            &rule.http_method,
            desired.http_method.as_ref(),
        );
        changes.field("URLPath", &rule.url_path, desired.url_path.as_ref());
        if let Some(wanted) = &desired.attributes {
            let keys: std::collections::BTreeSet<&String> =
                wanted.keys().chain(rule.attributes.keys()).collect();
            for key in keys {
                let (from, to) = (rule.attributes.get(key), wanted.get(key));
                if from != to {
                    changes.push(
                        &format!("Attributes.{key}"),
                        from.cloned().into(),
                        to.cloned().into(),
                    );
                }
            }
        }
        if let Some(wanted) = desired.boost
            && rule.boost != Some(wanted)
        {
            changes.push(
                "SamplingRateBoost",
                boost_value(rule.boost),
                boost_value(Some(wanted)),
            );
        }
        changes.tags("Tags", &live.tags, &desired.tags);
        Comparison {
            fields: changes.into_fields(),
            ..Comparison::default()
        }
    }

    fn is_ours(live: &LiveRule) -> bool {
        is_ours(&live.tags)
    }

    fn can_be_created(desired: &DesiredRule) -> bool {
        !desired.is_default()
    }

    fn deletion_refusal(live: &LiveRule) -> Option<String> {
        (is_default(&live.rule.name)).then(|| "AWS keeps this rule in every account".to_owned())
    }

    async fn create(clients: &Clients, desired: &DesiredRule) -> Result<()> {
        let rule = desired.over(None);
        let tags = with_marker(&desired.tags);
        match clients.xray.create_sampling_rule(&rule, &tags).await {
            Err(error) if only_the_marker_is_denied(&error, &desired.tags) => {
                clients.xray.create_sampling_rule(&rule, &Tags::new()).await
            }
            other => other,
        }
    }

    async fn update(
        clients: &Clients,
        desired: &DesiredRule,
        live: &LiveRule,
        fields: &[FieldChange],
    ) -> Result<()> {
        let (tags, members): (Vec<_>, Vec<_>) = fields
            .iter()
            .partition(|change| change.field.starts_with("Tags."));
        if !members.is_empty() {
            clients
                .xray
                .update_sampling_rule(&desired.over(Some(&live.rule)))
                .await?;
        }
        if !tags.is_empty() {
            clients.xray.tag(&live.rule.arn, &desired.tags).await?;
        }
        Ok(())
    }

    async fn delete(clients: &Clients, live: &LiveRule) -> Result<()> {
        clients.xray.delete_sampling_rule(&live.rule.name).await
    }
}

/// Reads every rule, and those of the given names with their tags.
pub(super) async fn observe(
    clients: &Clients,
    names: &[String],
) -> Result<(Vec<Rule>, Vec<LiveRule>)> {
    if names.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let rules = clients.xray.sampling_rules().await?;
    let live = try_join_all(rules.iter().filter(|rule| names.contains(&rule.name)).map(
        |rule| async move {
            let tags = if is_default(&rule.name) {
                Tags::new()
            } else {
                readable(clients.xray.tags(&rule.arn).await)?
            };
            Ok(LiveRule {
                rule: rule.clone(),
                tags,
            })
        },
    ))
    .await?;
    Ok((rules, live))
}

fn boost_value(boost: Option<SamplingRateBoost>) -> Value {
    boost.map_or(Value::Null, |boost| {
        json!({"MaxRate": boost.max_rate, "CooldownWindowMinutes": boost.cooldown_window_minutes})
    })
}

/// A rate as a percentage, without needless digits.
pub(super) fn percent(rate: f64) -> String {
    let text = format!("{:.4}", rate * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
