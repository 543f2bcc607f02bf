//! AWS X-Ray, in the words of `xray`.

use std::collections::BTreeMap;

use aws_sdk_xray::Client;
use aws_sdk_xray::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_xray::types;

use super::explain::explain;
use super::facts::Facts;
use super::service_error::hollow;
use crate::error::{Error, Result};
use crate::xray::group::{Group, Insights};
use crate::xray::sampling_rule::{SamplingRateBoost, SamplingRule};

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// A client of AWS X-Ray.
#[derive(Debug, Clone)]
pub struct XrayClient {
    client: Client,
    facts: Facts,
}

/// A duplicate has no error code of its own: the text tells.
const ALREADY_EXISTS: &str = "already exists";

/// Neither has a missing group or rule.
const GONE: [&str; 3] = ["not found", "does not exist", "doesn't exist"];

impl XrayClient {
    pub(super) fn new(client: Client, facts: Facts) -> Self {
        Self { client, facts }
    }

    /// Every group of the account and region.
    pub async fn groups(&self) -> Result<Vec<Group>> {
        let mut pages = self.client.get_groups().into_paginator().send();
        let mut groups = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| explain(&self.facts, "xray:GetGroups", &error))?;
            if page.groups.is_none() {
                return Err(hollow(&self.facts, "xray:GetGroups", "Groups"));
            }
            for group in page.groups() {
                groups.push(Group {
                    name: group.group_name().unwrap_or_default().to_owned(),
                    arn: group.group_arn().unwrap_or_default().to_owned(),
                    filter_expression: group
                        .filter_expression()
                        .filter(|text| !text.is_empty())
                        .map(str::to_owned),
                    insights: group
                        .insights_configuration()
                        .map(|insights| Insights {
                            enabled: insights.insights_enabled().unwrap_or(false),
                            notifications: insights.notifications_enabled().unwrap_or(false),
                        })
                        .unwrap_or_default(),
                });
            }
        }
        groups.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(groups)
    }

    /// Creates a group; one that is there already is no failure.
    pub async fn create_group(
        &self,
        name: &str,
        filter_expression: Option<&str>,
        insights: Option<Insights>,
        tags: &Tags,
    ) -> Result<()> {
        let sent = self
            .client
            .create_group()
            .group_name(name)
            .set_filter_expression(filter_expression.map(str::to_owned))
            .set_insights_configuration(insights.map(insights_configuration))
            .set_tags(sdk_tags(tags)?)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) if says(&error, &[ALREADY_EXISTS]) => Ok(()),
            Err(error) => Err(explain(&self.facts, "xray:CreateGroup", &error)),
        }
    }

    /// Changes a group's filter and Insights; what is `None` stays as it is.
    pub async fn update_group(
        &self,
        arn: &str,
        filter_expression: Option<&str>,
        insights: Option<Insights>,
    ) -> Result<()> {
        self.client
            .update_group()
            .group_arn(arn)
            .set_filter_expression(filter_expression.map(str::to_owned))
            .set_insights_configuration(insights.map(insights_configuration))
            .send()
            .await
            .map(drop)
            .map_err(|error| explain(&self.facts, "xray:UpdateGroup", &error))
    }

    /// Deletes a group; one that is gone already is no failure.
    pub async fn delete_group(&self, arn: &str) -> Result<()> {
        match self.client.delete_group().group_arn(arn).send().await {
            Ok(_) => Ok(()),
            Err(error) if says(&error, &GONE) => Ok(()),
            Err(error) => Err(explain(&self.facts, "xray:DeleteGroup", &error)),
        }
    }

    /// Every sampling rule of the account and region, `Default` among them, in the order in
    /// which they are tried.
    pub async fn sampling_rules(&self) -> Result<Vec<SamplingRule>> {
        let mut pages = self.client.get_sampling_rules().into_paginator().send();
        let mut rules = Vec::new();
        while let Some(page) = pages.next().await {
            let page =
                page.map_err(|error| explain(&self.facts, "xray:GetSamplingRules", &error))?;
            if page.sampling_rule_records.is_none() {
                return Err(hollow(
                    &self.facts,
                    "xray:GetSamplingRules",
                    "SamplingRuleRecords",
                ));
            }
            rules.extend(
                page.sampling_rule_records()
                    .iter()
                    .filter_map(|record| record.sampling_rule())
                    .map(sampling_rule),
            );
        }
        rules.sort_by(|one, other| (one.priority, &one.name).cmp(&(other.priority, &other.name)));
        Ok(rules)
    }

    /// Creates a sampling rule; one that is there already is no failure.
    pub async fn create_sampling_rule(&self, rule: &SamplingRule, tags: &Tags) -> Result<()> {
        let request = types::SamplingRule::builder()
            .rule_name(&rule.name)
            .resource_arn(&rule.resource_arn)
            .priority(rule.priority)
            .fixed_rate(rule.fixed_rate)
            .reservoir_size(rule.reservoir_size)
            .service_name(&rule.service_name)
            .service_type(&rule.service_type)
            .host(&rule.host)
            .http_method(&rule.http_method)
            .url_path(&rule.url_path)
            .version(rule.version)
            .set_attributes(
                (!rule.attributes.is_empty())
                    .then(|| rule.attributes.clone().into_iter().collect()),
            )
            .set_sampling_rate_boost(rule.boost.map(sampling_rate_boost))
            .build()
            .map_err(|error| {
                Error::unexpected("could not build the sampling rule").source(error)
            })?;
        let sent = self
            .client
            .create_sampling_rule()
            .sampling_rule(request)
            .set_tags(sdk_tags(tags)?)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) if says(&error, &[ALREADY_EXISTS]) => Ok(()),
            Err(error) => Err(explain(&self.facts, "xray:CreateSamplingRule", &error)),
        }
    }

    /// Sends every field of a rule, those that nobody meant to change as well: what an update
    /// leaves out may be erased. `Default` takes its rate and reservoir only.
    pub async fn update_sampling_rule(&self, rule: &SamplingRule) -> Result<()> {
        let update = types::SamplingRuleUpdate::builder()
            .rule_name(&rule.name)
            .fixed_rate(rule.fixed_rate)
            .reservoir_size(rule.reservoir_size);
        let update = if crate::xray::names::is_default(&rule.name) {
            update
        } else {
            update
                .resource_arn(&rule.resource_arn)
                .priority(rule.priority)
                .service_name(&rule.service_name)
                .service_type(&rule.service_type)
                .host(&rule.host)
                .http_method(&rule.http_method)
                .url_path(&rule.url_path)
                .set_attributes(Some(rule.attributes.clone().into_iter().collect()))
                .set_sampling_rate_boost(rule.boost.map(sampling_rate_boost))
        };
        self.client
            .update_sampling_rule()
            .sampling_rule_update(update.build())
            .send()
            .await
            .map(drop)
            .map_err(|error| explain(&self.facts, "xray:UpdateSamplingRule", &error))
    }

    /// Deletes a sampling rule; one that is gone already is no failure.
    pub async fn delete_sampling_rule(&self, name: &str) -> Result<()> {
        match self
            .client
            .delete_sampling_rule()
            .rule_name(name)
            .send()
            .await
        {
            Ok(_) => Ok(()),
            Err(error) if says(&error, &GONE) => Ok(()),
            Err(error) => Err(explain(&self.facts, "xray:DeleteSamplingRule", &error)),
        }
    }

    /// The tags of a group or rule.
    pub async fn tags(&self, arn: &str) -> Result<Tags> {
        let mut tags = Tags::new();
        let mut pages = self
            .client
            .list_tags_for_resource()
            .resource_arn(arn)
            .into_paginator()
            .send();
        while let Some(page) = pages.next().await {
            let page =
                page.map_err(|error| explain(&self.facts, "xray:ListTagsForResource", &error))?;
            tags.extend(
                page.tags()
                    .iter()
                    .map(|tag| (tag.key().to_owned(), tag.value().to_owned())),
            );
        }
        Ok(tags)
    }

    /// Adds tags to a group or rule, or replaces their values.
    pub async fn tag(&self, arn: &str, tags: &Tags) -> Result<()> {
        self.client
            .tag_resource()
            .resource_arn(arn)
            .set_tags(sdk_tags(tags)?)
            .send()
            .await
            .map(drop)
            .map_err(|error| explain(&self.facts, "xray:TagResource", &error))
    }
}

