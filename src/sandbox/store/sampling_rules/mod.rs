//! X-Ray's sampling rules, with the built-in `Default`.
//!
//! How they lie in the table is `rows`'.

mod rows;

use std::collections::BTreeMap;

use rusqlite::Transaction;

use self::rows::{arn, find, put};
use super::paging::{InvalidToken, Listing};
use super::{Fault, Page, PageRequest, Store, Tag, Tenant, settings, tags};

pub(super) use self::rows::{all, exists};

/// Custom rules per account and region, <https://docs.aws.amazon.com/general/latest/gr/xray.html>.
const MOST: i64 = 25;
const PAGE: usize = 100;
const DEFAULT: &str = "Default";

/// The setting that remembers the last rule that was deleted: its name, and when.
const LAST_DELETED: &str = "last-deleted-sampling-rule";

/// A sampling rule.
#[derive(Debug, Clone, PartialEq)]
pub struct SamplingRule {
    /// The name, unique in account and region.
    pub name: String,
    /// Matches the resource that the service runs on.
    pub resource_arn: String,
    /// Lower is asked first.
    pub priority: i64,
    /// The share of requests beyond the reservoir, 0 to 1.
    pub fixed_rate: f64,
    /// Requests per second before the rate counts.
    pub reservoir_size: i64,
    /// Matches the service's name.
    pub service_name: String,
    /// Matches the service's kind.
    pub service_type: String,
    /// Matches the request's host.
    pub host: String,
    /// Matches the request's method.
    pub http_method: String,
    /// Matches the request's path.
    pub url_path: String,
    /// Matches attributes of the request.
    pub attributes: BTreeMap<String, String>,
    /// A higher rate while something is wrong.
    pub boost: Option<RateBoost>,
}

/// A temporary rise of the rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateBoost {
    /// The rate at most, 0 to 1.
    pub max_rate: f64,
    /// One boost within this time.
    pub cooldown_window_minutes: i64,
}

/// A rule with its history.
#[derive(Debug, Clone, PartialEq)]
pub struct SamplingRuleRecord {
    /// The rule.
    pub rule: SamplingRule,
    /// The rule's ARN.
    pub arn: String,
    /// Milliseconds since 1970; 0 for `Default`.
    pub created_at: i64,
    /// Milliseconds since 1970.
    pub modified_at: i64,
}

/// What changes in a rule, member by member; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct RuleChange {
    pub resource_arn: Option<String>,
    pub priority: Option<i64>,
    pub fixed_rate: Option<f64>,
    pub reservoir_size: Option<i64>,
    pub service_name: Option<String>,
    pub service_type: Option<String>,
    pub host: Option<String>,
    pub http_method: Option<String>,
    pub url_path: Option<String>,
    pub attributes: Option<BTreeMap<String, String>>,
    pub boost: Option<RateBoost>,
}

/// How a rule is named.
#[derive(Debug, Clone)]
pub enum RuleKey {
    /// By its name.
    Name(String),
    /// By its ARN.
    Arn(String),
}

impl Store {
    /// Makes a rule.
    pub fn create_sampling_rule(
        &self,
        tenant: &Tenant,
        rule: &SamplingRule,
        new_tags: &[Tag],
    ) -> Result<SamplingRuleRecord, Fault> {
        let now = self.clock.now();
        self.write(|transaction| {
            if exists(transaction, tenant, &rule.name)? {
                return Err(Fault::invalid_request("Sampling rule already exists"));
            }
            let count: i64 = transaction
                .prepare_cached(
                    "SELECT count(*) FROM sampling_rule
                     WHERE account = ?1 AND region = ?2 AND name <> ?3",
                )?
                .query_one((&tenant.account, &tenant.region, DEFAULT), |row| row.get(0))?;
            if count >= MOST {
                return Err(Fault::new(
                    "RuleLimitExceededException",
                    format!(
                        "The maximum number of custom sampling rules, {MOST}, has been reached"
                    ),
                ));
            }
            let record = SamplingRuleRecord {
                arn: arn(tenant, &rule.name),
                rule: rule.clone(),
                created_at: now,
                modified_at: now,
            };
            put(transaction, tenant, &record)?;
            // TooManyTagsException is not among the errors of CreateSamplingRule.
            tags::put(transaction, &record.arn, new_tags).map_err(|fault| Fault {
                code: "InvalidRequestException",
                ..fault
            })?;
            Ok(record)
        })
    }

