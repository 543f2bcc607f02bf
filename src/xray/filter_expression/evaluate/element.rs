//! What keywords speak about: the trace as a whole, or one request or call inside it.
//!
//! | keyword | of the trace | of a request or a call, in braces |
//! |---|---|---|
//! | `error`, `throttle`, `fault` | the entry's flags | its flags |
//! | `ok` | none of the entry's flags, status 2xx or none | the same |
//! | `partial` | anything is in progress | any of its own spans is |
//! | `inferred` | the entry is | its node, or the node called, sent nothing |
//! | `remote` | no | it is a call, or known from the call alone |
//! | `root` | the entry has no parent | the trace began with it |
//! | `first`, `last`, `index` | of a list of one | among those that are meant, from 0 |
//! | `coverage` | 1 | its share of the entry's time |
//! | `responsetime` | the entry's | its own |
//! | `duration` | from first start to last end | with what it left running |
//! | `http.*`, `message` | the entry's | its own |
//! | `name`, `type` | the entry's | its node's; for a call, those of the node called |
//! | `user` | any span's | its own |
//! | `availabilityzone`, `instance.id`, `resource.arn` | any segment's | its own |
//!
//! The guide (<https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html>) is
//! silent about `first`, `last`, `index`, `coverage`, `remote` and `inferred` outside of root
//! causes; these are the nearest things that they could mean.

use super::super::keyword::{BooleanKeyword, NumberKeyword, TextKeyword};
use super::Subject;
use super::nodes::Work;
use crate::trace::{Kind, Parent, Span, seconds};

/// What keywords speak about.
pub(super) trait Element {
    /// Whether a keyword is true of it.
    fn flag(&self, keyword: BooleanKeyword) -> bool;

    /// A keyword's number; times in seconds.
    fn number(&self, keyword: NumberKeyword) -> Option<f64>;

    /// Whether one of a keyword's texts, of which there may be none or many, satisfies a test.
    fn any_text(&self, keyword: TextKeyword, test: &dyn Fn(&str) -> bool) -> bool;
}

/// A place in a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) index: usize,
    pub(super) count: usize,
}

impl Place {
    pub(super) fn is_first(self) -> bool {
        self.index == 0
    }

    pub(super) fn is_last(self) -> bool {
        self.index + 1 == self.count
    }

    pub(super) fn number(self) -> Option<f64> {
        u32::try_from(self.index).ok().map(f64::from)
    }
}

/// The trace as a whole.
pub(super) struct Whole<'s, 'a>(pub(super) &'s Subject<'a>);

/// A request or a call among those that are meant.
pub(super) struct Inside<'s, 'a> {
    pub(super) subject: &'s Subject<'a>,
    pub(super) work: Work<'a>,
    pub(super) place: Place,
}

impl Element for Whole<'_, '_> {
    fn flag(&self, keyword: BooleanKeyword) -> bool {
        let Some(entry) = self.0.entry() else {
            return false;
        };
        let span = &entry.span;
        match keyword {
            BooleanKeyword::Partial => self.0.trace.iter().any(|one| one.span.in_progress()),
            BooleanKeyword::Inferred => span.inferred,
            BooleanKeyword::First | BooleanKeyword::Last => true,
            BooleanKeyword::Remote => false,
            BooleanKeyword::Root => span.kind == Kind::Segment && entry.parent == Parent::None,
            _ => outcome(span, keyword),
        }
    }

    fn number(&self, keyword: NumberKeyword) -> Option<f64> {
        let trace = self.0.trace;
        let span = &self.0.entry()?.span;
        match keyword {
            NumberKeyword::ResponseTime => response_time(span),
            NumberKeyword::Duration => Some(seconds(trace.end()?.since(trace.start()?))),
            NumberKeyword::HttpStatus => status(span),
            NumberKeyword::Index => Some(0.0),
            NumberKeyword::Coverage => coverage(self.0, span),
        }
    }