fn says<E>(error: &SdkError<E>, texts: &[&str]) -> bool
where
    E: aws_sdk_xray::error::ProvideErrorMetadata,
{
    error.code() == Some("InvalidRequestException")
        && error.message().is_some_and(|message| {
            let message = message.to_lowercase();
            texts.iter().any(|text| message.contains(text))
        })
}

fn insights_configuration(insights: Insights) -> types::InsightsConfiguration {
    types::InsightsConfiguration::builder()
        .insights_enabled(insights.enabled)
        .notifications_enabled(insights.notifications)
        .build()
}

fn sampling_rate_boost(boost: SamplingRateBoost) -> types::SamplingRateBoost {
    types::SamplingRateBoost::builder()
        .max_rate(boost.max_rate)
        .cooldown_window_minutes(boost.cooldown_window_minutes)
        .build()
}

fn sampling_rule(rule: &types::SamplingRule) -> SamplingRule {
    SamplingRule {
        name: rule.rule_name().unwrap_or_default().to_owned(),
        arn: rule.rule_arn().unwrap_or_default().to_owned(),
        resource_arn: rule.resource_arn().to_owned(),
        priority: rule.priority(),
        fixed_rate: rule.fixed_rate(),
        reservoir_size: rule.reservoir_size(),
        service_name: rule.service_name().to_owned(),
        service_type: rule.service_type().to_owned(),
        host: rule.host().to_owned(),
        http_method: rule.http_method().to_owned(),
        url_path: rule.url_path().to_owned(),
        version: rule.version(),
        attributes: rule
            .attributes()
            .map(|attributes| attributes.clone().into_iter().collect())
            .unwrap_or_default(),
        boost: rule.sampling_rate_boost().map(|boost| SamplingRateBoost {
            max_rate: boost.max_rate(),
            cooldown_window_minutes: boost.cooldown_window_minutes(),
        }),
    }
}

fn sdk_tags(tags: &Tags) -> Result<Option<Vec<types::Tag>>> {
    if tags.is_empty() {
        return Ok(None);
    }
    tags.iter()
        .map(|(key, value)| types::Tag::builder().key(key).value(value).build())
        .collect::<std::result::Result<Vec<_>, _>>()
        .map(Some)
        .map_err(|error| Error::unexpected("could not build the tags").source(error))
}
