//! Which traces belong to a group: filters, and what they said of which trace.
//!
//! X-Ray decides on a trace's arrival; here a group's filter of today speaks for all of its
//! traces, and an answer says so where the filter was another one in between.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::super::{Fault, Group, GroupKey, Store, Tenant};
use crate::trace::{Trace, TraceId};
use crate::xray::filter_expression::{Expression, GroupKeyword, Kind, Subject, SyntaxError, parse};

/// Filters whose verdicts are kept.
const MOST_KEPT: usize = 16;

/// A filter, with the groups that it may name.
#[derive(Debug, Clone)]
pub struct Filter {
    expression: Expression,
    groups: Arc<[Member]>,
    /// What tells it from others: its text, and the groups' where it may name one.
    key: Arc<str>,
}

#[derive(Debug)]
struct Member {
    name: String,
    arn: String,
    /// Absent where the group takes every trace.
    expression: Option<Expression>,
}

/// What filters said of traces.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    /// The filter that was used last stands last.
    kept: Vec<(Filter, HashMap<TraceId, Verdict>)>,
}

#[derive(Debug, Clone, Copy)]
struct Verdict {
    /// How many documents the trace had then.
    revision: usize,
    matches: bool,
}

impl Store {
    /// Reads a filter; blank text is no filter.
    pub fn filter(&self, tenant: &Tenant, text: &str) -> Result<Option<Filter>, Fault> {
        let expression = match parse(text) {
            Ok(expression) => expression,
            Err(SyntaxError {
                kind: Kind::Empty, ..
            }) => return Ok(None),
            Err(error) => {
                return Err(Fault::invalid_request(format!(
                    "Invalid filter expression: {error}"
                )));
            }
        };
        // A word in a string may look like it: then the groups are read for nothing.
        let groups = if text.to_ascii_lowercase().contains("group") {
            self.all_groups(tenant)?
        } else {
            Vec::new()
        };
        let mut key = expression.to_string();
        for group in &groups {
            key.push_str(&format!("\n{} {:?}", group.arn, group.filter_expression));
        }
        Ok(Some(Filter {
            expression,
            groups: groups.into_iter().map(Member::from).collect(),
            key: key.into(),
        }))
    }

    /// The filter of a group; `Default` and a group without one take every trace.
    pub fn group_filter(
        &self,
        tenant: &Tenant,
        key: &GroupKey,
    ) -> Result<(Option<Filter>, Option<i64>), Fault> {
        if matches!(key, GroupKey::Name(name) if name == "Default") {
            return Ok((None, None));
        }
        let (group, changed_at) = self.group_with_history(tenant, key)?;
        let filter = match &group.filter_expression {
            Some(text) => self.filter(tenant, text)?,
            None => None,
        };
        Ok((filter, changed_at))
    }
}

impl From<Group> for Member {
    fn from(group: Group) -> Self {
        Self {
            name: group.name,
            arn: group.arn,
            expression: group.filter_expression.and_then(|text| parse(&text).ok()),
        }
    }
}

/// What one trace is to the groups, as far as has been asked.
type Known = RefCell<HashMap<usize, Option<bool>>>;

impl Filter {
    /// What tells it from others.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Whether a trace matches.
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        self.holds(&self.expression, subject, &Known::default())
    }

    fn holds(&self, expression: &Expression, subject: &Subject<'_>, known: &Known) -> bool {
        expression.matches(subject, &|keyword, value| {
            let place = self.groups.iter().position(|group| match keyword {
                GroupKeyword::Name => group.name == value,
                GroupKeyword::Arn => group.arn == value,
            });
            let Some(place) = place else {
                return keyword == GroupKeyword::Name && value == "Default";
            };
            let Some(inner) = &self.groups[place].expression else {
                return true;
            };
            if let Some(verdict) = known.borrow().get(&place) {
                // One that is still being asked names itself, and so has no traces.
                return verdict.unwrap_or(false);
            }
            known.borrow_mut().insert(place, None);
            let verdict = self.holds(inner, subject, known);
            known.borrow_mut().insert(place, Some(verdict));
            verdict
        })
    }
}

impl Verdicts {
    /// Starts to keep what a filter says, if it is not kept already.
    pub(super) fn keep_for(&mut self, filter: &Filter) {
        let place = self
            .kept
            .iter()
            .position(|(kept, _)| kept.key == filter.key);
        if let Some(place) = place {
            self.kept[place..].rotate_left(1);
            return;
        }
        if self.kept.len() >= MOST_KEPT {
            self.kept.remove(0);
        }
        self.kept.push((filter.clone(), HashMap::new()));
    }

    /// Asks every kept filter about a trace of so many documents.
    pub(super) fn judge(&mut self, trace: &Trace, revision: usize) {
        if self.kept.is_empty() {
            return;
        }
        let subject = Subject::of(trace);
        for (filter, verdicts) in &mut self.kept {
            let matches = filter.matches(&subject);
            verdicts.insert(trace.id(), Verdict { revision, matches });
        }
    }

    /// What a filter said of a trace, if it was asked when the trace was as it is now.
    pub(super) fn of(&self, filter: &Filter, id: TraceId, revision: usize) -> Option<bool> {
        let (_, verdicts) = self.kept.iter().find(|(kept, _)| kept.key == filter.key)?;
        let verdict = verdicts.get(&id)?;
        (verdict.revision == revision).then_some(verdict.matches)
    }

    /// Forgets traces that are gone.
    pub(super) fn keep(&mut self, is_there: impl Fn(TraceId) -> bool) {
        for (_, verdicts) in &mut self.kept {
            verdicts.retain(|id, _| is_there(*id));
        }
    }
}
