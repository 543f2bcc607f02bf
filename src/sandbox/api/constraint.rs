//! What the service models demand of members: AWS collects every violation in one sentence.

use std::fmt::{Debug, Display};
use std::ops::RangeInclusive;

use crate::sandbox::store::Fault;

/// The violations found so far.
#[derive(Debug)]
pub(super) struct Constraints {
    code: &'static str,
    violations: Vec<String>,
}

impl Constraints {
    /// Violations are answered with this exception.
    pub(super) fn new(code: &'static str) -> Self {
        Self {
            code,
            violations: Vec::new(),
        }
    }

    fn add(&mut self, value: &str, field: &str, demand: &str) {
        self.violations.push(format!(
            "{value} at '{field}' failed to satisfy constraint: {demand}"
        ));
    }

    /// The member must be there.
    pub(super) fn required<T>(&mut self, field: &str, value: Option<&T>) {
        if value.is_none() {
            self.add("Value null", field, "Member must not be null");
        }
    }

    /// The text, if it is there, must have a length, counted in characters, within `range`.
    pub(super) fn length(
        &mut self,
        field: &str,
        value: Option<&str>,
        range: &RangeInclusive<usize>,
    ) {
        let Some(value) = value else { return };
        self.size(
            field,
            &format!("Value '{}'", shortened(value)),
            value.chars().count(),
            range,
        );
    }

    /// The collection, if it is there, must have a size within `range`.
    pub(super) fn count(
        &mut self,
        field: &str,
        count: Option<usize>,
        range: &RangeInclusive<usize>,
    ) {
        let Some(count) = count else { return };
        self.size(field, "Value", count, range);
    }

    fn size(&mut self, field: &str, shown: &str, size: usize, range: &RangeInclusive<usize>) {
        if size < *range.start() {
            let least = range.start();
            self.add(
                shown,
                field,
                &format!("Member must have length greater than or equal to {least}"),
            );
        } else if size > *range.end() {
            let most = range.end();
            self.add(
                shown,
                field,
                &format!("Member must have length less than or equal to {most}"),
            );
        }
    }

    /// The number, if it is there, must lie within `range`.
    pub(super) fn range<T: PartialOrd + Display + Debug>(
        &mut self,
        field: &str,
        value: Option<T>,
        range: &RangeInclusive<T>,
    ) {
        let Some(value) = value else { return };
        let shown = format!("Value '{value}'");
        if value < *range.start() {
            let least = range.start();
            self.add(
                &shown,
                field,
                &format!("Member must have value greater than or equal to {least}"),
            );
        } else if value > *range.end() {
            let most = range.end();
            self.add(
                &shown,
                field,
                &format!("Member must have value less than or equal to {most}"),
            );
        }
    }

    /// The text, if it is there, must be one of `set`.
    pub(super) fn one_of(&mut self, field: &str, value: Option<&str>, set: &[&str]) {
        let Some(value) = value else { return };
        if !set.contains(&value) {
            let shown = format!("Value '{}'", shortened(value));
            self.add(
                &shown,
                field,
                &format!("Member must satisfy enum value set: [{}]", set.join(", ")),
            );
        }
    }

    /// Every character of the text, if it is there, must be allowed; `pattern` is how AWS says so.
    pub(super) fn pattern(
        &mut self,
        field: &str,
        value: Option<&str>,
        pattern: &str,
        allowed: impl Fn(char) -> bool,
    ) {
        if value.is_some_and(|value| !value.chars().all(allowed)) {
            self.breaks_pattern(field, pattern);
        }
    }

    /// Notes that a text does not match; AWS does not repeat the text.
    pub(super) fn breaks_pattern(&mut self, field: &str, pattern: &str) {
        self.add(
            "Value",
            field,
            &format!("Member must satisfy regular expression pattern: {pattern}"),
        );
    }

    /// Refuses the request if anything was violated.
    pub(super) fn finish(self) -> Result<(), Fault> {
        if self.violations.is_empty() {
            return Ok(());
        }
        let count = self.violations.len();
        let noun = if count == 1 { "error" } else { "errors" };
        Err(Fault::new(
            self.code,
            format!(
                "{count} validation {noun} detected: {}",
                self.violations.join("; ")
            ),
        ))
    }
}

/// The tag keys and values that AWS takes: letters, separators, digits and a few signs.
pub(super) fn is_tag_character(character: char) -> bool {
    character.is_alphanumeric() || character.is_whitespace() || "_.:/=+-@".contains(character)
}

/// Long values do not fill the answer.
fn shortened(value: &str) -> String {
    const MOST: usize = 600;
    if value.chars().count() <= MOST {
        value.to_owned()
    } else {
        value.chars().take(MOST).chain("…".chars()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violations_are_said_as_aws_says_them() {
        let mut constraints = Constraints::new("InvalidParameterException");
        constraints.required::<String>("logGroupName", None);
        assert_eq!(
            constraints.finish().unwrap_err().message,
            "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null"
        );

        let mut constraints = Constraints::new("InvalidParameterException");
        constraints.range("limit", Some(10_001), &(1..=10_000));
        constraints.pattern("logGroupName", Some("a b"), "[a-z]+", |c| {
            c.is_ascii_lowercase()
        });
        assert_eq!(
            constraints.finish().unwrap_err().message,
            "2 validation errors detected: Value '10001' at 'limit' failed to satisfy constraint: \
             Member must have value less than or equal to 10000; Value at 'logGroupName' failed to \
             satisfy constraint: Member must satisfy regular expression pattern: [a-z]+"
        );
    }

    #[test]
    fn what_is_absent_or_in_bounds_is_no_violation() {
        let mut constraints = Constraints::new("InvalidParameterException");
        constraints.length("name", None, &(1..=3));
        constraints.length("name", Some("äöü"), &(1..=3));
        constraints.range("rate", Some(1.0), &(0.0..=1.0));
        constraints.one_of("type", Some("A"), &["A", "B"]);
        assert_eq!(constraints.finish(), Ok(()));
    }
}
