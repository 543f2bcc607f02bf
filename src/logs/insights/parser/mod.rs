//! The grammar: commands here, what stands in them in the files below.

mod call;
mod columns;
mod expressions;

use super::aggregate::Aggregate;
use super::command::{Command, SortKey};
use super::error::QueryError;
use super::expression::Expression;
use super::extraction::Extraction;
use super::reader::Reader;
use super::record::Name;
use super::{MAX_CHARACTERS, MAX_LIMIT, MAX_STATS};
use crate::caret::quote;

/// What is read here.
const COMMANDS: [&str; 8] = [
    "fields", "filter", "parse", "stats", "sort", "dedup", "limit", "display",
];

/// What Insights has besides.
const ELSEWHERE: [&str; 10] = [
    "anomaly",
    "diff",
    "filterIndex",
    "join",
    "lookup",
    "pattern",
    "source",
    "subqueries",
    "unmask",
    "unnest",
];

pub(super) fn parse(text: &str) -> Result<Vec<Command>, QueryError> {
    if let Some((limit, _)) = text.char_indices().nth(MAX_CHARACTERS) {
        let message = format!("the query has {} characters", text.chars().count());
        let hint = format!("CloudWatch Logs takes at most {MAX_CHARACTERS}: shorten it");
        return Err(QueryError::new(text, limit..text.len(), message, hint));
    }
    let mut parser = Parser {
        reader: Reader::new(text),
        depth: 0,
        stats: 0,
        known: None,
        collected: None,
        in_parse: false,
    };
    let mut commands = vec![parser.command()?];
    while parser.reader.eat("|") {
        commands.push(parser.command()?);
    }
    if parser.reader.peek().is_none() {
        return Ok(commands);
    }
    let found = parser.reader.found();
    let hint = match parser.reader.next_mark() {
        "==" => "write =",
        "&&" => "write and",
        "!" => "write not before the condition, or !=",
        ")" => "remove it, or open it with (",
        _ => "separate commands with |, and what a command lists with commas",
    };
    let message = format!("{found} cannot stand here");
    Err(parser.reader.error_here(message, hint))
}

/// Reads one query.
struct Parser<'a> {
    reader: Reader<'a>,
    /// How many parentheses and prefixes are open.
    depth: usize,
    /// How many `stats` there were.
    stats: usize,
    /// The fields that there are behind a `stats`; before it there are all of the event.
    known: Option<Vec<Name>>,
    /// What was found so far in the outputs of a `stats`; nothing outside of them.
    collected: Option<Collected>,
    /// Whether what comes is the field of a `parse`, where a `/` begins a regular expression.
    in_parse: bool,
}

/// The aggregates of a `stats`, and the fields that are used beside them.
#[derive(Default)]
struct Collected {
    aggregates: Vec<Aggregate>,
    is_inside: bool,
    fields: Vec<(Name, std::ops::Range<usize>)>,
}

