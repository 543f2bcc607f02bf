//! CloudWatch Logs, in the words of `logs`.

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types;

use super::Tags;
use super::explain::explain;
use super::facts::Facts;
use super::service_error::hollow;
use crate::error::Result;
use crate::logs::log_group::LogGroup;

/// A client of CloudWatch Logs.
#[derive(Debug, Clone)]
pub struct LogsClient {
    pub(super) client: Client,
    pub(super) facts: Facts,
}

impl LogsClient {
    pub(super) fn new(client: Client, facts: Facts) -> Self {
        Self { client, facts }
    }

    /// The group of exactly this name; a prefix query sorts it first.
    pub async fn log_group(&self, name: &str) -> Result<Option<LogGroup>> {
        let page = self
            .client
            .describe_log_groups()
            .log_group_name_prefix(name)
            .limit(1)
            .send()
            .await
            .map_err(|error| explain(&self.facts, "logs:DescribeLogGroups", &error))?;
        if page.log_groups.is_none() {
            return Err(hollow(&self.facts, "logs:DescribeLogGroups", "logGroups"));
        }
        Ok(page
            .log_groups()
            .iter()
            .map(log_group)
            .find(|group| group.name == name))
    }

    /// The groups whose names begin with `prefix`, or all.
    pub async fn log_groups(&self, prefix: Option<&str>) -> Result<Vec<LogGroup>> {
        let mut pages = self
            .client
            .describe_log_groups()
            .set_log_group_name_prefix(prefix.map(str::to_owned))
            .into_paginator()
            .send();
        let mut groups = Vec::new();
        while let Some(page) = pages.next().await {
            let page =
                page.map_err(|error| explain(&self.facts, "logs:DescribeLogGroups", &error))?;
            if page.log_groups.is_none() {
                return Err(hollow(&self.facts, "logs:DescribeLogGroups", "logGroups"));
            }
            groups.extend(page.log_groups().iter().map(log_group));
        }
        groups.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(groups)
    }

    /// Creates a group; one that is there already is no failure.
    pub async fn create_log_group(
        &self,
        name: &str,
        class: Option<&str>,
        kms_key: Option<&str>,
        deletion_protection: Option<bool>,
        tags: &Tags,
    ) -> Result<()> {
        let sent = self
            .client
            .create_log_group()
            .log_group_name(name)
            .set_log_group_class(class.map(types::LogGroupClass::from))
            .set_kms_key_id(kms_key.map(str::to_owned))
            .set_deletion_protection_enabled(deletion_protection)
            .set_tags((!tags.is_empty()).then(|| tags.clone().into_iter().collect()))
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(aws_sdk_cloudwatchlogs::operation::create_log_group::CreateLogGroupError::is_resource_already_exists_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(explain(&self.facts, "logs:CreateLogGroup", &error)),
        }
    }

    /// Deletes a group with all that it holds; one that is gone already is no failure.
    pub async fn delete_log_group(&self, name: &str) -> Result<()> {
        match self
            .client
            .delete_log_group()
            .log_group_name(name)
            .send()
            .await
        {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(aws_sdk_cloudwatchlogs::operation::delete_log_group::DeleteLogGroupError::is_resource_not_found_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(explain(&self.facts, "logs:DeleteLogGroup", &error)),
        }
    }

    /// Sets after how many days events go; `None` keeps them for ever.
    pub async fn set_retention(&self, name: &str, days: Option<i32>) -> Result<()> {
        match days {
            Some(days) => self
                .client
                .put_retention_policy()
                .log_group_name(name)
                .retention_in_days(days)
                .send()
                .await
                .map(drop)
                .map_err(|error| explain(&self.facts, "logs:PutRetentionPolicy", &error)),
            None => self
                .client
                .delete_retention_policy()
                .log_group_name(name)
                .send()
                .await
                .map(drop)
                .map_err(|error| explain(&self.facts, "logs:DeleteRetentionPolicy", &error)),
        }
    }

    /// Switches deletion protection.
    pub async fn set_deletion_protection(&self, name: &str, enabled: bool) -> Result<()> {
        self.client
            .put_log_group_deletion_protection()
            .log_group_identifier(name)
            .deletion_protection_enabled(enabled)
            .send()
            .await
            .map(drop)
            .map_err(|error| explain(&self.facts, "logs:PutLogGroupDeletionProtection", &error))
    }

    /// The tags of a group; its ARN must come without the trailing `:*`.
    pub async fn tags(&self, arn: &str) -> Result<Tags> {
        let answer = self
            .client
            .list_tags_for_resource()
            .resource_arn(arn)
            .send()
            .await
            .map_err(|error| explain(&self.facts, "logs:ListTagsForResource", &error))?;
        Ok(answer
            .tags()
            .map(|tags| tags.clone().into_iter().collect())
            .unwrap_or_default())
    }

    /// Adds tags to a group, or replaces their values.
    pub async fn tag(&self, arn: &str, tags: &Tags) -> Result<()> {
        self.client
            .tag_resource()
            .resource_arn(arn)
            .set_tags(Some(tags.clone().into_iter().collect()))
            .send()
            .await
            .map(drop)
            .map_err(|error| explain(&self.facts, "logs:TagResource", &error))
    }
}

fn log_group(group: &types::LogGroup) -> LogGroup {
    LogGroup {
        name: group.log_group_name().unwrap_or_default().to_owned(),
        arn: group
            .log_group_arn()
            .or_else(|| group.arn().map(|arn| arn.trim_end_matches(":*")))
            .unwrap_or_default()
            .to_owned(),
        retention_days: group.retention_in_days(),
        retention_policy: group.retention_policy_name().map(str::to_owned),
        class: group
            .log_group_class()
            .map(|class| class.as_str().to_owned()),
        kms_key: group.kms_key_id().map(str::to_owned),
        deletion_protection: group.deletion_protection_enabled().unwrap_or(false),
        stored_bytes: group.stored_bytes().unwrap_or(0),
        created_at: group.creation_time(),
    }
}
