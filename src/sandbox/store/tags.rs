//! Tags of groups, sampling rules and log groups, by the resource's ARN.

use rusqlite::Transaction;

use super::{Fault, Store, Tenant};

/// How many tags a resource may have.
pub(super) const MOST: usize = 50;

/// A name and a value on a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The name.
    pub key: String,
    /// The value, possibly empty.
    pub value: String,
}

impl Store {
    /// Sets tags on a group or sampling rule of X-Ray.
    pub fn tag_xray_resource(&self, tenant: &Tenant, arn: &str, tags: &[Tag]) -> Result<(), Fault> {
        self.write(|transaction| {
            require_xray_resource(transaction, tenant, arn)?;
            put(transaction, arn, tags).map_err(|fault| fault.about(arn))
        })
    }

    /// Removes tags from a group or sampling rule of X-Ray; keys that it does not have are ignored.
    pub fn untag_xray_resource(
        &self,
        tenant: &Tenant,
        arn: &str,
        keys: &[String],
    ) -> Result<(), Fault> {
        self.write(|transaction| {
            require_xray_resource(transaction, tenant, arn)?;
            remove(transaction, arn, keys)
        })
    }

    /// The tags of a group or sampling rule of X-Ray.
    pub fn xray_tags(&self, tenant: &Tenant, arn: &str) -> Result<Vec<Tag>, Fault> {
        self.read(|transaction| {
            require_xray_resource(transaction, tenant, arn)?;
            list(transaction, arn)
        })
    }

    /// Sets tags on a log group.
    pub fn tag_log_group(&self, tenant: &Tenant, name: &str, tags: &[Tag]) -> Result<(), Fault> {
        self.write(|transaction| {
            super::log_groups::require(transaction, tenant, name)?;
            let arn = super::log_groups::arn(tenant, name);
            put(transaction, &arn, tags).map_err(|fault| fault.about(arn))
        })
    }

    /// Removes tags from a log group; keys that it does not have are ignored.
    pub fn untag_log_group(
        &self,
        tenant: &Tenant,
        name: &str,
        keys: &[String],
    ) -> Result<(), Fault> {
        self.write(|transaction| {
            super::log_groups::require(transaction, tenant, name)?;
            remove(transaction, &super::log_groups::arn(tenant, name), keys)
        })
    }

    /// The tags of a log group.
    pub fn log_group_tags(&self, tenant: &Tenant, name: &str) -> Result<Vec<Tag>, Fault> {
        self.read(|transaction| {
            super::log_groups::require(transaction, tenant, name)?;
            list(transaction, &super::log_groups::arn(tenant, name))
        })
    }
}

fn require_xray_resource(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    arn: &str,
) -> Result<(), Fault> {
    let exists = match tenant.resource_of("xray", arn) {
        Some(resource) if resource.starts_with("group/") => {
            super::groups::exists(transaction, tenant, arn)?
        }
        Some(resource) => match resource.strip_prefix("sampling-rule/") {
            Some(name) => super::sampling_rules::exists(transaction, tenant, name)?,
            None => false,
        },
        None => false,
    };
    if exists {
        Ok(())
    } else {
        Err(Fault::not_found(format!("Resource {arn} does not exist")).about(arn))
    }
}

/// Sets tags; refuses when the resource would have too many.
pub(super) fn put(
    transaction: &Transaction<'_>,
    resource: &str,
    tags: &[Tag],
) -> Result<(), Fault> {
    let mut statement = transaction.prepare_cached(
        "INSERT INTO tag (resource, key, value) VALUES (?1, ?2, ?3)
         ON CONFLICT (resource, key) DO UPDATE SET value = excluded.value",
    )?;
    for tag in tags {
        statement.execute((resource, &tag.key, &tag.value))?;
    }
    let count: i64 = transaction
        .prepare_cached("SELECT count(*) FROM tag WHERE resource = ?1")?
        .query_one((resource,), |row| row.get(0))?;
    if usize::try_from(count).unwrap_or(usize::MAX) > MOST {
        return Err(Fault::too_many_tags(format!(
            "A resource can have at most {MOST} tags; this would make {count}"
        )));
    }
    Ok(())
}

fn remove(transaction: &Transaction<'_>, resource: &str, keys: &[String]) -> Result<(), Fault> {
    let mut statement =
        transaction.prepare_cached("DELETE FROM tag WHERE resource = ?1 AND key = ?2")?;
    for key in keys {
        statement.execute((resource, key))?;
    }
    Ok(())
}

/// Removes all tags of a resource that goes away.
pub(super) fn forget(transaction: &Transaction<'_>, resource: &str) -> Result<(), Fault> {
    transaction
        .prepare_cached("DELETE FROM tag WHERE resource = ?1")?
        .execute((resource,))?;
    Ok(())
}

/// The tags of a resource, by key.
pub(super) fn list(transaction: &Transaction<'_>, resource: &str) -> Result<Vec<Tag>, Fault> {
    let mut statement = transaction
        .prepare_cached("SELECT key, value FROM tag WHERE resource = ?1 ORDER BY key")?;
    let tags = statement
        .query_map((resource,), |row| {
            Ok(Tag {
                key: row.get(0)?,
                value: row.get(1)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(tags)
}
