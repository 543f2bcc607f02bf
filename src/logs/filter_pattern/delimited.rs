//! Patterns of columns: `[ip, user, ..., status = 4* || status = 500, bytes > 10]`.

use std::collections::BTreeMap;

use super::comparison::{Comparison, Found};
use super::error::FilterPatternError;
use super::fields::{Field, fields, is_blank};
use super::reader::Reader;

/// The columns that a line is held against.
#[derive(Clone)]
pub(super) struct Columns {
    columns: Vec<Column>,
    /// How many regular expressions there are.
    expressions: usize,
}

#[derive(Clone)]
enum Column {
    /// `...`: any number of fields.
    Any,
    /// One field. Its name is empty where it has none.
    One {
        name: String,
        /// One of these has to hold, with all of its parts; empty where anything will do.
        conditions: Vec<Vec<Comparison>>,
    },
}

impl Column {
    fn takes(&self, field: &str) -> bool {
        match self {
            Self::Any => true,
            Self::One { conditions, .. } => {
                conditions.is_empty()
                    || conditions
                        .iter()
                        .any(|all| all.iter().all(|each| each.holds(Found::Field(field))))
            }
        }
    }

    fn has_no_condition(&self) -> bool {
        matches!(self, Self::One { conditions, .. } if conditions.is_empty())
    }
}

impl Columns {
    /// Reads a pattern; the next character is its `[`.
    pub(super) fn parse(reader: &mut Reader<'_>) -> Result<Self, FilterPatternError> {
        let open = reader.offset;
        reader.offset += 1;
        let mut columns = Vec::new();
        let mut expressions = 0;
        if reader.peek() == Some(']') {
            // The API reference tests lines with []: every field is one without a name.
            columns.push(Column::Any);
        } else {
            loop {
                columns.push(column(reader, &mut expressions)?);
                if !reader.eat(",") {
                    break;
                }
            }
        }
        if !reader.eat("]") {
            return Err(not_closed(reader, open));
        }
        reader.end("the closing ]", "keep one pair of brackets; to search for a text in brackets, put the whole pattern in quotes")?;
        Ok(Self {
            columns,
            expressions,
        })
    }

    pub(super) fn has_regular_expressions(&self) -> bool {
        self.expressions > 0
    }

    pub(super) fn matches(&self, line: &str) -> bool {
        self.assign(&fields(line)).is_some()
    }

    pub(super) fn extract(&self, line: &str) -> Option<BTreeMap<String, String>> {
        let fields = fields(line);
        let names = self.assign(&fields)?;
        let mut values = BTreeMap::new();
        for (index, (field, name)) in fields.iter().zip(&names).enumerate() {
            let is_last = index + 1 == names.len();
            let value = if is_last && fields.len() > names.len() {
                line[field.start..].trim_end_matches(is_blank)
            } else {
                field.value
            };
            let key = match name {
                Some(name) if !name.is_empty() => format!("${name}"),
                _ => format!("${}", index + 1),
            };
            values.insert(key, value.to_owned());
        }
        Some(values)
    }

