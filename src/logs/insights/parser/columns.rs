//! What `fields`, `display` and `stats` list.

use super::super::command::{Column, Stats, is_hidden};
use super::super::error::QueryError;
use super::super::expression::Expression;
use super::super::record::Name;
use super::{Collected, Parser};
use crate::caret::quote;

impl Parser<'_> {
    pub(super) fn columns(&mut self) -> Result<Vec<Column>, QueryError> {
        let mut columns = vec![self.column()?];
        while self.reader.eat(",") {
            columns.push(self.column()?);
        }
        Ok(columns)
    }

    fn column(&mut self) -> Result<Column, QueryError> {
        self.reader.peek();
        let start = self.reader.offset;
        let expression = self.or()?;
        let written = self.reader.text[start..self.reader.offset].trim_end();
        if self.reader.eat_word("as") {
            return Ok(Column {
                name: self.alias()?,
                expression: Some(expression),
            });
        }
        Ok(match expression {
            Expression::Field(name) if !is_hidden(&name) => Column {
                name,
                expression: None,
            },
            other => Column {
                name: written.into(),
                expression: Some(other),
            },
        })
    }

    /// Reads a name that is given.
    pub(super) fn alias(&mut self) -> Result<Name, QueryError> {
        if self.reader.peek() == Some('`') {
            return Ok(self.reader.backticks()?.into());
        }
        match self.reader.peek_word() {
            "" => {
                let found = self.reader.found();
                Err(self.reader.error_here(
                    format!("a name is missing before {found}"),
                    "write letters, digits and _, or anything else in backticks",
                ))
            }
            word => {
                self.reader.offset += word.len();
                Ok(word.into())
            }
        }
    }

    /// Reads what is behind `stats`.
    pub(super) fn stats_command(&mut self) -> Result<Stats, QueryError> {
        self.collected = Some(Collected::default());
        let outputs = self.columns()?;
        let collected = self.collected.take().unwrap_or_default();
        let keys = if self.reader.eat_word("by") {
            self.columns()?
        } else {
            Vec::new()
        };
        for (name, place) in &collected.fields {
            let is_known = keys
                .iter()
                .chain(&outputs)
                .any(|column| column.name == *name && !is_itself(column));
            let is_key = keys.iter().any(|column| column.name == *name);
            if !is_known && !is_key {
                return Err(self.reader.error(
                    place.clone(),
                    format!("{} has many values in a group", quote(name)),
                    format!("name it behind by, or aggregate it: latest({name})"),
                ));
            }
        }
        Ok(Stats {
            keys,
            aggregates: collected.aggregates,
            outputs,
        })
    }
}

/// Whether the column is a field under its own name.
fn is_itself(column: &Column) -> bool {
    column.expression.is_none()
}
