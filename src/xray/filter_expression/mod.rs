//! The filter-expression language of groups and trace queries: text in, a typed [`Expression`]
//! or a helpful [`SyntaxError`] out.
//!
//! AWS accepts an expression that matches nothing without a word, so this room also holds
//! [`lint`]: what parses and still cannot be meant. The grammar follows the X-Ray developer
//! guide (<https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html>); where
//! the guide is silent, NOT binds tighter than AND, and AND tighter than OR.
//!
//! Whether a trace matches is told by [`Expression::matches`], on top of the trace model. Which
//! traces there are, and sending an expression anywhere, stay out.

mod ast;
mod error;
mod evaluate;
mod keyword;
mod lint;
mod node;
mod parser;
mod print;
mod reader;
mod term;
#[cfg(test)]
mod tests;
mod value;

pub use ast::{
    Annotation, AnnotationTest, Edge, Expression, Group, Id, NumberTest, RootCause, Service,
    Target, Text, TextTest,
};
pub use error::{Kind, SyntaxError};
pub use evaluate::Subject;
pub use keyword::{
    BooleanKeyword, Equality, GroupKeyword, NumberKeyword, NumberOperator, RootCauseKind,
    RootCausePart, TextKeyword, TextOperator,
};
pub use lint::{Lint, lint};

/// The longest expression that is read, in characters: the 2017 API reference's limit.
pub const MAX_CHARACTERS: usize = 2000;

/// The deepest nesting of parentheses and braces that is read.
pub const MAX_DEPTH: usize = 64;

/// Reads an expression.
///
/// Empty or blank text is an error of [`Kind::Empty`]: AWS takes it as "no filter", and only
/// the caller knows whether that is what is meant.
pub fn parse(text: &str) -> Result<Expression, SyntaxError> {
    parser::parse(text)
}

impl std::str::FromStr for Expression {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text)
    }
}