    fn any_text(&self, keyword: TextKeyword, test: &dyn Fn(&str) -> bool) -> bool {
        let spans = || self.0.trace.iter().map(|placed| &placed.span);
        match keyword {
            TextKeyword::User => spans().any(|span| text(span, keyword).is_some_and(test)),
            TextKeyword::AvailabilityZone | TextKeyword::InstanceId | TextKeyword::ResourceArn => {
                spans()
                    .filter(|span| span.kind == Kind::Segment)
                    .any(|span| text(span, keyword).is_some_and(test))
            }
            _ => self.0.entry().is_some_and(|entry| match keyword {
                TextKeyword::Message => self.0.messages(&entry.span).any(test),
                _ => text(&entry.span, keyword).is_some_and(test),
            }),
        }
    }
}

impl Element for Inside<'_, '_> {
    fn flag(&self, keyword: BooleanKeyword) -> bool {
        let work = &self.work;
        match keyword {
            BooleanKeyword::Partial => work.partial,
            BooleanKeyword::Inferred => work.node.inferred,
            BooleanKeyword::First => self.place.is_first(),
            BooleanKeyword::Last => self.place.is_last(),
            BooleanKeyword::Remote => work.remote,
            BooleanKeyword::Root => work.root,
            _ => outcome(work.span, keyword),
        }
    }

    fn number(&self, keyword: NumberKeyword) -> Option<f64> {
        let span = self.work.span;
        match keyword {
            NumberKeyword::ResponseTime => response_time(span),
            NumberKeyword::Duration => Some(seconds(self.work.whole())),
            NumberKeyword::HttpStatus => status(span),
            NumberKeyword::Index => self.place.number(),
            NumberKeyword::Coverage => coverage(self.subject, span),
        }
    }

    fn any_text(&self, keyword: TextKeyword, test: &dyn Fn(&str) -> bool) -> bool {
        match keyword {
            TextKeyword::Name => test(self.work.node.name),
            TextKeyword::Type => self.work.node.kind.is_some_and(test),
            TextKeyword::Message => self.subject.messages(self.work.span).any(test),
            _ => text(self.work.span, keyword).is_some_and(test),
        }
    }
}

/// The keywords that tell how a span ended.
///
/// Flags decide, as they do for the service graph and for `HasFault` and `HasError`; a status
/// alone makes no failure, only something that is not `ok`.
fn outcome(span: &Span, keyword: BooleanKeyword) -> bool {
    match keyword {
        BooleanKeyword::Ok => {
            let status = span.http.as_ref().and_then(|http| http.status);
            !(span.error || span.throttle || span.fault)
                && status.is_none_or(|status| (200..300).contains(&status))
        }
        BooleanKeyword::Error => span.error,
        BooleanKeyword::Throttle => span.throttle,
        BooleanKeyword::Fault => span.fault,
        BooleanKeyword::Partial
        | BooleanKeyword::Inferred
        | BooleanKeyword::First
        | BooleanKeyword::Last
        | BooleanKeyword::Remote
        | BooleanKeyword::Root => false,
    }
}

/// There is none before the end.
fn response_time(span: &Span) -> Option<f64> {
    (!span.in_progress()).then(|| seconds(span.elapsed()))
}

fn status(span: &Span) -> Option<f64> {
    let status = span.http.as_ref()?.status?;
    i32::try_from(status).ok().map(f64::from)
}

/// The share of the time that the trace's first service took.
fn coverage(subject: &Subject<'_>, span: &Span) -> Option<f64> {
    let whole = subject.entry()?.span.elapsed();
    (whole > 0 && !span.in_progress()).then(|| (seconds(span.elapsed()) / seconds(whole)).min(1.0))
}

/// The texts of which a span has at most one.
fn text(span: &Span, keyword: TextKeyword) -> Option<&str> {
    let http = span.http.as_deref();
    let aws = span.aws.as_deref();
    match keyword {
        TextKeyword::HttpUrl => http?.url.as_deref(),
        TextKeyword::HttpMethod => http?.method.as_deref(),
        TextKeyword::HttpUserAgent => http?.user_agent.as_deref(),
        TextKeyword::HttpClientIp => http?.client_ip.as_deref(),
        TextKeyword::User => span.user.as_deref(),
        TextKeyword::Name => Some(&span.name),
        TextKeyword::Type => span.origin.as_deref(),
        TextKeyword::Message => None,
        TextKeyword::AvailabilityZone => aws?.availability_zone.as_deref(),
        TextKeyword::InstanceId => aws?.instance_id.as_deref(),
        TextKeyword::ResourceArn => span.resource_arn.as_deref(),
    }
}
