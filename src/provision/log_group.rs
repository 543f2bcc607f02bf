//! CloudWatch Logs groups.

use futures::future::try_join_all;
use indicatif::DecimalBytes;
use serde_json::Value;

use super::change::{Changes, FieldChange, is_ours, with_marker};
use super::group::{only_the_marker_is_denied, readable};
use super::resource::{Comparison, Resource, ResourceKind};
use crate::error::Result;
use crate::logs::log_group::LogGroup as Group;
use crate::remote::{Clients, Tags};

/// The log group as a resource.
#[derive(Debug)]
pub(super) struct LogGroup;

/// What the files say of a log group; `None` leaves the live value alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DesiredLogGroup {
    /// The name.
    pub name: String,
    /// How long events stay.
    pub retention: Option<Retention>,
    /// The class; cannot be changed later.
    pub class: Option<String>,
    /// The key; given at creation only.
    pub kms_key: Option<String>,
    /// Whether it refuses to be deleted.
    pub deletion_protection: Option<bool>,
    /// Tags that must be there.
    pub tags: Tags,
}

/// How long events stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// They are never deleted.
    Forever,
    /// They go after so many days.
    Days(i32),
}

impl Retention {
    fn days(self) -> Option<i32> {
        match self {
            Self::Forever => None,
            Self::Days(days) => Some(days),
        }
    }
}

/// A live log group with its tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LiveLogGroup {
    group: Group,
    tags: Tags,
}

impl LiveLogGroup {
    pub(super) fn of(group: Group, tags: Tags) -> Self {
        Self { group, tags }
    }

    pub(super) fn arn(&self) -> &str {
        &self.group.arn
    }
}

/// The class of a group whose server does not say.
const STANDARD: &str = "STANDARD";

impl Resource for LogGroup {
    const KIND: ResourceKind = ResourceKind::LogGroup;
    type Desired = DesiredLogGroup;
    type Live = LiveLogGroup;

    fn name(desired: &DesiredLogGroup) -> &str {
        &desired.name
    }

    fn live_name(live: &LiveLogGroup) -> &str {
        &live.group.name
    }

    fn describe(desired: &DesiredLogGroup) -> String {
        let mut parts = vec![match desired.retention.and_then(Retention::days) {
            Some(1) => "keeps 1 day".to_owned(),
            Some(days) => format!("keeps {days} days"),
            None => "keeps for ever".to_owned(),
        }];
        if let Some(class) = &desired.class {
            parts.push(format!("class {class}"));
        }
        if desired.deletion_protection == Some(true) {
            parts.push("protected".to_owned());
        }
        parts.join(", ")
    }

    fn compare(desired: &DesiredLogGroup, live: &LiveLogGroup) -> Comparison {
        let group = &live.group;
        let mut changes = Changes::default();
        let mut comparison = Comparison::default();
        if let Some(retention) = desired.retention {
            compare_retention(retention, live, &mut changes, &mut comparison);
        }
        changes.field(
            "deletionProtectionEnabled",
            &group.deletion_protection,
            desired.deletion_protection.as_ref(),
        );
        changes.tags("tags", &live.tags, &desired.tags);
        let class = group.class.as_deref().unwrap_or(STANDARD);
        if let Some(wanted) = desired.class.as_deref()
            && wanted != class
        {
            comparison.refusal = Some(format!(
                "log group {} is of class {class}; AWS cannot change it to {wanted} without deleting the group and all it holds",
                group.name
            ));
        }
        if let Some(wanted) = &desired.kms_key
            && group.kms_key.as_ref() != Some(wanted)
        {
            comparison.notes.push(format!(
                "log group {} has KMS key {}, the file names {wanted}; change it with: aws logs associate-kms-key",
                group.name,
                group.kms_key.as_deref().unwrap_or("none"),
            ));
        }
        comparison.fields = changes.into_fields();
        comparison.finishes_creation &= comparison.fields.len() == 1;
        comparison
    }

    fn is_ours(live: &LiveLogGroup) -> bool {
        is_ours(&live.tags)
    }

