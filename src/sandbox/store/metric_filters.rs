//! CloudWatch Logs' metric filters: kept and counted; no metric is made of them.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, Transaction};

use super::log_groups::{self, invalid_token};
use super::paging::{InvalidToken, Listing};
use super::{Fault, LogGroupClass, Page, PageRequest, Store, Tenant, json};
use crate::logs::filter_pattern::FilterPattern;

const PAGE: usize = 50;

/// The most filters of a log group,
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html>.
const MOST: usize = 100;

/// The most of them that have regular expressions.
const MOST_WITH_EXPRESSIONS: usize = 5;

/// A metric filter.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricFilter {
    /// The name of its log group.
    pub group: String,
    /// Its own name, unique in the group.
    pub name: String,
    /// Which events it counts.
    pub pattern: String,
    /// What it makes of them.
    pub transformation: MetricTransformation,
    /// Whether it would look at what a transformer made of the events; there are none here.
    pub apply_on_transformed: bool,
    /// Which log groups of an organisation it is about.
    pub field_selection: Option<String>,
    /// Which of the events' own fields become dimensions.
    pub system_fields: Vec<String>,
    /// Milliseconds since 1970; set when it is first put.
    pub created_at: i64,
}

/// What a metric filter makes of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricTransformation {
    /// The metric's name.
    pub name: String,
    /// The metric's namespace.
    pub namespace: String,
    /// A number, or the name of a field that has one.
    pub value: String,
    /// The value where events come and none matches.
    pub default_value: Option<f64>,
    /// Names of dimensions and of the fields that they are taken from.
    pub dimensions: BTreeMap<String, String>,
    /// The unit.
    pub unit: Option<String>,
}

/// Which metric filters are wanted.
#[derive(Debug, Clone, Default)]
pub struct MetricFilterSelection {
    /// Those of this group.
    pub group: Option<String>,
    /// Those whose name starts so.
    pub prefix: Option<String>,
    /// Those of the metric of this name in this namespace.
    pub metric: Option<(String, String)>,
}

impl MetricFilterSelection {
    fn wants(&self, filter: &MetricFilter) -> bool {
        let made = &filter.transformation;
        self.group
            .as_ref()
            .is_none_or(|group| *group == filter.group)
            && self
                .prefix
                .as_ref()
                .is_none_or(|prefix| filter.name.starts_with(prefix.as_str()))
            && self
                .metric
                .as_ref()
                .is_none_or(|(name, namespace)| *name == made.name && *namespace == made.namespace)
    }
}

impl Store {
    /// Makes a metric filter, or another one of the one that is there.
    pub fn put_metric_filter(&self, tenant: &Tenant, filter: &MetricFilter) -> Result<(), Fault> {
        let now = self.clock.now();
        self.write(|transaction| {
            let group = log_groups::require(transaction, tenant, &filter.group)?;
            if group.class != LogGroupClass::Standard {
                return Err(Fault::new(
                    "InvalidOperationException",
                    format!(
                        "Metric filters are not supported for the log group {}, which is of the class {}.",
                        group.name,
                        group.class.as_str()
                    ),
                ));
            }
            let mut others = all(transaction, tenant)?;
            others.retain(|other| other.group == filter.group && other.name != filter.name);
            let has_expressions = |pattern: &str| {
                FilterPattern::parse(pattern)
                    .is_ok_and(|pattern| pattern.has_regular_expressions())
            };
            let with_expressions = others
                .iter()
                .filter(|other| has_expressions(&other.pattern))
                .count();
            if others.len() >= MOST
                || has_expressions(&filter.pattern) && with_expressions >= MOST_WITH_EXPRESSIONS
            {
                return Err(Fault::new(
                    "LimitExceededException",
                    "Resource limit exceeded.",
                ));
            }
            insert(transaction, tenant, filter, now)
        })
    }

