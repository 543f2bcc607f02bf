//! X-Ray sampling rules.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::output::{Page, Table, View};
use crate::xray::sampling_rule::SamplingRule;

/// The sampling rules of an account and region.
#[derive(Debug, Serialize)]
pub struct RulesView {
    /// In the order in which they are tried.
    pub rules: Vec<RuleView>,
}

/// One rule.
#[derive(Debug, Serialize)]
pub struct RuleView {
    name: String,
    priority: i32,
    reservoir_size: i32,
    fixed_rate: f64,
    service_name: String,
    service_type: String,
    host: String,
    http_method: String,
    url_path: String,
    resource_arn: String,
    attributes: BTreeMap<String, String>,
    sampling_rate_boost: Option<BoostView>,
    arn: String,
}

#[derive(Debug, Serialize)]
struct BoostView {
    max_rate: f64,
    cooldown_window_minutes: i32,
}

impl From<SamplingRule> for RuleView {
    fn from(rule: SamplingRule) -> Self {
        Self {
            name: rule.name,
            priority: rule.priority,
            reservoir_size: rule.reservoir_size,
            fixed_rate: rule.fixed_rate,
            service_name: rule.service_name,
            service_type: rule.service_type,
            host: rule.host,
            http_method: rule.http_method,
            url_path: rule.url_path,
            resource_arn: rule.resource_arn,
            attributes: rule.attributes,
            sampling_rate_boost: rule.boost.map(|boost| BoostView {
                max_rate: boost.max_rate,
                cooldown_window_minutes: boost.cooldown_window_minutes,
            }),
            arn: rule.arn,
        }
    }
}

impl RuleView {
    /// What a request must be to match, leaving out what any request is.
    fn matches(&self) -> String {
        let mut parts: Vec<String> = [
            ("service", &self.service_name),
            ("type", &self.service_type),
            ("host", &self.host),
            ("method", &self.http_method),
            ("path", &self.url_path),
            ("resource", &self.resource_arn),
        ]
        .into_iter()
        .filter(|(_, pattern)| *pattern != "*")
        .map(|(what, pattern)| format!("{what} {pattern}"))
        .collect();
        parts.extend(
            self.attributes
                .iter()
                .map(|(key, value)| format!("{key}={value}")),
        );
        if parts.is_empty() {
            "every request".to_owned()
        } else {
            parts.join(", ")
        }
    }

    fn records(&self) -> String {
        let rate = format!("{:.4}", self.fixed_rate * 100.0);
        let rate = rate.trim_end_matches('0').trim_end_matches('.');
        format!("{}/s, then {rate} %", self.reservoir_size)
    }
}

impl View for RulesView {
    fn text(&self, page: &Page) -> String {
        if self.rules.is_empty() {
            return String::new();
        }
        let mut table = Table::new(page, &["priority", "name", "records", "matches"]);
        table.right(0);
        for rule in &self.rules {
            table.row([
                rule.priority.to_string(),
                page.style.strong(&rule.name),
                rule.records(),
                rule.matches(),
            ]);
        }
        table.text()
    }
}