    fn deletion_refusal(live: &LiveLogGroup) -> Option<String> {
        live.group.deletion_protection.then(|| {
            format!(
                "it is protected; first: aws logs put-log-group-deletion-protection --log-group-identifier {} --no-deletion-protection-enabled",
                live.group.name
            )
        })
    }

    async fn create(clients: &Clients, desired: &DesiredLogGroup) -> Result<()> {
        match create(clients, desired, &with_marker(&desired.tags)).await {
            Err(error) if only_the_marker_is_denied(&error, &desired.tags) => {
                create(clients, desired, &Tags::new()).await?;
            }
            other => other?,
        }
        match desired.retention.and_then(Retention::days) {
            Some(days) => clients.logs.set_retention(&desired.name, Some(days)).await,
            None => Ok(()),
        }
    }

    async fn update(
        clients: &Clients,
        desired: &DesiredLogGroup,
        live: &LiveLogGroup,
        fields: &[FieldChange],
    ) -> Result<()> {
        let mut tags = false;
        for change in fields {
            match change.field.as_str() {
                "retentionInDays" => {
                    let days = match &change.to {
                        Value::Null => None,
                        _ => desired.retention.and_then(Retention::days),
                    };
                    clients.logs.set_retention(&desired.name, days).await?;
                }
                "deletionProtectionEnabled" => {
                    let enabled = desired.deletion_protection.unwrap_or_default();
                    clients
                        .logs
                        .set_deletion_protection(&desired.name, enabled)
                        .await?;
                }
                _ => tags = true,
            }
        }
        if tags {
            clients.logs.tag(&live.group.arn, &desired.tags).await?;
        }
        Ok(())
    }

    async fn delete(clients: &Clients, live: &LiveLogGroup) -> Result<()> {
        clients.logs.delete_log_group(&live.group.name).await
    }
}

fn compare_retention(
    retention: Retention,
    live: &LiveLogGroup,
    changes: &mut Changes,
    comparison: &mut Comparison,
) {
    let group = &live.group;
    let (from, to) = (group.retention_days, retention.days());
    if from == to {
        return;
    }
    let name = &group.name;
    if let Some(policy) = &group.retention_policy {
        comparison.notes.push(format!(
        "the account's policy {policy} sets the retention of log group {name}; a setting of its own has no effect"
    ));
        return;
    }
    changes.push("retentionInDays", from.into(), to.into());
    comparison.finishes_creation = from.is_none() && group.stored_bytes == 0 && is_ours(&live.tags);
    match to {
        None => comparison.notes.push(format!(
            "log group {name} will keep, and bill, everything for ever"
        )),
        Some(days) if from.is_none_or(|from| from > days) && group.stored_bytes > 0 => {
            comparison.notes.push(format!(
            "log group {name} holds {} now; what is older than {days} days goes within 72 hours",
            DecimalBytes(group.stored_bytes.unsigned_abs())
        ));
        }
        Some(_) => {}
    }
}

async fn create(clients: &Clients, desired: &DesiredLogGroup, tags: &Tags) -> Result<()> {
    clients
        .logs
        .create_log_group(
            &desired.name,
            // What is the default anyway is left out: older servers do not know it.
            desired.class.as_deref().filter(|class| *class != STANDARD),
            desired.kms_key.as_deref(),
            desired.deletion_protection.filter(|wanted| *wanted),
            tags,
        )
        .await
}

/// Reads the groups of the given names, with their tags.
pub(super) async fn observe(clients: &Clients, names: &[String]) -> Result<Vec<LiveLogGroup>> {
    let found = try_join_all(names.iter().map(|name| async move {
        match clients.logs.log_group(name).await? {
            None => Ok::<_, crate::error::Error>(None),
            Some(group) => {
                let tags = readable(clients.logs.tags(&group.arn).await)?;
                Ok(Some(LiveLogGroup::of(group, tags)))
            }
        }
    }))
    .await?;
    Ok(found.into_iter().flatten().collect())
}