    /// Removes a metric filter.
    pub fn delete_metric_filter(
        &self,
        tenant: &Tenant,
        group: &str,
        name: &str,
    ) -> Result<(), Fault> {
        self.write(|transaction| {
            log_groups::require(transaction, tenant, group)?;
            let removed = transaction
                .prepare_cached(
                    "DELETE FROM metric_filter
                     WHERE account = ?1 AND region = ?2 AND log_group = ?3 AND name = ?4",
                )?
                .execute((&tenant.account, &tenant.region, group, name))?;
            if removed == 0 {
                return Err(Fault::not_found(
                    "The specified metric filter does not exist.",
                ));
            }
            Ok(())
        })
    }

    /// The metric filters, in the order of their names' bytes.
    pub fn metric_filters(
        &self,
        tenant: &Tenant,
        wanted: &MetricFilterSelection,
        page: &PageRequest,
    ) -> Result<Page<MetricFilter>, Fault> {
        let items = self.read(|transaction| {
            if let Some(group) = &wanted.group {
                log_groups::require(transaction, tenant, group)?;
            }
            let mut filters = all(transaction, tenant)?;
            filters.retain(|filter| wanted.wants(filter));
            Ok(filters)
        })?;
        Listing {
            query: format!("{} {wanted:?}", tenant.arn("logs", "metric-filters")),
            items,
            key: |filter: &MetricFilter| format!("{}\0{}", filter.name, filter.group),
            descending: false,
        }
        .page(
            page.token.as_deref(),
            page.limit.unwrap_or(PAGE).min(self.page_limit),
        )
        .map_err(|InvalidToken| invalid_token())
    }
}

fn insert(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    filter: &MetricFilter,
    now: i64,
) -> Result<(), Fault> {
    let made = &filter.transformation;
    transaction
        .prepare_cached(
            "INSERT INTO metric_filter (account, region, log_group, name, pattern, metric_name,
                metric_namespace, metric_value, default_value, dimensions, unit,
                apply_on_transformed, field_selection, system_fields, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
             ON CONFLICT DO UPDATE SET pattern = ?5, metric_name = ?6, metric_namespace = ?7,
                metric_value = ?8, default_value = ?9, dimensions = ?10, unit = ?11,
                apply_on_transformed = ?12, field_selection = ?13, system_fields = ?14",
        )?
        .execute((
            &tenant.account,
            &tenant.region,
            &filter.group,
            &filter.name,
            &filter.pattern,
            &made.name,
            &made.namespace,
            &made.value,
            made.default_value,
            json(&made.dimensions)?,
            &made.unit,
            filter.apply_on_transformed,
            &filter.field_selection,
            json(&filter.system_fields)?,
            now,
        ))?;
    Ok(())
}

/// All filters of a tenant, by name and then by group.
fn all(connection: &Connection, tenant: &Tenant) -> Result<Vec<MetricFilter>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT log_group, name, pattern, metric_name, metric_namespace, metric_value,
            default_value, dimensions, unit, apply_on_transformed, field_selection, system_fields,
            created_at
         FROM metric_filter WHERE account = ?1 AND region = ?2 ORDER BY name, log_group",
    )?;
    let filters = statement
        .query_map((&tenant.account, &tenant.region), from_row)?
        .collect::<Result<_, _>>()?;
    Ok(filters)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<MetricFilter> {
    let dimensions: String = row.get(7)?;
    let system_fields: String = row.get(11)?;
    Ok(MetricFilter {
        group: row.get(0)?,
        name: row.get(1)?,
        pattern: row.get(2)?,
        transformation: MetricTransformation {
            name: row.get(3)?,
            namespace: row.get(4)?,
            value: row.get(5)?,
            default_value: row.get(6)?,
            dimensions: serde_json::from_str(&dimensions).unwrap_or_default(),
            unit: row.get(8)?,
        },
        apply_on_transformed: row.get(9)?,
        field_selection: row.get(10)?,
        system_fields: serde_json::from_str(&system_fields).unwrap_or_default(),
        created_at: row.get(12)?,
    })
}