impl Parser<'_> {
    fn command(&mut self) -> Result<Command, QueryError> {
        let word = self.reader.peek_word();
        let here = self.reader.offset..self.reader.offset + word.len();
        let lower = word.to_ascii_lowercase();
        if COMMANDS.contains(&lower.as_str()) {
            self.reader.offset = here.end;
        }
        match lower.as_str() {
            "fields" => {
                let columns = self.columns()?;
                self.learn(columns.iter().map(|column| &column.name));
                Ok(Command::Fields(columns))
            }
            "display" => {
                let columns = self.columns()?;
                self.learn(columns.iter().map(|column| &column.name));
                Ok(Command::Display(columns))
            }
            "filter" => Ok(Command::Filter(self.or()?)),
            "parse" => {
                let (source, extraction) = self.parse_command()?;
                self.learn(extraction.names());
                Ok(Command::Parse(source, extraction))
            }
            "stats" => {
                self.stats += 1;
                if self.stats > MAX_STATS {
                    return Err(self.reader.error(
                        here,
                        format!("a query has at most {MAX_STATS} stats commands"),
                        "work the rest out of the results",
                    ));
                }
                let stats = self.stats_command()?;
                let columns = stats.keys.iter().chain(&stats.outputs);
                self.known = Some(columns.map(|column| column.name.clone()).collect());
                Ok(Command::Stats(stats))
            }
            "sort" => {
                let mut keys = vec![self.sort_key()?];
                while self.reader.eat(",") {
                    keys.push(self.sort_key()?);
                }
                Ok(Command::Sort(keys))
            }
            "dedup" => {
                let mut fields = vec![self.sum()?];
                while self.reader.eat(",") {
                    fields.push(self.sum()?);
                }
                Ok(Command::Dedup(fields))
            }
            "limit" => self.limit(),
            _ => Err(self.no_command(word)),
        }
    }

    /// Adds to the fields that there are behind a `stats`.
    fn learn<'n>(&mut self, names: impl IntoIterator<Item = &'n Name>) {
        if let Some(known) = &mut self.known {
            known.extend(names.into_iter().cloned());
        }
    }

    fn sort_key(&mut self) -> Result<SortKey, QueryError> {
        let expression = self.or()?;
        let descending = self.reader.eat_word("desc");
        if !descending {
            self.reader.eat_word("asc");
        }
        Ok(SortKey {
            expression,
            descending,
        })
    }

    fn limit(&mut self) -> Result<Command, QueryError> {
        self.reader.peek();
        let start = self.reader.offset;
        let number = self.reader.number();
        let limit = number.parse().ok();
        match limit.filter(|limit| (1..=MAX_LIMIT).contains(limit)) {
            Some(limit) => Ok(Command::Limit(limit)),
            None if number.is_empty() => {
                let message = format!("a number is missing before {}", self.reader.found());
                Err(self
                    .reader
                    .error_here(message, "write it, such as limit 20"))
            }
            None => Err(self.reader.error(
                start..self.reader.offset,
                format!("{number} is no limit"),
                format!("write a whole number from 1 to {MAX_LIMIT}"),
            )),
        }
    }

    /// Reads what is behind `parse`.
    fn parse_command(&mut self) -> Result<(Expression, Extraction), QueryError> {
        self.in_parse = true;
        let source = self.sum()?;
        self.in_parse = false;
        self.reader.peek();
        let start = self.reader.offset;
        if let Some(expression) = self.reader.regular_expression()? {
            let names: Vec<Name> = expression
                .capture_names()
                .flatten()
                .map(Name::from)
                .collect();
            if names.is_empty() {
                return Err(self.reader.error(
                    start..self.reader.offset,
                    "this regular expression has no group with a name, so that it extracts nothing",
                    "name what is to be extracted: (?<user>\\w+)",
                ));
            }
            return Ok((source, Extraction::Expression { expression, names }));
        }
        let Some(glob) = self.reader.string()? else {
            let found = self.reader.found();
            return Err(self.reader.error_here(
                format!("what is to be extracted is missing before {found}"),
                "write a text with * such as \"user=*\" as user, or a regular expression /…/",
            ));
        };
        let end = self.reader.offset;
        if !self.reader.eat_word("as") {
            let found = self.reader.found();
            return Err(self.reader.error_here(
                format!("as is missing before {found}"),
                "name what the stars stand for: as user, method",
            ));
        }
        let mut names = vec![self.alias()?];
        while self.reader.eat(",") {
            names.push(self.alias()?);
        }
        let literals: Vec<String> = glob.split('*').map(str::to_owned).collect();
        if literals.len() != names.len() + 1 {
            let (asterisks, count) = (literals.len() - 1, names.len());
            return Err(self.reader.error(
                start..end,
                format!(
                    "the number of * here is {asterisks}, and that of names behind as is {count}"
                ),
                "give each * a name",
            ));
        }
        Ok((source, Extraction::Glob { literals, names }))
    }

    fn no_command(&mut self, word: &str) -> QueryError {
        let all = format!("there are {}", COMMANDS.join(", "));
        if word.is_empty() {
            let here = self.reader.here();
            if self.reader.text[..here.start].ends_with('|') && self.reader.peek() == Some('|') {
                let both = here.start - 1..here.end;
                return self.reader.error(both, "|| is no operator", "write or");
            }
            let found = self.reader.found();
            return self
                .reader
                .error_here(format!("a command is missing before {found}"), all);
        }
        let elsewhere = ELSEWHERE
            .iter()
            .find(|known| known.eq_ignore_ascii_case(word));
        if let Some(known) = elsewhere {
            return self
                .reader
                .error_here(format!("the command {known} is not run here"), all);
        }
        let nearest = nearest(word, COMMANDS.into_iter());
        let hint = nearest.map_or(all, |nearest| format!("did you mean {nearest}?"));
        let message = format!("{} is no command", quote(word));
        self.reader.error_here(message, hint)
    }
}

/// What is spelled most like the word, if it is close.
fn nearest(word: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    known
        .map(|name| {
            (
                strsim::jaro_winkler(&name.to_ascii_lowercase(), &lower),
                name,
            )
        })
        .filter(|(closeness, _)| *closeness > 0.8)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, name)| name)
}
