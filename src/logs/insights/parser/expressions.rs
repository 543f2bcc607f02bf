//! Expressions, from `or` down to a field.

use super::super::MAX_DEPTH;
use super::super::error::QueryError;
use super::super::expression::{Comparison, Expression, Operator};
use super::super::value::Value;
use super::Parser;
use crate::caret::quote;

/// Words that are no fields.
const KEYWORDS: [&str; 9] = ["and", "or", "not", "in", "like", "as", "by", "asc", "desc"];

impl Parser<'_> {
    pub(super) fn or(&mut self) -> Result<Expression, QueryError> {
        let mut parts = vec![self.and()?];
        while self.reader.eat_word("or") {
            parts.push(self.and()?);
        }
        Ok(joined(parts, Expression::Or))
    }

    fn and(&mut self) -> Result<Expression, QueryError> {
        let mut parts = vec![self.not()?];
        while self.reader.eat_word("and") {
            parts.push(self.not()?);
        }
        Ok(joined(parts, Expression::And))
    }

    fn not(&mut self) -> Result<Expression, QueryError> {
        if !self.reader.eat_word("not") {
            return self.comparison();
        }
        let inner = self.deeper(Self::not)?;
        Ok(Expression::Not(Box::new(inner)))
    }

    fn comparison(&mut self) -> Result<Expression, QueryError> {
        let left = Box::new(self.sum()?);
        let is_not = self.reader.peek_word().eq_ignore_ascii_case("not");
        if is_not {
            self.reader.eat_word("not");
        }
        let expression = if self.reader.eat_word("like") || self.reader.eat("=~") {
            self.pattern(left)?
        } else if self.reader.eat_word("in") {
            self.list(left)?
        } else if is_not {
            let found = self.reader.found();
            return Err(self.reader.error_here(
                format!("in or like is missing before {found}"),
                "write not in […] or not like /…/",
            ));
        } else {
            let marks = [
                ("!=", Comparison::NotEqual),
                ("<=", Comparison::AtMost),
                (">=", Comparison::AtLeast),
                ("=", Comparison::Equal),
                ("<", Comparison::Less),
                (">", Comparison::Greater),
            ];
            if self.reader.next_mark() == "==" {
                return Err(self.reader.error_here("== is no operator", "write ="));
            }
            let Some((_, comparison)) = marks.into_iter().find(|(mark, _)| self.reader.eat(mark))
            else {
                return Ok(*left);
            };
            let right = Box::new(self.sum()?);
            return Ok(Expression::Compare(left, comparison, right));
        };
        Ok(if is_not {
            Expression::Not(Box::new(expression))
        } else {
            expression
        })
    }

    /// Reads what is behind `like`.
    fn pattern(&mut self, value: Box<Expression>) -> Result<Expression, QueryError> {
        if let Some(expression) = self.reader.regular_expression()? {
            return Ok(Expression::Matches(value, expression));
        }
        let part = self.sum()?;
        Ok(Expression::Contains(value, Box::new(part)))
    }

    /// Reads what is behind `in`.
    fn list(&mut self, value: Box<Expression>) -> Result<Expression, QueryError> {
        self.reader.peek();
        let open = self.reader.offset;
        if !self.reader.eat("[") {
            let found = self.reader.found();
            return Err(self.reader.error_here(
                format!("a list is missing before {found}"),
                "write it in brackets: in [\"a\", \"b\"]",
            ));
        }
        let mut list = Vec::new();
        if !self.reader.eat("]") {
            loop {
                list.push(self.sum()?);
                if !self.reader.eat(",") {
                    break;
                }
            }
            self.close(open, "[", "]")?;
        }
        Ok(Expression::In(value, list))
    }

    pub(super) fn sum(&mut self) -> Result<Expression, QueryError> {
        let first = self.product()?;
        let mut others = Vec::new();
        loop {
            let operator = if self.reader.eat("+") {
                Operator::Add
            } else if self.reader.eat("-") {
                Operator::Subtract
            } else {
                return Ok(chained(first, others));
            };
            others.push((operator, self.product()?));
        }
    }

    fn product(&mut self) -> Result<Expression, QueryError> {
        let first = self.power()?;
        let mut others = Vec::new();
        loop {
            let operator = if self.reader.eat("*") {
                Operator::Multiply
            } else if self.divides() {
                Operator::Divide
            } else if self.reader.eat("%") {
                Operator::Remainder
            } else {
                return Ok(chained(first, others));
            };
            others.push((operator, self.power()?));
        }
    }

    /// Takes a `/` that divides.
    fn divides(&mut self) -> bool {
        !(self.in_parse && self.depth == 0) && self.reader.eat("/")
    }

    fn power(&mut self) -> Result<Expression, QueryError> {
        let base = self.unary()?;
        if !self.reader.eat("^") {
            return Ok(base);
        }
        let exponent = self.deeper(Self::power)?;
        Ok(chained(base, vec![(Operator::Power, exponent)]))
    }

    fn unary(&mut self) -> Result<Expression, QueryError> {
        if !self.reader.eat("-") {
            return self.primary();
        }
        let inner = self.deeper(Self::unary)?;
        Ok(Expression::Negative(Box::new(inner)))
    }

    fn primary(&mut self) -> Result<Expression, QueryError> {
        match self.reader.peek() {
            Some('(') => {
                let open = self.reader.offset;
                self.reader.offset += 1;
                let inner = self.deeper(Self::or)?;
                self.close(open, "(", ")")?;
                Ok(inner)
            }
            Some('`') => {
                let start = self.reader.offset;
                let name = self.reader.backticks()?.to_owned();
                self.field(&name, start)
            }
            Some('"' | '\'') => {
                let text = self.reader.string()?.unwrap_or_default();
                Ok(Expression::Literal(Value::text(text)))
            }
            Some('0'..='9' | '.') => self.number(),
            _ => self.word(),
        }
    }

    fn number(&mut self) -> Result<Expression, QueryError> {
        let start = self.reader.offset;
        let written = self.reader.number();
        let literal = Value::text(written.to_owned());
        if literal.as_number().is_some() {
            return Ok(Expression::Literal(literal));
        }
        Err(self.reader.error(
            start..self.reader.offset,
            format!("{} is no number", quote(written)),
            "write a number, or a text in quotes",
        ))
    }

    fn word(&mut self) -> Result<Expression, QueryError> {
        let word = self.reader.peek_word().to_owned();
        let start = self.reader.offset;
        let lower = word.to_ascii_lowercase();
        if word.is_empty() || KEYWORDS.contains(&lower.as_str()) {
            let found = self.reader.found();
            let hint = match self.reader.peek() {
                Some('/') => "a regular expression stands behind like, =~ or parse",
                Some('“' | '”' | '‘' | '’') => "use plain quotes: \"…\"",
                Some('!') => "write not",
                Some('*') => "only count(*) takes a *",
                _ => "write a field, a number, a text in quotes or a function",
            };
            return Err(self
                .reader
                .error_here(format!("a value is missing before {found}"), hint));
        }
        self.reader.offset += word.len();
        if self.reader.rest().trim_start().starts_with('(') {
            return self.call(&word, start);
        }
        match lower.as_str() {
            "true" => Ok(Expression::Literal(Value::Boolean(true))),
            "false" => Ok(Expression::Literal(Value::Boolean(false))),
            _ => self.field(&word, start),
        }
    }

    /// A field, if there is such a one here.
    fn field(&mut self, name: &str, start: usize) -> Result<Expression, QueryError> {
        let place = start..self.reader.offset;
        if let Some(collected) = &mut self.collected
            && !collected.is_inside
        {
            collected.fields.push((name.into(), place));
            return Ok(Expression::Field(name.into()));
        }
        if let Some(known) = &self.known {
            let bare = name.strip_prefix('@').unwrap_or(name);
            let is_known = known.iter().any(|each| **each == *name || **each == *bare);
            if !is_known {
                let there = known.iter().map(AsRef::as_ref).collect::<Vec<&str>>();
                return Err(self.reader.error(
                    place,
                    format!("there is no {} behind stats", quote(name)),
                    format!("there are {}", there.join(", ")),
                ));
            }
        }
        Ok(Expression::Field(name.into()))
    }

    /// Goes one level down, where there is room.
    pub(super) fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, QueryError>,
    ) -> Result<T, QueryError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.reader.error_here(
                format!("this is nested more than {MAX_DEPTH} levels deep"),
                "work parts of it out in a fields command before",
            ));
        }
        let result = read(self)?;
        self.depth -= 1;
        Ok(result)
    }

    pub(super) fn close(
        &mut self,
        open: usize,
        opener: &str,
        closer: &str,
    ) -> Result<(), QueryError> {
        if self.reader.eat(closer) {
            return Ok(());
        }
        if self.reader.peek().is_none() {
            return Err(self.reader.error(
                open..open + 1,
                format!("this {opener} is never closed"),
                format!("add the closing {closer}"),
            ));
        }
        let found = self.reader.found();
        Err(self.reader.error_here(
            format!("{found} cannot stand here"),
            format!("write a comma, an operator or the closing {closer} before it"),
        ))
    }
}

/// One part as it is, several joined.
fn joined(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            join(parts)
        }
    }
}

fn chained(first: Expression, others: Vec<(Operator, Expression)>) -> Expression {
    if others.is_empty() {
        first
    } else {
        Expression::Arithmetic(Box::new(first), others)
    }
}
