//! What dynamic naming does to groups and rules that go by the service's name.
//!
//! With `AWS_XRAY_URL` a request whose `Host` fits gets that host as its segment's name. A sampling
//! rule's `ServiceName` and a group's `service("…")` are compared with that name, and so miss.

use crate::telemetry::tracing::settings::XraySettings;
use crate::xray::pattern;
use crate::xray::sampling_rule::SamplingRule;

impl XraySettings {
    /// The name that segments of requests to this host get.
    pub fn name_for<'a>(&'a self, host: &'a str) -> &'a str {
        match &self.dynamic_naming {
            Some(wanted) if pattern::matches(wanted, host) => host,
            _ => &self.name,
        }
    }

    /// Which rules and groups miss requests to this host because of dynamic naming: a sentence
    /// each. Groups are given by name and filter expression.
    pub fn naming_misses(
        &self,
        host: &str,
        rules: &[SamplingRule],
        groups: &[(&str, &str)],
    ) -> Vec<String> {
        let named = self.name_for(host);
        let mut misses = Vec::new();
        if named == self.name {
            return misses;
        }
        for rule in rules {
            let fits = |name: &str| pattern::matches(&rule.service_name, name);
            if fits(&self.name) && !fits(named) {
                misses.push(format!(
                    "AWS_XRAY_URL names segments of requests to {named} after that host, so sampling rule {} (service {}) does not apply to them; unset AWS_XRAY_URL, or give the rule the service {named}",
                    rule.name, rule.service_name
                ));
            }
        }
        for (group, filter) in groups {
            let quoted = |name: &str| filter.contains(&format!("service(\"{name}\")"));
            if quoted(&self.name) && !quoted(named) {
                misses.push(format!(
                    "AWS_XRAY_URL names segments of requests to {named} after that host, so group {group} ({filter}) does not hold them; unset AWS_XRAY_URL, or let the group ask for service(\"{named}\")"
                ));
            }
        }
        misses
    }
}
