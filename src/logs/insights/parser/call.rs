//! Calls of functions and aggregations: `abs(a - b)`, `bin(5m)`, `pct(duration, 99)`.

use super::super::aggregate::{Aggregate, Aggregation};
use super::super::command::hidden;
use super::super::error::QueryError;
use super::super::expression::Expression;
use super::super::function::Function;
use super::super::period::Period;
use super::super::record::Name;
use super::{Parser, nearest};
use crate::caret::quote;

/// Functions that take a stretch of time.
const OF_PERIODS: [&str; 3] = ["bin", "datefloor", "dateceil"];

impl Parser<'_> {
    /// Reads what is behind a function's name; `start` is where the name stands.
    pub(super) fn call(&mut self, word: &str, start: usize) -> Result<Expression, QueryError> {
        if let Some(name) = self.column_called_so(start) {
            return Ok(Expression::Field(name));
        }
        self.reader.peek();
        let open = self.reader.offset;
        self.reader.offset += 1;
        let name = start..start + word.len();
        if let Some(aggregation) = Aggregation::find(word) {
            return self.deeper(|parser| parser.aggregate(aggregation, name, open));
        }
        let lower = word.to_ascii_lowercase();
        if OF_PERIODS.contains(&lower.as_str()) {
            return self.deeper(|parser| parser.of_period(&lower, open));
        }
        let Some((function, fewest, most)) = Function::find(word) else {
            let names = Function::names()
                .chain(Aggregation::names())
                .chain(OF_PERIODS);
            let hint = match nearest(word, names) {
                Some(nearest) => format!("did you mean {nearest}?"),
                None => "see the functions of CloudWatch Logs Insights".to_owned(),
            };
            let message = format!("there is no function {}", quote(word));
            return Err(self.reader.error(name, message, hint));
        };
        let arguments = self.deeper(|parser| parser.arguments(open))?;
        let count = arguments.len();
        if (fewest..=most).contains(&count) {
            return Ok(Expression::Call(function, arguments));
        }
        let takes = match (fewest, most) {
            (fewest, usize::MAX) => format!("at least {fewest}"),
            (fewest, most) if fewest == most => fewest.to_string(),
            (fewest, most) => format!("{fewest} to {most}"),
        };
        Err(self.reader.error(
            start..self.reader.offset,
            match count {
                1 => format!("{word} is given one argument"),
                _ => format!("{word} is given {count} arguments"),
            },
            format!("it takes {takes}"),
        ))
    }

    fn arguments(&mut self, open: usize) -> Result<Vec<Expression>, QueryError> {
        let mut arguments = Vec::new();
        if self.reader.eat(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.or()?);
            if !self.reader.eat(",") {
                break;
            }
        }
        self.close(open, "(", ")")?;
        Ok(arguments)
    }

    /// Reads the arguments of `bin(5m)` and `datefloor(@timestamp, 5m)`.
    fn of_period(&mut self, word: &str, open: usize) -> Result<Expression, QueryError> {
        let time = if word == "bin" {
            Expression::Field("@timestamp".into())
        } else {
            let time = self.sum()?;
            if !self.reader.eat(",") {
                let found = self.reader.found();
                return Err(self.reader.error_here(
                    format!("a stretch of time is missing before {found}"),
                    format!("write it: {word}(@timestamp, 5m)"),
                ));
            }
            time
        };
        self.reader.peek();
        let start = self.reader.offset;
        let written = self.reader.number();
        let Some(period) = Period::parse(written) else {
            let (message, position) = if written.is_empty() {
                let found = self.reader.found();
                let here = self.reader.here();
                (format!("a stretch of time is missing before {found}"), here)
            } else {
                let place = start..self.reader.offset;
                (format!("{} is no stretch of time", quote(written)), place)
            };
            return Err(self.reader.error(
                position,
                message,
                "write a whole number and a unit: 30s, 5m, 1h, 1d, 1w, 1mo",
            ));
        };
        self.close(open, "(", ")")?;
        let time = Box::new(time);
        Ok(if word == "dateceil" {
            Expression::Ceiling(time, period)
        } else {
            Expression::Floor(time, period)
        })
    }

    fn aggregate(
        &mut self,
        aggregation: Aggregation,
        name: std::ops::Range<usize>,
        open: usize,
    ) -> Result<Expression, QueryError> {
        let written = self.reader.text[name.clone()].to_owned();
        match &mut self.collected {
            Some(collected) if !collected.is_inside => collected.is_inside = true,
            Some(_) => {
                return Err(self.reader.error(
                    name,
                    format!("{written} cannot stand inside of another aggregation"),
                    "use two stats commands, one behind the other",
                ));
            }
            None => {
                return Err(self.reader.error(
                    name,
                    format!("{written} is worked out of many events"),
                    format!("use it in stats: stats {written}(…)"),
                ));
            }
        }
        let argument = if self.reader.eat("*") || self.reader.peek() == Some(')') {
            None
        } else {
            Some(self.or()?)
        };
        if argument.is_none() && aggregation != Aggregation::Count {
            return Err(self.reader.error(
                open..self.reader.offset,
                format!("{written} is given no field"),
                format!("write one: {written}(duration)"),
            ));
        }
        let percent = if aggregation == Aggregation::Percentile {
            self.percent()?
        } else {
            0.0
        };
        self.close(open, "(", ")")?;
        let Some(collected) = &mut self.collected else {
            return Ok(Expression::Field(hidden(0)));
        };
        collected.is_inside = false;
        collected.aggregates.push(Aggregate {
            aggregation,
            argument,
            percent,
        });
        Ok(Expression::Field(hidden(collected.aggregates.len() - 1)))
    }

    /// Reads the second argument of `pct`.
    fn percent(&mut self) -> Result<f64, QueryError> {
        if self.reader.eat(",") {
            self.reader.peek();
            let start = self.reader.offset;
            let written = self.reader.number();
            let percent = written.parse().ok();
            return percent
                .filter(|percent: &f64| (0.0..=100.0).contains(percent))
                .ok_or_else(|| {
                    self.reader.error(
                        start..self.reader.offset,
                        "a percentile is a number from 0 to 100",
                        "write it: pct(duration, 99)",
                    )
                });
        }
        let found = self.reader.found();
        Err(self.reader.error_here(
            format!("the percentile is missing before {found}"),
            "write it: pct(duration, 99)",
        ))
    }

    /// Behind a `stats`, `count(*)` is the column that is called so.
    fn column_called_so(&mut self, start: usize) -> Option<Name> {
        if self
            .collected
            .as_ref()
            .is_some_and(|collected| !collected.is_inside)
        {
            return None;
        }
        let known = self.known.as_ref()?;
        let bare = |text: &str| text.replace(|next: char| next.is_ascii_whitespace(), "");
        let rest = &self.reader.text[start..];
        let ends = rest.match_indices(')').map(|(index, _)| index + 1).take(8);
        for end in ends {
            let written = bare(&rest[..end]);
            if let Some(name) = known.iter().find(|name| bare(name) == written) {
                self.reader.offset = start + end;
                return Some(name.clone());
            }
        }
        None
    }
}
