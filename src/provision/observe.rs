//! Reads what is there: only what the desired state names, and what a lint needs.

use futures::future::join3;

use super::desired::Desired;
use super::group::{LiveGroup, XrayGroup};
use super::log_group::{self, LiveLogGroup};
use super::resource::Resource;
use super::sampling_rule::{self, LiveRule, SamplingRule};
use super::{group, log_group::LogGroup};
use crate::error::Result;
use crate::remote::Clients;
use crate::xray::sampling_rule::SamplingRule as Rule;

/// The live state.
#[derive(Debug)]
pub(super) struct Observed {
    pub(super) groups: Vec<LiveGroup>,
    pub(super) rules: Vec<LiveRule>,
    pub(super) log_groups: Vec<LiveLogGroup>,
    /// Every sampling rule of the account, for the lint that finds one in front of ours.
    pub(super) all_rules: Vec<Rule>,
    /// The account, as the ARNs tell it.
    pub(super) account: Option<String>,
}

/// Reads everything at once; of several failures always the same one is told.
pub(super) async fn observe(clients: &Clients, desired: &Desired) -> Result<Observed> {
    let group_names = names::<XrayGroup>(&desired.groups);
    let rule_names = names::<SamplingRule>(&desired.rules);
    let log_group_names = names::<LogGroup>(&desired.log_groups);
    let (groups, rules, log_groups) = join3(
        group::observe(clients, &group_names),
        sampling_rule::observe(clients, &rule_names),
        log_group::observe(clients, &log_group_names),
    )
    .await;
    let (groups, (all_rules, rules), log_groups) = (groups?, rules?, log_groups?);
    let account = all_rules
        .iter()
        .map(|rule| rule.arn.as_str())
        .chain(groups.iter().map(|live| live.group.arn.as_str()))
        .chain(log_groups.iter().map(LiveLogGroup::arn))
        .find_map(account_of);
    Ok(Observed {
        groups,
        rules,
        log_groups,
        all_rules,
        account,
    })
}

fn names<R: Resource>(desired: &[R::Desired]) -> Vec<String> {
    desired
        .iter()
        .map(|desired| R::name(desired).to_owned())
        .collect()
}

/// The account in an ARN; AWS leaves it blank in some.
fn account_of(arn: &str) -> Option<String> {
    arn.split(':')
        .nth(4)
        .filter(|account| !account.is_empty())
        .map(str::to_owned)
}
