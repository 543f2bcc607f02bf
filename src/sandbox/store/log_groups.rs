//! CloudWatch Logs' log groups.

use regex::Regex;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction};

use super::paging::{InvalidToken, Listing};
use super::{Fault, Page, PageRequest, Store, Tag, Tenant, log_events, log_streams, tags};

const PAGE: usize = 50;

/// A log group as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogGroup {
    /// The name, unique in account and region.
    pub name: String,
    /// The ARN without the trailing `:*`.
    pub arn: String,
    /// What the group can do and costs; never changes.
    pub class: LogGroupClass,
    /// Days that events are kept; for ever when absent.
    pub retention_in_days: Option<i64>,
    /// The key that events are encrypted with.
    pub kms_key_id: Option<String>,
    /// The group cannot be deleted.
    pub deletion_protection: bool,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// How many metric filters it has.
    pub metric_filters: u32,
    /// What AWS would bill its events by, in bytes; only counted when groups are listed.
    pub stored_bytes: u64,
}

/// The class of a log group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogGroupClass {
    /// Everything.
    #[default]
    Standard,
    /// Cheaper, and does less.
    InfrequentAccess,
    /// For forwarding only.
    Delivery,
    /// The newest of the cheaper ones.
    Essentials,
}

impl LogGroupClass {
    /// Every class.
    pub const ALL: [Self; 4] = [
        Self::Standard,
        Self::InfrequentAccess,
        Self::Delivery,
        Self::Essentials,
    ];

    /// As AWS writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "STANDARD",
            Self::InfrequentAccess => "INFREQUENT_ACCESS",
            Self::Delivery => "DELIVERY",
            Self::Essentials => "ESSENTIALS",
        }
    }

    /// Reads what AWS writes.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == name)
    }

    /// Whether a filter for `wanted` lets this class through: AWS gives both cheaper classes when
    /// either is asked for.
    fn answers(self, wanted: Self) -> bool {
        let cheaper = |class| matches!(class, Self::InfrequentAccess | Self::Essentials);
        self == wanted || cheaper(self) && cheaper(wanted)
    }
}

/// A log group that is asked for.
#[derive(Debug, Clone, Default)]
pub struct NewLogGroup {
    /// The name.
    pub name: String,
    /// The class.
    pub class: LogGroupClass,
    /// The key.
    pub kms_key_id: Option<String>,
    /// Whether it is protected from the start.
    pub deletion_protection: bool,
    /// The tags.
    pub tags: Vec<Tag>,
}

/// Which names are wanted.
#[derive(Debug, Clone, Default)]
pub enum LogGroupName {
    /// All.
    #[default]
    Any,
    /// Those that start so.
    Prefix(String),
    /// Those that contain this.
    Containing(String),
    /// Those that match.
    Matching(Regex),
    /// These.
    Exactly(Vec<String>),
}

impl LogGroupName {
    fn wants(&self, name: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Prefix(prefix) => name.starts_with(prefix.as_str()),
            Self::Containing(part) => name.contains(part.as_str()),
            Self::Matching(pattern) => pattern.is_match(name),
            Self::Exactly(names) => names.iter().any(|wanted| wanted == name),
        }
    }
}

/// Which log groups are wanted.
#[derive(Debug, Clone, Default)]
pub struct LogGroupFilter {
    /// By name.
    pub name: LogGroupName,
    /// By class.
    pub class: Option<LogGroupClass>,
}

