//! `logs.json`: `{"LogGroups": [{"logGroupName", "retentionInDays", "logGroupClass", "tags"}]}`.

use super::document::Document;
use super::fields::{Field, Object};
use super::{Desired, DesiredLogGroup, Retention};
use crate::error::Result;
use crate::logs::names::{LogGroupClass, check_log_group_name};
use crate::logs::retention;

const KEYS: [&str; 6] = [
    "logGroupName",
    "retentionInDays",
    "logGroupClass",
    "tags",
    "kmsKeyId",
    "deletionProtectionEnabled",
];

/// Reads the file into the desired state.
pub(super) fn read(document: &Document<'_>, desired: &mut Desired) -> Result<()> {
    let value = document.value()?;
    let top = Object::open(document, &value, "the file", &["LogGroups"])?;
    for element in top.required("LogGroups")?.array()? {
        let object = Object::open(document, element, "LogGroups", &KEYS)?;
        let group = log_group(&object)?;
        if desired
            .log_groups
            .iter()
            .any(|earlier| earlier.name == group.name)
        {
            return Err(object.error(&format!(
                "log group {:?} stands in the file twice",
                group.name
            )));
        }
        desired.log_groups.push(group);
    }
    Ok(())
}

fn log_group(object: &Object<'_, '_>) -> Result<DesiredLogGroup> {
    let name_field = object.required("logGroupName")?;
    let name = name_field.text()?;
    check_log_group_name(&name).map_err(|error| name_field.error(&error.to_string()))?;
    Ok(DesiredLogGroup {
        name,
        retention: match object.nullable("retentionInDays") {
            None => None,
            // `null` says what the API cannot: keep for ever.
            Some(None) => Some(Retention::Forever),
            Some(Some(field)) => Some(retention_of(&field)?),
        },
        class: object
            .optional("logGroupClass")
            .map(|field| class(&field))
            .transpose()?,
        kms_key: object
            .optional("kmsKeyId")
            .map(|field| field.text_of(1..=256))
            .transpose()?,
        deletion_protection: object
            .optional("deletionProtectionEnabled")
            .map(|field| field.boolean())
            .transpose()?,
        tags: object
            .optional("tags")
            .map(|field| field.map(1..=128, 0..=256))
            .transpose()?
            .unwrap_or_default(),
    })
}

fn retention_of(field: &Field<'_, '_>) -> Result<Retention> {
    let days = field.integer(i64::MIN..=i64::MAX)?;
    if days == 0 {
        return Ok(Retention::Forever);
    }
    retention::check(days)
        .map(Retention::Days)
        .map_err(|error| field.error(&format!("\"retentionInDays\": {error}")))
}

fn class(field: &Field<'_, '_>) -> Result<String> {
    let text = field.text()?;
    match text.parse::<LogGroupClass>() {
        Ok(class) => Ok(class.as_str().to_owned()),
        Err(error) => Err(field.error(&format!("\"logGroupClass\": {error}"))),
    }
}
