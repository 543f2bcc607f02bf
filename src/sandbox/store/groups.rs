//! X-Ray's groups.
//!
//! Whether `GetGroups` of AWS lists the built-in group `Default`, and with which ARN, is not
//! documented; the store does not have it.

use std::iter::repeat_with;

use rusqlite::{OptionalExtension as _, Row, Transaction};

use super::paging::{InvalidToken, Listing};
use super::{Fault, Page, PageRequest, Store, Tag, Tenant, tags};

/// Groups per account and region, <https://docs.aws.amazon.com/general/latest/gr/xray.html>.
const MOST: i64 = 25;
const PAGE: usize = 100;
const UNIQUE_ID_LENGTH: usize = 52;

/// A group as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The name, unique in account and region.
    pub name: String,
    /// The ARN; it ends in an id that a group of the same name will not have again.
    pub arn: String,
    /// Which traces belong to it; all of them when absent.
    pub filter_expression: Option<String>,
    /// Whether insights are on.
    pub insights: Insights,
}

/// A group's insights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Insights {
    /// Insights are made.
    pub enabled: bool,
    /// Events are sent for them.
    pub notifications: bool,
}

/// A group that is asked for.
#[derive(Debug, Clone)]
pub struct NewGroup {
    /// The name.
    pub name: String,
    /// The filter.
    pub filter_expression: Option<String>,
    /// The insights.
    pub insights: Insights,
    /// The tags.
    pub tags: Vec<Tag>,
}

/// What changes in a group; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct GroupChange {
    /// The new filter.
    pub filter_expression: Option<String>,
    /// Turns insights on or off.
    pub insights_enabled: Option<bool>,
    /// Turns notifications on or off; they go off together with insights.
    pub notifications_enabled: Option<bool>,
}

/// How a group is named.
#[derive(Debug, Clone)]
pub enum GroupKey {
    /// By its name.
    Name(String),
    /// By its ARN.
    Arn(String),
}

impl Store {
    /// Makes a group.
    pub fn create_group(&self, tenant: &Tenant, new: &NewGroup) -> Result<Group, Fault> {
        let now = self.clock.now();
        self.write(|transaction| {
            let key = GroupKey::Name(new.name.clone());
            if find(transaction, tenant, &key)?.is_some() {
                return Err(Fault::invalid_request(format!(
                    "Group {} already exists",
                    new.name
                )));
            }
            let count: i64 = transaction
                .prepare_cached(
                    "SELECT count(*) FROM xray_group WHERE account = ?1 AND region = ?2",
                )?
                .query_one((&tenant.account, &tenant.region), |row| row.get(0))?;
            if count >= MOST {
                return Err(Fault::invalid_request(format!(
                    "The maximum number of groups, {MOST}, has been reached"
                )));
            }
            transaction
                .prepare_cached(
                    "INSERT INTO xray_group (account, region, name, unique_id, filter_expression,
                        insights_enabled, notifications_enabled, created_at, modified_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
                )?
                .execute((
                    &tenant.account,
                    &tenant.region,
                    &new.name,
                    unique_id(),
                    &new.filter_expression,
                    new.insights.enabled,
                    new.insights.notifications,
                    now,
                ))?;
            let group = find(transaction, tenant, &key)?.ok_or_else(missing)?;
            // TooManyTagsException is not among the errors of CreateGroup.
            tags::put(transaction, &group.arn, &new.tags).map_err(|fault| Fault {
                code: "InvalidRequestException",
                ..fault
            })?;
            Ok(group)
        })
    }

    /// One group.
    pub fn group(&self, tenant: &Tenant, key: &GroupKey) -> Result<Group, Fault> {
        self.read(|transaction| find(transaction, tenant, key)?.ok_or_else(missing))
    }

    /// Changes a group.
    pub fn update_group(
        &self,
        tenant: &Tenant,
        key: &GroupKey,
        change: &GroupChange,
    ) -> Result<Group, Fault> {
        let now = self.clock.now();
        self.write(|transaction| {
            let mut group = find(transaction, tenant, key)?.ok_or_else(missing)?;
            let mut filter_changed_at = None;
            if let Some(filter) = &change.filter_expression {
                let is_new = group.filter_expression.as_ref() != Some(filter);
                filter_changed_at = is_new.then_some(now);
                group.filter_expression = Some(filter.clone());
            }
            if let Some(enabled) = change.insights_enabled {
                group.insights.enabled = enabled;
                group.insights.notifications &= enabled;
            }
            if let Some(notifications) = change.notifications_enabled {
                group.insights.notifications = notifications;
            }
            if group.insights.notifications && !group.insights.enabled {
                return Err(Fault::invalid_request(
                    "Notifications can only be enabled on a group with insights enabled",
                ));
            }
            transaction
                .prepare_cached(
                    "UPDATE xray_group SET filter_expression = ?4, insights_enabled = ?5,
                        notifications_enabled = ?6, modified_at = ?7,
                        filter_changed_at = coalesce(?8, filter_changed_at)
                     WHERE account = ?1 AND region = ?2 AND name = ?3",
                )?
                .execute((
                    &tenant.account,
                    &tenant.region,
                    &group.name,
                    &group.filter_expression,
                    group.insights.enabled,
                    group.insights.notifications,
                    now,
                    filter_changed_at,
                ))?;
            Ok(group)
        })
    }

