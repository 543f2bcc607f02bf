//! Whether a trace matches an expression.
//!
//! Plain keywords speak of the trace's entry: an error that was swallowed further in does not
//! match `error`, and neither does a throttled call match `throttle`, although the trace's
//! summary says `HasThrottle`. `service()` and `edge()` look inside: they hold when one request
//! of the node, or one call of the edge, satisfies all that stands in the braces. What each
//! keyword means where is in the table of `element`.
//!
//! A comparison needs a value: where there is none, `!=` does not hold either, and `!(a = b)`
//! does. Where there are several, one that satisfies it is enough. Annotations, groups, root
//! causes, and `service()` and `edge()` inside braces are the whole trace's.
//!
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html>

mod compare;
mod element;
mod nodes;
mod root_cause;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::OnceLock;

use super::ast::{Annotation, Expression};
use super::keyword::GroupKeyword;
use crate::trace::summary::Summary;
use crate::trace::{Cause, Exception, Placed, Span, SpanId, Trace};
use element::{Element, Inside, Place, Whole};
use nodes::{Nodes, Work};

/// A trace that expressions are tried on.
///
/// What only some expressions need is found out when the first of them needs it, and kept.
#[derive(Debug)]
pub struct Subject<'a> {
    trace: &'a Trace,
    entry: Option<usize>,
    summary: OnceLock<Summary>,
    nodes: OnceLock<Nodes<'a>>,
    exceptions: OnceLock<HashMap<SpanId, &'a Exception>>,
}

impl<'a> Subject<'a> {
    /// Prepares a trace.
    pub fn of(trace: &'a Trace) -> Self {
        Self {
            trace,
            entry: trace.entry(),
            summary: OnceLock::new(),
            nodes: OnceLock::new(),
            exceptions: OnceLock::new(),
        }
    }

    /// The trace.
    pub fn trace(&self) -> &'a Trace {
        self.trace
    }

    /// The trace's summary.
    pub fn summary(&self) -> &Summary {
        self.summary.get_or_init(|| Summary::of(self.trace))
    }

    fn entry(&self) -> Option<&'a Placed> {
        self.entry.map(|place| &self.trace[place])
    }

    fn nodes(&self) -> &Nodes<'a> {
        self.nodes.get_or_init(|| Nodes::of(self.trace))
    }

    /// What the exceptions of a span say; a reference is followed to where they stand.
    fn messages(&self, span: &'a Span) -> impl Iterator<Item = &'a str> + use<'a> {
        let cause = span.cause.as_deref();
        let referred = match cause {
            Some(Cause::Reference(id)) => self.exceptions().get(id).copied(),
            _ => None,
        };
        let own = cause.map(Cause::exceptions).unwrap_or_default();
        own.iter()
            .chain(referred)
            .filter_map(|exception| exception.message.as_deref())
    }

    fn exceptions(&self) -> &HashMap<SpanId, &'a Exception> {
        self.exceptions.get_or_init(|| {
            let causes = self.trace.iter().filter_map(|one| one.span.cause.as_ref());
            causes
                .flat_map(|cause| cause.exceptions())
                .filter_map(|exception| Some((exception.id?, exception)))
                .collect()
        })
    }
}

impl Expression {
    /// Whether a trace matches.
    ///
    /// `is_in_group` tells whether the trace belongs to the group of a name or an ARN; a group
    /// that does not exist has no traces. It is asked at most once for every place of the
    /// expression that names a group.
    pub fn matches(
        &self,
        subject: &Subject<'_>,
        is_in_group: &dyn Fn(GroupKeyword, &str) -> bool,
    ) -> bool {
        let trial = Trial {
            subject,
            is_in_group,
            known: RefCell::default(),
        };
        trial.holds(self, &Whole(subject))
    }
}

/// One expression on one trace.
struct Trial<'s, 'a> {
    subject: &'s Subject<'a>,
    is_in_group: &'s dyn Fn(GroupKeyword, &str) -> bool,
    /// What was found out about parts that speak of the whole trace, by their address.
    ///
    /// Braces inside braces would otherwise be tried once for every pair of requests, and so on
    /// with every level.
    known: RefCell<HashMap<usize, bool>>,
}

impl<'a> Trial<'_, 'a> {
    fn holds(&self, expression: &Expression, element: &dyn Element) -> bool {
        match expression {
            Expression::And(parts) => parts.iter().all(|part| self.holds(part, element)),
            Expression::Or(parts) => parts.iter().any(|part| self.holds(part, element)),
            Expression::Not(inner) => !self.holds(inner, element),
            Expression::Boolean { keyword, expected } => element.flag(*keyword) == *expected,
            Expression::Number { keyword, test } => element
                .number(*keyword)
                .is_some_and(|value| test.is_none_or(|test| test.holds(value))),
            Expression::Text { keyword, test } => element.any_text(*keyword, &|value| {
                test.as_ref().is_none_or(|test| test.holds(value))
            }),
            Expression::Annotation(_)
            | Expression::Group(_)
            | Expression::Service(_)
            | Expression::Edge(_)
            | Expression::RootCause(_)
            | Expression::RootCauseJson(_) => {
                let address = std::ptr::from_ref(expression).addr();
                let known = self.known.borrow().get(&address).copied();
                known.unwrap_or_else(|| {
                    let holds = self.holds_of_the_whole(expression);
                    self.known.borrow_mut().insert(address, holds);
                    holds
                })
            }
        }
    }

    /// The parts that mean the same in braces as outside of them.
    fn holds_of_the_whole(&self, expression: &Expression) -> bool {
        match expression {
            Expression::Annotation(annotation) => self.is_annotated(annotation),
            Expression::Group(group) => group
                .operator
                .wants((self.is_in_group)(group.keyword, &group.value.value)),
            Expression::Service(service) => {
                let requests = self.subject.nodes().requests(service.target.as_ref());
                self.any(&requests, service.filter.as_deref())
            }
            Expression::Edge(edge) => {
                let nodes = self.subject.nodes();
                let calls = nodes.calls(&edge.source, &edge.destination);
                self.any(&calls, edge.filter.as_deref())
            }
            Expression::RootCause(wanted) => {
                let filter = wanted.filter.as_deref();
                root_cause::of(self.subject.summary(), wanted.kind)
                    .iter()
                    .any(|cause| {
                        root_cause::any(cause, wanted.part, &|element| {
                            filter.is_none_or(|filter| self.holds(filter, element))
                        })
                    })
            }
            Expression::RootCauseJson(patterns) => {
                root_cause::fit(self.subject.summary(), patterns)
            }
            _ => self.holds(expression, &Whole(self.subject)),
        }
    }

    fn any(&self, works: &[Work<'a>], filter: Option<&Expression>) -> bool {
        let Some(filter) = filter else {
            return !works.is_empty();
        };
        works.iter().enumerate().any(|(index, work)| {
            let inside = Inside {
                subject: self.subject,
                work: *work,
                place: Place {
                    index,
                    count: works.len(),
                },
            };
            self.holds(filter, &inside)
        })
    }

    fn is_annotated(&self, wanted: &Annotation) -> bool {
        let annotations = &self.subject.summary().annotations;
        annotations
            .get(&wanted.key.value)
            .is_some_and(|values| match &wanted.test {
                None => !values.is_empty(),
                Some(test) => values.iter().any(|given| test.holds(&given.value)),
            })
    }
}
