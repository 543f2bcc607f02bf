//! What a parsed expression is made of.

use std::ops::Range;

use super::keyword::{
    BooleanKeyword, Equality, GroupKeyword, NumberKeyword, NumberOperator, RootCauseKind,
    RootCausePart, TextKeyword, TextOperator,
};

/// A filter expression, or a part of one.
///
/// `Display` prints the canonical text: keywords in lower case, connectives in upper case,
/// every string in quotes, AND written out, and parentheses wherever the guide leaves the
/// precedence open. It reads back as the same expression, unless the source was so close to a
/// limit of length or depth that the canonical text goes beyond it.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// Every one of them holds; two or more.
    And(Vec<Expression>),
    /// At least one of them holds; two or more.
    Or(Vec<Expression>),
    /// It does not hold.
    Not(Box<Expression>),
    /// `ok`, `ok = true` and `ok != false` (expected: true); `ok = false` (expected: false).
    Boolean {
        /// What is looked at.
        keyword: BooleanKeyword,
        /// The value that it must have.
        expected: bool,
    },
    /// `responsetime > 2`; without a test, that there is such a value.
    Number {
        /// What is looked at.
        keyword: NumberKeyword,
        /// What its value must satisfy.
        test: Option<NumberTest>,
    },
    /// `http.url CONTAINS "/api/"`; without a test, that there is such a value.
    Text {
        /// What is looked at.
        keyword: TextKeyword,
        /// What its value must satisfy.
        test: Option<TextTest>,
    },
    /// `annotation.age > 29`; without a test, that it is set.
    Annotation(Annotation),
    /// `group.name = "slow"`: the named group's own filter holds (or does not).
    Group(Group),
    /// `service("a") {fault}`.
    Service(Service),
    /// `edge("a", "b") {fault}`.
    Edge(Edge),
    /// `rootcause.fault.service {name = "a"}`.
    RootCause(RootCause),
    /// `rootcause.json = #[…]`: a JSON array of root causes.
    RootCauseJson(Vec<serde_json::Value>),
}

/// A piece of text and where it stood.
///
/// Two texts are equal when their values are: the place and the quotes are not part of the
/// meaning.
#[derive(Debug, Clone, Default)]
pub struct Text {
    /// The text itself, its escapes resolved.
    pub value: String,
    /// Its place in the source in bytes, quotes included.
    pub span: Range<usize>,
    /// It was written as a bare word, without quotes.
    pub bare: bool,
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Text {}

/// A comparison with a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberTest {
    /// How the value is compared.
    pub operator: NumberOperator,
    /// What it is compared with; always finite.
    pub value: f64,
}

/// A comparison with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextTest {
    /// How the value is compared.
    pub operator: TextOperator,
    /// What it is compared with.
    pub value: Text,
}

/// An annotation and what its value must satisfy; without a test, that it is set.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// The annotation's key, in its own case.
    pub key: Text,
    /// What its value must satisfy.
    pub test: Option<AnnotationTest>,
}

/// The type of the written value decides how an annotation is compared.
#[derive(Debug, Clone, PartialEq)]
pub enum AnnotationTest {
    /// `annotation.paid = true`.
    Boolean {
        /// How the value is compared.
        operator: Equality,
        /// What it is compared with.
        value: bool,
    },
    /// `annotation.age > 29`.
    Number(NumberTest),
    /// `annotation.game = "chess"`.
    Text(TextTest),
}

/// Another group's filter, named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Whether the group is given by name or by ARN.
    pub keyword: GroupKeyword,
    /// Whether its filter must hold or must not.
    pub operator: Equality,
    /// The group's name or ARN.
    pub value: Text,
}

/// A node of the service map that a trace went through.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// Which node; any node where absent.
    pub target: Option<Target>,
    /// What the node's segments must satisfy.
    pub filter: Option<Box<Expression>>,
}

/// A connection between two nodes of the service map.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// The node that called.
    pub source: Target,
    /// The node that was called.
    pub destination: Target,
    /// What the connection's segments must satisfy.
    pub filter: Option<Box<Expression>>,
}

/// How a node of the service map is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// By its name alone.
    Name(Text),
    /// By any of name, type and account.
    Id(Id),
}

/// The parts of `id(…)`; at least one is present.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Id {
    /// The node's name.
    pub name: Option<Text>,
    /// The node's type, such as `AWS::Lambda::Function`.
    pub service_type: Option<Text>,
    /// The account that it runs in.
    pub account: Option<Text>,
}

/// A look into what X-Ray found to be the cause of a fault, an error or a slow response.
#[derive(Debug, Clone, PartialEq)]
pub struct RootCause {
    /// Of what it is the cause.
    pub kind: RootCauseKind,
    /// Which elements of the cause are looked at.
    pub part: RootCausePart,
    /// What such an element must satisfy; any element does where absent.
    pub filter: Option<Box<Expression>>,
}

impl Target {
    /// The node's name, where one is given.
    pub fn name(&self) -> Option<&Text> {
        match self {
            Self::Name(name) => Some(name),
            Self::Id(id) => id.name.as_ref(),
        }
    }
}

impl Expression {
    /// The service names that a matching trace must (or may) contain, in order, each once.
    ///
    /// They come from `service(…)`, `edge(…)`, `id(name: …)` and `name = "…"`; names that are
    /// excluded are left out, and so are names of entities and exceptions of root causes. They
    /// are there to be compared with a sampling rule's `ServiceName`.
    pub fn service_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        self.visit_service_names(true, &mut |name, wanted| {
            if wanted && !names.contains(&name.value.as_str()) {
                names.push(&name.value);
            }
        });
        names
    }

    /// Shows every service name to `visit`, along with whether it is asked for or excluded.
    pub(super) fn visit_service_names<'a>(
        &'a self,
        wanted: bool,
        visit: &mut dyn FnMut(&'a Text, bool),
    ) {
        match self {
            Self::And(parts) | Self::Or(parts) => {
                for part in parts {
                    part.visit_service_names(wanted, visit);
                }
            }
            Self::Not(inner) => inner.visit_service_names(!wanted, visit),
            Self::Text {
                keyword: TextKeyword::Name,
                test: Some(TextTest { operator, value }),
            } => match operator {
                TextOperator::Equal => visit(value, wanted),
                TextOperator::NotEqual => visit(value, !wanted),
                // Parts of names cannot be compared with a whole one.
                TextOperator::Contains | TextOperator::BeginsWith | TextOperator::EndsWith => {}
            },
            Self::Service(service) => {
                if let Some(name) = service.target.as_ref().and_then(Target::name) {
                    visit(name, wanted);
                }
                visit_filter(service.filter.as_deref(), wanted, visit);
            }
            Self::Edge(edge) => {
                for name in [&edge.source, &edge.destination]
                    .into_iter()
                    .filter_map(Target::name)
                {
                    visit(name, wanted);
                }
                visit_filter(edge.filter.as_deref(), wanted, visit);
            }
            Self::RootCause(cause) if cause.part == RootCausePart::Service => {
                visit_filter(cause.filter.as_deref(), wanted, visit);
            }
            Self::RootCause(_)
            | Self::Boolean { .. }
            | Self::Number { .. }
            | Self::Text { .. }
            | Self::Annotation(_)
            | Self::Group(_)
            | Self::RootCauseJson(_) => {}
        }
    }
}

fn visit_filter<'a>(
    filter: Option<&'a Expression>,
    wanted: bool,
    visit: &mut dyn FnMut(&'a Text, bool),
) {
    if let Some(filter) = filter {
        filter.visit_service_names(wanted, visit);
    }
}