    /// One group, and when its filter became another one, if it ever did.
    pub(super) fn group_with_history(
        &self,
        tenant: &Tenant,
        key: &GroupKey,
    ) -> Result<(Group, Option<i64>), Fault> {
        self.read(|transaction| {
            let group = find(transaction, tenant, key)?.ok_or_else(missing)?;
            let changed_at = transaction
                .prepare_cached(
                    "SELECT filter_changed_at FROM xray_group
                     WHERE account = ?1 AND region = ?2 AND name = ?3",
                )?
                .query_row((&tenant.account, &tenant.region, &group.name), |row| {
                    row.get(0)
                })?;
            Ok((group, changed_at))
        })
    }

    /// Every group, by name.
    pub(super) fn all_groups(&self, tenant: &Tenant) -> Result<Vec<Group>, Fault> {
        self.read(|transaction| all(transaction, tenant))
    }

    /// Removes a group and its tags.
    pub fn delete_group(&self, tenant: &Tenant, key: &GroupKey) -> Result<(), Fault> {
        self.write(|transaction| {
            let group = find(transaction, tenant, key)?.ok_or_else(missing)?;
            transaction
                .prepare_cached(
                    "DELETE FROM xray_group WHERE account = ?1 AND region = ?2 AND name = ?3",
                )?
                .execute((&tenant.account, &tenant.region, &group.name))?;
            tags::forget(transaction, &group.arn)
        })
    }

    /// The groups, by name.
    pub fn groups(&self, tenant: &Tenant, page: &PageRequest) -> Result<Page<Group>, Fault> {
        let items = self.read(|transaction| all(transaction, tenant))?;
        Listing {
            query: tenant.arn("xray", "groups"),
            items,
            key: |group: &Group| group.name.clone(),
            descending: false,
        }
        .page(page.token.as_deref(), PAGE.min(self.page_limit))
        .map_err(|InvalidToken| Fault::invalid_request("Invalid NextToken"))
    }
}

/// Whether a group with this ARN exists.
pub(super) fn exists(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    arn: &str,
) -> Result<bool, Fault> {
    Ok(find(transaction, tenant, &GroupKey::Arn(arn.to_owned()))?.is_some())
}

fn find(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    key: &GroupKey,
) -> Result<Option<Group>, Fault> {
    let name = match key {
        GroupKey::Name(name) => Some(name.as_str()),
        GroupKey::Arn(arn) => tenant
            .resource_of("xray", arn)
            .and_then(|resource| resource.strip_prefix("group/"))
            .and_then(|resource| resource.split_once('/'))
            .map(|(name, _)| name),
    };
    let Some(name) = name else { return Ok(None) };
    let group = transaction
        .prepare_cached(
            "SELECT name, unique_id, filter_expression, insights_enabled, notifications_enabled
             FROM xray_group WHERE account = ?1 AND region = ?2 AND name = ?3",
        )?
        .query_row((&tenant.account, &tenant.region, name), |row| {
            from_row(tenant, row)
        })
        .optional()?;
    Ok(group.filter(|group| match key {
        GroupKey::Name(_) => true,
        GroupKey::Arn(arn) => group.arn == *arn,
    }))
}

fn all(transaction: &Transaction<'_>, tenant: &Tenant) -> Result<Vec<Group>, Fault> {
    let mut statement = transaction.prepare_cached(
        "SELECT name, unique_id, filter_expression, insights_enabled, notifications_enabled
         FROM xray_group WHERE account = ?1 AND region = ?2 ORDER BY name",
    )?;
    let groups = statement
        .query_map((&tenant.account, &tenant.region), |row| {
            from_row(tenant, row)
        })?
        .collect::<Result<_, _>>()?;
    Ok(groups)
}

fn from_row(tenant: &Tenant, row: &Row<'_>) -> rusqlite::Result<Group> {
    let name: String = row.get(0)?;
    let unique_id: String = row.get(1)?;
    Ok(Group {
        arn: tenant.arn("xray", &format!("group/{name}/{unique_id}")),
        name,
        filter_expression: row.get(2)?,
        insights: Insights {
            enabled: row.get(3)?,
            notifications: row.get(4)?,
        },
    })
}

fn unique_id() -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    repeat_with(|| char::from(LETTERS[fastrand::usize(..LETTERS.len())]))
        .take(UNIQUE_ID_LENGTH)
        .collect()
}

fn missing() -> Fault {
    Fault::invalid_request("Group not found")
}
