//! Runs a query over events that come one by one.
//!
//! Commands that look at one row at a time run as events come. The first one that needs many
//! rows, or the end of the query, keeps what it needs and no more; what is behind it runs over
//! what was kept.

use std::sync::Arc;

use super::command::{Column, Command, SortKey, shown};
use super::groups::{Firsts, Groups};
use super::record::{Event, Row};
use super::sorting::{First, Rank};
use super::{DEFAULT_LIMIT, MAX_LIMIT, Query};

/// The field that each event has, wanted or not.
const PTR: &str = "@ptr";

/// A query that is running.
#[derive(Debug)]
pub struct Execution {
    commands: Arc<[Command]>,
    /// Where the command that keeps rows stands; behind the last one if there is none.
    keeper: usize,
    order: Vec<SortKey>,
    limit: usize,
    kept: Kept,
    records_matched: u64,
    records_scanned: u64,
    bytes_scanned: u64,
}

#[derive(Debug)]
enum Kept {
    First(First),
    Groups(Groups),
    Firsts(Firsts),
}

/// What a query came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Results {
    /// Rows of fields and their values, in the order of the columns. A field that is missing is
    /// left out; a row that is an event ends with its `@ptr`.
    pub rows: Vec<Vec<(String, String)>>,
    /// How many events passed the filters.
    pub records_matched: u64,
    /// How many events were looked at.
    pub records_scanned: u64,
    /// How many bytes their messages have.
    pub bytes_scanned: u64,
    /// How many events that matched belong to groups for which there was no room: more than
    /// [`MAX_GROUPS`](super::MAX_GROUPS). Where it is not 0, groups are missing.
    pub records_left_out: u64,
}

impl Execution {
    /// Starts a query. `limit` counts where the query has no limit of its own.
    pub fn new(query: &Query, limit: Option<usize>) -> Self {
        let commands = query.commands.clone();
        let is_keeper = |command: &Command| {
            matches!(
                command,
                Command::Stats(_) | Command::Dedup(_) | Command::Limit(_)
            )
        };
        let keeper = commands
            .iter()
            .position(is_keeper)
            .unwrap_or(commands.len());
        // The last order counts; rows that it finds equal keep that of their time.
        let order = commands[..keeper]
            .iter()
            .rev()
            .find_map(|command| match command {
                Command::Sort(keys) => Some(keys.clone()),
                _ => None,
            })
            .unwrap_or_default();
        let has_limit = |command: &Command| matches!(command, Command::Limit(_));
        let limit = if commands.iter().any(has_limit) {
            MAX_LIMIT
        } else {
            limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT)
        };
        let kept = match commands.get(keeper) {
            Some(Command::Stats(_)) => Kept::Groups(Groups::default()),
            Some(Command::Dedup(_)) => Kept::Firsts(Firsts::default()),
            Some(Command::Limit(rows)) => Kept::First(First::new(*rows)),
            _ => Kept::First(First::new(limit)),
        };
        Self {
            commands,
            keeper,
            order,
            limit,
            kept,
            records_matched: 0,
            records_scanned: 0,
            bytes_scanned: 0,
        }
    }

    /// Takes an event, in whatever order they come.
    pub fn feed(&mut self, event: &Event<'_>) {
        let sequence = self.records_scanned;
        self.records_scanned += 1;
        self.bytes_scanned += event.message.len() as u64;
        let mut row = Row::of_event(event);
        for command in &self.commands[..self.keeper] {
            if !pass(command, &mut row) {
                return;
            }
        }
        self.records_matched += 1;
        match (&mut self.kept, self.commands.get(self.keeper)) {
            (Kept::Groups(groups), Some(Command::Stats(stats))) => groups.add(stats, &row),
            (Kept::Firsts(firsts), Some(Command::Dedup(by))) => {
                let rank = Rank::new(&self.order, &row, sequence);
                firsts.offer(by, rank, row);
            }
            (Kept::First(first), _) => {
                let rank = Rank::new(&self.order, &row, sequence);
                first.offer(rank, row);
            }
            _ => {}
        }
    }

    /// Says what the events come to.
    pub fn finish(self) -> Results {
        let mut left_out = 0;
        let mut rows = match (self.kept, self.commands.get(self.keeper)) {
            (Kept::Groups(groups), Some(Command::Stats(stats))) => {
                left_out = groups.left_out;
                groups.into_rows(stats)
            }
            (Kept::Firsts(firsts), _) => {
                left_out = firsts.left_out;
                firsts.into_rows()
            }
            (Kept::First(first), _) => first.into_rows(),
            (Kept::Groups(_), _) => Vec::new(),
        };
        for command in self.commands.iter().skip(self.keeper + 1) {
            rows = then(command, rows);
        }
        rows.truncate(self.limit);
        let columns = shown(&self.commands);
        Results {
            rows: rows
                .iter()
                .map(|row| {
                    let mut cells: Vec<(String, String)> = columns
                        .iter()
                        .filter_map(|name| {
                            let value = row.get(name).shown()?.into_owned();
                            Some((name.as_ref().to_owned(), value))
                        })
                        .collect();
                    if row.event.is_some() && !columns.iter().any(|name| name.as_ref() == PTR) {
                        let pointer = row.get(PTR).searched().into_owned();
                        cells.push((PTR.to_owned(), pointer));
                    }
                    cells
                })
                // A group of which nothing is known says nothing.
                .filter(|cells| !cells.is_empty())
                .collect(),
            records_matched: self.records_matched,
            records_scanned: self.records_scanned,
            bytes_scanned: self.bytes_scanned,
            records_left_out: left_out,
        }
    }
}

/// Runs a command that looks at one row; tells whether the row stays.
fn pass(command: &Command, row: &mut Row<'_>) -> bool {
    match command {
        Command::Filter(condition) => return condition.is_true(row),
        Command::Fields(columns) | Command::Display(columns) => compute(columns, row),
        Command::Parse(source, extraction) => {
            let values = extraction.values(&source.value(row).searched());
            for (name, value) in extraction.names().iter().zip(values) {
                row.set(name, value);
            }
        }
        Command::Stats(_) | Command::Sort(_) | Command::Dedup(_) | Command::Limit(_) => {}
    }
    true
}

fn compute(columns: &[Column], row: &mut Row<'_>) {
    for column in columns {
        if let Some(expression) = &column.expression {
            let value = expression.value(row).into_owned();
            row.set(&column.name, value);
        }
    }
}

/// Runs a command over rows that were kept.
fn then(command: &Command, mut rows: Vec<Row<'static>>) -> Vec<Row<'static>> {
    match command {
        Command::Stats(stats) => {
            let mut groups = Groups::default();
            for row in &rows {
                groups.add(stats, row);
            }
            groups.into_rows(stats)
        }
        Command::Sort(keys) => {
            let mut ranked: Vec<(Rank, Row<'static>)> = rows
                .into_iter()
                .zip(0..)
                .map(|(row, sequence)| (Rank::new(keys, &row, sequence), row))
                .collect();
            ranked.sort_by(|(left, _), (right, _)| left.cmp(right));
            ranked.into_iter().map(|(_, row)| row).collect()
        }
        Command::Dedup(by) => {
            let mut firsts = Firsts::default();
            for (row, sequence) in rows.into_iter().zip(0..) {
                let rank = Rank::of_values(std::iter::empty(), sequence);
                firsts.offer(by, rank, row);
            }
            firsts.into_rows()
        }
        Command::Limit(limit) => {
            rows.truncate(*limit);
            rows
        }
        other => {
            rows.retain_mut(|row| pass(other, row));
            rows
        }
    }
}