    /// Changes a rule.
    pub fn update_sampling_rule(
        &self,
        tenant: &Tenant,
        key: &RuleKey,
        change: &RuleChange,
    ) -> Result<SamplingRuleRecord, Fault> {
        let now = self.clock.now();
        self.write(|transaction| {
            let mut record = find(transaction, tenant, key)?.ok_or_else(missing)?;
            if record.rule.name == DEFAULT && change.touches_more_than_rates() {
                return Err(Fault::invalid_request(
                    "Invalid update request for default sampling rule",
                ));
            }
            change.apply(&mut record.rule);
            record.modified_at = now;
            put(transaction, tenant, &record)?;
            Ok(record)
        })
    }

    /// Removes a rule, its tags and what clients reported under it; gives what was removed.
    pub fn delete_sampling_rule(
        &self,
        tenant: &Tenant,
        key: &RuleKey,
    ) -> Result<SamplingRuleRecord, Fault> {
        let now = self.clock.now();
        // Held over the transaction, so that no report comes in between the two.
        let mut sampling = self.sampling();
        let deleted = self.write(|transaction| {
            let record = find(transaction, tenant, key)?.ok_or_else(missing)?;
            if record.rule.name == DEFAULT {
                return Err(Fault::invalid_request(
                    "The default sampling rule cannot be deleted",
                ));
            }
            transaction
                .prepare_cached(
                    "DELETE FROM sampling_rule WHERE account = ?1 AND region = ?2 AND name = ?3",
                )?
                .execute((&tenant.account, &tenant.region, &record.rule.name))?;
            tags::forget(transaction, &record.arn)?;
            settings::put(transaction, tenant, LAST_DELETED, &record.rule.name, now)?;
            Ok(record)
        })?;
        sampling.forget(tenant, &deleted.rule.name);
        Ok(deleted)
    }

    /// The rules, by name, `Default` among them.
    pub fn sampling_rules(
        &self,
        tenant: &Tenant,
        page: &PageRequest,
    ) -> Result<Page<SamplingRuleRecord>, Fault> {
        let items = self.read(|transaction| all(transaction, tenant))?;
        Listing {
            query: tenant.arn("xray", "sampling-rules"),
            items,
            key: |record: &SamplingRuleRecord| record.rule.name.clone(),
            descending: false,
        }
        .page(page.token.as_deref(), PAGE.min(self.page_limit))
        .map_err(|InvalidToken| Fault::invalid_request("Invalid NextToken"))
    }
}

impl RuleChange {
    fn touches_more_than_rates(&self) -> bool {
        let Self {
            resource_arn,
            priority,
            fixed_rate: _,
            reservoir_size: _,
            service_name,
            service_type,
            host,
            http_method,
            url_path,
            attributes,
            boost,
        } = self;
        let texts = [
            resource_arn,
            service_name,
            service_type,
            host,
            http_method,
            url_path,
        ];
        texts.into_iter().any(Option::is_some)
            || priority.is_some()
            || attributes.is_some()
            || boost.is_some()
    }

    fn apply(&self, rule: &mut SamplingRule) {
        fn set<T: Clone>(member: &mut T, value: Option<&T>) {
            if let Some(value) = value {
                member.clone_from(value);
            }
        }
        set(&mut rule.resource_arn, self.resource_arn.as_ref());
        set(&mut rule.priority, self.priority.as_ref());
        set(&mut rule.fixed_rate, self.fixed_rate.as_ref());
        set(&mut rule.reservoir_size, self.reservoir_size.as_ref());
        set(&mut rule.service_name, self.service_name.as_ref());
        set(&mut rule.service_type, self.service_type.as_ref());
        set(&mut rule.host, self.host.as_ref());
        set(&mut rule.http_method, self.http_method.as_ref());
        set(&mut rule.url_path, self.url_path.as_ref());
        set(&mut rule.attributes, self.attributes.as_ref());
        rule.boost = self.boost.or(rule.boost);
    }
}

/// When a rule was last created, changed or deleted, in milliseconds since 1970; 0 for never.
pub(super) fn last_modified_at(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    rules: &[SamplingRuleRecord],
) -> Result<i64, Fault> {
    let deleted = settings::find(transaction, tenant, LAST_DELETED)?;
    let changed = rules.iter().map(|record| record.modified_at);
    let all = changed.chain(deleted.map(|(_, deleted_at)| deleted_at));
    Ok(all.max().unwrap_or_default())
}

fn missing() -> Fault {
    Fault::invalid_request("Sampling rule does not exist")
}
