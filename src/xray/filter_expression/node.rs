//! Terms about the nodes of the service map: services, edges, and how nodes are named.

use super::ast::{Edge, Expression, Id, Service, Target};
use super::error::SyntaxError;
use super::parser::Parser;
use super::reader::Word;
use crate::caret::quote;

impl<'a> Parser<'a> {
    pub(super) fn service(&mut self, word: &Word<'a>) -> Result<Service, SyntaxError> {
        let open = self.open_list(word, "service(\"…\")")?;
        let target = if self.reader.peek() == Some(')') {
            None
        } else {
            Some(self.target("service", "service(\"NAME\")")?)
        };
        if self.reader.peek() == Some(',') {
            return Err(self
                .reader
                .error_here("service takes one name")
                .hint("for a connection between two services write edge(\"…\", \"…\")"));
        }
        self.close(open, '(')?;
        let filter = self.block_inside("service")?;
        Ok(Service { target, filter })
    }

    pub(super) fn edge(&mut self, word: &Word<'a>) -> Result<Edge, SyntaxError> {
        const SHAPE: &str = "write edge(\"CALLER\", \"CALLED\")";
        let open = self.open_list(word, "edge(\"…\", \"…\")")?;
        if self.reader.peek() == Some(')') {
            let position = word.span.start..self.reader.offset + 1;
            return Err(self
                .reader
                .error(position, "edge needs two services")
                .hint(SHAPE));
        }
        let source = self.target("edge", "edge(\"NAME\", …)")?;
        if !self.reader.eat(',') {
            if self.reader.peek() == Some(')') {
                let position = word.span.start..self.reader.offset + 1;
                return Err(self
                    .reader
                    .error(position, "edge needs two services, not one")
                    .hint(SHAPE));
            }
            if self.reader.peek() == Some('"') {
                return Err(self
                    .reader
                    .error_here("a comma is missing between the two services")
                    .hint(SHAPE));
            }
            // Whatever else stands here is told in the words of `close`.
            self.close(open, '(')?;
        }
        let destination = self.target("edge", "edge(…, \"NAME\")")?;
        self.close(open, '(')?;
        let filter = self.block_inside("edge")?;
        Ok(Edge {
            source,
            destination,
            filter,
        })
    }

    /// Takes the `(` that must follow the word.
    fn open_list(&mut self, word: &Word<'a>, shape: &str) -> Result<usize, SyntaxError> {
        self.reader.peek();
        let open = self.reader.offset;
        if self.reader.eat('(') {
            return Ok(open);
        }
        Err(self
            .reader
            .error(
                word.span.clone(),
                format!("{} needs parentheses", word.text.to_ascii_lowercase()),
            )
            .hint(format!("write {shape}")))
    }

    fn block_inside(
        &mut self,
        owner: &'static str,
    ) -> Result<Option<Box<Expression>>, SyntaxError> {
        let outer = self.inside.replace(owner);
        let filter = self.block()?;
        self.inside = outer;
        Ok(filter)
    }

    fn target(&mut self, owner: &str, shape: &str) -> Result<Target, SyntaxError> {
        if let Some(name) = self.reader.string()? {
            return Ok(Target::Name(name));
        }
        match self.reader.peek_word() {
            Some(word) if word.text.eq_ignore_ascii_case("id") => {
                self.reader.take(&word);
                self.id(&word).map(Target::Id)
            }
            _ => Err(
                self.unquoted(&format!("the service name in {owner}(…)"), |name| {
                    shape.replace("NAME", name)
                }),
            ),
        }
    }

    fn id(&mut self, word: &Word<'a>) -> Result<Id, SyntaxError> {
        const SHAPE: &str = "write id(name: \"…\", type: \"…\")";
        let open = self.open_list(word, "id(name: \"…\", type: \"…\")")?;
        let mut id = Id::default();
        loop {
            let Some(part) = self.reader.peek_word() else {
                if let Some(mistyped) = self.reader.mistyped() {
                    return Err(mistyped);
                }
                let found = self.reader.found();
                return Err(self
                    .reader
                    .error_here(format!(
                        "expected name, type or account.id inside id(…), found {found}"
                    ))
                    .hint(SHAPE));
            };
            let lower = part.text.to_ascii_lowercase();
            let place = match lower.as_str() {
                "name" => &mut id.name,
                "type" => &mut id.service_type,
                "account.id" => &mut id.account,
                _ => {
                    let message = format!("id(…) knows no {}", quote(part.text));
                    return Err(self
                        .reader
                        .error(part.span, message)
                        .hint("it takes name, type and account.id"));
                }
            };
            if place.is_some() {
                return Err(self
                    .reader
                    .error(part.span, format!("{lower} is given twice")));
            }
            self.reader.take(&part);
            if !self.reader.eat(':') {
                let found = self.reader.found();
                return Err(self
                    .reader
                    .error_here(format!("expected : after {lower}, found {found}"))
                    .hint(format!("write {lower}: \"…\"")));
            }
            *place = Some(match self.reader.string()? {
                Some(text) => text,
                None => {
                    return Err(self.unquoted(&format!("the {lower} in id(…)"), |text| {
                        format!("{lower}: \"{text}\"")
                    }));
                }
            });
            if !self.reader.eat(',') {
                if let Some(next) = self.reader.peek_word() {
                    let message = format!("a comma is missing before {}", next.text);
                    return Err(self.reader.error(next.span, message));
                }
                self.close(open, '(')?;
                return Ok(id);
            }
        }
    }

    /// Says that a text without quotes needs them; `shape` shows it with them.
    fn unquoted(&mut self, what: &str, shape: impl Fn(&str) -> String) -> SyntaxError {
        if let Some(mistyped) = self.reader.mistyped() {
            return mistyped;
        }
        let Some(bare) = self.reader.peek_bare() else {
            let found = self.reader.found();
            return self
                .reader
                .error_here(format!("{what} is missing; found {found}"));
        };
        let error = self
            .reader
            .error(bare.span.clone(), format!("{what} needs double quotes"));
        if bare.text.contains('$') {
            return error.hint(
                "it looks like a variable that the shell did not expand: write the name itself",
            );
        }
        error.hint(format!(
            "write {}, and in a shell put the whole expression in single quotes",
            shape(bare.text)
        ))
    }
}
