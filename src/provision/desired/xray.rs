//! `xray.json`: `{"Group": {…CreateGroup…}, "SamplingRule": {…CreateSamplingRule…}, "Tags": […]}`,
//! or several under `Groups` and `SamplingRules`.

use super::document::Document;
use super::fields::{Field, Object};
use super::{Desired, DesiredGroup, DesiredRule};
use crate::error::Result;
use crate::xray::filter_expression;
use crate::xray::names::{
    self, LONGEST_ATTRIBUTE, LONGEST_NAME, MOST_ATTRIBUTES, PRIORITIES, RATES, RULE_VERSION,
    RuleField,
};
use crate::xray::sampling_rule::SamplingRateBoost;

const GROUP_KEYS: [&str; 4] = [
    "GroupName",
    "FilterExpression",
    "InsightsConfiguration",
    "Tags",
];

const RULE_KEYS: [&str; 15] = [
    "RuleName",
    "RuleARN",
    "ResourceARN",
    "Priority",
    "FixedRate",
    "ReservoirSize",
    "ServiceName",
    "ServiceType",
    "Host",
    "HTTPMethod",
    "URLPath",
    "Version",
    "Attributes",
    "SamplingRateBoost",
    "Tags",
];

/// Reads the file into the desired state.
pub(super) fn read(document: &Document<'_>, desired: &mut Desired) -> Result<()> {
    let value = document.value()?;
    let top = Object::open(
        document,
        &value,
        "the file",
        &["Group", "SamplingRule", "Tags", "Groups", "SamplingRules"],
    )?;
    if let Some(field) = top.optional("Group") {
        desired
            .groups
            .push(group(&field.object("Group", &GROUP_KEYS)?)?);
    }
    if let Some(field) = top.optional("Groups") {
        for element in field.array()? {
            desired.groups.push(group(&Object::open(
                document,
                element,
                "Groups",
                &GROUP_KEYS,
            )?)?);
        }
    }
    if let Some(field) = top.optional("SamplingRule") {
        let mut read = rule(&field.object("SamplingRule", &RULE_KEYS)?)?;
        // In CreateSamplingRule's request the tags stand beside the rule.
        if let Some(tags) = top.optional("Tags") {
            read.tags.extend(tags.tag_list()?);
        }
        desired.rules.push(read);
    }
    if let Some(field) = top.optional("SamplingRules") {
        for element in field.array()? {
            desired.rules.push(rule(&Object::open(
                document,
                element,
                "SamplingRules",
                &RULE_KEYS,
            )?)?);
        }
    }
    if desired.groups.is_empty()
        && top.nullable("Group").is_none()
        && top.nullable("Groups").is_none()
    {
        desired
            .groups
            .extend(desired.rules.iter().find_map(derived_group));
    }
    unique(
        &top,
        "group",
        desired.groups.iter().map(|group| group.name.as_str()),
    )?;
    unique(
        &top,
        "sampling rule",
        desired.rules.iter().map(|rule| rule.name.as_str()),
    )
}

/// The group of a file that has only a rule, as the seeds' has: name and service are the rule's.
fn derived_group(rule: &DesiredRule) -> Option<DesiredGroup> {
    if rule.is_default() {
        return None;
    }
    let service = rule.service_name.as_deref().unwrap_or("*");
    Some(DesiredGroup {
        name: rule.name.clone(),
        // A pattern has no counterpart in a filter: such a group takes every trace.
        filter_expression: (!service.contains(['*', '?'])).then(|| {
            format!(
                "service(\"{}\")",
                service.replace('\\', "\\\\").replace('"', "\\\"")
            )
        }),
        insights_enabled: None,
        notifications_enabled: None,
        tags: rule.tags.clone(),
    })
}

fn unique<'n>(
    top: &Object<'_, '_>,
    what: &str,
    names: impl Iterator<Item = &'n str>,
) -> Result<()> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(top.error(&format!("{what} {name:?} stands in the file twice")));
        }
    }
    Ok(())
}

fn group(object: &Object<'_, '_>) -> Result<DesiredGroup> {
    let name_field = object.required("GroupName")?;
    let name = name_field.text_of(1..=LONGEST_NAME)?;
    if names::is_default(&name) {
        return Err(name_field
            .error("the group name \"Default\" is reserved by X-Ray")
            .fix("give the group another name"));
    }
    let filter_expression = match object.optional("FilterExpression") {
        Some(field) => Some(filter(&field)?),
        None => None,
    };
    let mut insights_enabled = None;
    let mut notifications_enabled = None;
    if let Some(field) = object.optional("InsightsConfiguration") {
        let insights = field.object(
            "InsightsConfiguration",
            &["InsightsEnabled", "NotificationsEnabled"],
        )?;
        insights_enabled = insights
            .optional("InsightsEnabled")
            .map(|field| field.boolean())
            .transpose()?;
        notifications_enabled = insights
            .optional("NotificationsEnabled")
            .map(|field| field.boolean())
            .transpose()?;
        if notifications_enabled == Some(true) && insights_enabled == Some(false) {
            return Err(insights
                .error("\"NotificationsEnabled\" needs \"InsightsEnabled\"")
                .fix("set \"InsightsEnabled\": true, or \"NotificationsEnabled\": false"));
        }
    }
    Ok(DesiredGroup {
        name,
        filter_expression,
        insights_enabled,
        notifications_enabled,
        tags: tags(object)?,
    })
}

