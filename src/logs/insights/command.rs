//! The commands of a query.

use super::aggregate::Aggregate;
use super::expression::Expression;
use super::extraction::Extraction;
use super::record::Name;

#[derive(Debug, Clone)]
pub(super) enum Command {
    Fields(Vec<Column>),
    Display(Vec<Column>),
    Filter(Expression),
    Parse(Expression, Extraction),
    Stats(Stats),
    Sort(Vec<SortKey>),
    Dedup(Vec<Expression>),
    Limit(usize),
}

/// A column of the result.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// The alias, or the expression as it is written.
    pub(super) name: Name,
    /// Nothing where the name is that of a field.
    pub(super) expression: Option<Expression>,
}

#[derive(Debug, Clone)]
pub(super) struct Stats {
    /// What stands behind `by`.
    pub(super) keys: Vec<Column>,
    pub(super) aggregates: Vec<Aggregate>,
    /// What is shown of each group; it sees the aggregates as fields called [`hidden`].
    pub(super) outputs: Vec<Column>,
}

#[derive(Debug, Clone)]
pub(super) struct SortKey {
    pub(super) expression: Expression,
    pub(super) descending: bool,
}

/// The name that an aggregate's result has inside of a `stats`; none that can be written.
pub(super) fn hidden(index: usize) -> Name {
    format!("\0{index}").into()
}

/// Whether it is such a name.
pub(super) fn is_hidden(name: &str) -> bool {
    name.starts_with('\0')
}

/// The columns that a query shows, without `@ptr`.
pub(super) fn shown(commands: &[Command]) -> Vec<Name> {
    let mut columns: Vec<Name> = vec!["@timestamp".into(), "@message".into()];
    let mut is_default = true;
    let mut displayed = None;
    for command in commands {
        match command {
            Command::Fields(fields) => {
                if is_default {
                    // What was extracted before stays behind what is asked for.
                    columns.drain(..2);
                    is_default = false;
                }
                add(&mut columns, fields.iter().map(|column| &column.name));
            }
            Command::Parse(_, extraction) => add(&mut columns, extraction.names()),
            Command::Stats(stats) => {
                columns.clear();
                is_default = false;
                displayed = None;
                let keys = stats.keys.iter().chain(&stats.outputs);
                add(&mut columns, keys.map(|column| &column.name));
            }
            Command::Display(fields) => {
                let mut only = Vec::new();
                add(&mut only, fields.iter().map(|column| &column.name));
                displayed = Some(only);
            }
            _ => {}
        }
    }
    displayed.unwrap_or(columns)
}

fn add<'n>(columns: &mut Vec<Name>, names: impl IntoIterator<Item = &'n Name>) {
    for name in names {
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
}
