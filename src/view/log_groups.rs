//! CloudWatch Logs groups.

use serde::Serialize;

use crate::logs::log_group::LogGroup;
use crate::output::{MISSING, Page, Table, View};
use crate::time_window::shown;

/// The log groups of an account and region.
#[derive(Debug, Serialize)]
pub struct LogGroupsView {
    /// In the order of their names.
    pub log_groups: Vec<LogGroupView>,
}

/// One log group.
#[derive(Debug, Serialize)]
pub struct LogGroupView {
    name: String,
    retention_days: Option<i32>,
    retention_policy: Option<String>,
    class: Option<String>,
    deletion_protection: bool,
    kms_key: Option<String>,
    stored_bytes: i64,
    created_at: Option<jiff::Timestamp>,
    arn: String,
}

impl From<LogGroup> for LogGroupView {
    fn from(group: LogGroup) -> Self {
        Self {
            name: group.name,
            retention_days: group.retention_days,
            retention_policy: group.retention_policy,
            class: group.class,
            deletion_protection: group.deletion_protection,
            kms_key: group.kms_key,
            stored_bytes: group.stored_bytes,
            created_at: group
                .created_at
                .and_then(|milliseconds| jiff::Timestamp::from_millisecond(milliseconds).ok()),
            arn: group.arn,
        }
    }
}

impl View for LogGroupsView {
    fn text(&self, page: &Page) -> String {
        if self.log_groups.is_empty() {
            return String::new();
        }
        let mut table = Table::new(page, &["name", "keeps", "class", "stored", "created"]);
        table.right(3);
        for group in &self.log_groups {
            table.row([
                page.style.strong(&group.name),
                keeps(group),
                group.class.clone().unwrap_or_else(|| MISSING.to_owned()),
                indicatif::DecimalBytes(group.stored_bytes.unsigned_abs()).to_string(),
                group.created_at.map_or_else(
                    || MISSING.to_owned(),
                    |created| shown(created, &jiff::tz::TimeZone::system()),
                ),
            ]);
        }
        table.text()
    }
}

fn keeps(group: &LogGroupView) -> String {
    let days = match group.retention_days {
        None => "for ever".to_owned(),
        Some(1) => "1 day".to_owned(),
        Some(days) => format!("{days} days"),
    };
    match &group.retention_policy {
        Some(policy) => format!("{days} (policy {policy})"),
        None => days,
    }
}
