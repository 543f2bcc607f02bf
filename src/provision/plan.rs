//! The difference between desired and live, as a value: printed, then applied, the same one.

use serde::Serialize;

use super::change::FieldChange;
use super::desired::{Desired, DesiredRule};
use super::group::XrayGroup;
use super::lint;
use super::log_group::LogGroup;
use super::observe::{Observed, observe};
use super::resource::{Resource, ResourceKind};
use super::sampling_rule::SamplingRule;
use crate::error::Result;
use crate::remote::Clients;

/// What will be done, resource by resource.
#[derive(Debug)]
pub struct Plan {
    pub(super) groups: Vec<Step<XrayGroup>>,
    pub(super) rules: Vec<Step<SamplingRule>>,
    pub(super) log_groups: Vec<Step<LogGroup>>,
    notes: Vec<String>,
    account: Option<String>,
}

/// What will be done with one resource.
#[derive(Debug)]
pub(super) struct Step<R: Resource> {
    pub(super) name: String,
    pub(super) action: Action<R>,
    description: String,
}

#[derive(Debug)]
pub(super) enum Action<R: Resource> {
    Create {
        to: R::Desired,
    },
    Update {
        from: R::Live,
        to: R::Desired,
        fields: Vec<FieldChange>,
        finishes_creation: bool,
    },
    Replace {
        from: R::Live,
        to: R::Desired,
        fields: Vec<FieldChange>,
    },
    Delete {
        from: R::Live,
    },
    Adopt,
    Keep,
    Absent,
    Refuse {
        reason: String,
    },
}

/// The verb of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// It is not there and will be.
    Create,
    /// It differs and will not.
    Update,
    /// It will be deleted and created again.
    Replace,
    /// It will be deleted.
    Delete,
    /// It is equal already, and somebody else made it.
    Adopt,
    /// It is equal already, or is to stay.
    Keep,
    /// It is not there, and need not be.
    Absent,
    /// The change cannot be made.
    Refuse,
}

/// A step as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedStep {
    /// The kind of resource.
    pub kind: ResourceKind,
    /// Its name.
    pub name: String,
    /// What will be done.
    pub action: Verb,
    /// Whether it changes or deletes what exists.
    pub needs_consent: bool,
    /// One line about it.
    pub description: String,
    /// The fields that differ.
    pub changes: Vec<FieldChange>,
}

/// Choices that shape a plan.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choices {
    /// Delete and create a group whose filter changed, rather than update it.
    pub replace: bool,
}

/// Observes and plans what makes live equal to desired.
pub async fn converge(clients: &Clients, desired: &Desired, choices: Choices) -> Result<Plan> {
    let observed = observe(clients, desired).await?;
    Ok(between(desired, &observed, choices))
}

/// Observes and plans the deletion of all that the desired state names; log groups stay unless
/// `logs` is set.
pub async fn remove(clients: &Clients, desired: &Desired, logs: bool) -> Result<Plan> {
    let observed = observe(clients, desired).await?;
    let mut plan = Plan {
        groups: removals::<XrayGroup>(&desired.groups, &observed.groups, None),
        rules: removals::<SamplingRule>(&desired.rules, &observed.rules, None),
        log_groups: removals::<LogGroup>(
            &desired.log_groups,
            &observed.log_groups,
            (!logs).then_some("its data stays; --logs deletes it too"),
        ),
        notes: Vec::new(),
        account: observed.account,
    };
    for step in plan
        .steps()
        .iter()
        .filter(|step| step.action == Verb::Delete)
    {
        if step.description == FOREIGN {
            plan.notes.push(format!(
                "{} {} was not made by cruddur-obs",
                step.kind.words(),
                step.name
            ));
        }
    }
    Ok(plan)
}

/// Pure: what makes live equal to desired.
fn between(desired: &Desired, observed: &Observed, choices: Choices) -> Plan {
    let mut notes = Vec::new();
    let groups = steps::<XrayGroup>(&desired.groups, &observed.groups, choices, &mut notes);
    let rules = steps::<SamplingRule>(&desired.rules, &observed.rules, choices, &mut notes);
    let log_groups = steps::<LogGroup>(
        &desired.log_groups,
        &observed.log_groups,
        choices,
        &mut notes,
    );
    notes.extend(lint::notes(desired, &observed.all_rules));
    // What it costs is news where the rule is; later it would be a nuisance.
    let news = |rule: &&DesiredRule| {
        rules
            .iter()
            .any(|step| step.name == rule.name && step.verb().writes())
    };
    notes.extend(desired.rules.iter().filter(news).filter_map(lint::price));
    Plan {
        groups,
        rules,
        log_groups,
        notes,
        account: observed.account.clone(),
    }
}