impl Store {
    /// Makes a log group.
    pub fn create_log_group(&self, tenant: &Tenant, new: &NewLogGroup) -> Result<(), Fault> {
        let now = self.clock.now();
        self.write(|transaction| {
            if find(transaction, tenant, &new.name)?.is_some() {
                return Err(Fault::already_exists(
                    "The specified log group already exists",
                ));
            }
            transaction
                .prepare_cached(
                    "INSERT INTO log_group (account, region, name, class, kms_key_id,
                        deletion_protection, created_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute((
                    &tenant.account,
                    &tenant.region,
                    &new.name,
                    new.class.as_str(),
                    &new.kms_key_id,
                    new.deletion_protection,
                    now,
                ))?;
            tags::put(transaction, &arn(tenant, &new.name), &new.tags)
        })
    }

    /// Removes a log group with its streams and tags.
    ///
    /// Which exception AWS answers for a protected group is not recorded anywhere; of those that
    /// the service model gives `DeleteLogGroup`, `ValidationException` is the one that fits.
    pub fn delete_log_group(&self, tenant: &Tenant, name: &str) -> Result<(), Fault> {
        let streams = self.write(|transaction| {
            if require(transaction, tenant, name)?.deletion_protection {
                return Err(Fault::new(
                    "ValidationException",
                    "The log group has deletion protection enabled; disable it before you delete the log group.",
                ));
            }
            let streams = log_streams::ids(transaction, tenant, name)?;
            transaction
                .prepare_cached("DELETE FROM log_group WHERE account = ?1 AND region = ?2 AND name = ?3")?
                .execute((&tenant.account, &tenant.region, name))?;
            tags::forget(transaction, &arn(tenant, name))?;
            Ok(streams)
        })?;
        self.log_events.forget_streams(&streams);
        Ok(())
    }

    /// Sets or, with `None`, lifts the retention of a log group.
    pub fn set_retention(
        &self,
        tenant: &Tenant,
        name: &str,
        days: Option<i64>,
    ) -> Result<(), Fault> {
        self.change_log_group(tenant, name, |group| group.retention_in_days = days)
    }

    /// Turns deletion protection on or off.
    pub fn set_deletion_protection(
        &self,
        tenant: &Tenant,
        name: &str,
        protected: bool,
    ) -> Result<(), Fault> {
        self.change_log_group(tenant, name, |group| group.deletion_protection = protected)
    }

    /// Sets or, with `None`, takes away the key of a log group.
    pub fn set_kms_key(&self, tenant: &Tenant, name: &str, key: Option<&str>) -> Result<(), Fault> {
        self.change_log_group(tenant, name, |group| {
            group.kms_key_id = key.map(str::to_owned);
        })
    }

    /// One log group; what its events take is not counted.
    pub fn log_group(&self, tenant: &Tenant, name: &str) -> Result<LogGroup, Fault> {
        self.reading(|connection| require(connection, tenant, name))
    }

    /// The log groups, in the order of their names' bytes.
    pub fn log_groups(
        &self,
        tenant: &Tenant,
        filter: &LogGroupFilter,
        page: &PageRequest,
    ) -> Result<Page<LogGroup>, Fault> {
        let (items, has_events) = self.read(|transaction| {
            let has_events = log_events::any(transaction)?;
            Ok((all(transaction, tenant, filter)?, has_events))
        })?;
        let mut page = Listing {
            query: format!("{} {filter:?}", tenant.arn("logs", "log-groups")),
            items,
            key: |group: &LogGroup| group.name.clone(),
            descending: false,
        }
        .page(
            page.token.as_deref(),
            page.limit.unwrap_or(PAGE).min(self.page_limit),
        )
        .map_err(|InvalidToken| invalid_token())?;
        // Most stores of those who only provision have none, and need no index of them.
        for group in page.items.iter_mut().filter(|_| has_events) {
            group.stored_bytes = self.billed_bytes(tenant, &group.name)?;
        }
        Ok(page)
    }

    fn change_log_group(
        &self,
        tenant: &Tenant,
        name: &str,
        change: impl FnOnce(&mut LogGroup),
    ) -> Result<(), Fault> {
        self.write(|transaction| {
            let mut group = require(transaction, tenant, name)?;
            change(&mut group);
            transaction
                .prepare_cached(
                    "UPDATE log_group SET retention_in_days = ?4, kms_key_id = ?5, deletion_protection = ?6
                     WHERE account = ?1 AND region = ?2 AND name = ?3",
                )?
                .execute((
                    &tenant.account,
                    &tenant.region,
                    &group.name,
                    group.retention_in_days,
                    &group.kms_key_id,
                    group.deletion_protection,
                ))?;
            Ok(())
        })
    }
}

pub(super) fn invalid_token() -> Fault {
    Fault::invalid_parameter("The specified nextToken is invalid.")
}

/// The ARN of a log group, without the trailing `:*`.
pub(super) fn arn(tenant: &Tenant, name: &str) -> String {
    tenant.arn("logs", &format!("log-group:{name}"))
}

/// The log group, or AWS's sentence that there is none.
pub(super) fn require(
    connection: &Connection,
    tenant: &Tenant,
    name: &str,
) -> Result<LogGroup, Fault> {
    find(connection, tenant, name)?
        .ok_or_else(|| Fault::not_found("The specified log group does not exist."))
}

const COLUMNS: &str = "name, class, retention_in_days, kms_key_id, deletion_protection, created_at,
    (SELECT count(*) FROM metric_filter AS filter WHERE filter.account = log_group.account
        AND filter.region = log_group.region AND filter.log_group = log_group.name)";

fn find(connection: &Connection, tenant: &Tenant, name: &str) -> Result<Option<LogGroup>, Fault> {
    let group = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM log_group WHERE account = ?1 AND region = ?2 AND name = ?3"
        ))?
        .query_row((&tenant.account, &tenant.region, name), |row| {
            from_row(tenant, row)
        })
        .optional()?;
    Ok(group)
}

fn all(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    filter: &LogGroupFilter,
) -> Result<Vec<LogGroup>, Fault> {
    let mut statement = transaction.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM log_group WHERE account = ?1 AND region = ?2 ORDER BY name"
    ))?;
    let groups: Vec<LogGroup> = statement
        .query_map((&tenant.account, &tenant.region), |row| {
            from_row(tenant, row)
        })?
        .collect::<Result<_, _>>()?;
    Ok(groups
        .into_iter()
        .filter(|group| filter.name.wants(&group.name))
        .filter(|group| filter.class.is_none_or(|class| group.class.answers(class)))
        .collect())
}

fn from_row(tenant: &Tenant, row: &Row<'_>) -> rusqlite::Result<LogGroup> {
    let name: String = row.get(0)?;
    let class: String = row.get(1)?;
    Ok(LogGroup {
        arn: arn(tenant, &name),
        name,
        class: LogGroupClass::from_name(&class).unwrap_or_default(),
        retention_in_days: row.get(2)?,
        kms_key_id: row.get(3)?,
        deletion_protection: row.get(4)?,
        created_at: row.get(5)?,
        metric_filters: row.get(6)?,
        stored_bytes: 0,
    })
}
