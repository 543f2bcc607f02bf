//! What parses and still cannot be meant: AWS accepts it and matches nothing.

use std::ops::Range;

use super::ast::{AnnotationTest, Expression, Service, Target, Text, TextTest};
use super::keyword::{RootCauseKind, RootCausePart};
use crate::caret::quote;

/// Something that AWS accepts and that will disappoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// What is odd, without a final period.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// The bytes of the source that it is about.
    pub span: Option<Range<usize>>,
}

/// Looks for service names that no segment carries, and for what the guide does not know.
pub fn lint(expression: &Expression) -> Vec<Lint> {
    let mut found = Vec::new();
    expression.visit_service_names(true, &mut |name, _| {
        if let Some((message, hint)) = check_name(&name.value) {
            found.push(Lint {
                message,
                hint,
                span: Some(name.span.clone()),
            });
        }
    });
    check_terms(expression, None, &mut found);
    found.sort_by_key(|lint| lint.span.as_ref().map_or(usize::MAX, |span| span.start));
    found
}

/// The first thing that keeps a service name from ever being a segment's name.
fn check_name(name: &str) -> Option<(String, String)> {
    let quoted = quote(name);
    let shell = "the shell expands $NAME inside double quotes; put the whole expression in \
                 single quotes and write the service's own name";
    if name.is_empty() {
        return Some((
            "an empty service name matches nothing".to_owned(),
            format!("was a variable unset? {shell}; service() means any service"),
        ));
    }
    if name.trim() != name || name.contains(['\n', '\r', '\t']) {
        return Some((
            format!("the service name {quoted} has blanks that no segment's name has"),
            format!(
                "write {}",
                quote(&name.split_whitespace().collect::<Vec<_>>().join(" "))
            ),
        ));
    }
    if name.contains('$') {
        return Some((
            format!("the service name {quoted} holds a variable that was not expanded"),
            "write the name itself; no segment's name contains $".to_owned(),
        ));
    }
    if let Some(host) = host_of(name) {
        return Some((
            format!("the service name {quoted} is a URL, and segments are never named so"),
            format!(
                "write the recorder's service name, or {} where dynamic naming takes the name \
                 from the Host header",
                quote(host)
            ),
        ));
    }
    if name.contains(['*', '?']) {
        return Some((
            format!(
                "the service name {quoted} holds a wildcard, but names are compared as they are"
            ),
            "write the whole name; name CONTAINS \"…\" inside service() {…} compares a part"
                .to_owned(),
        ));
    }
    if name.starts_with('-') {
        return Some((
            format!("the service name {quoted} begins with a dash"),
            format!("was it $NAME{name}? {shell}"),
        ));
    }
    None
}

/// The host, with its port, of what looks like a URL.
fn host_of(name: &str) -> Option<&str> {
    let (scheme, rest) = name.split_once("://")?;
    let is_scheme =
        !scheme.is_empty() && scheme.chars().all(|letter| letter.is_ascii_alphanumeric());
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    (is_scheme && !host.is_empty()).then_some(host)
}

fn check_terms(expression: &Expression, inside: Option<&str>, found: &mut Vec<Lint>) {
    match expression {
        Expression::And(parts) | Expression::Or(parts) => {
            for part in parts {
                check_terms(part, inside, found);
            }
        }
        Expression::Not(inner) => check_terms(inner, inside, found),
        Expression::Text {
            test: Some(TextTest { value, .. }),
            ..
        } => check_quotes(value, found),
        Expression::Annotation(annotation) => {
            if let Some(AnnotationTest::Text(TextTest { value, .. })) = &annotation.test {
                check_quotes(value, found);
            }
        }
        Expression::Group(group) => check_quotes(&group.value, found),
        Expression::Service(Service { target, filter }) => {
            check_nesting("service", target.as_ref(), inside, found);
            check_filter(filter.as_deref(), "service", found);
        }
        Expression::Edge(edge) => {
            check_nesting("edge", Some(&edge.source), inside, found);
            check_filter(edge.filter.as_deref(), "edge", found);
        }
        Expression::RootCause(cause) => {
            if cause.kind == RootCauseKind::ResponseTime && cause.part == RootCausePart::Exception {
                found.push(Lint {
                    message: "the root cause of a response time has no exceptions".to_owned(),
                    hint: "look at rootcause.fault.exception or rootcause.error.exception"
                        .to_owned(),
                    span: None,
                });
            }
            check_filter(cause.filter.as_deref(), "rootcause", found);
        }
        Expression::Boolean { .. }
        | Expression::Number { .. }
        | Expression::Text { test: None, .. }
        | Expression::RootCauseJson(_) => {}
    }
}

fn check_filter(filter: Option<&Expression>, owner: &str, found: &mut Vec<Lint>) {
    if let Some(filter) = filter {
        check_terms(filter, Some(owner), found);
    }
}

fn check_quotes(value: &Text, found: &mut Vec<Lint>) {
    if value.bare {
        found.push(Lint {
            message: format!("the text {} has no quotes", value.value),
            hint: format!("the guide wants them: write {value}"),
            span: Some(value.span.clone()),
        });
    }
}

fn check_nesting(
    keyword: &str,
    target: Option<&Target>,
    inside: Option<&str>,
    found: &mut Vec<Lint>,
) {
    if let Some(owner) = inside {
        found.push(Lint {
            message: format!(
                "{keyword}(…) stands inside the braces of {owner}, which the guide does not know"
            ),
            hint: "put it beside, joined with AND".to_owned(),
            span: target.and_then(Target::name).map(|name| name.span.clone()),
        });
    }
}