fn steps<R: Resource>(
    desired: &[R::Desired],
    live: &[R::Live],
    choices: Choices,
    notes: &mut Vec<String>,
) -> Vec<Step<R>> {
    desired
        .iter()
        .map(|to| {
            let name = R::name(to);
            let description = R::describe(to);
            let found = live.iter().find(|live| R::live_name(live) == name);
            let action = match found {
                None if R::can_be_created(to) => Action::Create { to: to.clone() },
                None => Action::Refuse {
                    reason: format!(
                        "{} {name} is not there, and AWS does not let anybody create it",
                        R::KIND.words()
                    ),
                },
                Some(from) => compared(to, from, choices, notes),
            };
            Step {
                name: name.to_owned(),
                action,
                description,
            }
        })
        .collect()
}

fn compared<R: Resource>(
    to: &R::Desired,
    from: &R::Live,
    choices: Choices,
    notes: &mut Vec<String>,
) -> Action<R> {
    let comparison = R::compare(to, from);
    notes.extend(comparison.notes);
    if let Some(reason) = comparison.refusal {
        return Action::Refuse { reason };
    }
    if comparison.fields.is_empty() {
        return if R::is_ours(from) {
            Action::Keep
        } else {
            Action::Adopt
        };
    }
    let (from, to, fields) = (from.clone(), to.clone(), comparison.fields);
    if comparison.replaceable && choices.replace {
        return Action::Replace { from, to, fields };
    }
    if comparison.replaceable {
        notes.push(format!(
            "graphs of group {} over this moment will mix the old filter and the new; --replace deletes and creates it instead",
            R::name(&to)
        ));
    }
    Action::Update {
        from,
        to,
        fields,
        finishes_creation: comparison.finishes_creation,
    }
}

/// The description of a resource that somebody else made.
const FOREIGN: &str = "made by somebody else";

fn removals<R: Resource>(
    desired: &[R::Desired],
    live: &[R::Live],
    stays: Option<&str>,
) -> Vec<Step<R>> {
    desired
        .iter()
        .map(|desired| {
            let name = R::name(desired);
            let found = live.iter().find(|live| R::live_name(live) == name);
            let (action, description) = match (found, stays) {
                (None, _) => (Action::Absent, "not there".to_owned()),
                (Some(_), Some(stays)) => (Action::Keep, stays.to_owned()),
                (Some(from), None) => match R::deletion_refusal(from) {
                    Some(reason) if R::can_be_created(desired) => (
                        Action::Refuse {
                            reason: reason.clone(),
                        },
                        reason,
                    ),
                    Some(reason) => (Action::Keep, reason),
                    None if R::is_ours(from) => {
                        (Action::Delete { from: from.clone() }, String::new())
                    }
                    None => (Action::Delete { from: from.clone() }, FOREIGN.to_owned()),
                },
            };
            Step {
                name: name.to_owned(),
                action,
                description,
            }
        })
        .collect()
}

impl Plan {
    /// Every step, in the order in which it is shown.
    pub fn steps(&self) -> Vec<PlannedStep> {
        let mut steps: Vec<PlannedStep> = self.groups.iter().map(shown).collect();
        steps.extend(self.rules.iter().map(shown));
        steps.extend(self.log_groups.iter().map(shown));
        steps
    }

    /// What the user should know before agreeing.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The account, where anything told it.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.steps().iter().all(|step| !step.action.writes())
    }

    /// Whether a step changes or deletes what exists, which nobody may do unasked.
    pub fn needs_consent(&self) -> bool {
        self.steps().iter().any(|step| step.needs_consent)
    }

    /// The reasons for which the plan cannot be applied.
    pub fn refusals(&self) -> Vec<String> {
        self.steps()
            .into_iter()
            .filter(|step| step.action == Verb::Refuse)
            .map(|step| step.description)
            .collect()
    }
}

impl Verb {
    /// Whether the step changes anything.
    pub fn writes(self) -> bool {
        matches!(
            self,
            Self::Create | Self::Update | Self::Replace | Self::Delete
        )
    }
}

impl<R: Resource> Step<R> {
    pub(super) fn verb(&self) -> Verb {
        match &self.action {
            Action::Create { .. } => Verb::Create,
            Action::Update { .. } => Verb::Update,
            Action::Replace { .. } => Verb::Replace,
            Action::Delete { .. } => Verb::Delete,
            Action::Adopt => Verb::Adopt,
            Action::Keep => Verb::Keep,
            Action::Absent => Verb::Absent,
            Action::Refuse { .. } => Verb::Refuse,
        }
    }

    /// What a creation left open needs no question: it was agreed to then.
    fn needs_consent(&self) -> bool {
        match &self.action {
            Action::Update {
                finishes_creation, ..
            } => !finishes_creation,
            Action::Replace { .. } | Action::Delete { .. } => true,
            _ => false,
        }
    }
}

fn shown<R: Resource>(step: &Step<R>) -> PlannedStep {
    PlannedStep {
        kind: R::KIND,
        name: step.name.clone(),
        action: step.verb(),
        needs_consent: step.needs_consent(),
        description: match &step.action {
            Action::Refuse { reason } => reason.clone(),
            _ => step.description.clone(),
        },
        changes: match &step.action {
            Action::Update { fields, .. } | Action::Replace { fields, .. } => fields.clone(),
            _ => Vec::new(),
        },
    }
}
