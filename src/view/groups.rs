//! X-Ray groups.

use serde::Serialize;

use crate::output::{Page, Table, View};
use crate::xray::group::Group;

/// The groups of an account and region.
#[derive(Debug, Serialize)]
pub struct GroupsView {
    /// In the order of their names.
    pub groups: Vec<GroupView>,
}

/// One group.
#[derive(Debug, Serialize)]
pub struct GroupView {
    name: String,
    filter_expression: Option<String>,
    insights_enabled: bool,
    notifications_enabled: bool,
    arn: String,
}

impl From<Group> for GroupView {
    fn from(group: Group) -> Self {
        Self {
            name: group.name,
            filter_expression: group.filter_expression,
            insights_enabled: group.insights.enabled,
            notifications_enabled: group.insights.notifications,
            arn: group.arn,
        }
    }
}

impl View for GroupsView {
    fn text(&self, page: &Page) -> String {
        if self.groups.is_empty() {
            return String::new();
        }
        let mut table = Table::new(page, &["name", "filter", "insights"]);
        for group in &self.groups {
            table.row([
                page.style.strong(&group.name),
                group
                    .filter_expression
                    .clone()
                    .unwrap_or_else(|| "every trace".to_owned()),
                match (group.insights_enabled, group.notifications_enabled) {
                    (true, true) => "on, notifying",
                    (true, false) => "on",
                    (false, _) => "off",
                }
                .to_owned(),
            ]);
        }
        table.text()
    }
}
