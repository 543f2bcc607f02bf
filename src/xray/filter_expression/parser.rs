//! The grammar from the whole expression down to a single term.

use super::ast::Expression;
use super::error::{Kind, SyntaxError};
use super::keyword::TextOperator;
use super::reader::{Reader, Word};
use super::{MAX_CHARACTERS, MAX_DEPTH};
use crate::caret::quote;

/// Reads one expression.
pub(super) struct Parser<'a> {
    pub(super) reader: Reader<'a>,
    /// How many parentheses and braces are open.
    depth: usize,
    /// The keyword whose braces are open: `service` or `edge`.
    pub(super) inside: Option<&'static str>,
}

/// What stands before a term; tells what is wrong when there is no term.
#[derive(Debug, Clone)]
pub(super) enum Before<'a> {
    /// Nothing, or another term.
    Nothing,
    /// AND, OR, NOT or `!`.
    Word(Word<'a>),
    /// An open parenthesis or brace at this byte.
    Open(usize, char),
}

pub(super) fn parse(text: &str) -> Result<Expression, SyntaxError> {
    if let Some((limit, _)) = text.char_indices().nth(MAX_CHARACTERS) {
        let characters = text.chars().count();
        let message = format!(
            "the expression has {characters} characters; X-Ray takes at most {MAX_CHARACTERS}"
        );
        return Err(SyntaxError::new(text, limit..text.len(), message).kind(Kind::TooLong));
    }
    let mut parser = Parser {
        reader: Reader::new(text),
        depth: 0,
        inside: None,
    };
    if parser.reader.peek().is_none() {
        return Err(SyntaxError::new(text, 0..0, "the expression is empty").kind(Kind::Empty));
    }
    let expression = parser.or(&Before::Nothing)?;
    match parser.reader.peek() {
        None => Ok(expression),
        Some(closer) => Err(parser.closes_nothing(closer)),
    }
}

impl<'a> Parser<'a> {
    fn or(&mut self, before: &Before<'a>) -> Result<Expression, SyntaxError> {
        let mut parts = vec![self.and(before)?];
        while let Some(word) = self.connective("OR") {
            parts.push(self.and(&Before::Word(word))?);
        }
        Ok(joined(parts, Expression::Or))
    }

    fn and(&mut self, before: &Before<'a>) -> Result<Expression, SyntaxError> {
        let mut parts = vec![self.unary(before)?];
        loop {
            let before = match self.connective("AND") {
                Some(word) => Before::Word(word),
                None if self.at_end_of_terms() => break,
                None => Before::Nothing,
            };
            parts.push(self.unary(&before)?);
        }
        Ok(joined(parts, Expression::And))
    }

    fn unary(&mut self, before: &Before<'a>) -> Result<Expression, SyntaxError> {
        let Some(first) = self.negation() else {
            return self.primary(before);
        };
        if let Some(second) = self.negation() {
            let position = first.span.start..second.span.end;
            return Err(self
                .reader
                .error(position, "two negations cancel each other out")
                .hint("remove both, or one of them"));
        }
        let inner = self.primary(&Before::Word(first))?;
        Ok(Expression::Not(Box::new(inner)))
    }

    fn primary(&mut self, before: &Before<'a>) -> Result<Expression, SyntaxError> {
        match self.reader.peek() {
            None | Some(')' | '}') => Err(self.missing(before)),
            Some('(') => self.group(),
            Some(_) => match self.reader.peek_word() {
                Some(word) if is_connective(word.text) => Err(self.stray_connective(before, &word)),
                Some(word) => {
                    self.reader.take(&word);
                    self.term(&word)
                }
                None => Err(self.no_term()),
            },
        }
    }

    fn group(&mut self) -> Result<Expression, SyntaxError> {
        let open = self.reader.offset;
        self.enter(open, '(')?;
        let expression = self.or(&Before::Open(open, '('))?;
        self.close(open, '(')?;
        self.depth -= 1;
        Ok(expression)
    }

    /// Reads `{…}` behind a term; gives nothing where there are no braces or empty ones.
    pub(super) fn block(&mut self) -> Result<Option<Box<Expression>>, SyntaxError> {
        if self.reader.peek() != Some('{') {
            return Ok(None);
        }
        let open = self.reader.offset;
        self.enter(open, '{')?;
        let inner = if self.reader.peek() == Some('}') {
            None
        } else {
            Some(Box::new(self.or(&Before::Open(open, '{'))?))
        };
        self.close(open, '{')?;
        self.depth -= 1;
        Ok(inner)
    }