/// AWS stores any text as a filter; one that means nothing is refused here.
fn filter(field: &Field<'_, '_>) -> Result<String> {
    let text = field.text()?;
    match filter_expression::parse(&text) {
        Ok(_) => Ok(text),
        Err(error) => {
            let told = field
                .error(&format!("\"FilterExpression\": {}", error.message))
                .cause(error.caret(&text));
            Err(told.fix(error.hint.unwrap_or_else(|| {
                "the language: https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html".to_owned()
            })))
        }
    }
}

fn rule(object: &Object<'_, '_>) -> Result<DesiredRule> {
    let name = object.required("RuleName")?.text_of(1..=LONGEST_NAME)?;
    let is_default = names::is_default(&name);
    if is_default {
        only_rate_and_reservoir(object)?;
    }
    let text = |field: RuleField| -> Result<Option<String>> {
        match object.optional(field.as_str()) {
            None if is_default => Ok(None),
            // AWS asks for it; there is one value that means anything to the SDKs.
            None if field == RuleField::ResourceArn => Ok(Some("*".to_owned())),
            _ => object
                .required(field.as_str())?
                .text_of(1..=field.longest())
                .map(Some),
        }
    };
    if let Some(field) = object.optional("Version") {
        field.integer(RULE_VERSION..=RULE_VERSION)?;
    }
    let priority = if is_default {
        None
    } else {
        Some(object.required("Priority")?.integer(PRIORITIES)?)
    };
    Ok(DesiredRule {
        resource_arn: text(RuleField::ResourceArn)?,
        priority: priority.map(narrow),
        fixed_rate: object.required("FixedRate")?.number(RATES)?,
        reservoir_size: narrow(
            object
                .required("ReservoirSize")?
                .integer(0..=i64::from(i32::MAX))?,
        ),
        service_name: text(RuleField::ServiceName)?,
        service_type: text(RuleField::ServiceType)?,
        host: text(RuleField::Host)?,
        http_method: text(RuleField::HttpMethod)?,
        url_path: text(RuleField::UrlPath)?,
        attributes: object
            .optional("Attributes")
            .map(|field| attributes(&field))
            .transpose()?,
        boost: object
            .optional("SamplingRateBoost")
            .map(|field| boost(&field))
            .transpose()?,
        tags: tags(object)?,
        name,
    })
}

/// `Default` has a priority, a reach and a version of its own that nobody may change.
fn only_rate_and_reservoir(object: &Object<'_, '_>) -> Result<()> {
    let fixed = [
        ("Priority", "10000"),
        ("ResourceARN", "*"),
        ("ServiceName", "*"),
        ("ServiceType", "*"),
        ("Host", "*"),
        ("HTTPMethod", "*"),
        ("URLPath", "*"),
    ];
    for (key, value) in fixed {
        let Some(field) = object.optional(key) else {
            continue;
        };
        let same = if key == "Priority" {
            field.integer(i64::MIN..=i64::MAX)?.to_string() == value
        } else {
            field.text()? == value
        };
        if !same {
            return Err(field
                .error(&format!(
                    "the rule \"Default\" has {key:?} {value}, which cannot be changed"
                ))
                .fix("keep \"FixedRate\" and \"ReservoirSize\" only"));
        }
    }
    for key in ["Attributes", "SamplingRateBoost", "Tags"] {
        if let Some(field) = object.optional(key) {
            return Err(field
                .error(&format!("the rule \"Default\" takes no {key:?}"))
                .fix("keep \"FixedRate\" and \"ReservoirSize\" only"));
        }
    }
    Ok(())
}

fn boost(field: &Field<'_, '_>) -> Result<SamplingRateBoost> {
    let object = field.object("SamplingRateBoost", &["MaxRate", "CooldownWindowMinutes"])?;
    Ok(SamplingRateBoost {
        max_rate: object.required("MaxRate")?.number(RATES)?,
        cooldown_window_minutes: narrow(
            object
                .required("CooldownWindowMinutes")?
                .integer(0..=i64::from(i32::MAX))?,
        ),
    })
}

/// The service model takes five at most.
fn attributes(field: &Field<'_, '_>) -> Result<std::collections::BTreeMap<String, String>> {
    let attributes = field.map(1..=LONGEST_ATTRIBUTE, 1..=LONGEST_ATTRIBUTE)?;
    if attributes.len() > MOST_ATTRIBUTES {
        return Err(field.error(&format!(
            "\"Attributes\" takes at most {MOST_ATTRIBUTES} entries, it has {}",
            attributes.len()
        )));
    }
    Ok(attributes)
}

/// A number that was checked to fit.
fn narrow(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn tags(object: &Object<'_, '_>) -> Result<std::collections::BTreeMap<String, String>> {
    object
        .optional("Tags")
        .map(|field| field.tag_list())
        .transpose()
        .map(Option::unwrap_or_default)
}
