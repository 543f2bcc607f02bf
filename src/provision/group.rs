//! X-Ray groups.

use futures::future::try_join_all;

use super::change::{Changes, FieldChange, is_ours, with_marker};
use super::resource::{Comparison, Resource, ResourceKind};
use crate::error::{Error, Kind, Result};
use crate::remote::{Clients, Tags};
use crate::xray::group::{Group, Insights};

/// The X-Ray group as a resource.
#[derive(Debug)]
pub(super) struct XrayGroup;

/// What the files say of a group; `None` leaves the live value alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredGroup {
    /// The name.
    pub name: String,
    /// Which traces belong to it.
    pub filter_expression: Option<String>,
    /// Whether Insights watch it.
    pub insights_enabled: Option<bool>,
    /// Whether Insights notify.
    pub notifications_enabled: Option<bool>,
    /// Tags that must be there.
    pub tags: Tags,
}

/// A live group with its tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LiveGroup {
    pub(super) group: Group,
    tags: Tags,
}

impl DesiredGroup {
    /// The Insights switches: desired where given, else as they are.
    fn insights(&self, live: Insights) -> Option<Insights> {
        if self.insights_enabled.is_none() && self.notifications_enabled.is_none() {
            return None;
        }
        let enabled = self.insights_enabled.unwrap_or(live.enabled);
        Some(Insights {
            enabled,
            // Notifications need Insights.
            notifications: enabled && self.notifications_enabled.unwrap_or(live.notifications),
        })
    }
}

impl Resource for XrayGroup {
    const KIND: ResourceKind = ResourceKind::XrayGroup;
    type Desired = DesiredGroup;
    type Live = LiveGroup;

    fn name(desired: &DesiredGroup) -> &str {
        &desired.name
    }

    fn live_name(live: &LiveGroup) -> &str {
        &live.group.name
    }

    fn describe(desired: &DesiredGroup) -> String {
        let mut parts = vec![match &desired.filter_expression {
            Some(filter) => filter.clone(),
            None => "every trace".to_owned(),
        }];
        if let Some(enabled) = desired.insights_enabled {
            parts.push(format!("Insights {}", if enabled { "on" } else { "off" }));
        }
        parts.join(", ")
    }

    fn compare(desired: &DesiredGroup, live: &LiveGroup) -> Comparison {
        let mut changes = Changes::default();
        let mut comparison = Comparison::default();
        let filter = live.group.filter_expression.as_ref();
        if let Some(wanted) = &desired.filter_expression
            && filter != Some(wanted)
        {
            changes.push(
                "FilterExpression",
                filter.cloned().into(),
                wanted.clone().into(),
            );
            comparison.replaceable = true;
        }
        if let Some(insights) = desired.insights(live.group.insights) {
            changes.field(
                "InsightsEnabled",
                &live.group.insights.enabled,
                Some(&insights.enabled),
            );
            changes.field(
                "NotificationsEnabled",
                &live.group.insights.notifications,
                Some(&insights.notifications),
            );
        }
        changes.tags("Tags", &live.tags, &desired.tags);
        comparison.fields = changes.into_fields();
        comparison
    }

    fn is_ours(live: &LiveGroup) -> bool {
        is_ours(&live.tags)
    }

    async fn create(clients: &Clients, desired: &DesiredGroup) -> Result<()> {
        let filter = desired.filter_expression.as_deref();
        let insights = desired.insights(Insights::default());
        let xray = &clients.xray;
        let tags = with_marker(&desired.tags);
        match xray
            .create_group(&desired.name, filter, insights, &tags)
            .await
        {
            Err(error) if only_the_marker_is_denied(&error, &desired.tags) => {
                xray.create_group(&desired.name, filter, insights, &Tags::new())
                    .await
            }
            other => other,
        }
    }

    async fn update(
        clients: &Clients,
        desired: &DesiredGroup,
        live: &LiveGroup,
        fields: &[FieldChange],
    ) -> Result<()> {
        let touches = |name: &str| fields.iter().any(|change| change.field.starts_with(name));
        if touches("FilterExpression")
            || touches("InsightsEnabled")
            || touches("NotificationsEnabled")
        {
            // Insights go along even when only the filter changes: what an update leaves out
            // keeps its value, and that must not depend on the server.
            let insights = desired
                .insights(live.group.insights)
                .unwrap_or(live.group.insights);
            clients
                .xray
                .update_group(
                    &live.group.arn,
                    desired.filter_expression.as_deref(),
                    Some(insights),
                )
                .await?;
        }
        if touches("Tags.") {
            clients.xray.tag(&live.group.arn, &desired.tags).await?;
        }
        Ok(())
    }

    async fn delete(clients: &Clients, live: &LiveGroup) -> Result<()> {
        clients.xray.delete_group(&live.group.arn).await
    }
}

/// Reads the groups of the given names, with their tags.
pub(super) async fn observe(clients: &Clients, names: &[String]) -> Result<Vec<LiveGroup>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let groups = clients.xray.groups().await?;
    try_join_all(
        groups
            .into_iter()
            .filter(|group| names.contains(&group.name))
            .map(|group| async move {
                let tags = readable(clients.xray.tags(&group.arn).await)?;
                Ok(LiveGroup { group, tags })
            }),
    )
    .await
}

/// Tags that may not be read count as none: they only tell who made a thing.
pub(super) fn readable(tags: Result<Tags>) -> Result<Tags> {
    match tags {
        Err(error) if error.kind() == Kind::Permission => Ok(Tags::new()),
        other => other,
    }
}

/// Whether a creation failed for its tags alone, and may go without: the file asks for none.
pub(super) fn only_the_marker_is_denied(error: &Error, desired: &Tags) -> bool {
    desired.is_empty() && error.kind() == Kind::Permission && error.message().contains("Tag")
}
