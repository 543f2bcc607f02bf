//! What AWS would accept in silence though it cannot mean well.

use super::desired::{Desired, DesiredGroup, DesiredRule};
use crate::xray::sampling_rule::SamplingRule as Rule;
use crate::xray::{cost, filter_expression, names, pattern};

/// The notes of a plan.
pub(super) fn notes(desired: &Desired, live: &[Rule]) -> Vec<String> {
    let mut notes = Vec::new();
    for group in &desired.groups {
        notes.extend(filter_notes(group));
        notes.extend(unusual_name(group));
    }
    for rule in &desired.rules {
        notes.extend(mismatch(rule, &desired.groups));
        notes.extend(in_front(rule, desired, live));
        notes.extend(ignored(rule));
    }
    notes
}

fn filter_notes(group: &DesiredGroup) -> Vec<String> {
    let Some(Ok(expression)) = group
        .filter_expression
        .as_deref()
        .map(filter_expression::parse)
    else {
        return Vec::new();
    };
    filter_expression::lint(&expression)
        .into_iter()
        .map(|lint| format!("group {}: {}; {}", group.name, lint.message, lint.hint))
        .collect()
}

/// A name that the API takes and the console would not.
fn unusual_name(group: &DesiredGroup) -> Option<String> {
    let (place, character) = names::unusual_in_group_name(&group.name)?;
    Some(format!(
        "group {:?} has {character:?} at {place}; the X-Ray console takes letters, digits and - only",
        group.name
    ))
}

/// A rule that samples one service beside groups that look at others.
fn mismatch(rule: &DesiredRule, groups: &[DesiredGroup]) -> Option<String> {
    let service = rule
        .service_name
        .as_deref()
        .filter(|service| *service != "*")?;
    let mut others = Vec::new();
    for group in groups {
        let expression = filter_expression::parse(group.filter_expression.as_deref()?).ok()?;
        for name in expression.service_names() {
            if pattern::matches(service, name) {
                return None;
            }
            others.push((group.name.clone(), name.to_owned()));
        }
    }
    let (group, name) = others.into_iter().next()?;
    Some(format!(
        "group {group} looks at service \"{name}\", rule {} samples service \"{service}\": one of them misses the traffic",
        rule.name
    ))
}

/// A rule that is tried first and takes everything that this one would.
fn in_front(rule: &DesiredRule, desired: &Desired, live: &[Rule]) -> Option<String> {
    if rule.is_default() {
        return None;
    }
    let ours = rule.over(live.iter().find(|live| live.name == rule.name));
    let planned: Vec<Rule> = desired
        .rules
        .iter()
        .map(|other| other.over(live.iter().find(|live| live.name == other.name)))
        .collect();
    let unplanned = live
        .iter()
        .filter(|live| !planned.iter().any(|planned| planned.name == live.name));
    let other = planned.iter().chain(unplanned).find(|other| {
        other.name != ours.name
            && (other.priority, &other.name) < (ours.priority, &ours.name)
            && takes_all_of(other, &ours)
    })?;
    Some(format!(
        "rule {} (priority {}) takes every request that rule {} (priority {}) would match",
        other.name, other.priority, ours.name, ours.priority
    ))
}

fn takes_all_of(first: &Rule, second: &Rule) -> bool {
    first.attributes.is_empty()
        && first.resource_arn == "*"
        && pattern::covers(&first.service_name, &second.service_name)
        && pattern::covers(&first.service_type, &second.service_type)
        && pattern::covers(&first.host, &second.host)
        && pattern::covers(&first.http_method, &second.http_method)
        && pattern::covers(&first.url_path, &second.url_path)
}

/// A rule that the X-Ray SDKs pass over.
fn ignored(rule: &DesiredRule) -> Option<String> {
    let why = if rule
        .attributes
        .as_ref()
        .is_some_and(|attributes| !attributes.is_empty())
    {
        "Attributes"
    } else if rule.resource_arn.as_deref().is_some_and(|arn| arn != "*") {
        "a ResourceARN other than *"
    } else {
        return None;
    };
    Some(format!(
        "the X-Ray SDKs ignore rule {}, because it has {why}",
        rule.name
    ))
}

/// What a rule records, and costs, when its reservoir is always full.
pub(super) fn price(rule: &DesiredRule) -> Option<String> {
    let reservoir = u32::try_from(rule.reservoir_size).unwrap_or(0);
    let traces = cost::traces_per_month_at_saturation(reservoir);
    let dollars = cost::dollars_per_month(traces);
    (dollars >= 0.01).then(|| {
        format!(
            "on a busy service rule {} records at least {} traces/s: {:.1} million a month, about ${dollars:.0}",
            rule.name,
            rule.reservoir_size,
            traces / 1e6
        )
    })
}
