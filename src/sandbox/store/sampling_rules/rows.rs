//! Sampling rules as rows of a table.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, Row, Transaction};

use super::super::{Fault, Tenant};
use super::{DEFAULT, RateBoost, RuleKey, SamplingRule, SamplingRuleRecord};

/// Whether a rule of this name exists; `Default` always does.
pub(in crate::sandbox::store) fn exists(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    name: &str,
) -> Result<bool, Fault> {
    Ok(find(transaction, tenant, &RuleKey::Name(name.to_owned()))?.is_some())
}

const COLUMNS: &str = "name, resource_arn, priority, fixed_rate, reservoir_size, service_name, service_type, host,
    http_method, url_path, attributes, boost_max_rate, boost_cooldown_minutes, created_at, modified_at";

pub(super) fn find(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    key: &RuleKey,
) -> Result<Option<SamplingRuleRecord>, Fault> {
    let name = match key {
        RuleKey::Name(name) => Some(name.as_str()),
        RuleKey::Arn(arn) => tenant
            .resource_of("xray", arn)
            .and_then(|resource| resource.strip_prefix("sampling-rule/")),
    };
    let Some(name) = name else { return Ok(None) };
    let stored = transaction
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM sampling_rule WHERE account = ?1 AND region = ?2 AND name = ?3"
        ))?
        .query_row((&tenant.account, &tenant.region, name), |row| {
            from_row(tenant, row)
        })
        .optional()?;
    Ok(stored.or_else(|| (name == DEFAULT).then(|| initial_default(tenant))))
}

/// Every rule, by name, `Default` among them.
pub(in crate::sandbox::store) fn all(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
) -> Result<Vec<SamplingRuleRecord>, Fault> {
    let mut statement = transaction.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM sampling_rule WHERE account = ?1 AND region = ?2"
    ))?;
    let mut records: Vec<SamplingRuleRecord> = statement
        .query_map((&tenant.account, &tenant.region), |row| {
            from_row(tenant, row)
        })?
        .collect::<Result<_, _>>()?;
    if !records.iter().any(|record| record.rule.name == DEFAULT) {
        records.push(initial_default(tenant));
    }
    records.sort_by(|left, right| left.rule.name.cmp(&right.rule.name));
    Ok(records)
}

pub(super) fn put(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    record: &SamplingRuleRecord,
) -> Result<(), Fault> {
    let rule = &record.rule;
    let attributes = serde_json::to_string(&rule.attributes)
        .map_err(|error| Fault::internal(error.to_string()))?;
    transaction
        .prepare_cached(&format!(
            "INSERT OR REPLACE INTO sampling_rule (account, region, {COLUMNS})
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"
        ))?
        .execute(rusqlite::params![
            tenant.account,
            tenant.region,
            rule.name,
            rule.resource_arn,
            rule.priority,
            rule.fixed_rate,
            rule.reservoir_size,
            rule.service_name,
            rule.service_type,
            rule.host,
            rule.http_method,
            rule.url_path,
            attributes,
            rule.boost.map(|boost| boost.max_rate),
            rule.boost.map(|boost| boost.cooldown_window_minutes),
            record.created_at,
            record.modified_at,
        ])?;
    Ok(())
}

fn from_row(tenant: &Tenant, row: &Row<'_>) -> rusqlite::Result<SamplingRuleRecord> {
    let name: String = row.get(0)?;
    let attributes: String = row.get(10)?;
    let max_rate: Option<f64> = row.get(11)?;
    let cooldown: Option<i64> = row.get(12)?;
    Ok(SamplingRuleRecord {
        arn: arn(tenant, &name),
        rule: SamplingRule {
            name,
            resource_arn: row.get(1)?,
            priority: row.get(2)?,
            fixed_rate: row.get(3)?,
            reservoir_size: row.get(4)?,
            service_name: row.get(5)?,
            service_type: row.get(6)?,
            host: row.get(7)?,
            http_method: row.get(8)?,
            url_path: row.get(9)?,
            attributes: serde_json::from_str(&attributes).map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(
                    10,
                    rusqlite::types::Type::Text,
                    error.into(),
                )
            })?,
            boost: max_rate
                .zip(cooldown)
                .map(|(max_rate, cooldown_window_minutes)| RateBoost {
                    max_rate,
                    cooldown_window_minutes,
                }),
        },
        created_at: row.get(13)?,
        modified_at: row.get(14)?,
    })
}

/// The built-in rule as AWS ships it; it becomes a row when it is first changed.
fn initial_default(tenant: &Tenant) -> SamplingRuleRecord {
    let any = || "*".to_owned();
    SamplingRuleRecord {
        arn: arn(tenant, DEFAULT),
        rule: SamplingRule {
            name: DEFAULT.to_owned(),
            resource_arn: any(),
            priority: 10_000,
            fixed_rate: 0.05,
            reservoir_size: 1,
            service_name: any(),
            service_type: any(),
            host: any(),
            http_method: any(),
            url_path: any(),
            attributes: BTreeMap::new(),
            boost: None,
        },
        created_at: 0,
        modified_at: 0,
    }
}

pub(super) fn arn(tenant: &Tenant, name: &str) -> String {
    tenant.arn("xray", &format!("sampling-rule/{name}"))
}
