//! Prints an expression as canonical text, which reads back as the same expression.

use std::fmt::{self, Display, Formatter};

use super::ast::{
    Annotation, AnnotationTest, Edge, Expression, Group, Id, NumberTest, RootCause, Service,
    Target, Text, TextTest,
};
use super::term::is_plain_key;

impl Display for Expression {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => join(formatter, parts, " AND "),
            Self::Or(parts) => join(formatter, parts, " OR "),
            Self::Not(inner) if inner.is_atom() => write!(formatter, "!{inner}"),
            Self::Not(inner) => write!(formatter, "!({inner})"),
            Self::Boolean {
                keyword,
                expected: true,
            } => write!(formatter, "{keyword}"),
            Self::Boolean {
                keyword,
                expected: false,
            } => write!(formatter, "{keyword} = false"),
            Self::Number { keyword, test } => {
                write!(formatter, "{keyword}")?;
                tested(formatter, test.as_ref())
            }
            Self::Text { keyword, test } => {
                write!(formatter, "{keyword}")?;
                tested(formatter, test.as_ref())
            }
            Self::Annotation(annotation) => annotation.fmt(formatter),
            Self::Group(group) => group.fmt(formatter),
            Self::Service(service) => service.fmt(formatter),
            Self::Edge(edge) => edge.fmt(formatter),
            Self::RootCause(cause) => cause.fmt(formatter),
            Self::RootCauseJson(causes) => {
                formatter.write_str("rootcause.json = #[")?;
                for (index, cause) in causes.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(formatter, "{comma}{cause}")?;
                }
                formatter.write_str("]")
            }
        }
    }
}

impl Expression {
    /// Whether `!` may be put before it without parentheses and without doubt.
    fn is_atom(&self) -> bool {
        match self {
            Self::And(_) | Self::Or(_) | Self::Not(_) | Self::Group(_) | Self::RootCauseJson(_) => {
                false
            }
            Self::Boolean { expected, .. } => *expected,
            Self::Number { test, .. } => test.is_none(),
            Self::Text { test, .. } => test.is_none(),
            Self::Annotation(annotation) => annotation.test.is_none(),
            Self::Service(_) | Self::Edge(_) | Self::RootCause(_) => true,
        }
    }
}

fn join(formatter: &mut Formatter<'_>, parts: &[Expression], connective: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            formatter.write_str(connective)?;
        }
        // AND inside OR needs none by precedence, but a reader should not have to know that.
        if matches!(part, Expression::And(_) | Expression::Or(_)) {
            write!(formatter, "({part})")?;
        } else {
            write!(formatter, "{part}")?;
        }
    }
    Ok(())
}

fn tested(formatter: &mut Formatter<'_>, test: Option<&impl Display>) -> fmt::Result {
    test.map_or(Ok(()), |test| write!(formatter, " {test}"))
}

fn braces(formatter: &mut Formatter<'_>, filter: Option<&Expression>) -> fmt::Result {
    filter.map_or(Ok(()), |filter| write!(formatter, " {{{filter}}}"))
}

impl Display for NumberTest {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let plain = self.value.to_string();
        // Beyond this length only the exponent can be read.
        if plain.len() > 20 {
            write!(formatter, "{} {:e}", self.operator, self.value)
        } else {
            write!(formatter, "{} {plain}", self.operator)
        }
    }
}

impl Display for TextTest {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.operator, self.value)
    }
}

impl Display for Text {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let escaped = self.value.replace('\\', "\\\\").replace('"', "\\\"");
        write!(formatter, "\"{escaped}\"")
    }
}

impl Display for Annotation {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if is_plain_key(&self.key.value) {
            write!(formatter, "annotation.{}", self.key.value)?;
        } else {
            write!(formatter, "annotation[{}]", self.key)?;
        }
        tested(formatter, self.test.as_ref())
    }
}

impl Display for AnnotationTest {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean { operator, value } => write!(formatter, "{operator} {value}"),
            Self::Number(test) => test.fmt(formatter),
            Self::Text(test) => test.fmt(formatter),
        }
    }
}

impl Display for Group {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} {} {}",
            self.keyword, self.operator, self.value
        )
    }
}

impl Display for Service {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match &self.target {
            Some(target) => write!(formatter, "service({target})")?,
            None => formatter.write_str("service()")?,
        }
        braces(formatter, self.filter.as_deref())
    }
}

impl Display for Edge {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "edge({}, {})", self.source, self.destination)?;
        braces(formatter, self.filter.as_deref())
    }
}

impl Display for Target {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(formatter),
            Self::Id(id) => id.fmt(formatter),
        }
    }
}

impl Display for Id {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let parts = [
            ("name", &self.name),
            ("type", &self.service_type),
            ("account.id", &self.account),
        ];
        let mut comma = "";
        formatter.write_str("id(")?;
        for (part, text) in parts {
            if let Some(text) = text {
                write!(formatter, "{comma}{part}: {text}")?;
                comma = ", ";
            }
        }
        formatter.write_str(")")
    }
}

impl Display for RootCause {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "rootcause.{}.{}", self.kind, self.part)?;
        match &self.filter {
            Some(filter) => write!(formatter, " {{{filter}}}"),
            None => formatter.write_str(" {}"),
        }
    }
}