    /// Gives each field its column's name; nothing where the columns do not fit.
    ///
    /// There are fewer names than fields where the last one is that of the rest of the line.
    fn assign(&self, fields: &[Field<'_>]) -> Option<Vec<Option<&str>>> {
        let columns = &self.columns;
        let has_any = columns.iter().any(|column| matches!(column, Column::Any));
        let takes_rest = !has_any && columns.last().is_some_and(Column::has_no_condition);
        let fields = if takes_rest && fields.len() > columns.len() {
            &fields[..columns.len()]
        } else {
            fields
        };
        let mut names = vec![None; fields.len()];
        let (mut at, mut column) = (0, 0);
        // The last `...` and the field behind those that it has taken so far.
        let mut retry: Option<(usize, usize)> = None;
        while at < fields.len() || column < columns.len() {
            match (columns.get(column), fields.get(at)) {
                (Some(Column::Any), _) => {
                    retry = Some((column, at));
                    column += 1;
                }
                (Some(one @ Column::One { name, .. }), Some(field)) if one.takes(field.value) => {
                    names[at] = Some(name.as_str());
                    at += 1;
                    column += 1;
                }
                _ => {
                    let (any, taken) = retry?;
                    if taken >= fields.len() {
                        return None;
                    }
                    for name in &mut names[taken..] {
                        *name = None;
                    }
                    retry = Some((any, taken + 1));
                    at = taken + 1;
                    column = any + 1;
                }
            }
        }
        Some(names)
    }

    /// What every line that fits contains, if that can be told.
    pub(super) fn required_text(&self) -> Option<&str> {
        self.columns
            .iter()
            .filter_map(|column| match column {
                Column::One { conditions, .. } => match &conditions[..] {
                    [all] => Some(all),
                    _ => None,
                },
                Column::Any => None,
            })
            .flatten()
            .filter_map(Comparison::required_text)
            .max_by_key(|text| text.len())
    }
}

fn column(reader: &mut Reader<'_>, expressions: &mut usize) -> Result<Column, FilterPatternError> {
    if reader.eat("...") {
        return Ok(Column::Any);
    }
    reader.peek();
    let name = reader.take_while(is_of_name).to_owned();
    let mut conditions: Vec<Vec<Comparison>> = Vec::new();
    if name.is_empty() {
        return match reader.peek() {
            Some(',' | ']') | None => Ok(Column::One { name, conditions }),
            Some(_) => Err(no_name(reader)),
        };
    }
    if !matches!(reader.peek(), Some('=' | '!' | '<' | '>' | '~')) {
        return Ok(Column::One { name, conditions });
    }
    conditions.push(vec![Comparison::parse(reader, expressions)?]);
    loop {
        let is_or = reader.eat("||");
        if !is_or && !reader.eat("&&") {
            return Ok(Column::One { name, conditions });
        }
        reader.peek();
        let start = reader.offset;
        let again = reader.take_while(is_of_name);
        if again != name {
            let message = if again.is_empty() {
                format!("the column's name is missing before {}", reader.found())
            } else {
                format!("this condition is about {again}, and the column is {name}")
            };
            let end = reader.offset.max(reader.here().end);
            let end = if again.is_empty() {
                end
            } else {
                start + again.len()
            };
            return Err(reader.error(
                start..end,
                message,
                format!("all conditions of a column are about its own name: write {name}"),
            ));
        }
        let comparison = Comparison::parse(reader, expressions)?;
        match conditions.last_mut() {
            Some(all) if !is_or => all.push(comparison),
            _ => conditions.push(vec![comparison]),
        }
    }
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
}

fn no_name(reader: &mut Reader<'_>) -> FilterPatternError {
    let found = reader.found();
    let (message, hint) = match reader.peek() {
        Some('…') => (
            "this is one character, an ellipsis".to_owned(),
            "write three periods: ...",
        ),
        Some('.') => (
            "any number of fields is written with three periods".to_owned(),
            "write ...",
        ),
        Some('(') => (
            "columns have no parentheses".to_owned(),
            "&& binds tighter than ||: write them one behind the other",
        ),
        Some('=' | '!' | '<' | '>') => (
            format!("the column's name is missing before {found}"),
            "write one, such as status = 404",
        ),
        Some('$') => (
            "a column's name has no $ in the pattern".to_owned(),
            "write it without; for JSON messages write { $.name = … }",
        ),
        Some('"') => (
            "a column has a name, and a text stands behind an operator".to_owned(),
            "write a name before it, such as word = \"…\"; to search for a text in brackets, put the whole pattern in quotes",
        ),
        _ => (
            format!("{found} cannot begin a column"),
            "a column's name has the letters a-z and A-Z, digits, - and _",
        ),
    };
    reader.error_here(message, hint)
}

fn not_closed(reader: &mut Reader<'_>, open: usize) -> FilterPatternError {
    let (message, hint) = match reader.peek() {
        None => {
            return reader.error(
                open..open + 1,
                "this [ is never closed",
                "add the closing ]; to search for a [ put it in quotes",
            );
        }
        Some(mark @ ('&' | '|')) => {
            if reader.rest().starts_with("&&") || reader.rest().starts_with("||") {
                (
                    format!("there is no condition before this {mark}{mark}"),
                    "write one, such as status = 404",
                )
            } else {
                (
                    format!("a single {mark} joins nothing"),
                    if mark == '&' { "write &&" } else { "write ||" },
                )
            }
        }
        Some(_) => (
            format!("{} cannot stand here", reader.found()),
            "separate columns with commas; to search for a text in brackets, put the whole pattern in quotes",
        ),
    };
    reader.error_here(message, hint)
}
