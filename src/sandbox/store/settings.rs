//! X-Ray's settings per account and region: encryption, destination, indexing.

use rusqlite::{OptionalExtension as _, Transaction};

use super::{Fault, Store, Tenant};

const ENCRYPTION_KEY: &str = "encryption-key";
const DESTINATION: &str = "trace-segment-destination";
const INDEXING_PERCENTAGE: &str = "indexing-percentage";

/// How traces are encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encryption {
    /// As X-Ray does by itself.
    Standard,
    /// With this key of KMS.
    Kms(String),
}

/// What share of spans becomes trace summaries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IndexingRule {
    /// Percent, 0 to 100.
    pub desired_percentage: f64,
    /// Milliseconds since 1970; 0 before the first change.
    pub modified_at: i64,
}

impl Store {
    /// How traces are encrypted.
    pub fn encryption(&self, tenant: &Tenant) -> Result<Encryption, Fault> {
        let key = self.setting(tenant, ENCRYPTION_KEY)?;
        Ok(key.map_or(Encryption::Standard, |(key, _)| Encryption::Kms(key)))
    }

    /// Changes how traces are encrypted.
    pub fn set_encryption(&self, tenant: &Tenant, encryption: &Encryption) -> Result<(), Fault> {
        let key = match encryption {
            Encryption::Standard => None,
            Encryption::Kms(key) => Some(key.as_str()),
        };
        self.set(tenant, ENCRYPTION_KEY, key)
    }

    /// Where segments go, if that was ever set.
    pub fn trace_segment_destination(&self, tenant: &Tenant) -> Result<Option<String>, Fault> {
        Ok(self.setting(tenant, DESTINATION)?.map(|(value, _)| value))
    }

    /// Changes where segments go.
    pub fn set_trace_segment_destination(
        &self,
        tenant: &Tenant,
        destination: &str,
    ) -> Result<(), Fault> {
        self.set(tenant, DESTINATION, Some(destination))
    }

    /// The indexing rule `Default`; one percent is indexed for free.
    pub fn indexing_rule(&self, tenant: &Tenant) -> Result<IndexingRule, Fault> {
        let Some((value, modified_at)) = self.setting(tenant, INDEXING_PERCENTAGE)? else {
            return Ok(IndexingRule {
                desired_percentage: 1.0,
                modified_at: 0,
            });
        };
        let desired_percentage = value.parse().map_err(|_| {
            Fault::internal(format!("the sandbox's store holds no percentage: {value}"))
        })?;
        Ok(IndexingRule {
            desired_percentage,
            modified_at,
        })
    }

    /// Changes the indexing rule `Default`.
    pub fn set_indexing_percentage(&self, tenant: &Tenant, percentage: f64) -> Result<(), Fault> {
        self.set(tenant, INDEXING_PERCENTAGE, Some(&percentage.to_string()))
    }

    fn setting(&self, tenant: &Tenant, name: &str) -> Result<Option<(String, i64)>, Fault> {
        self.read(|transaction| find(transaction, tenant, name))
    }

    fn set(&self, tenant: &Tenant, name: &str, value: Option<&str>) -> Result<(), Fault> {
        let now = self.clock.now();
        self.write(|transaction| match value {
            Some(value) => put(transaction, tenant, name, value, now),
            None => remove(transaction, tenant, name),
        })
    }
}

/// A setting's value, and when it was set.
pub(super) fn find(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    name: &str,
) -> Result<Option<(String, i64)>, Fault> {
    let setting = transaction
        .prepare_cached(
            "SELECT value, modified_at FROM xray_setting
             WHERE account = ?1 AND region = ?2 AND name = ?3",
        )?
        .query_row((&tenant.account, &tenant.region, name), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    Ok(setting)
}

/// Changes a setting.
pub(super) fn put(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    name: &str,
    value: &str,
    now: i64,
) -> Result<(), Fault> {
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO xray_setting (account, region, name, value, modified_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((&tenant.account, &tenant.region, name, value, now))?;
    Ok(())
}

fn remove(transaction: &Transaction<'_>, tenant: &Tenant, name: &str) -> Result<(), Fault> {
    transaction
        .prepare_cached(
            "DELETE FROM xray_setting WHERE account = ?1 AND region = ?2 AND name = ?3",
        )?
        .execute((&tenant.account, &tenant.region, name))?;
    Ok(())
}