    fn enter(&mut self, open: usize, opener: char) -> Result<(), SyntaxError> {
        self.reader.eat(opener);
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message =
                format!("parentheses and braces are nested more than {MAX_DEPTH} levels deep");
            return Err(self
                .reader
                .error(open..open + 1, message)
                .kind(Kind::TooDeep));
        }
        Ok(())
    }

    /// Takes the bracket that closes the one at `open`.
    pub(super) fn close(&mut self, open: usize, opener: char) -> Result<(), SyntaxError> {
        let closer = closer_of(opener);
        if self.reader.eat(closer) {
            return Ok(());
        }
        if self.reader.peek().is_none() {
            return Err(self
                .reader
                .error(open..open + 1, format!("this {opener} is never closed"))
                .hint(format!("add the missing {closer}")));
        }
        if let Some(mistyped) = self.reader.mistyped() {
            return Err(mistyped);
        }
        let column = self.reader.error(open..open, "").column;
        let found = self.reader.found();
        Err(self.reader.error_here(format!(
            "expected {closer} to close the {opener} of column {column}, found {found}"
        )))
    }

    fn connective(&mut self, wanted: &str) -> Option<Word<'a>> {
        let word = self.reader.peek_word()?;
        if !word.text.eq_ignore_ascii_case(wanted) {
            return None;
        }
        self.reader.take(&word);
        Some(word)
    }

    fn negation(&mut self) -> Option<Word<'a>> {
        if self.reader.peek() == Some('!') && !self.reader.rest().starts_with("!=") {
            let span = self.reader.here();
            self.reader.eat('!');
            return Some(Word { text: "!", span });
        }
        self.connective("NOT")
    }

    fn at_end_of_terms(&mut self) -> bool {
        matches!(self.reader.peek(), None | Some(')' | '}'))
            || self
                .reader
                .peek_word()
                .is_some_and(|word| word.text.eq_ignore_ascii_case("OR"))
    }

    fn missing(&mut self, before: &Before<'a>) -> SyntaxError {
        let next = self.reader.peek();
        match (before, next) {
            (Before::Word(word), _) => self
                .reader
                .error(word.span.clone(), format!("nothing follows {}", word.text)),
            (Before::Open(open, opener), None) => self
                .reader
                .error(*open..open + 1, format!("this {opener} is never closed"))
                .hint(format!("add the missing {}", closer_of(*opener))),
            (Before::Open(open, opener), Some(closer)) if closer == closer_of(*opener) => {
                let position = *open..self.reader.offset + 1;
                self.reader.error(
                    position,
                    format!("nothing stands between {opener} and {closer}"),
                )
            }
            (_, Some(closer)) => self.closes_nothing(closer),
            (Before::Nothing, None) => self.reader.error_here("an expression is missing here"),
        }
    }

    fn closes_nothing(&mut self, closer: char) -> SyntaxError {
        let opener = if closer == ')' { '(' } else { '{' };
        self.reader
            .error_here(format!("this {closer} closes nothing"))
            .hint(format!("remove it, or add the missing {opener} before it"))
    }

    fn stray_connective(&mut self, before: &Before<'a>, found: &Word<'a>) -> SyntaxError {
        let message = match before {
            Before::Word(word) => format!("{} is followed by {}", word.text, found.text),
            Before::Nothing | Before::Open(..) => format!("nothing stands before {}", found.text),
        };
        self.reader
            .error(found.span.clone(), message)
            .hint("remove it, or write a term such as fault before it")
    }

    /// Says what is wrong with something that cannot begin a term.
    fn no_term(&mut self) -> SyntaxError {
        if let Some(mistyped) = self.reader.mistyped() {
            return mistyped;
        }
        match self.reader.peek() {
            Some('"') => match self.reader.string() {
                Ok(text) => {
                    let text = text.unwrap_or_default();
                    let service = quote(&text.value);
                    self.reader
                        .error(text.span, "a text cannot stand alone")
                        .hint(format!("for a service write service({service})"))
                }
                Err(unclosed) => unclosed,
            },
            Some('=' | '!' | '<' | '>') => self
                .reader
                .error_here("a comparison needs a keyword before it")
                .hint("such as responsetime > 2 or http.url CONTAINS \"/api/\""),
            Some(',') => self
                .reader
                .error_here("a comma does not join terms")
                .hint("write AND or OR"),
            Some(':') => self
                .reader
                .error_here("a colon does not compare")
                .hint("write =; name: \"…\" belongs inside id(…)"),
            Some('{') => self
                .reader
                .error_here("braces need service(…), edge(…) or rootcause.… before them")
                .hint("to group terms use ( and )"),
            Some(_) => {
                let found = self.reader.found();
                self.reader
                    .error_here(format!("{found} cannot stand alone"))
                    .hint("compare a keyword with it, such as responsetime > 2")
            }
            None => self.reader.error_here("an expression is missing here"),
        }
    }
}

/// Whether the word joins or negates terms.
pub(super) fn is_connective(word: &str) -> bool {
    ["AND", "OR", "NOT"]
        .iter()
        .any(|connective| connective.eq_ignore_ascii_case(word))
}

/// Whether the word is an operator, such as CONTAINS.
pub(super) fn is_operator(word: &str) -> bool {
    TextOperator::find_word(word).is_some()
}

fn closer_of(opener: char) -> char {
    match opener {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

fn joined(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}
