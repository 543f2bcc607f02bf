//! The nodes that a trace went through and the calls between them, named as the service graph
//! names them.
//!
//! A subsegment that was sent on its own and whose segment never came is no node: `service()`
//! does not see it (<https://github.com/goadesign/goa/issues/1350>). What it calls is one.

use super::super::ast::{Target, Text};
use crate::trace::graph::CLIENT;
use crate::trace::{Destination, Kind, Parent, Span, Time, Trace};

/// A node of the service graph.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) name: &'a str,
    pub(super) kind: Option<&'a str>,
    account: Option<&'a str>,
    /// Whether it is known from its callers alone.
    pub(super) inferred: bool,
    /// Whether it stands for the callers of a root segment.
    client: bool,
}

/// One request of a node, or one call to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Work<'a> {
    /// Whose request it is; for a call, who was called.
    pub(super) node: Node<'a>,
    /// What was sent about it; for a node that sent nothing, the call to it.
    pub(super) span: &'a Span,
    /// When the last of it ended, subsegments that were left running among them.
    last: Time,
    /// Whether any of it is in progress.
    pub(super) partial: bool,
    /// Whether the trace began with it.
    pub(super) root: bool,
    /// Whether it is told of from outside the node.
    pub(super) remote: bool,
}

/// One call from a node to another.
#[derive(Debug)]
struct Call<'a> {
    source: Node<'a>,
    work: Work<'a>,
}

/// The nodes of a trace and the calls between them, each list in the order of beginning.
#[derive(Debug)]
pub(super) struct Nodes<'a> {
    requests: Vec<Work<'a>>,
    calls: Vec<Call<'a>>,
}

impl<'a> Node<'a> {
    /// The node of a received segment.
    fn of(span: &'a Span) -> Self {
        Self {
            name: &span.name,
            kind: span.origin.as_deref(),
            account: span.account_id(),
            inferred: span.inferred,
            client: false,
        }
    }

    /// The node that a call names.
    fn called(destination: Destination<'a>) -> Self {
        Self {
            name: destination.name,
            kind: Some(destination.kind),
            account: None,
            inferred: true,
            client: false,
        }
    }

    /// Whether it is meant by a target.
    ///
    /// A client has the name of the service that it calls, and is meant by its type alone: else
    /// every trace would have an edge from its first service to itself.
    fn is(self, target: &Target) -> bool {
        let fits = |wanted: Option<&Text>, value: Option<&str>| {
            wanted.is_none_or(|wanted| value == Some(wanted.value.as_str()))
        };
        match target {
            Target::Name(name) => !self.client && self.name == name.value,
            Target::Id(id) => {
                (!self.client || id.service_type.is_some())
                    && fits(id.name.as_ref(), Some(self.name))
                    && fits(id.service_type.as_ref(), self.kind)
                    && fits(id.account.as_ref(), self.account)
            }
        }
    }
}

impl<'a> Work<'a> {
    fn of(node: Node<'a>, span: &'a Span) -> Self {
        Self {
            node,
            span,
            last: span.last(),
            partial: span.in_progress(),
            root: false,
            remote: false,
        }
    }

    /// What the caller tells of a call.
    fn from_outside(node: Node<'a>, span: &'a Span) -> Self {
        Self {
            remote: true,
            ..Self::of(node, span)
        }
    }

    /// Its whole length in microseconds.
    pub(super) fn whole(&self) -> i64 {
        self.last.since(self.span.start).max(0)
    }
}

impl<'a> Nodes<'a> {
    /// Finds the nodes and calls of a trace, looking at each span once.
    pub(super) fn of(trace: &'a Trace) -> Self {
        let (mut requests, mut calls) = (Vec::<Work<'a>>::new(), Vec::new());
        // For every span, the request that it is a part of.
        let mut owners: Vec<Option<usize>> = Vec::with_capacity(trace.len());
        for (place, placed) in trace.iter().enumerate() {
            let span = &placed.span;
            let around = match placed.parent {
                Parent::Place(parent) => Some(parent),
                Parent::None | Parent::Missing(_) | Parent::Ring(_) => None,
            };
            let caller = around.and_then(|parent| owners[parent]);
            if span.kind == Kind::Segment {
                owners.push(Some(requests.len()));
                let node = Node::of(span);
                requests.push(Work {
                    root: placed.parent == Parent::None,
                    ..Work::of(node, span)
                });
                // As with Lambda, a segment right inside a segment: no call tells of it.
                if around.is_some_and(|parent| !trace[parent].span.is_call())
                    && let Some(caller) = caller
                {
                    calls.push(Call {
                        source: requests[caller].node,
                        work: Work::of(node, span),
                    });
                }
                continue;
            }
            owners.push(caller);
            if let Some(caller) = caller {
                let request = &mut requests[caller];
                request.last = request.last.max(span.last());
                request.partial |= span.in_progress();
            }
            let source = caller.map(|caller| requests[caller].node);
            let mut answered = false;
            for child in trace.children(place) {
                if span.is_call() && trace[child].span.kind == Kind::Segment {
                    answered = true;
                    calls.extend(source.map(|source| Call {
                        source,
                        work: Work::from_outside(Node::of(&trace[child].span), span),
                    }));
                }
            }
            if let Some(destination) = Destination::of(span)
                && !answered
            {
                let work = Work::from_outside(Node::called(destination), span);
                requests.push(work);
                calls.extend(source.map(|source| Call { source, work }));
            }
        }
        let clients: Vec<Work<'a>> = requests
            .iter()
            .filter(|request| request.root)
            .map(|request| Work {
                node: Node {
                    kind: Some(CLIENT),
                    account: None,
                    client: true,
                    ..request.node
                },
                ..*request
            })
            .collect();
        for client in clients {
            calls.push(Call {
                source: client.node,
                work: Work {
                    node: Node::of(client.span),
                    ..client
                },
            });
            requests.push(client);
        }
        requests.sort_by_key(|work| work.span.start);
        calls.sort_by_key(|call| call.work.span.start);
        Self { requests, calls }
    }

    /// The requests of the nodes that are meant; without a target, of all but clients.
    pub(super) fn requests(&self, target: Option<&Target>) -> Vec<Work<'a>> {
        self.requests
            .iter()
            .filter(|work| target.map_or(!work.node.client, |target| work.node.is(target)))
            .copied()
            .collect()
    }

    /// The calls from the nodes that one target means to those that another means.
    pub(super) fn calls(&self, source: &Target, destination: &Target) -> Vec<Work<'a>> {
        self.calls
            .iter()
            .filter(|call| call.source.is(source) && call.work.node.is(destination))
            .map(|call| call.work)
            .collect()
    }
}
